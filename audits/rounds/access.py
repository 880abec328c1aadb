"""Rounds loaded through who plans and runs them, and in which state their pages are of use."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from audits.models import Round
from audits.permissions import AuditsPermission
from audits.workflow import ROUND, RoundAct, RoundState
from earlyhelp.core.pages.forms import offer_unless
from teams.http import SignedInRequest
from teams.permissions import Authority, require


def managed_round(authority: Authority, code: str) -> Round:
    """A round with its tool, for those who plan and run rounds; refused for everybody else."""
    require(authority, AuditsPermission.RUN_ROUNDS)
    return get_object_or_404(Round.objects.select_related("tool"), code=code)


def round_page(
    act: RoundAct | None = None, *, otherwise: str
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page about a round, by its code, for those who run rounds; the view takes the round.

    Who asks for it when this cannot be done (without ``act``: once the round is closed) is led to
    the round's page with the sentence ``otherwise``.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: SignedInRequest, code: str, **kwargs: Any) -> HttpResponse:
            audit_round = managed_round(request.actor.authority, code)
            if act is None:
                is_offered = audit_round.state != RoundState.CLOSED
            else:
                is_offered = ROUND.allows(act, audit_round.state)
            offer_unless(request, "" if is_offered else otherwise, audit_round.url)
            return view(request, audit_round, **kwargs)

        return wrapped

    return decorate
