"""A release before it is made; making one that could not be made; what is left out."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.pages.fields import PlainReasonForm
from earlyhelp.core.pages.forms import answer, answer_button, get_or_post, post_only, posted
from measures.access import quarter_or_404
from measures.models import Measure, ReportingQuarter
from measures.permissions import MeasuresPermission
from measures.releases import actions, proposals
from measures.releases import pages as page
from measures.releases.models import LocalitiesLeftOut
from teams.http import SignedInRequest, signed_in
from teams.permissions import require


def _load(slug: str) -> ReportingQuarter:
    return get_object_or_404(ReportingQuarter.objects.opened(), pk=quarter_or_404(slug).index)


@signed_in
@require_safe
def release(request: SignedInRequest, slug: str) -> HttpResponse:
    """What a quarter's release hides and why, before it is made and after."""
    require(request.actor.authority, MeasuresPermission.SEE_RELEASES)
    authority = request.actor.authority
    context = {
        "page": page.release_page(_load(slug)),
        "leaves_out": authority.holds(MeasuresPermission.LEAVE_OUT),
        "runs": authority.holds(MeasuresPermission.RUN_QUARTERS),
    }
    return render(request, "measures/releases/release.html", context)


@signed_in
@post_only("release")
def release_work_out(request: SignedInRequest, slug: str) -> HttpResponse:
    """Have what a release would hide worked out, for figures as they stand now."""
    require(request.actor.authority, MeasuresPermission.SEE_RELEASES)
    row = _load(slug)
    return answer_button(
        request,
        lambda: proposals.ask(row),
        page=reverse("release", args=[slug]),
        done="It is being worked out: look again in a moment.",
    )


@signed_in
@post_only("release")
def release_make(request: SignedInRequest, slug: str) -> HttpResponse:
    """Have the release of a closed quarter made that has none."""
    require(request.actor.authority, MeasuresPermission.RUN_QUARTERS)
    row = _load(slug)
    return answer_button(
        request,
        lambda: actions.have_made(row, by=request.actor),
        page=reverse("release", args=[slug]),
        done="The release is being made: board members can read it once it is.",
    )


@signed_in
@get_or_post
def release_leave_out(request: SignedInRequest, slug: str, code: str) -> HttpResponse:
    """Leave the localities of a measure out of releases, with a reason."""
    require(request.actor.authority, MeasuresPermission.LEAVE_OUT)
    row, measure = _load(slug), get_object_or_404(Measure, code=code)
    form = PlainReasonForm(
        posted(request),
        label="Why its localities are left out",
        hint="Kept on record. Board members are not shown it.",
        button="Leave the localities out",
    )
    where = reverse("release", args=[slug])

    def act() -> None:
        actions.leave_out(measure, reason=form.cleaned_data["reason"], by=request.actor)
        proposals.ask_again(row)

    return answer(
        request,
        form,
        act,
        show=lambda: render(
            request,
            "measures/releases/leave_out.html",
            {"form": form, "row": row, "slug": slug, "measure": measure},
        ),
        done=f"The localities of “{measure.name}” are left out from the next release on.",
        then=where,
        page=where,
    )


@signed_in
@post_only(lambda slug, pk: reverse("release", args=[slug]))
def release_take_in(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Have the localities of a measure released again."""
    require(request.actor.authority, MeasuresPermission.LEAVE_OUT)
    row = _load(slug)
    left_out = get_object_or_404(LocalitiesLeftOut.objects.select_related("measure"), pk=pk)

    def act() -> None:
        actions.take_in(left_out, by=request.actor)
        proposals.ask_again(row)

    return answer_button(
        request,
        act,
        page=reverse("release", args=[slug]),
        done=f"The localities of “{left_out.measure.name}” are released again.",
    )


urlpatterns = [
    path("quarters/<slug:slug>/release/", release, name="release"),
    path("quarters/<slug:slug>/release/work-out/", release_work_out, name="release-work-out"),
    path("quarters/<slug:slug>/release/make/", release_make, name="release-make"),
    path(
        "quarters/<slug:slug>/release/leave-out/<slug:code>/",
        release_leave_out,
        name="release-leave-out",
    ),
    path("quarters/<slug:slug>/release/take-in/<int:pk>/", release_take_in, name="release-take-in"),
]
