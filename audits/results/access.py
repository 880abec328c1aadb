"""Rounds loaded through who may read their results; "not found" for everybody else."""

from django.shortcuts import get_object_or_404

from audits.models import Round
from audits.permissions import AuditsPermission, sees_unfinished_rounds
from teams.permissions import Authority, require_anywhere


def round_with_results(authority: Authority, code: str) -> Round:
    """A round whose results this person may read at its stage; "not found" otherwise."""
    require_anywhere(authority, [AuditsPermission.SEE_CITY_RESULTS])
    rounds = Round.objects.opened() if sees_unfinished_rounds(authority) else Round.objects.closed()
    return get_object_or_404(rounds.select_related("tool"), code=code)
