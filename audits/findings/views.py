"""Findings: written, changed, made an action of the plan."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from audits.findings import actions
from audits.findings.forms import FindingActionForm, FindingForm, as_typed
from audits.models import Finding, Indicator, Outcome, Round
from audits.permissions import AuditsPermission
from audits.plan.outcome_views import CLASH, show_form
from audits.plan.owner_choices import nameable
from audits.plan.pages.form import Differing, FormPage, differing
from audits.plan.pages.plan import current_plan
from audits.results.views import round_with_results
from audits.stale import StaleFinding
from audits.workflow import NotAllowed
from earlyhelp.core.pages.refusals import refuse, refuse_owners
from earlyhelp.core.pages.versions import use_version
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere

GET_OR_POST = ["GET", "HEAD", "POST"]


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _results_of(made: Round) -> str:
    return reverse("round-results", args=[made.code]) + "#findings"


def _page(
    made: Round,
    title: str,
    *,
    lead: str = "",
    clash: str = "",
    differing: Sequence[Differing] = (),
) -> FormPage:
    return FormPage(
        title,
        str(made),
        [("Results", reverse("round-results", args=[made.code]))],
        lead=lead,
        clash=clash,
        differing=differing,
    )


def _finding(request: SignedInRequest, pk: int) -> Finding:
    """A finding of a round whose results this person reads; "not found" otherwise."""
    finding = get_object_or_404(Finding.objects.select_related("round__tool"), pk=pk)
    finding.round = round_with_results(request, finding.round.code)
    return finding


@signed_in
@require_http_methods(GET_OR_POST)
def finding_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Write down something that a round found."""
    made = round_with_results(request, code)
    require_anywhere(request.asked.standing, [AuditsPermission.WRITE_FINDINGS])
    form = FindingForm(_posted(request), indicators=_asked(made))
    if form.is_valid() and not form.asks_about_words():
        try:
            actions.add_finding(
                made, form.found(), by=request.user, standing=request.asked.standing
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, "The finding is saved.")
            return redirect(_results_of(made))
    return show_form(request, _page(made, "Write a finding"), form)


def _asked(made: Round) -> list[Indicator]:
    return list(made.tool.indicators.all())


@signed_in
@require_http_methods(GET_OR_POST)
def finding_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words, tags or numbers for a finding."""
    finding = _finding(request, pk)
    require_anywhere(request.asked.standing, [AuditsPermission.WRITE_FINDINGS])
    asked = _asked(finding.round)
    form = FindingForm(_posted(request), indicators=asked, initial=as_typed(finding))
    about = _page(finding.round, "Change a finding")
    if not form.is_valid() or form.asks_about_words():
        return show_form(request, about, form)
    version = form.cleaned_data["version"]
    try:
        actions.change_finding(
            finding,
            form.found(),
            version=-1 if version is None else version,
            by=request.user,
            standing=request.asked.standing,
        )
    except StaleFinding as stale:
        use_version(form, stale.current.version)
        sides = _differing(stale.current, form, asked)
        about = _page(finding.round, "Change a finding", clash=CLASH, differing=sides)
    except ValidationError as wrong:
        refuse(form, wrong)
    else:
        messages.success(request, "The finding is saved.")
        return redirect(_results_of(finding.round))
    return show_form(request, about, form)


def _differing(theirs: Finding, form: FindingForm, asked: list[Indicator]) -> list[Differing]:
    """Where what they saved differs from what was typed."""
    mine = form.found()
    tags = {one.pk for one in theirs.indicators.all()}

    def names(ids: set[int]) -> str:
        return ", ".join(one.name for one in asked if one.pk in ids)

    return differing(
        ("Strength, or for improvement", theirs.get_kind_display(), mine.kind.label),
        ("What was found", theirs.text, mine.text),
        ("Indicators", names(tags), names({one.pk for one in mine.indicators})),
        ("Noted on so many cases", str(theirs.cases or ""), str(mine.cases or "")),
        ("Addressed to", theirs.agency, mine.agency),
        (
            "Recommends something",
            "Yes" if theirs.is_recommendation else "No",
            "Yes" if mine.is_recommendation else "No",
        ),
    )


@signed_in
@require_http_methods(GET_OR_POST)
def finding_to_action(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make an action of the current plan out of a finding."""
    finding = _finding(request, pk)
    require_anywhere(request.asked.standing, [AuditsPermission.KEEP_PLAN])
    plan = current_plan(request.asked.today)
    if plan is None:
        messages.info(request, "There is no action plan yet: make one first.")
        return redirect("actions")
    outcomes = {
        one.pk: one
        for one in Outcome.objects.filter(theme__plan=plan)
        .select_related("theme__plan")
        .order_by("theme__number", "number")
    }
    form = FindingActionForm(
        _posted(request),
        year=plan.financial_year,
        choices=nameable(request.asked.today),
        outcomes=[(pk, str(one)) for pk, one in outcomes.items()],
    )
    if form.can_be_saved() and form.timing is not None:
        said = form.cleaned_data
        try:
            made = actions.to_action(
                finding,
                outcomes[said["outcome"]],
                text=said["text"],
                timing=form.timing,
                owners=form.owners,
                rationale=said["rationale"],
                for_every_locality=said["for_every_locality"],
                by=request.user,
                standing=request.asked.standing,
            )
        except ValidationError as wrong:
            refuse_owners(form, wrong)
        else:
            messages.success(request, f"Action {made.ref} is made. {form.reading}.")
            return redirect(_results_of(finding.round))
    return show_form(request, _page(finding.round, "Make an action", lead=finding.text), form)


urlpatterns = [
    path("audits/rounds/<slug:code>/findings/new/", finding_new, name="finding-new"),
    path("audits/findings/<int:pk>/", finding_edit, name="finding-edit"),
    path("audits/findings/<int:pk>/action/", finding_to_action, name="finding-to-action"),
]
