"""The state of all that a release is made from, in short: it changes with every change of that."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, Sum

from measures.counting.catalogue import load_measures
from measures.models import Correction, ReportingQuarter, Return
from measures.releases.models import KnownNumber, LocalitiesLeftOut, Release
from measures.workflow import CorrectionState, QuarterState, ReturnState


def standing(closing: ReportingQuarter | None = None) -> tuple[Any, ...]:
    """The state as it is now; with ``closing`` as if that quarter were closed. A few queries."""
    closed = Q(quarter__state=QuarterState.CLOSED)
    if closing is not None:
        closed |= Q(quarter=closing)
    signed = Count("pk", filter=Q(state=ReturnState.SIGNED_OFF))
    return (
        settings.SMALL_NUMBER,
        *load_measures(),
        *ReportingQuarter.objects.aggregate(Max("closed_at"), Count("closed_at")).values(),
        *Return.objects.filter(closed).aggregate(Count("pk"), Sum("version"), of=signed).values(),
        *Correction.objects.filter(state=CorrectionState.COUNTERSIGNED)
        .aggregate(Count("pk"), Max("decided_at"))
        .values(),
        *Release.objects.aggregate(Max("pk")).values(),
        *LocalitiesLeftOut.objects.filter(ended_at=None).aggregate(Count("pk"), Max("pk")).values(),
        *KnownNumber.objects.aggregate(Count("pk"), Max("pk")).values(),
    )
