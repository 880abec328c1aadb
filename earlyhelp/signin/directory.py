"""The council's own directory: who it says somebody is, and when its word on an address counts."""

import hashlib
from typing import Any

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

_LONGEST = 191  # the column of allauth's SocialAccount.uid
_CLOCKS_DIFFER = 60  # seconds, the directory's from ours


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


class SignedAnswer(OpenIDConnectOAuth2Adapter):
    """The library's, but that a token's signature counts.

    The library leaves it unasked where a token came over TLS for a code (OpenID Connect Core 1.0,
    3.1.3.7).
    """

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """What the directory signed for us; OAuth2Error for anything else."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._published_key(jwt.get_unverified_header(id_token).get("kid")),
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=_CLOCKS_DIFFER,
                options={"require": ["exp", "aud", "iss", "sub"]},
            )
        except jwt.PyJWTError as wrong:
            raise OAuth2Error("The token is not signed by the directory for us.") from wrong
        return claims

    def _published_key(self, name: str | None) -> jwt.PyJWK:
        """The key that the directory publishes by this name, or its only one; it says its way."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        found = [one for one in keys if one.key_type != "oct" and name in (None, one.key_id)]
        if len(found) != 1:
            raise OAuth2Error("The token names no key that the directory publishes.")
        return found[0]


def answered(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the directory's answer comes back to."""
    try:
        view = OAuth2CallbackView.adapter_view(SignedAnswer(request, provider_id))
        answer: HttpResponse = view(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return answer


def _is_yes(claim: object) -> bool:
    # Some directories write true as a word or as 1; "false" is not yes.
    return claim is True or claim == 1 or str(claim).lower() in ("true", "1")
