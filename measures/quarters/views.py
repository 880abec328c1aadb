"""Running the quarters: plan, open, watch, move the due date, close and undo it, accept late."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.pages.fields import PlainReasonForm
from earlyhelp.core.pages.forms import answer, get_or_post, offer_unless, posted
from measures.access import quarter_or_404
from measures.models import ReportingQuarter
from measures.permissions import MeasuresPermission, returns_seen
from measures.quarters import actions
from measures.quarters import pages as page
from measures.quarters.closing import why_not_undo
from measures.quarters.forms import (
    CloseQuarterForm,
    DueDateForm,
    NewQuarterForm,
    OpenQuarterForm,
)
from measures.quarters.opening import skipped_by, why_not_open
from measures.returns.access import seen_return
from measures.review.actions import accept_late, why_not_accept_late
from measures.workflow import QUARTER, QuarterAct
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require
from teams.quarters import Quarter


def _require_overview(request: SignedInRequest) -> None:
    """Only for those who see every return: the performance officer and the director."""
    if not returns_seen(request.actor.authority).everywhere:
        raise Refused("Only people who see every return can see how a quarter goes.")


def _require_running(request: SignedInRequest) -> None:
    require(request.actor.authority, MeasuresPermission.RUN_QUARTERS)


def _address(quarter: Quarter) -> str:
    return reverse("quarter", args=[quarter.slug])


def _load(slug: str) -> ReportingQuarter:
    quarters = ReportingQuarter.objects.select_related("closed_by")
    return get_object_or_404(quarters, pk=quarter_or_404(slug).index)


@signed_in
@require_safe
def quarters(request: SignedInRequest) -> HttpResponse:
    """Every quarter, its state and how far it is."""
    _require_overview(request)
    context = {
        "rows": page.all_quarters(),
        "runs": request.actor.authority.holds(MeasuresPermission.RUN_QUARTERS),
        "imports": request.actor.authority.holds(MeasuresPermission.IMPORT_FIGURES),
        "next": page.next_to_plan(request.actor.today),
    }
    return render(request, "measures/quarters/quarters.html", context)


@signed_in
@require_safe
def quarter(request: SignedInRequest, slug: str) -> HttpResponse:
    """One quarter: teams by state, who is late, whom to chase; of many, ``?locality=&page=``."""
    _require_overview(request)
    row, authority, today = _load(slug), request.actor.authority, request.actor.today
    asked = [request.GET.get(name, "") for name in ("locality", "page")]
    context = {
        "page": page.quarter_page(row, today, *asked),
        "can": page.what_can_be_done(row, authority, today),
        "sees_releases": authority.holds(MeasuresPermission.SEE_RELEASES),
        "accepts_late": authority.holds(MeasuresPermission.ACCEPT_LATE),
    }
    return render(request, "measures/quarters/quarter.html", context)


@signed_in
@get_or_post
def quarter_new(request: SignedInRequest) -> HttpResponse:
    """Plan the quarter after the last one, with its due date."""
    _require_running(request)
    following = page.next_to_plan(request.actor.today)
    if request.method == "POST" and request.POST.get("quarter") != str(following):
        messages.warning(request, f"That quarter is planned already. The next is {following}.")
        return redirect("quarter-new")
    form = NewQuarterForm(posted(request), quarter=following)
    context = {"form": form, "quarter": following}
    return answer(
        request,
        form,
        lambda: actions.plan_quarter(
            following, due_on=form.cleaned_data["due_on"], by=request.actor
        ),
        show=lambda: render(request, "measures/quarters/quarter_new.html", context),
        done=f"{following} is planned. Open it when it begins.",
        then=_address(following),
    )


@signed_in
@get_or_post
def quarter_open(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET says what opening makes; POST opens."""
    _require_running(request)
    row = _load(slug)
    why_not = why_not_open(row, request.actor.today)
    skipped = [] if why_not else skipped_by(row.quarter)
    form = OpenQuarterForm(posted(request), quarter=row.quarter, skipped=skipped)
    opening = page.opening(row)
    context = {
        "row": row,
        "form": form,
        "why_not": why_not,
        "slug": slug,
        "opening": opening,
        "returns": sum(number for _, number, _ in opening),
    }
    return answer(
        request,
        form,
        lambda: actions.open_quarter(
            row, skipping=form.cleaned_data.get("skipping", False), by=request.actor
        ),
        show=lambda: render(request, "measures/quarters/quarter_open.html", context),
        done=f"{row.quarter} is open. Its returns are due.",
        then=_address(row.quarter),
        page=_address(row.quarter),
    )


