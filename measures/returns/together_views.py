"""All of a person's returns of a quarter: filled in on one sheet, checked and submitted together.

Each is a return of its own all the same: its own transaction, version and record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import get_text_list
from django.views.decorators.http import require_http_methods, require_safe

from earlyhelp.core import clock
from earlyhelp.core.change import Stale
from earlyhelp.core.pages.forms import post_only
from earlyhelp.core.pages.posted import clean, version_of, whole_number
from earlyhelp.core.pages.saving import Tried, saved_and_not, try_save
from earlyhelp.core.pages.versioned_edit import show_conflict
from measures.access import quarter_or_404
from measures.models import Figure, Return
from measures.permissions import MeasuresPermission
from measures.returns import actions as entry
from measures.returns.access import entered_by
from measures.returns.actions import FiguresRefused
from measures.returns.earlier_figures import not_applicable_before
from measures.returns.forms import FiguresForm, of_one, prefix_of
from measures.returns.pages import check as check_page
from measures.returns.pages import fill_in as one_page
from measures.returns.pages import together as page
from measures.returns.pages.conflict import conflict_on_sheet
from measures.returns.pages.fill_in import Beside, offers_of
from measures.returns.pages.sheet import sheets_of
from measures.returns.pages.together import TEAMS_ON_A_SHEET, Filling
from measures.returns.status import changed_meanwhile, due_line, why_closed
from measures.workflow import NotAllowed
from teams.http import SignedInRequest, signed_in
from teams.permissions import Authority, Refused, require_anywhere


@dataclass(frozen=True)
class OtherSheet:
    """Another sheet of the same quarter, where there are more teams than fit on one."""

    words: str
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class NotSaved:
    """What was typed for a return that can no longer be changed."""

    team: str
    why: str
    typed: Sequence[tuple[str, str]]


def _theirs(request: SignedInRequest, slug: str) -> list[Return]:
    """The returns of a quarter that this person fills in; "not found" where there are none."""
    authority = request.actor.authority
    require_anywhere(authority, [MeasuresPermission.ENTER_FIGURES])
    found = entered_by(authority, quarter_or_404(slug))
    if not found:
        raise Http404("You fill in no returns of this quarter")
    return found


def _posted(request: SignedInRequest, theirs: Sequence[Return]) -> list[Return]:
    """Those of a person's returns that a page sent; "not found" where it sent none of theirs."""
    found = [made for made in theirs if f"{prefix_of(made)}version" in request.POST]
    if not found:
        raise Http404("None of these returns is yours to fill in")
    return found


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def fill_in(request: SignedInRequest, slug: str) -> HttpResponse:
    """The questions of all returns that can be filled in, teams across.

    POST saves what is valid of each, in a transaction of its own, and shows the rest as typed.
    """
    theirs = _theirs(request, slug)
    returns = [made for made in theirs if not why_closed(made)]
    if request.method == "POST":
        return _save(request, slug, _posted(request, theirs), returns)
    if not returns:
        messages.info(request, "All your returns of this quarter are submitted.")
        return redirect(f"{reverse('returns')}?quarter={slug}")
    if len(returns) == 1:
        return redirect("return-fill-in", pk=returns[0].pk)
    here = _on_this_sheet(request, returns)
    fillings = [Filling(sheet, FiguresForm(sheet.figures)) for sheet in sheets_of(here)]
    return _show(request, fillings, returns)


def _on_this_sheet(request: SignedInRequest, returns: Sequence[Return]) -> Sequence[Return]:
    """The returns of the sheet that the address asks for, or of the first."""
    number = whole_number(request.GET.get("sheet", "")) or 1
    first = (number - 1) * TEAMS_ON_A_SHEET
    return returns[first : first + TEAMS_ON_A_SHEET] or returns[:TEAMS_ON_A_SHEET]


def _show(
    request: SignedInRequest,
    fillings: Sequence[Filling],
    returns: Sequence[Return],
    *,
    used: str = "",
    not_saved: Sequence[NotSaved] = (),
) -> HttpResponse:
    authority = request.actor.authority
    made = fillings[0].made
    shown = page.together(
        fillings, _beside(authority, fillings, used), clock.now(), _submits(authority, returns)
    )
    context = {
        "page": shown,
        "quarter": shown.quarter,
        "due": due_line(made, request.actor.today),
        "others": _sheets(shown.quarter.slug, returns, made),
        "not_saved": not_saved,
        "saved_and_not": "" if used else saved_and_not(*(one.form for one in fillings)),
    }
    return render(request, "measures/returns/together.html", context)


def _beside(authority: Authority, fillings: Sequence[Filling], used: str = "") -> dict[int, Beside]:
    """What stands beside each return's questions; ``used`` is a code behind a prefix."""
    before = not_applicable_before([one.made for one in fillings])
    return {
        one.made.pk: Beside(
            offers_of(one.sheet, authority),
            before[one.made.pk],
            used.removeprefix(one.prefix) if used.startswith(one.prefix) else "",
        )
        for one in fillings
    }


