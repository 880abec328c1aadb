"""The site: what holds the rooms together."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class EarlyHelpConfig(AppConfig):
    """Holds the site's own template tags and commands."""

    name = "earlyhelp"
    verbose_name = "Early Help performance"

    def ready(self) -> None:
        """Listen for second factors and new passwords; look for the sample's people in earnest."""
        from allauth.account.signals import password_reset
        from allauth.mfa import signals

        from earlyhelp.sample.accounts import check_open_accounts
        from earlyhelp.signin.accounts import new_password_chosen
        from earlyhelp.signin.sessions import second_factor_changed

        for signal in (
            signals.authenticator_added,
            signals.authenticator_removed,
            signals.authenticator_reset,
        ):
            signal.connect(second_factor_changed)
        password_reset.connect(new_password_chosen)
        register(check_open_accounts, Tags.security, deploy=True)