@signed_in
@get_or_post
def quarter_due_date(request: SignedInRequest, slug: str) -> HttpResponse:
    """Move the due date, with a reason."""
    _require_running(request)
    row = _load(slug)
    offer_unless(request, actions.why_not_move(row), _address(row.quarter))
    form = DueDateForm(posted(request), initial={"due_on": row.due_on})
    context = {"form": form, "row": row, "slug": slug}
    return answer(
        request,
        form,
        lambda: actions.move_due_date(
            row,
            due_on=form.cleaned_data["due_on"],
            reason=form.cleaned_data["reason"],
            by=request.actor,
        ),
        show=lambda: render(request, "measures/quarters/quarter_due_date.html", context),
        done="The due date is moved.",
        then=_address(row.quarter),
    )


@signed_in
@get_or_post
def quarter_close(request: SignedInRequest, slug: str) -> HttpResponse:
    """GET lists what is not signed off; POST closes, with a reason where something is left.

    A tick as well where somebody may still be at work.
    """
    _require_running(request)
    row = _load(slug)
    not_now = QUARTER.why_not(QuarterAct.CLOSE, row.state)
    offer_unless(request, not_now, _address(row.quarter))
    closing = page.closing_page(row, request.actor.today)
    form = CloseQuarterForm(
        posted(request),
        quarter=row.quarter,
        asks_why=bool(closing.groups or closing.questions),
        questions=closing.questions,
    )
    context = {"form": form, "page": closing, "slug": slug}
    return answer(
        request,
        form,
        lambda: actions.close_quarter(
            row,
            reason=form.cleaned_data["reason"],
            early=form.cleaned_data.get("early", False),
            by=request.actor,
        ),
        show=lambda: render(request, "measures/quarters/quarter_close.html", context),
        done=f"{row.quarter} is closed: it is locked for everyone.",
        then=_address(row.quarter),
    )


@signed_in
@get_or_post
def quarter_undo_closing(request: SignedInRequest, slug: str) -> HttpResponse:
    """Open a closed quarter again, with a reason, while nothing came of its closing."""
    _require_running(request)
    row = _load(slug)
    form = PlainReasonForm(
        posted(request),
        label="Why the closing is undone",
        hint="Kept on record.",
        button=f"Open {row.quarter} again",
        warning=True,
    )
    context = {"form": form, "row": row, "slug": slug, "why_not": why_not_undo(row)}
    return answer(
        request,
        form,
        lambda: actions.undo_closing(row, reason=form.cleaned_data["reason"], by=request.actor),
        show=lambda: render(request, "measures/quarters/quarter_undo_closing.html", context),
        done=f"{row.quarter} is open again, as it was before it closed.",
        then=_address(row.quarter),
    )


@signed_in
@get_or_post
def return_accept_late(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let one unsigned return of a closed quarter still come in, with a reason."""
    made = seen_return(request.actor.authority, pk)
    require(request.actor.authority, MeasuresPermission.ACCEPT_LATE)
    offer_unless(request, why_not_accept_late(made), reverse("return", args=[pk]))
    form = PlainReasonForm(
        posted(request),
        label="Why it is accepted late",
        hint="Kept on record.",
        button="Accept it late",
    )
    slug = made.quarter.quarter.slug
    context = {"form": form, "made": made, "slug": slug}
    return answer(
        request,
        form,
        lambda: accept_late(made, reason=form.cleaned_data["reason"], by=request.actor),
        show=lambda: render(request, "measures/quarters/return_accept_late.html", context),
        done=f"{made.team} can still submit {made.quarter.quarter}.",
        then=reverse("quarter", args=[slug]),
    )


urlpatterns = [
    path("quarters/", quarters, name="quarters"),
    path("quarters/new/", quarter_new, name="quarter-new"),
    path("quarters/<slug:slug>/", quarter, name="quarter"),
    path("quarters/<slug:slug>/open/", quarter_open, name="quarter-open"),
    path("quarters/<slug:slug>/due-date/", quarter_due_date, name="quarter-due-date"),
    path("quarters/<slug:slug>/close/", quarter_close, name="quarter-close"),
    path("quarters/<slug:slug>/undo-closing/", quarter_undo_closing, name="quarter-undo-closing"),
    path("returns/<int:pk>/accept-late/", return_accept_late, name="return-accept-late"),
]
