"""The site: what holds the rooms together."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_delete, post_save


class EarlyHelpConfig(AppConfig):
    """Holds the site's own template tags and commands."""

    name = "earlyhelp"
    verbose_name = "Early Help performance"

    def ready(self) -> None:
        """Listen for second factors and new passwords; look for the sample's people in earnest."""
        from allauth.mfa import signals
        from allauth.mfa.models import Authenticator
        from allauth.socialaccount.models import SocialAccount

        from earlyhelp.sample.accounts import check_open_accounts
        from earlyhelp.signin import changes
        from earlyhelp.signin.sessions import second_factor_changed

        for signal in (
            signals.authenticator_added,
            signals.authenticator_removed,
            signals.authenticator_reset,
        ):
            signal.connect(second_factor_changed)
        post_save.connect(changes.second_factor_saved, Authenticator)
        post_delete.connect(changes.second_factor_deleted, Authenticator)
        post_save.connect(changes.directory_account_saved, SocialAccount)
        register(check_open_accounts, Tags.security, deploy=True)
