"""Signing in: who may, and the words on the forms.

Nobody signs up. Administrators enter people; a person signs in with a password and, where
they must, a second factor, or through the council's own sign-in.
"""

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest

from earlyhelp.core.pages.error_words import use_our_words
from earlyhelp.signin.changes import tell_of_change
from earlyhelp.signin.noted import second_step_failed


class NoSignUp:
    """Sign-up is closed: administrators enter people."""

    def is_open_for_signup(self, *args: Any) -> bool:
        """Never."""
        return False


class AccountAdapter(NoSignUp, DefaultAccountAdapter):
    """People sign in with an address and a password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is switched off: ask an administrator in your service",
        "email_password_mismatch": "Enter the email address and password that belong together",
        "enter_current_password": "Enter your current password",
        "incorrect_password": "Enter your current password: that is not it",
        "too_many_login_attempts": (
            "Too many tries with this address. Wait 5 minutes and try again, or choose a new "
            "password: that lets you in at once"
        ),
    }

    def set_password(self, user: Any, password: str) -> None:
        """Keep a new password, and tell its owner with it; hashing takes its time before."""
        user.set_password(password)
        with transaction.atomic():
            user.save(update_fields=["password"])
            tell_of_change(user, "password_changed")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Whom wrong passwords are counted for; the library's has the ``Host`` of whoever asks.

        Which they choose, with a port of their own: each was a throttle of its own.
        """
        return str(credentials.get("email") or credentials.get("username", "")).lower()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: each change told its person already (``earlyhelp.signin.changes``)."""


class SocialAccountAdapter(NoSignUp, DefaultSocialAccountAdapter):
    """The council's own sign-in lets people in who are already here, and makes nobody."""

    def get_requests_session(self) -> Any:
        """The library's own; nobody leads it from the directory to somewhere else."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """The home page: the library's own page of accounts is shut."""
        return "/"


def _ask_for_address(address: forms.Field) -> None:
    address.label = "Email address"
    address.error_messages |= {
        "required": "Enter your email address",
        "invalid": "Enter an email address in the correct format, like name@example.com",
    }
    address.widget.attrs.pop("placeholder", None)


class SignInForm(LoginForm):
    """An address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address(self.fields["login"])
        password = self.fields["password"]
        password.error_messages["required"] = "Enter your password"
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)


class ForgottenPasswordForm(ResetPasswordForm):
    """The address to send a link to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address(self.fields["email"])


# What each rule of AUTH_PASSWORD_VALIDATORS asks for, in one sentence.
_WHAT_IS_TAKEN = (
    "At least 12 characters, not only numbers. Not one that many people use, and not made of your "
    "own name or of words like early, help or the council’s name."
)


class InOurWords:
    """Mixed into a form of the library: labels in sentence case, errors that say what to do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]  # a form's
            field.label = str(field.label or "").capitalize() or None
            field.widget.attrs.pop("placeholder", None)
        for name, said in {"oldpassword": "", "password1": _WHAT_IS_TAKEN}.items():
            if name in self.fields:  # type: ignore[attr-defined]
                self.fields[name].help_text = said  # type: ignore[attr-defined]
        use_our_words(self)


class AnotherPasswordForm(InOurWords, ChangePasswordForm):
    """Another password, by who is signed in."""


class FirstPasswordForm(InOurWords, SetPasswordForm):
    """A password, by who came in through the council's own sign-in and has none."""


class ForgottenPasswordChosenForm(InOurWords, ResetPasswordKeyForm):
    """A new password, by who followed the link."""


class PasswordAgainForm(InOurWords, ReauthenticateForm):
    """The password once more, before something that matters."""


class SecondStepForm(InOurWords, AuthenticateForm):
    """The code of an app."""

    def clean_code(self) -> str:
        """What the library finds; one that does not fit is noted."""
        try:
            return str(super().clean_code())
        except forms.ValidationError:
            second_step_failed(self.user)
            raise


class SecondStepSetUpForm(InOurWords, ActivateTOTPForm):
    """The first code of an app."""


def shut(request: HttpRequest, **arguments: str) -> NoReturn:
    """Pages of the sign-in library that this site does not offer."""
    raise Http404("This site does not offer this page")
