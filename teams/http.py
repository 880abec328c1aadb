"""A request as pages see it: somebody signed in, with what they are appointed to today."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from earlyhelp.core.pages.forms import NotNow
from teams.authority import Actor, actor_of
from teams.models import User

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request that ``signed_in`` let through; the middleware set ``actor``."""

    user: User
    actor: Actor


def actor_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give every request its ``actor``, read once; an appointment withdrawn is gone in the next.

    Reads nothing until a page asks.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: actor_of(cast("User", request.user), site=request.build_absolute_uri("/")[:-1])
        )
        return get_response(request)

    return middleware


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Only for people who signed in; anybody else is sent to sign in and back."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(cast("SignedInRequest", request), *args, **kwargs)
        except NotNow as not_now:
            return not_now.lead(request)

    return cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", login_required(wrapped))
