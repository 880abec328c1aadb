"""The cases of a round: by hand, pasted, from a file, drawn at random."""

import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from audits.models import Round, SampledCase
from audits.rounds import actions
from audits.rounds.case_forms import AddCasesForm, CasesFileForm, DrawAgainForm, DrawForm
from audits.rounds.case_list import CaseLine, Listed, read_list
from audits.rounds.exchange import read_file
from audits.rounds.pages import draw as drawn
from audits.rounds.pages.listed_cases import cases_in, preview
from audits.rounds.views import GET_OR_POST, planned_round, posted
from audits.workflow import NotAllowed, RoundState
from earlyhelp.core.pages.refusals import refuse
from teams.http import SignedInRequest, signed_in
from teams.models import Team
from teams.personal_data import ReasonForm

KEPT_SECONDS = 30 * 60
ERRORS_SHOWN = 50


@dataclass(frozen=True)
class KeptFile:
    """A file that waits to be confirmed, for one round."""

    name: str
    content: bytes
    team: str


def _teams() -> tuple[set[str], dict[str, str]]:
    """The teams' codes, and what leads from a name in lower case to its code; one query."""
    found = list(Team.objects.values_list("code", "name"))
    return {code for code, _ in found}, {name.casefold(): code for code, name in found}


def _read(text: str, team: str) -> Listed:
    codes, names = _teams()
    return read_list(text, codes, team=team, names=names)


def _refuse_lines(form: forms.Form, name: str, errors: tuple[str, ...]) -> None:
    """Say what is wrong with the lines at their box, as many as a page can take."""
    shown = list(errors[:ERRORS_SHOWN])
    if len(errors) > ERRORS_SHOWN:
        shown.append(f"And {len(errors) - ERRORS_SHOWN:,} more lines")
    form.add_error(name, ValidationError(shown))


def _no_longer_planned(request: SignedInRequest, made: Round) -> HttpResponse | None:
    """Cases come and go while a round is being planned; later its page says why not."""
    if request.method == "POST" or made.state == RoundState.PLANNING:
        return None
    messages.info(request, "This round was opened, so its cases stay as they are.")
    return redirect("round", code=made.code)


@signed_in
@require_http_methods(GET_OR_POST)
def round_add_cases(request: SignedInRequest, code: str) -> HttpResponse:
    """Cases typed or pasted, one a line; all of them or none."""
    made = planned_round(request, code)
    away = _no_longer_planned(request, made)
    if away:
        return away
    form = AddCasesForm(posted(request))
    if form.is_valid():
        listed = _read(form.cleaned_data["cases"], form.team_code)
        if listed.errors:
            _refuse_lines(form, "cases", listed.errors)
        elif _added(request, made, listed.cases, lambda wrong: refuse(form, wrong)):
            return redirect("round", code=code)
    return render(request, "audits/rounds/round_add_cases.html", _listing(made, form))


def _listing(made: Round, form: forms.Form) -> dict[str, object]:
    return {"form": form, "made": made, "teams": Team.objects.select_related("locality")}


def _added(
    request: SignedInRequest,
    made: Round,
    lines: tuple[CaseLine, ...],
    say: Callable[[Exception], None],
) -> bool:
    """Add the lines to the sample, or ``say`` why not."""
    try:
        cases = actions.add_cases(made, lines, by=request.actor)
    except (ValidationError, NotAllowed) as wrong:
        say(wrong)
        return False
    messages.success(request, f"{cases_in(len(cases)).capitalize()} added. Allocate them next.")
    return True


def _key(request: SignedInRequest, made: Round, token: str) -> str:
    return f"round-cases:{request.user.pk}:{made.pk}:{token}"


@signed_in
@require_http_methods(GET_OR_POST)
def round_load_cases(request: SignedInRequest, code: str) -> HttpResponse:
    """Take a file of cases and show what it would add, or everything that is wrong with it."""
    made = planned_round(request, code)
    away = _no_longer_planned(request, made)
    if away:
        return away
    form = CasesFileForm(posted(request), request.FILES if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "audits/rounds/round_load_cases.html", {"form": form, "made": made})
    file = form.cleaned_data["file"]
    kept = KeptFile(file.name, file.read(), form.team_code)
    listed = _read_kept(kept)
    if listed.errors:
        _refuse_lines(form, "file", listed.errors)
        return render(request, "audits/rounds/round_load_cases.html", {"form": form, "made": made})
    token = secrets.token_urlsafe(16)
    cache.set(_key(request, made, token), kept, KEPT_SECONDS)
    context = {"made": made, "page": preview(made, kept.name, listed.cases), "token": token}
    return render(request, "audits/rounds/round_load_preview.html", context)


