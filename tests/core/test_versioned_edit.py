"""Two people changed one thing: what is chosen already, what is asked, and nothing typed lost."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import override_settings
from django.utils import timezone

from earlyhelp.core.events.models import Event
from earlyhelp.core.pages.fields import DayField
from earlyhelp.core.pages.stale import stale_sentence
from earlyhelp.core.pages.versioned_edit import (
    ConflictPage,
    Difference,
    Part,
    Side,
    VersionedForm,
    compare,
    lead,
)
from tests.cast import Cast


class EditForm(VersionedForm):
    """A form with one field of each kind."""

    text = forms.CharField(label="What it says", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="Kind", choices=[("", "None"), ("G", [("a", "Apple"), ("b", "Bean")])]
    )
    on = DayField(what="the day", label="Day")
    parts = forms.MultipleChoiceField(
        label="Parts", required=False, choices=[("1", "One"), ("2", "Two")]
    )
    urgent = forms.BooleanField(label="Urgent", required=False)


BEGAN = {
    "text": "Before",
    "kind": "a",
    "on": dt.date(2016, 7, 5),
    "parts": ["1"],
    "urgent": False,
    "version": 1,
}
TYPED = {"kind": "a", "on_0": "5", "on_1": "7", "on_2": "2016", "parts": "1"}


def form_of(post: dict[str, Any], now: dict[str, Any] = BEGAN) -> EditForm:
    data = QueryDict(mutable=True)
    for name, value in {"text": "Before", **TYPED, "version": 1, **post}.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    data["was"] = post.get("was", EditForm(initial=BEGAN).initial["was"])
    return EditForm(data, initial=now)


def chosen(form: EditForm, now: dict[str, Any]) -> dict[str, str]:
    return {one.name: one.chosen for one in compare(form.parts(now), form.side)}


@pytest.mark.parametrize(
    ("was", "theirs", "mine", "expected"),
    [
        ("a", "b", "a", "theirs"),
        ("a", "a", "b", "mine"),
        ("a", "b", "c", ""),
        (None, "b", "a", ""),
    ],
)
def test_what_only_one_changed_is_chosen(was: Any, theirs: str, mine: str, expected: str) -> None:
    part = Part("name", "Name", was, theirs, mine, by="Ada")
    [difference] = compare([part], lambda _, value: Side(value))
    assert (difference.chosen, difference.by, difference.problem) == (expected, "Ada", "")
    assert (difference.theirs.shown, difference.mine.shown) == (theirs, mine)
    [asked] = compare([part], lambda _, value: Side(value), undecided=["name"])
    assert (asked.chosen, asked.problem) == ("", "Select which to keep for “Name”")


def test_what_both_say_is_no_difference() -> None:
    part = Part("name", "Name", "a", "b", "b")
    assert compare([part], lambda _, value: Side(value)) == []


def test_fields_compare_as_people_left_them() -> None:
    assert chosen(form_of({}), BEGAN) == {}
    assert chosen(form_of({"text": " Before \r\n"}), BEGAN) == {}
    now = BEGAN | {"text": "Theirs", "parts": ["2"]}
    typed = {"text": "Mine", "on_0": "6", "urgent": "on"}
    assert chosen(form_of(typed), now) == {
        "text": "", "on": "mine", "parts": "theirs", "urgent": "mine",
    }  # fmt: skip
    # Where nobody knows what the page began with, the person chooses.
    unknown = chosen(form_of({**typed, "was": "[no"}), now)
    assert set(unknown.values()) == {""}


def test_both_sides_read_as_people_read_them() -> None:
    now = BEGAN | {"text": "", "kind": "b", "parts": [], "on": dt.date(2016, 7, 9)}
    form = form_of({"text": "Mine", "parts": ["1", "2"], "urgent": "on"})
    sides = {one.name: (one.theirs, one.mine) for one in compare(form.parts(now), form.side)}
    assert sides == {
        "text": (Side("Nothing", []), Side("", ["Mine"])),
        "kind": (Side("Bean"), Side("Apple")),
        "on": (Side("9 7 2016"), Side("5 7 2016")),
        "parts": (Side("Nothing"), Side("One, Two")),
        "urgent": (Side("No"), Side("Yes")),
    }


def test_everything_typed_is_posted_again() -> None:
    typed = form_of({"text": "Mine", "parts": ["1", "2"]}).typed()
    assert typed == [
        ("text", "Mine"), ("kind", "a"), ("on_0", "5"), ("on_1", "7"), ("on_2", "2016"),
        ("parts", "1"), ("parts", "2"),
    ]  # fmt: skip


def test_what_was_chosen_stands_in_the_boxes() -> None:
    now = BEGAN | {"text": "Theirs", "on": dt.date(2016, 7, 9), "parts": ["2"], "urgent": True}
    typed = {
        "text": "Mine",
        "on_0": "6",
        "urgent": "on",
        "choose": ["text", "on", "parts", "urgent"],
    }
    theirs = {f"keep-{name}": "theirs" for name in ("on", "parts", "urgent")}
    form = form_of({**typed, "keep-text": "mine", **theirs}, now)
    assert form.is_valid(), form.errors
    assert form.undecided == set()
    assert (form.cleaned_data["text"], form.cleaned_data["on"]) == ("Mine", dt.date(2016, 7, 9))
    assert (form.cleaned_data["parts"], form.cleaned_data["urgent"]) == (["2"], True)


def test_who_does_not_choose_is_asked_again() -> None:
    form = form_of({"text": "Mine", "choose": ["text", "kind", "nonsense"], "keep-kind": "mine"})
    assert form.undecided == {"text"}


def page_of(*chosen: str, buttons: bool = True) -> ConflictPage:
    """A conflict page with parts for which so much stands already."""
    differing = [
        Difference(f"part-{at}", "Part", Side("a"), Side("b"), side)
        for at, side in enumerate(chosen)
    ]
    return ConflictPage(
        "Title", "Caption", lead(differing), [], "/", [], differing,
        buttons=[("", "", "Save")] if buttons else (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chosen", "asked", "kept", "says"),
    [
        (["", "mine", "theirs", "mine"], 1, "3 other changes are kept: 1 of theirs, 2 of yours",
         "Select which to keep where both changed the same"),
        (["", ""], 2, "", "Select which to keep"),
        (["mine"], 0, "1 change is kept: 1 of yours", "there is nothing to choose: save to keep"),
        ([], 0, "", "Both say the same"),
    ],
)  # fmt: skip
def test_only_what_both_changed_is_asked_and_the_rest_is_one_line(
    chosen: list[str], asked: int, kept: str, says: str
) -> None:
    page = page_of(*chosen)
    assert (len(page.asked), len(page.kept)) == (asked, len(chosen) - asked)
    assert not kept or page.kept_words == kept
    assert says in page.lead


def test_where_nothing_can_be_saved_any_more_everything_is_shown() -> None:
    page = page_of("", "mine", "theirs", buttons=False)
    assert (len(page.asked), page.kept) == (3, [])


@pytest.mark.django_db
@pytest.mark.parametrize(("person", "own"), [("manager", True), ("contributor", False)])
def test_who_met_themselves_reads_when_they_saved(council: Cast, person: str, own: bool) -> None:
    made = council.fill_in("north-family", "manager", open_cases=44)
    at = timezone.localtime(Event.objects.about(made).latest("id").at)
    told = stale_sentence(made, council.person[person])
    if own:
        assert told == f"You saved this in another tab or window at {at:%H:%M}."
    else:
        assert told == made.stale_message
    with override_settings(BUSINESS_DATE=dt.date(2016, 7, 6)):
        later = stale_sentence(made, council.person["manager"])
        assert later == f"You saved this in another tab or window on 5 July 2016 at {at:%H:%M}."
