"""A form that is sent again: done once, answered as before, let go of after a week."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.models import Finding, Round
from audits.plan.models import Theme
from earlyhelp.core.pages.once import KEY, once
from earlyhelp.core.work import jobs
from earlyhelp.core.work.models import FinishedForm
from teams.models import Locality
from tests.audits.access.results import closed_round
from tests.audits.making import make_plan
from tests.cast import Cast
from tests.core.test_forms import request_of
from tests.pages import forms_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def finding(council: Cast) -> tuple[Round, str]:
    """A round, and the address at which something found is added to it."""
    made = closed_round(council)
    return made, reverse("finding-new", args=[made.code])


def form_at(client: Client, address: str) -> dict[str, Any]:
    """What the form that goes to an address would send."""
    page = client.get(address)
    [form] = [one for one in forms_of(page) if one.attributes.get("action") == address]
    return form.boxes


FOUND = {"kind": "strength", "text": "Assessments say what life is like for the child"}


def test_the_same_form_again_leads_to_what_the_first_made(
    finding: tuple[Round, str], sign_in: SignIn
) -> None:
    made, address = finding
    client = sign_in("officer")
    typed = form_at(client, address) | FOUND
    pages = [client.post(address, typed, follow=True) for _ in range(3)]
    assert Finding.objects.filter(round=made).count() == 1
    assert len({page.redirect_chain[0] for page in pages}) == 1
    assert all(page.content.decode().count("The finding is saved.") == 1 for page in pages)
    assert KEY in form_at(client, address)
    assert form_at(client, address)[KEY] != typed[KEY]


def test_other_words_under_the_same_key_are_another_form(
    finding: tuple[Round, str], sign_in: SignIn
) -> None:
    """Back in the browser, and something else typed: it is not thrown away."""
    made, address = finding
    client = sign_in("officer")
    typed = form_at(client, address) | FOUND
    for text in ("One", "Two", "One"):
        client.post(address, typed | {"text": text})
    assert sorted(Finding.objects.filter(round=made).values_list("text", flat=True)) == [
        "One",
        "Two",
    ]


def test_a_form_that_was_refused_keeps_its_key_and_can_be_sent_again(
    finding: tuple[Round, str], sign_in: SignIn
) -> None:
    made, address = finding
    client = sign_in("officer")
    typed = form_at(client, address) | FOUND
    refused = client.post(address, typed | {"text": ""})
    [shown] = [one for one in forms_of(refused) if one.attributes.get("action") == address]
    assert shown.boxes[KEY] == typed[KEY]
    assert not FinishedForm.objects.exists()
    assert client.post(address, shown.boxes | FOUND).status_code == 302
    assert Finding.objects.filter(round=made).count() == 1


def test_the_key_of_somebody_else_is_another_form(council: Cast) -> None:
    done: list[str] = []
    for person in ("officer", "head", "officer"):
        request = request_by(council)
        request.user = council.person[person]

        def act(person: str = person) -> HttpResponse:
            done.append(person)
            return HttpResponse(status=302, headers={"Location": "/there/"})

        once(request, act)
    assert done == ["officer", "head"]


def test_without_a_key_a_form_is_acted_on_as_it_comes(council: Cast, sign_in: SignIn) -> None:
    plan, _ = make_plan(council)
    address = reverse("theme-new", args=[plan.year])
    for _ in range(2):
        assert sign_in("officer").post(address, {"name": "Training"}).status_code == 302
    assert Theme.objects.filter(plan=plan, name="Training").count() == 2


def request_by(council: Cast, **files: bytes) -> HttpRequest:
    request = request_of({KEY: "k", "name": "Ada"})
    request.user = council.person["officer"]
    for name, content in files.items():
        request.FILES[name] = SimpleUploadedFile("rows.csv", content)
    return request


def test_the_content_of_a_file_tells_two_forms_apart(council: Cast) -> None:
    done: list[bytes] = []
    for content in (b"one", b"two", b"one"):
        request = request_by(council, file=content)

        def act(request: HttpRequest = request) -> HttpResponse:
            done.append(request.FILES["file"].read())  # type: ignore[union-attr]
            return HttpResponse(status=302, headers={"Location": "/there/"})

        assert once(request, act)["Location"] == "/there/"
    assert done == [b"one", b"two"]


def test_what_shows_the_form_again_or_fails_is_not_finished(council: Cast) -> None:
    assert once(request_by(council), lambda: HttpResponse("again")).content == b"again"

    def fail() -> HttpResponse:
        Locality.objects.create(code="west", name="West")
        raise ValidationError("No")

    with pytest.raises(ValidationError):
        once(request_by(council), fail)
    assert not FinishedForm.objects.exists()
    assert not Locality.objects.filter(code="west").exists()


def test_a_form_is_finished_once_and_leads_somewhere(council: Cast) -> None:
    begun = {"person": council.person["officer"], "finished_at": timezone.now()}
    FinishedForm.objects.create(key="a", led_to="/", **begun)
    for wrong in ({"key": "a", "led_to": "/"}, {"key": "b", "led_to": ""}, {"key": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FinishedForm.objects.create(**({"led_to": "/"} | wrong | begun))


def test_finished_forms_are_let_go_of_after_a_week(council: Cast) -> None:
    for name, days in (("old", 8), ("new", 6)):
        FinishedForm.objects.create(
            key=name,
            led_to="/",
            person=council.person["officer"],
            finished_at=timezone.now() - dt.timedelta(days=days),
        )
    jobs.deliver()
    assert [form.key for form in FinishedForm.objects.all()] == ["new"]
