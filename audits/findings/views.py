"""Findings: written, changed, made an action of the plan."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse

from audits.findings import actions
from audits.findings.forms import ChangeFindingForm, FindingActionForm, FindingForm, as_typed
from audits.models import Finding, Indicator, Round
from audits.permissions import AuditsPermission
from audits.plan.access import current_plan
from audits.plan.models import Outcome
from audits.plan.owner_choices import nameable
from audits.plan.permissions import PlanPermission
from audits.results.access import round_with_results
from earlyhelp.core.pages.form_page import FormPage
from earlyhelp.core.pages.forms import answer, get_or_post, posted
from earlyhelp.core.pages.versioned_edit import edit
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere


def _results_of(audit_round: Round) -> str:
    return reverse("round-results", args=[audit_round.code]) + "#findings"


def _page(audit_round: Round, title: str, lead: str = "") -> FormPage:
    crumbs = [("Results", reverse("round-results", args=[audit_round.code]))]
    return FormPage(title, str(audit_round), crumbs, lead)


def _finding(request: SignedInRequest, pk: int) -> Finding:
    """A finding of a round whose results this person reads; "not found" otherwise."""
    finding = get_object_or_404(Finding.objects.select_related("round__tool"), pk=pk)
    finding.round = round_with_results(request.actor.authority, finding.round.code)
    return finding


def _asked(audit_round: Round) -> list[Indicator]:
    return list(audit_round.tool.indicators.all())


@signed_in
@get_or_post
def finding_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Write down something that a round found."""
    audit_round = round_with_results(request.actor.authority, code)
    require_anywhere(request.actor.authority, [AuditsPermission.WRITE_FINDINGS])
    form = FindingForm(posted(request), indicators=_asked(audit_round))
    page = _page(audit_round, "Write a finding")
    return answer(
        request,
        form,
        lambda: actions.add_finding(audit_round, form.found(), by=request.actor),
        show=lambda: page.show(request, form),
        done="The finding is saved.",
        then=_results_of(audit_round),
    )


@signed_in
@get_or_post
def finding_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Other words, tags or numbers for a finding."""
    finding = _finding(request, pk)
    require_anywhere(request.actor.authority, [AuditsPermission.WRITE_FINDINGS])
    asked = _asked(finding.round)
    form = ChangeFindingForm(posted(request), indicators=asked, initial=as_typed(finding))
    page = _page(finding.round, "Change a finding")
    return edit(
        request,
        form,
        lambda: actions.change_finding(
            finding, form.found(), version=form.cleaned_data["version"], by=request.actor
        ),
        row=finding,
        initial=as_typed,
        caption=page.caption,
        crumbs=page.crumbs,
        show=lambda: page.show(request, form),
        done="The finding is saved.",
        then=_results_of(finding.round),
        saved_by=lambda row: str(row.written_by),
    )


@signed_in
@get_or_post
def finding_to_action(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make an action of the current plan out of a finding."""
    finding = _finding(request, pk)
    require_anywhere(request.actor.authority, [PlanPermission.KEEP_PLAN])
    plan = current_plan(request.actor.today)
    if plan is None:
        messages.info(request, "There is no action plan yet: make one first.")
        return redirect("actions")
    outcomes = Outcome.objects.filter(theme__plan=plan).select_related("theme__plan")
    form = FindingActionForm(
        posted(request),
        year=plan.financial_year,
        today=request.actor.today,
        choices=nameable(request.actor.today),
        outcomes=outcomes.order_by("theme__number", "number"),
    )
    page = _page(finding.round, "Make an action", finding.text)
    return answer(
        request,
        form,
        lambda: actions.to_action(
            finding,
            form.cleaned_data["outcome"],
            text=form.cleaned_data["text"],
            timing=form.the_timing,
            owners=form.owners,
            rationale=form.cleaned_data["rationale"],
            for_every_locality=form.cleaned_data["for_every_locality"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done=lambda action: f"Action {action.ref} is made. {form.reading}.",
        then=_results_of(finding.round),
    )


urlpatterns = [
    path("audits/rounds/<slug:code>/findings/new/", finding_new, name="finding-new"),
    path("audits/findings/<int:pk>/", finding_edit, name="finding-edit"),
    path("audits/findings/<int:pk>/action/", finding_to_action, name="finding-to-action"),
]
