"""Signing in: who may, and the words on the forms.

Nobody signs up. Administrators enter people; a person signs in with a password and, where
they must, a second factor, or through the council's own sign-in.
"""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm, ResetPasswordForm
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import Http404, HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: administrators enter people."""
        return False


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The council's own sign-in lets people in who are already here, and makes nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: administrators enter people."""
        return False


class SignInForm(LoginForm):
    """An address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address, password = self.fields["login"], self.fields["password"]
        address.label = "Email address"
        address.error_messages["required"] = "Enter your email address"
        address.error_messages["invalid"] = (
            "Enter an email address in the correct format, like name@example.com"
        )
        password.error_messages["required"] = "Enter your password"
        password.help_text = ""
        for field in (address, password):
            field.widget.attrs.pop("placeholder", None)


class ForgottenPasswordForm(ResetPasswordForm):
    """The address to send a link to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        address = self.fields["email"]
        address.label = "Email address"
        address.error_messages["required"] = "Enter your email address"
        address.error_messages["invalid"] = (
            "Enter an email address in the correct format, like name@example.com"
        )
        address.widget.attrs.pop("placeholder", None)


def shut(request: HttpRequest) -> NoReturn:
    """Pages of the sign-in library that this site does not offer."""
    raise Http404("This site does not offer this page")