def _submits(authority: Authority, returns: Sequence[Return]) -> frozenset[int]:
    scope = authority.scope(MeasuresPermission.SUBMIT)
    return frozenset(made.pk for made in returns if scope.covers(made.team_id, made.locality_id))


def _sheets(slug: str, returns: Sequence[Return], first: Return) -> list[OtherSheet]:
    """Where the other teams are, of whoever has more than fit on a sheet."""
    if len(returns) <= TEAMS_ON_A_SHEET:
        return []
    address, ids = reverse("returns-together", args=[slug]), [made.pk for made in returns]
    here = ids.index(first.pk) // TEAMS_ON_A_SHEET if first.pk in ids else -1
    found = []
    for number, start in enumerate(range(0, len(returns), TEAMS_ON_A_SHEET)):
        last = min(start + TEAMS_ON_A_SHEET, len(returns))
        words = f"Teams {start + 1} to {last}" if last > start + 1 else f"Team {last}"
        found.append(OtherSheet(words, f"{address}?sheet={number + 1}", number == here))
    return found


# -- saving ---------------------------------------------------------------------------------


def _save(
    request: SignedInRequest, slug: str, posted: Sequence[Return], returns: Sequence[Return]
) -> HttpResponse:
    """Save each return that was posted; one that somebody else changed is compared first."""
    fillings = _typed(request, posted)
    used = _press(request, fillings)
    if used:
        return _show(request, fillings, returns, used=used)
    tried = [(one, _try(request, one)) for one in fillings]
    for one, outcome in tried:
        if outcome.is_stale:
            return _show_conflict(request, one, fillings)
    lost = [_lost(one, outcome.why) for one, outcome in tried if outcome.why]
    if lost or any(one.is_wrong for one in fillings):
        return _show_unsaved(request, fillings, returns, lost)
    return _after_saving(request, slug, fillings)


def _typed(request: SignedInRequest, posted: Sequence[Return]) -> list[Filling]:
    return [
        Filling(sheet, FiguresForm(sheet.figures, of_one(request.POST, prefix_of(sheet.made))))
        for sheet in sheets_of(posted)
    ]


def _press(request: SignedInRequest, fillings: Sequence[Filling]) -> str:
    """Do what a button asks for; the prefix and code of the question whose box was filled."""
    used = ""
    for one in fillings:
        if why_closed(one.made):
            continue
        code = one_page.press(
            one.sheet,
            one.form,
            lambda one=one: _beside(request.actor.authority, [one])[one.made.pk],  # type: ignore[misc]
        )
        used = used if code is None else one.prefix + code
    return used


def _try(request: SignedInRequest, one: Filling) -> Tried[Return]:
    version = -1 if one.form.version is None else one.form.version
    return try_save(
        one.form,
        lambda: entry.save_valid(one.made, one.form.given, version=version, by=request.actor),
        request.user,
    )


def _show_conflict(
    request: SignedInRequest, stale: Filling, fillings: Sequence[Filling]
) -> HttpResponse:
    """Theirs and mine of one return, with everything typed in the others."""
    # The version is read before the figures: a save in between makes it stale, never unseen.
    current = Return.objects.for_pages().get(pk=stale.made.pk)
    figures = list(Figure.objects.of(current).select_related("entered_by"))
    others = {one.prefix: one.form for one in fillings if one is not stale}
    address = request.get_full_path()
    return show_conflict(request, conflict_on_sheet(current, figures, stale.form, others, address))


def _lost(one: Filling, why: str) -> NotSaved:
    """What was typed that is not what the return says."""
    typed = [
        (figure.item.name, box.value or box.note)
        for figure in one.sheet.figures
        if one.form.is_unsaved(figure) and (box := one.form.typed[figure.item_id])
    ]
    return NotSaved(str(one.made.team), why, typed)


def _show_unsaved(
    request: SignedInRequest,
    fillings: Sequence[Filling],
    returns: Sequence[Return],
    lost: Sequence[NotSaved],
) -> HttpResponse:
    """The sheet over what is saved now, with what is not as it was typed."""
    before = {one.made.pk: one.form for one in fillings}
    still = [made for made in entered_again(fillings) if not why_closed(made)]
    if not still:
        for gone in lost:
            messages.error(request, f"{gone.team} was not saved. {gone.why}")
        return redirect("returns")
    again = _typed(request, still)
    for one in again:
        saved = before[one.made.pk]
        one.form.with_errors_of(saved).was = saved.what_is_saved()
    return _show(request, again, returns, not_saved=lost)


def entered_again(fillings: Sequence[Filling]) -> list[Return]:
    """The same returns as they stand now."""
    found = Return.objects.for_pages().select_related("returned_by")
    return list(found.filter(pk__in=[one.made.pk for one in fillings]).in_order())


