"""What an outcome aims at: a level of a measure, added, changed, removed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from audits.models import Aim, Outcome
from audits.permissions import AuditsPermission
from audits.plan import actions
from audits.plan.forms import AimForm, ChangeAimForm
from audits.plan.outcome_views import CLASH, crumbs_of, outcome_of, show_form, years_around
from audits.plan.pages.aims import aim_typed, in_words
from audits.plan.pages.form import FormPage, differing
from audits.stale import StaleAim
from audits.workflow import NotAllowed
from earlyhelp.core.pages.refusals import refuse
from measures.models import Measure
from teams.http import SignedInRequest, signed_in
from teams.models import Council, Locality
from teams.permissions import require, require_anywhere
from teams.personal_data import ReasonForm
from teams.quarters import FinancialYear

_OVER = "This aim no longer holds: it was changed or removed."


def _choices(outcome: Outcome, *also: int) -> dict[str, Any]:
    """What an aim is chosen from; ``also`` are years beside those around the plan's."""
    city = Council.objects.values_list("area_name", flat=True).first() or "The city"
    years = {one.start for one in years_around(outcome.theme.plan.year)} | set(also)
    return {
        "measures": [(one.pk, one.name) for one in Measure.objects.order_by("position", "code")],
        "localities": [(one.pk, one.name) for one in Locality.objects.all()],
        "city": city,
        "years": [FinancialYear(one) for one in sorted(years)],
    }


def _said(form: AimForm) -> dict[str, Any]:
    """The aim that was typed, as the actions take it."""
    said = form.cleaned_data
    where = said["locality"]
    return {
        "measure": Measure.objects.get(pk=said["measure"]),
        "year": FinancialYear(said["year"]),
        "level": said["level"],
        "start": said["start"],
        "locality": Locality.objects.get(pk=where) if where is not None else None,
    }


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def aim_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome aim at a level of a measure."""
    outcome = outcome_of(request, pk)
    standing = request.asked.standing
    require(standing, AuditsPermission.KEEP_PLAN)
    form = AimForm(
        request.POST if request.method == "POST" else None,
        initial={"year": outcome.theme.plan.year},
        **_choices(outcome),
    )
    if form.is_valid():
        try:
            actions.add_aim(outcome, **_said(form), by=request.user, standing=standing)
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"Outcome {outcome.ref} aims at a measure now.")
            return redirect("plan", year=outcome.theme.plan.year)
    return show_form(request, _page(outcome, "aim at a measure", outcome.text), form)


def _page(outcome: Outcome, title: str, lead: str, **also: Any) -> FormPage:
    return FormPage(
        f"Outcome {outcome.ref}: {title}",
        str(outcome.theme),
        crumbs_of(outcome.theme.plan),
        lead=lead,
        **also,
    )


def _aim_of(request: SignedInRequest, pk: int) -> Aim:
    """An aim, for whoever keeps the plan; "not found" for one that there is not."""
    require_anywhere(request.asked.standing, [AuditsPermission.SEE_PLAN])
    aims = Aim.objects.select_related("outcome__theme__plan", "measure", "locality")
    found = get_object_or_404(aims, pk=pk)
    require(request.asked.standing, AuditsPermission.KEEP_PLAN)
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def aim_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome aim at something else instead; the old aim is kept with the reason."""
    aim = _aim_of(request, pk)
    outcome = aim.outcome
    choices = _choices(outcome, aim.year)
    here = reverse("aim-edit", args=[pk])
    page = _page(outcome, "change what it aims at", outcome.text)
    if request.method != "POST":
        if aim.ended_at is not None:
            messages.info(request, _OVER)
            return redirect("plan", year=outcome.theme.plan.year)
        form = ChangeAimForm(initial=aim_typed(aim), action=here, **choices)
        return show_form(request, page, form)
    form = ChangeAimForm(request.POST, action=here, **choices)
    if not form.is_valid() or form.asks_about_words():
        return show_form(request, page, form)
    said = _said(form)
    try:
        actions.change_aim(
            aim,
            **said,
            reason=form.cleaned_data["reason"],
            by=request.user,
            standing=request.asked.standing,
        )
    except StaleAim as stale:
        # What was typed goes to the aim that holds now, so that it can be sent again.
        form.helper.form_action = reverse("aim-edit", args=[stale.current.pk])
        mine = Aim(measure=said["measure"], locality=said["locality"], year=said["year"].start)
        mine.start, mine.level = said["start"], said["level"]
        sides = differing(("What it aims at", in_words(stale.current), in_words(mine)))
        page = _page(outcome, "change what it aims at", outcome.text, clash=CLASH, differing=sides)
        return show_form(request, page, form)
    except (NotAllowed, ValidationError) as wrong:
        refuse(form, wrong)
        return show_form(request, page, form)
    messages.success(request, f"What outcome {outcome.ref} aims at is saved.")
    return redirect("plan", year=outcome.theme.plan.year)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def aim_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have an outcome no longer aim at something; the aim stays on record with the reason."""
    aim = _aim_of(request, pk)
    outcome = aim.outcome
    year = outcome.theme.plan.year
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        label="Why it is no longer aimed at",
        hint="The aim stays on record, with this beside it.",
        button="Remove the aim",
    )
    if request.method != "POST" and aim.ended_at is not None:
        messages.info(request, _OVER)
        return redirect("plan", year=year)
    if form.is_valid() and not form.asks_about_words():
        try:
            actions.remove_aim(
                aim,
                reason=form.cleaned_data["reason"],
                by=request.user,
                standing=request.asked.standing,
            )
        except StaleAim as stale:
            messages.warning(request, f"{stale} It is now: {in_words(stale.current)}.")
            return redirect("plan", year=year)
        except ValidationError as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"Outcome {outcome.ref} no longer aims at it.")
            return redirect("plan", year=year)
    return show_form(request, _page(outcome, "remove an aim", in_words(aim)), form)


urlpatterns = [
    path("actions/outcomes/<int:pk>/aims/new/", aim_new, name="aim-new"),
    path("actions/aims/<int:pk>/edit/", aim_edit, name="aim-edit"),
    path("actions/aims/<int:pk>/remove/", aim_remove, name="aim-remove"),
]
