"""Corrections to closed quarters: proposed with a reason, countersigned by somebody else."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.consistent_read import consistent
from earlyhelp.core.pages import forms
from earlyhelp.core.pages.fields import PlainReasonForm
from earlyhelp.core.pages.forms import answer, answer_button, get_or_post, post_only, posted
from earlyhelp.core.pages.posted import clean, whole_number
from measures.access import quarter_asked_for
from measures.corrections import actions
from measures.corrections import pages as page
from measures.corrections.forms import CorrectionForm
from measures.models import Answer, Figure, Return
from measures.permissions import MeasuresPermission
from measures.returns.actions import FiguresRefused
from measures.workflow import CorrectionKind
from teams.http import SignedInRequest, signed_in
from teams.permissions import require, require_anywhere

# What the buttons send that lead to other returns to choose.
MORE = ("more", "page")
REFUSALS = (*forms.REFUSALS, FiguresRefused)


@signed_in
@require_safe
def corrections(request: SignedInRequest) -> HttpResponse:
    """Corrections that touch returns this person sees: waiting, then decided."""
    authority = request.actor.authority
    require_anywhere(authority, [MeasuresPermission.SEE_RETURNS])
    seen = page.corrections_seen(authority)
    context = {
        "waiting": [correction for correction in seen if correction.is_waiting],
        "decided": [correction for correction in seen if not correction.is_waiting],
        "proposes": authority.holds(MeasuresPermission.PROPOSE_CORRECTION),
    }
    return render(request, "measures/corrections/corrections.html", context)


@signed_in
@get_or_post
def correction_new(request: SignedInRequest) -> HttpResponse:
    """Propose new numbers for the returns named by ``?return=``; without one, choose them.

    With ``more`` or ``page`` others are to be chosen as well.
    """
    require(request.actor.authority, MeasuresPermission.PROPOSE_CORRECTION)
    wanted = request.GET.getlist("return")
    ids = [pk for named in wanted if (pk := whole_number(named)) is not None]
    if not wanted or not request.GET.keys().isdisjoint(MORE):
        return _choose(request, ids)
    returns = list(page.correctable(request.actor.authority).filter(pk__in=ids))
    if len(returns) != len(set(wanted)):
        raise Http404("There is no such signed-off return of a closed quarter")
    figures = Figure.objects.filter(return_made__in=returns).in_order()
    form = CorrectionForm(figures, posted(request))
    return answer(
        request,
        form,
        lambda: actions.propose(form.given, reason=form.reason, kind=form.kind, by=request.actor),
        show=lambda: _show_boxes(request, returns, form),
        done="The correction is proposed. Nothing changes until it is countersigned.",
        then=lambda made: reverse("correction", args=[made.pk]),
        refusals=REFUSALS,
    )


def _choose(request: SignedInRequest, ticked: Sequence[int]) -> HttpResponse:
    """The returns of a closed quarter: the latest, or ``?quarter=2015-16-q4``."""
    found = page.choose_page(
        request.actor.authority,
        quarter_asked_for(request),
        request.GET.get("locality", ""),
        request.GET.get("page", ""),
        ticked,
    )
    return render(request, "measures/corrections/correction_choose.html", {"page": found})


def _show_boxes(
    request: SignedInRequest, returns: list[Return], form: CorrectionForm
) -> HttpResponse:
    boxes = [
        (made, [one for one in form.boxes.values() if one.figure.return_made_id == made.pk])
        for made in returns
    ]
    context = {
        "form": form,
        "boxes": boxes,
        "answers": Answer.choices,
        "kinds": CorrectionKind.choices,
    }
    return render(request, "measures/corrections/correction_new.html", context)


def _load(request: SignedInRequest, pk: int) -> page.CorrectionPage:
    seen = page.corrections_seen(request.actor.authority)
    return page.correction_page(request.actor.authority, get_object_or_404(seen, pk=pk))


@signed_in
@require_safe
@consistent
def correction(request: SignedInRequest, pk: int) -> HttpResponse:
    """One correction: was, becomes, why, what it does, and the decision."""
    return _show(request, _load(request, pk))


def _show(
    request: SignedInRequest, found: page.CorrectionPage, form: PlainReasonForm | None = None
) -> HttpResponse:
    if form is None and found.decision:
        form = _decline_form(found.correction.pk)
    context = {"page": found, "form": form, "kinds": CorrectionKind.choices}
    return render(request, "measures/corrections/correction.html", context)


def _decline_form(pk: int, post: QueryDict | None = None) -> PlainReasonForm:
    return PlainReasonForm(
        post,
        label="Why it is declined",
        hint="The proposer sees this.",
        button="Decline it",
        action=reverse("correction-decline", args=[pk]),
        secondary=True,
    )


@signed_in
@post_only("correction")
def correction_countersign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let the correction take effect."""
    found = _load(request, pk)
    return answer_button(
        request,
        lambda: actions.countersign(
            found.correction, kind=clean(request.POST.get("kind", "")), by=request.actor
        ),
        page=reverse("correction", args=[pk]),
        done="The correction is countersigned: the figures are changed.",
        refusals=REFUSALS,
    )


@signed_in
@post_only("correction")
def correction_decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn the correction down, with a note."""
    found = _load(request, pk)
    require(request.actor.authority, MeasuresPermission.COUNTERSIGN)
    form = _decline_form(pk, request.POST)
    where = reverse("correction", args=[pk])
    return answer(
        request,
        form,
        lambda: actions.decline(
            found.correction, reason=form.cleaned_data["reason"], by=request.actor
        ),
        show=lambda: _show(request, found, form),
        done="The correction is declined: nothing is changed.",
        then=where,
        page=where,
    )


urlpatterns = [
    path("corrections/", corrections, name="corrections"),
    path("corrections/new/", correction_new, name="correction-new"),
    path("corrections/<int:pk>/", correction, name="correction"),
    path(
        "corrections/<int:pk>/countersign/", correction_countersign, name="correction-countersign"
    ),
    path("corrections/<int:pk>/decline/", correction_decline, name="correction-decline"),
]
