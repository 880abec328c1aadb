"""A head of service's review: the queue, a return with its history, and the decision."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.change import refuse
from earlyhelp.core.consistent_read import consistent
from earlyhelp.core.pages.forms import answer, answer_button, post_only, posted
from earlyhelp.core.pages.posted import version_of
from measures.models import Return
from measures.permissions import MeasuresPermission, reviews
from measures.returns.access import seen_return
from measures.review import actions as review
from measures.review.forms import BackToTeamForm
from measures.review.pages import ReviewPage, review_page
from measures.review.queue import Waiting, queue
from measures.workflow import ReturnAct
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require_anywhere

CHANGED_MEANWHILE = (
    "This return changed while you were reading it. Look at it again before you decide."
)


@signed_in
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """What waits for this reviewer."""
    authority = request.actor.authority
    verbs = MeasuresPermission
    require_anywhere(authority, [verbs.REVIEW, verbs.SIGN_CITY_WIDE, verbs.SIGN_INSTEAD])
    context = {"queue": queue(authority, request.actor.today)}
    return render(request, "measures/review/review_queue.html", context)


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

    def sign() -> list[Waiting]:
        review.sign_off(made, version=version, by=request.actor)
        return list(queue(request.actor.authority, request.actor.today).to_sign)

    return answer_button(
        request,
        sign,
        page=reverse("return-review", args=[pk]),
        done=lambda waiting: (
            f"You signed off {made.team}. This is the next one that waits."
            if waiting
            else f"You signed off {made.team}. Nothing else waits for you."
        ),
        then=lambda waiting: (
            reverse("return-review", args=[waiting[0].made.pk])
            if waiting
            else reverse("review-queue")
        ),
        stale=CHANGED_MEANWHILE,
    )


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
        messages.warning(request, CHANGED_MEANWHILE)
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


urlpatterns = [
    path("review/", review_queue, name="review-queue"),
    path("returns/<int:pk>/review/", return_review, name="return-review"),
    path("returns/<int:pk>/sign-off/", return_sign_off, name="return-sign-off"),
    path("returns/<int:pk>/send-back/", return_send_back, name="return-send-back"),
    path("returns/<int:pk>/reopen/", return_reopen, name="return-reopen"),
]
