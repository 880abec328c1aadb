"""What the second step of signing in keeps: what telephones and codes are made from, sealed."""

import base64
import secrets

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken

from earlyhelp.core.sealing import seal, unseal

PURPOSE = "second step"


class SecondStepAdapter(DefaultMFAAdapter):
    """The library's own, with its secrets sealed, and a sentence that says what to do."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Enter the code that your app shows now, or an unused recovery code",
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is kept."""
        return seal(text, PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """A secret as it was; for one that cannot be read a new one that no code fits."""
        try:
            return unseal(encrypted_text, PURPOSE)
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()
