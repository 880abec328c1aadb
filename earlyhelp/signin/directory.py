"""The council's own directory: who it says somebody is, and when its word on an address counts."""

import hashlib
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.core.exceptions import PermissionDenied

_LONGEST = 191  # the column of allauth's SocialAccount.uid


class CouncilDirectory(OpenIDConnectProvider):
    """An OpenID Connect provider that binds people by issuer and subject.

    The subject alone means somebody else at another issuer (OpenID Connect Core 1.0, 5.7), so
    it is never taken without the issuer of the token, which the library checks.
    """

    # Where its addresses are: without this the library looks for them beside this module.
    package = OpenIDConnectProvider.get_package()

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The issuer and the subject of the token; PermissionDenied where two subjects differ."""
        token, told = data.get("id_token") or {}, data.get("userinfo") or {}
        if not token.get("sub") or told.get("sub", token["sub"]) != token["sub"]:
            raise PermissionDenied("The directory does not say who signed in.")
        bound = f"{token['iss']} {token['sub']}"
        return bound if len(bound) <= _LONGEST else hashlib.sha256(bound.encode()).hexdigest()

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address, as verified only where the directory vouches for it.

        By ``email_verified``, or by Microsoft's ``xms_edov``: the address is of a domain that
        the directory owns.
        """
        token, told = data.get("id_token") or {}, data.get("userinfo") or {}
        addresses: list[EmailAddress] = super().extract_email_addresses(data)
        for address in addresses:
            address.verified = any(
                _is_yes(said.get(claim))
                for said in (token, told)
                if said.get("email") == address.email
                for claim in ("email_verified", "xms_edov")
            )
        return addresses


def _is_yes(claim: object) -> bool:
    # Some directories write true as a word or as 1; "false" is not yes.
    return claim is True or claim == 1 or str(claim).lower() in ("true", "1")
