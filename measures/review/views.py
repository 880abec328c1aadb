"""A head of service's review: the queue, a return with its history, and the decision."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from earlyhelp.core.consistent_read import consistent
from measures.models import Return
from measures.permissions import MeasuresPermission, reviews
from measures.quarters.forms import BackToTeamForm
from measures.returns.actions import StaleReturn
from measures.returns.reading_views import seen_return
from measures.review import actions as review
from measures.review.pages import ReviewPage, review_page
from measures.review.queue import queue
from measures.workflow import NotAllowed
from teams.http import SignedInRequest, signed_in
from teams.permissions import Refused, require_anywhere

CHANGED_MEANWHILE = (
    "This return changed while you were reading it. Look at it again before you decide."
)


@signed_in
@require_safe
def review_queue(request: SignedInRequest) -> HttpResponse:
    """What waits for this reviewer."""
    standing = request.asked.standing
    require_anywhere(
        standing,
        [
            MeasuresPermission.REVIEW,
            MeasuresPermission.SIGN_CITY_WIDE,
            MeasuresPermission.SIGN_INSTEAD,
        ],
    )
    context = {"queue": queue(standing, request.asked.today)}
    return render(request, "measures/review/review_queue.html", context)


def _load(request: SignedInRequest, pk: int) -> Return:
    """A return that this person sees (404 otherwise) and reviews (403 otherwise)."""
    made = seen_return(request, pk)
    if not reviews(request.asked.standing, made):
        raise Refused("You are not appointed to review this return.")
    return made


@signed_in
@require_safe
@consistent
def return_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """One return: what is unusual first, its history, what it does to the area, the decision."""
    made = _load(request, pk)
    return _show(request, review_page(made, request.asked.standing, request.asked.today))


def _show(
    request: SignedInRequest,
    page: ReviewPage,
    form: BackToTeamForm | None = None,
    typed: str = "",
) -> HttpResponse:
    """The page; ``typed`` is a reason that can no longer be sent, to be kept in view."""
    form = form or _form(request, page)
    context = {"page": page, "form": form, "typed": typed}
    return render(request, "measures/review/review.html", context)


def _form(request: SignedInRequest, page: ReviewPage) -> BackToTeamForm | None:
    """The form that sends this return back, whichever way its state allows; None if it does not."""
    decision = page.decision
    if decision.can_send_back:
        name, label, button = "return-send-back", "What should they do?", "Return to the team"
    elif decision.can_reopen:
        name, label, button = "return-reopen", "Why is it reopened?", "Reopen it"
    else:
        return None
    return BackToTeamForm(
        request.POST if request.method == "POST" else None,
        initial={"version": page.made.version},
        label=label,
        hint="They will see this.",
        button=button,
        action=reverse(name, args=[page.made.pk]),
        secondary=True,
        questions=page.questions,
    )


@signed_in
@require_POST
def return_sign_off(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign off, and go on to the next in the queue."""
    made = _load(request, pk)
    standing, today = request.asked.standing, request.asked.today
    try:
        version = int(request.POST.get("version", ""))
    except ValueError:
        raise BadRequest("The form came without its version") from None
    try:
        review.sign_off(made, version=version, by=request.user, standing=standing, today=today)
    except StaleReturn:
        messages.warning(request, CHANGED_MEANWHILE)
        return redirect("return-review", pk=pk)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
        return redirect("return-review", pk=pk)
    waiting = queue(standing, today).to_sign
    if waiting:
        messages.success(request, f"You signed off {made.team}. This is the next one that waits.")
        return redirect("return-review", pk=waiting[0].made.pk)
    messages.success(request, f"You signed off {made.team}. Nothing else waits for you.")
    return redirect("review-queue")


@signed_in
@require_POST
def return_send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return a submitted return to its team, with a reason."""
    return _back_to_team(request, pk, reopen=False)


@signed_in
@require_POST
def return_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Reopen a signed-off return of an open quarter, with a reason."""
    return _back_to_team(request, pk, reopen=True)


def _back_to_team(request: SignedInRequest, pk: int, *, reopen: bool) -> HttpResponse:
    made = _load(request, pk)
    page = review_page(made, request.asked.standing, request.asked.today)
    if page.decision.why_not_return:
        raise Refused(page.decision.why_not_return)
    form = _form(request, page)
    if form is None or page.decision.can_reopen != reopen:
        messages.warning(request, CHANGED_MEANWHILE)
        return _show(request, page, typed=request.POST.get("reason", ""))
    if not form.is_valid():
        if "version" in form.errors:
            raise BadRequest("The form came without its version")
        return _show(request, page, form)
    act = review.reopen if reopen else review.send_back
    try:
        act(
            made,
            reason=form.cleaned_data["reason"],
            item_ids=form.cleaned_data["questions"],
            version=form.cleaned_data["version"],
            by=request.user,
            standing=request.asked.standing,
            today=request.asked.today,
        )
    except StaleReturn:
        form.add_error(None, CHANGED_MEANWHILE)
        form.use_version(made.version)
        return _show(request, page, form)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return _show(request, page, form)
    except ValidationError as wrong:
        form.add_error(None, wrong)
        return _show(request, page, form)
    done = "reopened" if reopen else "returned"
    messages.success(request, f"You {done} {made.team}. The team sees your reason.")
    return redirect("review-queue")


urlpatterns = [
    path("review/", review_queue, name="review-queue"),
    path("returns/<int:pk>/review/", return_review, name="return-review"),
    path("returns/<int:pk>/sign-off/", return_sign_off, name="return-sign-off"),
    path("returns/<int:pk>/send-back/", return_send_back, name="return-send-back"),
    path("returns/<int:pk>/reopen/", return_reopen, name="return-reopen"),
]