def _read_kept(kept: KeptFile) -> Listed:
    codes, names = _teams()
    return read_file(io.BytesIO(kept.content), kept.name, codes, team=kept.team, names=names)


@signed_in
@require_POST
def round_load_confirm(request: SignedInRequest, code: str) -> HttpResponse:
    """Add the cases of the file that was looked at; read again, all of them or none."""
    made = planned_round(request, code)
    key = _key(request, made, request.POST.get("token", "")[:64])
    kept: KeptFile | None = cache.get(key)
    if kept is None:
        messages.warning(request, "That file is no longer here. Choose it again.")
        return redirect("round-load-cases", code=code)
    listed = _read_kept(kept)
    problems = list(listed.errors[:ERRORS_SHOWN])
    if not problems and _added(
        request, made, listed.cases, lambda wrong: problems.extend(_sentences(wrong))
    ):
        cache.delete(key)
        return redirect("round", code=code)
    context = {
        "form": CasesFileForm(),
        "made": made,
        "problems": [("", sentence) for sentence in problems],
    }
    return render(request, "audits/rounds/round_load_cases.html", context)


def _sentences(wrong: Exception) -> list[str]:
    return wrong.messages if isinstance(wrong, ValidationError) else [str(wrong)]


@signed_in
@require_http_methods(GET_OR_POST)
def round_draw(request: SignedInRequest, code: str) -> HttpResponse:
    """Draw cases by lot from a pasted list; there is no looking first, so that it stays fair."""
    made = planned_round(request, code)
    away = _no_longer_planned(request, made)
    if away:
        return away
    form = DrawForm(posted(request))
    if form.is_valid():
        listed = _read(form.cleaned_data["cases"], form.team_code)
        if listed.errors:
            _refuse_lines(form, "cases", listed.errors)
        else:
            try:
                kept, cases = actions.draw_cases(
                    made,
                    listed.cases,
                    count=form.cleaned_data["count"],
                    by=request.actor,
                )
            except (ValidationError, NotAllowed) as wrong:
                refuse(form, wrong)
            else:
                messages.success(
                    request,
                    f"{cases_in(len(cases)).capitalize()} drawn from {kept.population:,} "
                    "and added to the round.",
                )
                return redirect("round-draw-check", code=code, pk=kept.pk)
    return render(request, "audits/rounds/round_draw.html", _listing(made, form))


@signed_in
@require_http_methods(GET_OR_POST)
def round_draw_check(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """What was kept of a draw. POST draws from the list again and compares; nothing is kept."""
    made = planned_round(request, code)
    kept = get_object_or_404(made.draws.select_related("drawn_by"), pk=pk)
    form = DrawAgainForm(posted(request))
    compared = None
    if form.is_valid():
        codes, names = _teams()
        listed = read_list(form.cleaned_data["cases"], codes, names=names)
        if listed.errors:
            _refuse_lines(form, "cases", listed.errors)
        else:
            compared = drawn.compare(kept, [line.number for line in listed.cases])
    context = {"made": made, "page": drawn.draw_page(kept), "form": form, "compared": compared}
    return render(request, "audits/rounds/round_draw_check.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def round_case_remove(request: SignedInRequest, code: str, serial: int) -> HttpResponse:
    """Take a case out of the sample, with a reason."""
    made = planned_round(request, code)
    case = get_object_or_404(
        SampledCase.objects.select_related("round", "team"), round=made, serial=serial
    )
    away = _no_longer_planned(request, made)
    if away:
        return away
    form = ReasonForm(
        posted(request),
        label="Why it is taken out",
        hint="Kept on record. No names of families or children.",
        button=f"Take {case} out",
    )
    if form.is_valid() and not form.asks_about_words():
        try:
            actions.remove_case(
                case,
                reason=form.cleaned_data["reason"],
                by=request.actor,
            )
        except (ValidationError, NotAllowed) as wrong:
            refuse(form, wrong)
        else:
            messages.success(request, f"{case} is taken out of the round.")
            return redirect("round", code=code)
    context = {"form": form, "made": made, "case": case}
    return render(request, "audits/rounds/round_case_remove.html", context)


urlpatterns = [
    path("audits/rounds/<slug:code>/cases/add/", round_add_cases, name="round-add-cases"),
    path("audits/rounds/<slug:code>/cases/load/", round_load_cases, name="round-load-cases"),
    path(
        "audits/rounds/<slug:code>/cases/load/confirm/",
        round_load_confirm,
        name="round-load-confirm",
    ),
    path("audits/rounds/<slug:code>/cases/draw/", round_draw, name="round-draw"),
    path("audits/rounds/<slug:code>/draws/<int:pk>/", round_draw_check, name="round-draw-check"),
    path(
        "audits/rounds/<slug:code>/cases/<int:serial>/remove/",
        round_case_remove,
        name="round-case-remove",
    ),
]
