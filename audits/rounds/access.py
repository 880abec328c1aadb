"""Rounds loaded through who plans and runs them, and in which state their pages are of use."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from audits.models import Round
from audits.permissions import AuditsPermission
from audits.workflow import RoundState
from teams.http import SignedInRequest
from teams.permissions import Authority, require


def managed_round(authority: Authority, code: str) -> Round:
    """A round with its tool, for those who plan and run rounds; refused for everybody else."""
    require(authority, AuditsPermission.RUN_ROUNDS)
    return get_object_or_404(Round.objects.select_related("tool"), code=code)


def round_page(
    *states: RoundState, otherwise: str
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A page about a round, by its code, for those who run rounds; the view takes the round.

    Who asks for it in another state is sent to the round's page with the sentence
    ``otherwise``; what is posted goes on to the action, which knows the state under its lock.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapped(request: SignedInRequest, code: str, **kwargs: Any) -> HttpResponse:
            audit_round = managed_round(request.actor.authority, code)
            if request.method == "POST" or audit_round.state in states:
                return view(request, audit_round, **kwargs)
            messages.info(request, otherwise)
            return redirect(audit_round.url)

        return wrapped

    return decorate
