"""The second person's pages: what waits, one by one, to be confirmed or declined."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from earlyhelp.core.pages.fields import PlainReasonForm
from earlyhelp.core.pages.forms import answer, answer_button, post_only
from teams.authority import actor_of
from teams.confirmations import actions, pages
from teams.confirmations.pages import WaitingPage
from teams.http import SignedInRequest, signed_in
from teams.models import AddressChange, AddressDecision, Appointment
from teams.permissions import TeamsPermission, require_anywhere

LIST = "confirmations"


@signed_in
@require_safe
def confirmations(request: SignedInRequest) -> HttpResponse:
    """Everything that waits for a second person."""
    _require(request)
    lines = pages.lines(request.actor.authority, request.actor.today)
    return render(request, "teams/confirmations/confirmations.html", {"lines": lines})


def _require(request: SignedInRequest) -> None:
    require_anywhere(request.actor.authority, [TeamsPermission.CONFIRM])


def _show(
    request: SignedInRequest, page: WaitingPage, form: PlainReasonForm | None = None
) -> HttpResponse:
    if form is None and not page.why_not:
        form = _decline_form(page)
    return render(request, "teams/confirmations/waiting.html", {"page": page, "form": form})


def _decline_form(page: WaitingPage, post: QueryDict | None = None) -> PlainReasonForm:
    return PlainReasonForm(
        post,
        label="Why it is declined",
        hint="Whoever asked for it is told.",
        button="Decline it",
        action=page.decline_url,
        secondary=True,
    )


def _declined(
    request: SignedInRequest, page: WaitingPage, act: Callable[[str], object], *, done: str
) -> HttpResponse:
    """The answer where somebody turns down what waits, with why."""
    form = _decline_form(page, request.POST)
    return answer(
        request,
        form,
        lambda: act(form.cleaned_data["reason"]),
        show=lambda: _show(request, page, form),
        done=done,
        then=LIST,
        page=LIST,
    )


# -- appointments -----------------------------------------------------------------------------


def _appointment(request: SignedInRequest, pk: int) -> Appointment:
    _require(request)
    rows = Appointment.objects.select_related("person", "appointed_by", "team", "locality")
    return get_object_or_404(rows.filter(waits_until__isnull=False), pk=pk)


def _appointment_page(request: SignedInRequest, appointment: Appointment) -> WaitingPage:
    return pages.appointment_page(appointment, request.actor.authority, request.actor.today)


@signed_in
@require_safe
def appointment_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    """One appointment, with the decision; one that waits no more is in the list no more."""
    found = _appointment(request, pk)
    if found.standing(request.actor.today) != Appointment.WAITS:
        return redirect(LIST)
    return _show(request, _appointment_page(request, found))


@signed_in
@post_only("appointment-waiting")
def appointment_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let it take effect."""
    found = _appointment(request, pk)
    return answer_button(
        request,
        lambda: actions.confirm(found, by=request.actor),
        page=LIST,
        done=f"Confirmed: {found.person}, {found}.",
    )


@signed_in
@post_only("appointment-waiting")
def appointment_decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn it down, saying why."""
    found = _appointment(request, pk)
    return _declined(
        request,
        _appointment_page(request, found),
        lambda reason: actions.decline(found, reason=reason, by=request.actor),
        done=f"Declined: {found.person}, {found}.",
    )


# -- addresses --------------------------------------------------------------------------------


def _change(request: SignedInRequest, pk: int) -> AddressChange:
    _require(request)
    return get_object_or_404(AddressChange.objects.select_related("person", "asked_by"), pk=pk)


def _address_page(request: SignedInRequest, change: AddressChange) -> WaitingPage:
    return pages.address_page(change, request.actor.authority, request.actor.today)


@signed_in
@require_safe
def address_waiting(request: SignedInRequest, pk: int) -> HttpResponse:
    """One changed address, with the decision."""
    found = _change(request, pk)
    if not AddressChange.objects.waiting(request.actor.today).filter(pk=pk).exists():
        return redirect(LIST)
    return _show(request, _address_page(request, found))


@signed_in
@post_only("address-waiting")
def address_confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let it count."""
    found = _change(request, pk)
    return answer_button(
        request,
        lambda: actions.confirm_address(found, by=request.actor),
        page=LIST,
        done=f"Confirmed: {found.person} has the address {found.after}.",
    )


@signed_in
@post_only("address-waiting")
def address_decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn it down, saying why."""
    found = _change(request, pk)
    return _declined(
        request,
        _address_page(request, found),
        lambda reason: actions.decline_address(found, reason=reason, by=request.actor),
        done=f"Declined: {found.person} keeps the address {found.before}.",
    )


# -- the link in the mail to the old address ----------------------------------------------------


def _by_link(token: str) -> AddressChange:
    found = actions.change_of(token)
    if found is None:
        raise Http404("There is no such changed address")
    return found


@never_cache
@require_safe
def address_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What is asked, for whoever reads the old address; programs that open links decide nothing."""
    found = _by_link(token)
    waiting = AddressChange.objects.waiting(actor_of(found.person).today)
    context = {"change": found, "token": token, "waits": waiting.filter(pk=found.pk).exists()}
    return render(request, "teams/confirmations/by_link.html", context)


def _answer_by_link(
    request: HttpRequest, token: str, decision: AddressDecision, done: str
) -> HttpResponse:
    found = _by_link(token)
    by = actor_of(found.person, site=request.build_absolute_uri("/")[:-1])
    return answer_button(
        request,
        lambda: actions.answer_by_link(found, decision, by=by),
        page=reverse("address-by-link", args=[token]),
        done=done,
    )


@post_only("address-by-link")
def address_by_link_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Yes, it is so."""
    done = "The new address counts from now on. Use it to sign in."
    return _answer_by_link(request, token, AddressDecision.CONFIRMED, done)


@post_only("address-by-link")
def address_by_link_decline(request: HttpRequest, token: str) -> HttpResponse:
    """No, that was not me."""
    done = "Your address stays as it is. Tell an administrator in your service today."
    return _answer_by_link(request, token, AddressDecision.DECLINED, done)


urlpatterns = [
    path("confirm/", confirmations, name="confirmations"),
    path("confirm/appointments/<int:pk>/", appointment_waiting, name="appointment-waiting"),
    path("confirm/appointments/<int:pk>/yes/", appointment_confirm, name="appointment-confirm"),
    path("confirm/appointments/<int:pk>/decline/", appointment_decline, name="appointment-decline"),
    path("confirm/addresses/<int:pk>/", address_waiting, name="address-waiting"),
    path("confirm/addresses/<int:pk>/yes/", address_confirm, name="address-confirm"),
    path("confirm/addresses/<int:pk>/decline/", address_decline, name="address-decline"),
    path("address/<str:token>/", address_by_link, name="address-by-link"),
    path("address/<str:token>/yes/", address_by_link_confirm, name="address-by-link-confirm"),
    path("address/<str:token>/no/", address_by_link_decline, name="address-by-link-decline"),
]
