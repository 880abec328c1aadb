"""A head of service's review: the queue, a return with its history, the decision; reminders."""

from collections.abc import Collection, Mapping

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.change import Stale, refuse
from earlyhelp.core.consistent_read import consistent
from earlyhelp.core.pages.forms import answer, answer_button, post_only, posted
from earlyhelp.core.pages.once import once
from earlyhelp.core.pages.posted import version_of, whole_number
from earlyhelp.core.pages.stale import stale_sentence
from earlyhelp.core.pages.wording import number_of
from measures.models import Return
from measures.permissions import MeasuresPermission, returns_seen, review_scope, reviews
from measures.returns.access import seen_return
from measures.review import actions as review
from measures.review.forms import BackToTeamForm
from measures.review.pages import ReviewPage, review_page
from measures.review.queue import Queue, queue
from measures.review.reminders import owed_page
from measures.review.signing import signing
from measures.workflow import NotAllowed, ReturnAct
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require_anywhere

LOOK_AGAIN = "Look at it again before you decide."
CHANGED_MEANWHILE = f"{Return.stale_message} {LOOK_AGAIN}"
NONE_TICKED = "Tick the returns that you sign off"
NOBODY_TICKED = "Tick the returns that you want to remind teams of"


def _require_reviewing(request: SignedInRequest) -> None:
    verbs = MeasuresPermission
    require_anywhere(
        request.actor.authority, [verbs.REVIEW, verbs.SIGN_CITY_WIDE, verbs.SIGN_INSTEAD]
    )


@signed_in
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """What waits for this reviewer."""
    _require_reviewing(request)
    context = {"queue": queue(request.actor.authority, request.actor.today)}
    return render(request, "measures/review/review_queue.html", context)


@signed_in
@post_only("review-queue")
def sign_together(request: SignedInRequest) -> HttpResponse:
    """Sign off the returns that were ticked, each by itself; what moved meanwhile is left.

    It has no transaction around it: what one of them refuses takes nothing back of the others.
    Sent again it signs nothing twice.
    """
    _require_reviewing(request)
    versions = _ticked(request)
    returns = _of_these(request, versions)
    whose = signing(returns, request.actor.today)
    for made in returns:
        refuse(whose[made.pk].why_not_return(request.actor.authority))
    if not returns:
        messages.warning(request, NONE_TICKED)
        return redirect("review-queue")
    signed, left = 0, []
    for made in returns:
        try:
            version = versions[made.pk]
            review.sign_off(made, version=version, by=request.actor, together=len(returns))
            signed += 1
        except Stale:
            left.append(f"{made.team} changed while you were reading, so it was left.")
        except (NotAllowed, Refused) as why:
            left.append(f"{made.team} was left. {why}")
    if signed:
        together = " together" if signed > 1 else ""
        messages.success(request, f"You signed off {number_of(signed, 'return')}{together}.")
    for sentence in left:
        messages.warning(request, sentence)
    return redirect("review-queue")


def _ticked(request: SignedInRequest) -> dict[int, int]:
    """The versions of the returns that were ticked, by id."""
    found = {}
    for key in request.POST.getlist("return"):
        pk, _, version = (whole_number(part) or 0 for part in key.partition("-"))
        if not pk:
            raise BadRequest("The form came without its version")
        found[pk] = version
    return found


def _of_these(request: SignedInRequest, ids: Collection[int]) -> list[Return]:
    """The returns of a list that this person reviews; "not found" where one is not."""
    within = Return.objects.within(review_scope(request.actor.authority))
    returns = list(within.filter(pk__in=ids).for_pages().in_order())
    if len(returns) != len(ids):
        raise Http404("There is no such return")
    return returns


def _load(request: SignedInRequest, pk: int) -> Return:
    """A return that this person sees (404 otherwise) and reviews (403 otherwise)."""
    made = seen_return(request.actor.authority, pk)
    if not reviews(request.actor.authority, made):
        raise Refused("You are not appointed to review this return.")
    return made


@signed_in
@require_safe
@consistent
def return_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """One return: what is unusual first, its history, what it does to the area, the decision."""
    made = _load(request, pk)
    return _show(request, review_page(made, request.actor.authority, request.actor.today))


def _show(
    request: SignedInRequest,
    page: ReviewPage,
    form: BackToTeamForm | None = None,
    typed: str = "",
) -> HttpResponse:
    """The page; ``typed`` is a reason that can no longer be sent, to be kept in view."""
    context = {"page": page, "form": form or _form(request, page), "typed": typed}
    return render(request, "measures/review/review.html", context)


def _form(request: SignedInRequest, page: ReviewPage) -> BackToTeamForm | None:
    """The form that gives this return back, as its state allows; None where it does not."""
    for act, label, button in (
        ("return", "What should they do?", "Return to the team"),
        ("reopen", "Why is it reopened?", "Reopen it"),
    ):
        option = page.decision.can.get(act)
        if option:
            return BackToTeamForm(
                posted(request),
                initial={"version": page.made.version},
                label=label,
                hint="They will see this.",
                button=button,
                action=option.url,
                secondary=True,
                questions=page.questions,
            )
    return None


