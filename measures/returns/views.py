"""A team's quarter: fill in, see who else did, confirm an extract, check, submit, receipt."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_safe

from earlyhelp.core import clock
from earlyhelp.core.change import Stale
from earlyhelp.core.pages.forms import post_only
from earlyhelp.core.pages.posted import posted_version
from earlyhelp.core.pages.saving import answer_save, is_autosave, saved_and_not
from earlyhelp.core.pages.versioned_edit import show_conflict
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission, on_return
from measures.returns import actions as entry
from measures.returns.access import entered_by, figures_of, seen_return
from measures.returns.actions import FiguresRefused
from measures.returns.earlier_figures import not_applicable_before
from measures.returns.forms import FiguresForm, as_it_is, write_snapshot
from measures.returns.pages import check as check_page
from measures.returns.pages import fill_in as page
from measures.returns.pages.conflict import conflict
from measures.returns.pages.fill_in import Beside, offers_of
from measures.returns.pages.sheet import Sheet, sheet_of
from measures.returns.status import changed_meanwhile, due_line, ready_line, why_closed
from measures.workflow import NotAllowed
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused

NOT_READY = "This return is not ready: see what is still missing."


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in(request: SignedInRequest, pk: int) -> HttpResponse:
    """The questions of a return. POST saves what is valid, and shows the rest as it was typed.

    With ``use`` it only puts an offered number into its box. ``again`` and ``not-provided`` answer
    questions without a number, and save with everything else.
    """
    made = seen_return(request.actor.authority, pk)
    if not on_return(request.actor.authority, MeasuresPermission.ENTER_FIGURES, made):
        raise Refused("You are not appointed to enter figures for this team.")
    if request.method == "POST":
        return _save(request, made)
    closed = why_closed(made)
    if closed:
        messages.info(request, closed)
        return redirect("return", pk=pk)
    sheet = sheet_of(made)
    return _show_form(request, sheet, FiguresForm(sheet.figures))


def _beside(request: SignedInRequest, sheet: Sheet, used: str = "") -> Beside:
    before = not_applicable_before([sheet.made])[sheet.made.pk]
    return Beside(offers_of(sheet, request.actor.authority), before, used)


def _show_form(
    request: SignedInRequest, sheet: Sheet, form: FiguresForm, *, used: str = "", was: str = ""
) -> HttpResponse:
    """The page; ``was`` is what it brings back, where that is not what it came with."""
    made = sheet.made
    context = {
        "made": made,
        "page": page.fill_in(sheet, form, clock.now(), _beside(request, sheet, used)),
        "due": due_line(made, request.actor.today),
        "version": made.version if form.version is None else form.version,
        "was": was or write_snapshot(as_it_is(sheet.figures) if form.was is None else form.was),
        "saved_and_not": ""
        if used
        else saved_and_not(form),  # an offer that is taken saves nothing
        "may_submit": on_return(request.actor.authority, MeasuresPermission.SUBMIT, made),
    }
    return render(request, "measures/returns/fill_in.html", context)


def _save(request: SignedInRequest, made: Return) -> HttpResponse:
    form = FiguresForm(figures_of(made), request.POST)
    if not why_closed(made) and not is_autosave(request):
        sheet = sheet_of(made)
        used = page.press(sheet, form, lambda: _beside(request, sheet))
        if used is not None:
            return _show_form(request, sheet, form, used=used)
    return answer_save(
        request,
        form,
        lambda: entry.save_valid(
            made, form.given, version=posted_version(request), by=request.actor
        ),
        show=lambda _: _show_unsaved(request, made, form),
        then=lambda saved: _after_saving(request, form, saved),
        conflict=lambda: _show_conflict(request, made, form),
        locked=lambda why: _show_conflict(request, made, form, locked=why),
    )


def _show_unsaved(request: SignedInRequest, made: Return, saved: FiguresForm) -> HttpResponse:
    """The page over what is saved now, with what is not as it was typed."""
    sheet = sheet_of(made)
    form = FiguresForm(sheet.figures, request.POST).with_errors_of(saved)
    return _show_form(request, sheet, form, was=saved.snapshot())


def _after_saving(request: SignedInRequest, form: FiguresForm, saved: Return) -> HttpResponse:
    """Where to go: away, or on to the check, by way of what has become unusual."""
    then, pk = request.POST.get("then"), saved.pk
    if form.group_errors:
        return _show_unsaved(request, saved, form)
    if then == "leave":
        messages.success(request, f"{saved.team} is saved. Carry on when you like.")
        return redirect("home")
    if then == "confirm":
        try:
            entry.confirm_figures(saved, version=saved.version, by=request.actor)
        except (NotAllowed, Stale) as refusal:
            messages.error(request, str(refusal))
            return redirect("return", pk=pk)
        messages.success(request, "The figures from the extract are confirmed.")
        return redirect("return-fill-in", pk=pk)
    stays_at = page.pressed_at(request.POST)
    if not stays_at:
        asked = page.newly_asked(sheet_of(saved), form.answers(), form.asked)
        stays_at = f"why-{asked[0]}" if asked else ""
    if stays_at:
        return redirect(f"{reverse('return-fill-in', args=[pk])}#{stays_at}")
    return redirect("return-check", pk=pk)


def _show_conflict(
    request: HttpRequest, made: Return, form: FiguresForm, *, locked: str = ""
) -> HttpResponse:
    """Theirs and mine, with everything typed; ``locked`` says why nothing can be saved any more."""
    # The version is read before the figures: a save in between makes it stale, never unseen.
    current = Return.objects.for_pages().get(pk=made.pk)
    figures = list(Figure.objects.of(current).select_related("entered_by"))
    return show_conflict(request, conflict(current, figures, form, locked=locked))


@signed_in
@post_only("return-check")
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """The manager takes the figures of an extract as the team's own."""
    made = seen_return(request.actor.authority, pk)
    try:
        entry.confirm_figures(
            made,
            version=posted_version(request),
            by=request.actor,
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("return", pk=pk)
    except Stale as stale:
        messages.error(request, changed_meanwhile(stale.current, request.user))
    else:
        messages.success(request, "The figures from the extract are confirmed.")
    return redirect("return-check", pk=pk)


@signed_in
@require_safe
def check(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every answer on one page before it is submitted, and what is still missing."""
    made = seen_return(request.actor.authority, pk)
    authority = request.actor.authority
    if not on_return(authority, MeasuresPermission.ENTER_FIGURES, made):
        raise Refused("You are not appointed to enter figures for this team.")
    closed = why_closed(made)
    if closed:
        messages.info(request, closed)
        return redirect("return", pk=pk)
    return _show_check(request, made)


def _show_check(
    request: SignedInRequest, made: Return, *, response: str = "", problem: str = "", box: str = ""
) -> HttpResponse:
    """The page; ``box`` is what a problem is about, if it is about one."""
    shown = check_page.check(sheet_of(made))
    may_submit = on_return(request.actor.authority, MeasuresPermission.SUBMIT, made)
    may_say_ready = not may_submit and shown.is_filled_in and made.ready_at is None
    context = {
        "made": made,
        "page": shown,
        "due": due_line(made, request.actor.today),
        "ready": ready_line(made),
        "may_submit": may_submit,
        "may_say_ready": may_say_ready,
        "response": response,
        "problems": [(box, problem)] if problem else [],
        "problem_at_response": problem if box else "",
    }
    if may_say_ready:
        told = [str(one) for one in entry.managers_of(made, request.actor.today)]
        context["managers"] = get_text_list(told, "and")
        context["managers_are"] = "is" if len(told) == 1 else "are"
        context["managers_see"] = "sees" if len(told) == 1 else "see"
    return render(request, "measures/returns/check.html", context, status=409 if problem else 200)


@signed_in
@post_only("return-check")
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Submit a complete return; the same submission again leads to the same receipt."""
    made = seen_return(request.actor.authority, pk)
    response = request.POST.get("response", "").replace("\x00", "")
    try:
        entry.submit(
            made,
            version=posted_version(request),
            by=request.actor,
            response=response,
        )
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("return", pk=pk)
    except Stale as stale:
        current = seen_return(request.actor.authority, stale.current.pk)
        problem = changed_meanwhile(current, request.user)
        return _show_check(request, current, response=response, problem=problem)
    except FiguresRefused:
        problem = "This return cannot be submitted yet: see what is still missing."
        return _show_check(request, made, response=response, problem=problem)
    except ValidationError as refused:
        return _show_check(request, made, problem=refused.messages[0], box="response")
    return redirect("return-receipt", pk=pk)


@signed_in
@post_only("return-check")
def ready(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whoever fills in a return and does not submit it tells the manager that it is ready."""
    made = seen_return(request.actor.authority, pk)
    try:
        entry.say_ready(made, version=posted_version(request), by=request.actor)
    except (NotAllowed, Stale, FiguresRefused) as refusal:
        is_missing = isinstance(refusal, FiguresRefused)
        messages.error(request, NOT_READY if is_missing else str(refusal))
    else:
        messages.success(request, f"{made.team}: the team manager is told that it is ready.")
    return redirect("return-check", pk=pk)


@signed_in
@require_safe
def receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was submitted, when and by whom, and what happens next."""
    made = seen_return(request.actor.authority, pk)
    found = check_page.receipts([made], request.actor).get(pk)
    if found is None:
        return redirect("return", pk=pk)
    authority = request.actor.authority
    theirs = entered_by(authority, made.quarter.quarter)
    still = check_page.still_to_do(theirs, authority)
    context = {"made": made, "receipt": found, "still": still, "mine": bool(theirs)}
    return render(request, "measures/returns/receipt.html", context)


urlpatterns = [
    path("returns/<int:pk>/fill-in/", fill_in, name="return-fill-in"),
    path("returns/<int:pk>/confirm/", confirm, name="return-confirm"),
    path("returns/<int:pk>/check/", check, name="return-check"),
    path("returns/<int:pk>/submit/", submit, name="return-submit"),
    path("returns/<int:pk>/ready/", ready, name="return-ready"),
    path("returns/<int:pk>/receipt/", receipt, name="return-receipt"),
]