def _after_saving(request: SignedInRequest, slug: str, fillings: Sequence[Filling]) -> HttpResponse:
    """Where to go: away, or on to the check, by way of what has become unusual."""
    if request.POST.get("then") == "leave":
        teams = get_text_list([str(one.made.team) for one in fillings], "and")
        are = "is" if len(fillings) == 1 else "are"
        messages.success(request, f"{teams} {are} saved. Carry on when you like.")
        return redirect("home")
    if "confirm" in request.POST:
        _confirm(request, fillings)
        return redirect(request.get_full_path())
    for one in fillings:
        place = one_page.pressed_at(request.POST, one.prefix)
        if place:
            return redirect(f"{request.get_full_path()}#{place}")
    for one in fillings:
        asked = one_page.newly_asked(one.sheet, one.form.answers(), one.form.asked)
        if asked:
            return redirect(f"{request.get_full_path()}#{one.prefix}why-{asked[0]}")
    return redirect("returns-together-check", slug)


def _confirm(request: SignedInRequest, fillings: Sequence[Filling]) -> None:
    """Take the figures of an extract in one of the returns, as they stand after the save."""
    for made in entered_again(fillings):
        if str(made.pk) != request.POST["confirm"]:
            continue
        try:
            entry.confirm_figures(made, version=made.version, by=request.actor)
        except (NotAllowed, Stale) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"The figures of {made.team} are confirmed.")


# -- checking and submitting ----------------------------------------------------------------


@signed_in
@require_safe
def check(request: SignedInRequest, slug: str) -> HttpResponse:
    """All returns that can still be filled in: what is missing, what is unusual; submit them."""
    theirs = _theirs(request, slug)
    returns = [made for made in theirs if not why_closed(made)]
    if not returns:
        return redirect("returns-together-receipt", slug)
    return _show_check(request, returns, {})


def _show_check(
    request: SignedInRequest, returns: Sequence[Return], problems: Mapping[int, str]
) -> HttpResponse:
    """The page; ``problems`` are at the boxes for what was changed, by return id."""
    sheets = sheets_of(returns)
    responses = {made.pk: _response(request, made) for made in returns}
    submits = _submits(request.actor.authority, returns)
    context = {
        "page": check_page.checks(sheets, submits, responses, problems),
        "quarter": sheets[0].quarter,
        "due": due_line(returns[0], request.actor.today),
        "problems": [
            (f"{prefix_of(made)}response", f"{made.team}: {problems[made.pk]}")
            for made in returns
            if made.pk in problems
        ],
    }
    status = 409 if problems else 200
    return render(request, "measures/returns/together_check.html", context, status=status)


def _response(request: SignedInRequest, made: Return) -> str:
    return clean(request.POST.get(f"{prefix_of(made)}response", ""))


@signed_in
@post_only("returns-together-check")
def submit(request: SignedInRequest, slug: str) -> HttpResponse:
    """Submit each return that the page sent, on its own; what cannot be submitted is named."""
    posted = _posted(request, _theirs(request, slug))
    if len(_submits(request.actor.authority, posted)) < len(posted):
        raise Refused("You are not appointed to submit this team's return.")
    problems: dict[int, str] = {}
    for made in posted:
        version = version_of(request.POST[f"{prefix_of(made)}version"])
        try:
            entry.submit(
                made,
                version=-1 if version is None else version,
                by=request.actor,
                response=_response(request, made),
            )
        except ValidationError as refused:
            problems[made.pk] = refused.messages[0]
        except FiguresRefused:
            messages.error(request, f"{made.team} is not submitted: something in it is missing.")
        except Stale as stale:
            why = changed_meanwhile(stale.current, request.user)
            messages.error(request, f"{made.team} is not submitted. {why}")
        except NotAllowed as refusal:
            messages.error(request, f"{made.team} is not submitted: {refusal}")
    if problems:
        left = [made for made in _theirs(request, slug) if not why_closed(made)]
        return _show_check(request, left, problems)
    return redirect("returns-together-receipt", slug)


@signed_in
@require_safe
def receipt(request: SignedInRequest, slug: str) -> HttpResponse:
    """What is submitted of a person's returns of a quarter, and what is left to do."""
    theirs = _theirs(request, slug)
    authority = request.actor.authority
    found = check_page.receipts(theirs, request.actor)
    context = {
        "quarter": theirs[0].quarter.quarter,
        "receipts": [found[made.pk] for made in theirs if made.pk in found],
        "number": len(theirs),
        "still": check_page.still_to_do(theirs, authority),
        "mine": True,
    }
    return render(request, "measures/returns/together_receipt.html", context)


urlpatterns = [
    path("returns/<slug:slug>/together/", fill_in, name="returns-together"),
    path("returns/<slug:slug>/together/check/", check, name="returns-together-check"),
    path("returns/<slug:slug>/together/submit/", submit, name="returns-together-submit"),
    path("returns/<slug:slug>/together/receipt/", receipt, name="returns-together-receipt"),
]
