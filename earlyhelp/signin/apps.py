"""Signing in, and how long it lasts."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """What the directory said of people who came through it."""

    name = "earlyhelp.signin"
    verbose_name = "Signing in"

    def ready(self) -> None:
        """Keep what the directory gives when somebody comes through it."""
        from allauth.account.signals import user_logged_in

        from earlyhelp.signin.leavers import keep_grant

        user_logged_in.connect(keep_grant)
