"""A request as pages see it: somebody signed in, with what they are appointed to today."""

import datetime as dt
from collections.abc import Callable
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from earlyhelp.core.clock import today
from teams.authority import standing_of
from teams.models import User
from teams.permissions import Standing

P = ParamSpec("P")


class Asked:
    """What every page may ask of its request: who, as what, and which day it is."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.today: dt.date = today()

    @cached_property
    def standing(self) -> Standing:
        """The appointments in force, read once; withdrawn ones are gone at this request."""
        return standing_of(self._request.user, self.today)


class SignedInRequest(HttpRequest):
    """A request that ``signed_in`` let through; ``asked`` is set by the middleware."""

    user: User
    asked: Asked


def asked_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request its ``asked``; reads nothing until a page does."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.asked = Asked(request)  # type: ignore[attr-defined]
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