@signed_in
@post_only("return-review")
def return_sign_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign off, and go on to the next in the queue."""
    made = _load(request, pk)
    version = version_of(request.POST.get("version", ""))
    if version is None:
        raise BadRequest("The form came without its version")

    def sign() -> Queue:
        review.sign_off(made, version=version, by=request.actor)
        return queue(request.actor.authority, request.actor.today)

    return answer_button(
        request,
        sign,
        page=reverse("return-review", args=[pk]),
        done=lambda left: f"You signed off {made.team}. {_what_is_left(left)}",
        then=lambda left: (
            reverse("return-review", args=[left.to_look_at[0].made.pk])
            if left.to_look_at
            else reverse("review-queue")
        ),
        stale=CHANGED_MEANWHILE,
    )


def _what_is_left(left: Queue) -> str:
    """What waits for a reviewer after a sign-off, in a sentence."""
    if left.to_look_at:
        return "This is the next one that waits."
    number = len(left.plain)
    if not number:
        return "Nothing else waits for you."
    others = "One other waits" if number == 1 else f"{number} others wait"
    return f"{others}, with nothing unusual."


@signed_in
@post_only("return-review")
def return_send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return a submitted return to its team, with a reason."""
    return _back_to_team(request, pk, ReturnAct.RETURN)


@signed_in
@post_only("return-review")
def return_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Reopen a signed-off return of an open quarter, with a reason."""
    return _back_to_team(request, pk, ReturnAct.REOPEN)


def _back_to_team(request: SignedInRequest, pk: int, act: ReturnAct) -> HttpResponse:
    made = _load(request, pk)
    page = review_page(made, request.actor.authority, request.actor.today)
    refuse(page.decision.not_yours)
    form = _form(request, page)
    if form is None or act.name.lower() not in page.decision.can:
        messages.warning(request, f"{stale_sentence(made, request.user)} {LOOK_AGAIN}")
        return _show(request, page, typed=request.POST.get("reason", ""))
    done = "reopened" if act == ReturnAct.REOPEN else "returned"
    return answer(
        request,
        form,
        lambda: review.send_back(
            made,
            reason=form.cleaned_data["reason"],
            item_ids=form.cleaned_data["questions"],
            version=form.cleaned_data["version"],
            by=request.actor,
            act=act,
        ),
        show=lambda: _show(request, page, form),
        done=f"You {done} {made.team}. The team sees your reason.",
        then="review-queue",
        stale=CHANGED_MEANWHILE,
    )


@signed_in
@require_safe
def returns_owed(request: SignedInRequest) -> HttpResponse:
    """The returns that are still with their teams, or with ``?show=late`` those that are late."""
    require_anywhere(request.actor.authority, [MeasuresPermission.REMIND])
    shown = request.GET.get("show", "")
    if shown not in ("", "late"):
        raise Http404("All that are still with their teams, or the late ones (show=late)")
    page = owed_page(
        request.actor.authority,
        request.actor.today,
        only_late=shown == "late",
        page_number=request.GET.get("page"),
    )
    return render(request, "measures/review/returns_owed.html", {"page": page})


# Where the form stands, by what it posts: the address that a reminder leads back to.
_BACK: Mapping[str, tuple[str, str]] = {
    "review": ("review-queue", ""),
    "late": ("returns-owed", "?show=late"),
}


@signed_in
@post_only("returns-owed")
def remind(request: SignedInRequest) -> HttpResponse:
    """Ask for the returns that were ticked by mail; each team at most once a day."""
    authority = request.actor.authority
    require_anywhere(authority, [MeasuresPermission.REMIND])
    ids = {whole_number(key) or 0 for key in request.POST.getlist("return")}
    returns = list(
        Return.objects.within(returns_seen(authority)).filter(pk__in=ids).for_pages().in_order()
    )
    if len(returns) != len(ids):
        raise Http404("There is no such return")
    name, query = _BACK.get(request.POST.get("then", ""), ("returns-owed", ""))
    back = reverse(name) + query
    if not returns:
        messages.warning(request, NOBODY_TICKED)
        return redirect(back)

    def ask() -> HttpResponse:
        asked = 0
        for made in returns:
            try:
                review.remind(made, by=request.actor)
                asked += 1
            except NotAllowed as why:
                messages.warning(request, f"{made.team}: {why}")
        if asked:
            messages.success(request, f"You reminded {number_of(asked, 'team')} by mail.")
        return redirect(back)

    return once(request, ask)


urlpatterns = [
    path("review/", review_queue, name="review-queue"),
    path("review/sign-off/", sign_together, name="review-sign-together"),
    path("returns/owed/", returns_owed, name="returns-owed"),
    path("returns/remind/", remind, name="returns-remind"),
    path("returns/<int:pk>/review/", return_review, name="return-review"),
    path("returns/<int:pk>/sign-off/", return_sign_off, name="return-sign-off"),
    path("returns/<int:pk>/send-back/", return_send_back, name="return-send-back"),
    path("returns/<int:pk>/reopen/", return_reopen, name="return-reopen"),
]
