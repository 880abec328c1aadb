"""A request as pages see it: somebody signed in, with what they are appointed to today."""

import datetime as dt
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from earlyhelp.core import clock
from teams.authority import Actor, authority_of
from teams.models import User
from teams.permissions import Standing

P = ParamSpec("P")


class Asked:
    """What every page may ask of its request: who, as what, and which day it is."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.today: dt.date = clock.today()

    @cached_property
    def standing(self) -> Standing:
        """The appointments in force, read once; withdrawn ones are gone at this request."""
        return authority_of(self._request.user, self.today)


class SignedInRequest(HttpRequest):
    """A request that ``signed_in`` let through; the middleware set ``asked`` and ``actor``."""

    user: User
    asked: Asked
    actor: Actor


def asked_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request its ``asked`` and its ``actor``; reads nothing until a page does."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.asked = Asked(request)  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: Actor(cast("User", request.user), asked.standing, asked.today, clock.now())
        )
        return get_response(request)

    return middleware


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Only for people who signed in; anybody else is sent to sign in and back."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(cast("SignedInRequest", request), *args, **kwargs)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", login_required(wrapped))
