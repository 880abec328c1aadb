"""Every administration page: nothing can be read through its address that it does not show."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams.models import Appointment
from tests.cast import Cast

SignIn = Callable[[str], Client]

PEOPLE = ("administrator", "officer")


def pages() -> list[Any]:
    """The administration pages of every model."""
    return list(admin.site._registry.values())


def addresses(page: Any) -> str:
    return f"admin:{page.opts.app_label}_{page.opts.model_name}"


@pytest.mark.parametrize("person", PEOPLE)
def test_a_list_is_filtered_by_what_it_offers_and_by_nothing_else(
    council: Cast, sign_in: SignIn, person: str
) -> None:
    client = sign_in(person)
    request = client.get(reverse("admin:index")).wsgi_request
    asked = 0
    for page in pages():
        if not page.has_view_permission(request):
            continue
        listed = reverse(f"{addresses(page)}_changelist")
        related = [
            f"{field.name}__password"
            for field in page.model._meta.fields
            if field.related_model is not None and field.related_model.__name__ == "User"
        ]
        for name in [*(field.name for field in page.model._meta.concrete_fields), *related]:
            for lookup in ("startswith", "regex", "contains", "gte"):
                if page.lookup_allowed(f"{name}__{lookup}", "", request):
                    assert lookup == "gte", (listed, name)
                    continue
                asked += 1
        assert client.get(listed, {"pk__regex": "1"}).status_code == 400, listed
    assert asked > 20
    assert client.get(listed).status_code == 200


@pytest.mark.parametrize("person", PEOPLE)
def test_every_filter_that_a_list_offers_works(council: Cast, sign_in: SignIn, person: str) -> None:
    client = sign_in(person)
    one = Appointment.objects.filter(person=council.person["leaver"])
    one.update(withdrawn_at=timezone.now(), withdrawn_by=council.person["officer"])
    followed = set()
    for page in pages():
        listed = reverse(f"{addresses(page)}_changelist")
        answer = client.get(listed)
        if answer.status_code == 403:
            continue
        for link in set(re.findall(r'href="(\?[^"]+)"', answer.content.decode())):
            assert client.get(listed + html.unescape(link)).status_code == 200, listed + link
            followed.add(link.partition("=")[0])
    assert (
        followed
        >= {
            "administrator": {"?withdrawn_at__isempty", "?role__exact"},
            "officer": {"?quarter__index__exact", "?state__exact"},
        }[person]
    )


def test_a_password_cannot_be_guessed_letter_by_letter(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    people = reverse("admin:teams_user_changelist")
    for name in ("password__startswith", "password__regex", "appointments__person__password__gt"):
        assert client.get(people, {name: "a"}).status_code == 400
    assert client.get(people, {"is_active__exact": "1"}).status_code == 200
    appointments = reverse("admin:teams_appointment_changelist")
    assert client.get(appointments, {"person__password__startswith": "a"}).status_code == 400


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("number", ["abc", "0", "99999999999999999999999", "1'", "_5F"])
def test_no_number_of_a_row_is_a_server_error(
    council: Cast, sign_in: SignIn, person: str, number: str
) -> None:
    client = sign_in(person)
    for page in pages():
        for name in ("history", "change", "delete"):
            answer = client.get(reverse(f"{addresses(page)}_{name}", args=[number]))
            assert answer.status_code in (302, 403, 404), (addresses(page), name)
