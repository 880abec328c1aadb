"""Signing in, and how long it lasts."""

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """What the directory said of people who came through it."""

    name = "earlyhelp.signin"
    verbose_name = "Signing in"

    def ready(self) -> None:
        """Keep what the directory gives when somebody comes through it, and note who comes in."""
        from allauth.account.signals import user_logged_in, user_logged_out
        from django.contrib.auth.signals import user_login_failed

        from earlyhelp.signin import noted
        from earlyhelp.signin.leavers import keep_grant

        user_logged_in.connect(keep_grant)
        user_logged_in.connect(noted.signed_in)
        user_login_failed.connect(noted.failed)
        user_logged_out.connect(noted.signed_out)
