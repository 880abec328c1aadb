"""Officers keep the framework: lists in order, forms in words, seen before it is saved."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from earlyhelp.core.events.models import Event
from measures.framework.kinds import KINDS
from measures.models import DataItem, Measure, SeriesBreak, Target
from teams.models import Locality
from tests.cast import OPEN, Cast
from tests.factories import PlacementFactory
from tests.measures.framework.access import QUESTION, a_question
from tests.pages import PageForm, box, forms_of, hidden, text
from tests.test_admin_round_trip import FORMS, values

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


@pytest.fixture
def officer(council: Cast, sign_in: SignIn) -> Client:
    return sign_in("officer")


def address(kind: str, name: str = "rows", *pk: int) -> str:
    return reverse(f"framework-{name}", args=[kind, *pk])


def as_shown(form: Any) -> dict[str, Any]:
    """What a browser sends of a form untouched, by its fields' boxes and with its own line ends."""
    shown = {
        box_name: values if len(values) > 1 else values[0]
        for name in form.fields
        for box_name, values in form._boxes(name, form.initial.get(name)).items()
        if values
    } | {"version": str(form.initial["version"])}
    return {
        name: value.replace("\n", "\r\n") if isinstance(value, str) else value
        for name, value in shown.items()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_listed_and_its_rows_say_nothing_new_when_posted_back(
    officer: Client, council: Cast, kind: str
) -> None:
    PlacementFactory(
        team=council.team["south-family"],
        locality=council.locality["north"],
        from_quarter=OPEN + 1,
    )
    SeriesBreak.objects.create(item=council.item["staff"], quarter=OPEN, reason="A new system")
    row = KINDS[kind].rows()[0]
    if hasattr(row, "definition"):
        type(row)._default_manager.filter(pk=row.pk).update(
            definition="What counts.\n\nAnd what not."
        )
    assert str(row.pk) in officer.get(address(kind)).content.decode()
    form = officer.get(address(kind, "row", row.pk)).context["form"]
    before = Event.objects.count()
    answer = officer.post(address(kind, "row", row.pk), as_shown(form), follow=True)
    assert "is saved" in text(answer)
    assert Event.objects.count() == before


def page_of(officer: Client, kind: str, row: Any) -> tuple[str, PageForm]:
    """The form of a row as the page's HTML holds it, and where it goes."""
    path = address(kind, "row", row.pk)
    found = [one for one in forms_of(officer.get(path)) if one.attributes.get("action") == path]
    [form] = [one for one in found if "version" in one.boxes]
    return path, form


def said(form: PageForm) -> dict[str, list[str]]:
    """What the page says of the row."""
    return {name: form.boxes[name] for name in form.typed_into if name != "why"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_row_sent_as_a_browser_holds_it_changes_nothing_and_each_box_alone_itself(
    officer: Client, council: Cast, kind: str
) -> None:
    meta = KINDS[kind].model._meta
    filled = FORMS[f"{meta.app_label}_{meta.model_name}"]
    row = filled.make(council)
    path, form = page_of(officer, kind, row)
    assert [name for name, held in said(form).items() if not any(held)] == []
    before, events = values(row), Event.objects.count()
    assert officer.post(path, form.sent).status_code == 302
    assert (values(row), Event.objects.count()) == (before, events)
    others = filled.others(council)
    tried = [name for name in said(form) if name in others]
    assert tried
    for name in tried:
        with transaction.atomic():
            typed = form.sent | {name: others[name], "why": "It was wrong"}
            assert officer.post(path, typed).status_code == 302, name
            _, now = page_of(officer, kind, row)
            assert [one for one in said(now) if said(now)[one] != form.boxes[one]] == [name]
            transaction.set_rollback(True)


def test_a_question_is_added_last_and_its_history_says_who(officer: Client) -> None:
    answer = officer.post(address("questions", "new"), QUESTION | {"why": "Asked for"}, follow=True)
    assert "The question is added." in text(answer)
    item = DataItem.objects.last()
    assert item is not None and item.code == "families-helped"
    page = text(officer.get(address("questions", "row", item.pk)))
    assert "Created by Officer" in page
    assert "Asked for" in page


def test_the_history_speaks_as_the_form_does(officer: Client, council: Cast) -> None:
    """Names and words of its labels and choices, and the place that the list shows."""
    kinds = [one.pk for one in council.item["open-cases"].team_types.all()]
    officer.post(address("questions", "new"), QUESTION | {"team_types": kinds})
    item = DataItem.objects.get(code="families-helped")
    place = list(DataItem.objects.all()).index(item) + 1
    path = address("questions", "row", item.pk)
    form = officer.get(path).context["form"]
    officer.post(path, as_shown(form) | {"part_of": council.item["open-cases"].pk})
    form = officer.get(path).context["form"]
    officer.post(path, as_shown(form) | {"part_of": "", "distinct": "on"})
    history = text(officer.get(path)).partition("History")[2]
    for said in (
        "Asked of by Officer",
        "nothing → Children's centre, Family team",
        f"Place: {place} ",
        "When it is counted: Over the quarter, like cases closed",
        "How it is written: Whole numbers",
        "It counts different people, each once in the quarter: No → Yes",
        "It cannot exceed: Nothing: it stands alone → Open cases",
        "It cannot exceed: Open cases → Nothing: it stands alone",
    ):
        assert said in history
    measure = council.measure["helped"]
    form = officer.get(address("measures", "row", measure.pk)).context["form"]
    typed = as_shown(form) | {"denominators": [council.item["cases-closed"].pk]}
    officer.post(address("measures", "row", measure.pk), typed)
    told = text(officer.get(address("measures", "row", measure.pk))).partition("History")[2]
    assert "→ Cases closed" in told
    assert "Out of what" not in told, "the line says already that it is divided by these"
    assert "What it says: How many of every 100" in told


def test_what_is_wrong_stands_at_its_box(officer: Client) -> None:
    wrong = QUESTION | {"name": "", "from_quarter": "spring", "code": "open-cases"}
    page = text(officer.post(address("questions", "new"), wrong))
    assert "Enter the question" in page
    assert "“spring” is not a quarter" in page
    page = text(officer.post(address("questions", "new"), QUESTION | {"code": "open-cases"}))
    assert "There is a problem" in page
    assert DataItem.objects.filter(code="families-helped").count() == 0


def test_a_question_is_seen_where_it_will_stand_before_it_is_saved(
    officer: Client, council: Cast
) -> None:
    kinds = [one.pk for one in council.item["open-cases"].team_types.all()]
    typed = QUESTION | {"team_types": kinds, "preview": ""}
    page = text(officer.post(address("questions", "new"), typed))
    assert "Not saved yet" in page
    assert "Family team and Children's centre: Cases" in page
    assert "Open cases At quarter end. Cases closed In the quarter." in page
    assert "Families helped In the quarter. Families that the team helped" in page
    assert not DataItem.objects.filter(code="families-helped").exists()


def test_a_measure_is_seen_on_last_years_figures_before_it_is_saved(
    officer: Client, council: Cast
) -> None:
    measure = council.measure["helped"]
    form = officer.get(address("measures", "row", measure.pk)).context["form"]
    typed = as_shown(form) | {
        "denominators": [council.item["cases-closed"].pk],
        "preview": "",
    }
    page = text(officer.post(address("measures", "row", measure.pk), typed))
    assert "How many of every 100 “Cases closed”: Helped" in page
    # 9+5+12+3 a quarter and one more each in each; over 20+10+25+8, likewise.
    assert f"{29 * 4 + 24} of {63 * 4 + 24}" in page
    assert [one.code for one in measure.denominators.all()] == ["surveys-received"]


def test_two_officers_at_one_measure_lose_nothing(officer: Client, council: Cast) -> None:
    pk = council.measure["helped"].pk
    form = officer.get(address("measures", "row", pk)).context["form"]
    typed = as_shown(form)
    officer.post(address("measures", "row", pk), typed | {"name": "Helped by us"})
    answer = officer.post(
        address("measures", "row", pk),
        typed | {"name": "Families helped", "was": form["was"].value()},
    )
    page = text(answer, 409)
    assert "Helped by us" in page and "Families helped" in page
    assert Measure.objects.get(pk=pk).name == "Helped by us"


def test_a_list_changed_alone_is_held_against_the_version_too(
    officer: Client, council: Cast
) -> None:
    pk = council.item["staff"].pk
    form = officer.get(address("questions", "row", pk)).context["form"]
    typed = as_shown(form)
    officer.post(address("questions", "row", pk), typed | {"definition": "Staff on the day"})
    answer = officer.post(address("questions", "row", pk), typed | {"team_types": []})
    assert answer.status_code == 409
    assert DataItem.objects.get(pk=pk).team_types.count() == 1


def test_an_opened_quarter_holds_fast(officer: Client, council: Cast) -> None:
    pk = council.item["open-cases"].pk
    form = officer.get(address("questions", "row", pk)).context["form"]
    page = text(officer.post(address("questions", "row", pk), as_shown(form) | {"timing": "flow"}))
    assert "was asked in 2015-16 Q1 already, so its timing cannot change" in page


def test_a_target_changes_with_a_reason_only(officer: Client, council: Cast) -> None:
    target = Target.objects.get(measure=council.measure["helped"])
    at = address("targets", "row", target.pk)
    typed = as_shown(officer.get(at).context["form"]) | {"target": "90"}
    assert "Enter why the target changes" in text(officer.post(at, typed))
    assert "is saved" in text(officer.post(at, typed | {"why": "The board asked"}, follow=True))
    target.refresh_from_db()
    assert target.target == 90


def test_a_target_is_listed_in_its_unit_and_its_year_is_told_as_a_year(
    officer: Client, council: Cast
) -> None:
    target = Target.objects.get(measure=council.measure["helped"])
    listed = text(officer.get("/framework/targets/"))
    assert re.search(r"2016-17 The whole area 85% \d+ points", listed)
    history = text(officer.get(address("targets", "row", target.pk))).partition("History")[2]
    assert "Financial year: 2016-17" in history


def test_a_targets_effect_on_last_years_figures_is_seen_before_it_is_saved(
    officer: Client, council: Cast
) -> None:
    target = Target.objects.get(measure=council.measure["helped"])
    saved = (target.target, target.close_within)
    at = address("targets", "row", target.pk)
    typed = as_shown(officer.get(at).context["form"]) | {"preview": "", "close_within": "5"}
    page = text(officer.post(at, typed | {"target": "80"}))
    assert "Not saved yet" in page
    assert "With a target of 80% the signed-off figures of 2015-16 would be:" in page
    asks_why = "Before you save it, say in the form below why it changes."
    assert asks_why in page
    assert asks_why not in text(officer.post(at, typed | {"why": "Last year was hard"}))
    assert "The whole area: 1 met, 0 close, 0 missed (with 85%, as it is saved: 0 met, 1" in page
    assert "Localities: 2 met, 0 close, 0 missed (with 85%, as it is saved: 0 met, 2" in page
    # North family 77.8%, North centre 86.7%, South family 81.8%, South centre 81.8%.
    assert "Teams: 3 met, 1 close, 0 missed (with 85%, as it is saved: 1 met, 2 close, 1" in page
    assert "North family 77.8% close, within chance missed, within chance" in page
    assert "Performance team" not in page
    target.refresh_from_db()
    assert (target.target, target.close_within) == saved


def test_a_target_is_shown_on_the_places_that_would_take_it(officer: Client, council: Cast) -> None:
    helped = council.measure["helped"]
    new = {"measure": str(helped.pk), "year": "2017-18", "close_within": "5", "preview": ""}
    north = str(council.locality["north"].pk)

    def shown(**typed: str) -> str:
        return text(officer.post(address("targets", "new"), new | typed))

    page = shown(target="85", locality=north)
    assert "The locality: 0 met, 1 close, 0 missed" in page
    assert "Teams:" not in page and "as it is saved" not in page
    Target.objects.create(measure=helped, year=2017, locality=council.locality["north"], target=90)
    assert "Localities: 0 met, 1 close, 0 missed" in shown(target="85")
    # A count's target is held against the whole area alone.
    Measure.objects.filter(code="open-cases").update(good="lower")
    page = shown(target="9000", measure=str(council.measure["open-cases"].pk))
    assert "The whole area: 1 met" in page and "Teams:" not in page
    page = shown(target="30", measure=str(council.measure["cases-closed"].pk))
    assert "neither good nor bad" in page
    assert "no figures to show it on" not in page


@pytest.mark.parametrize(
    ("moved", "to", "order"), [(3, "1", "dabc"), (0, "3", "bcad"), (1, "2", "abcd")]
)
def test_one_that_is_moved_takes_the_place(
    officer: Client, council: Cast, moved: int, to: str, order: str
) -> None:
    Locality.objects.filter(code="south").update(code="b", position=1)
    Locality.objects.filter(code="north").update(code="a", position=0)
    for position, code in enumerate("cd", start=2):
        Locality.objects.create(code=code, name=code, position=position)
    page = officer.get(address("localities"))
    pks = hidden(page)["was"][0].split(",")
    places = {f"place-{pk}": box(page, f"place-{pk}") for pk in pks}
    places[f"place-{pks[moved]}"] = to
    posted = places | {"was": ",".join(pks)}
    answer = officer.post(address("localities", "order"), posted, follow=True)
    assert "are in this order now" in text(answer)
    assert "".join(Locality.objects.values_list("code", flat=True)) == order
    recorded = Event.objects.filter(verb="put in order")
    assert [one.after for one in recorded] == ([list(order)] if order != "abcd" else [])


def test_an_order_of_a_list_that_changed_is_refused(officer: Client) -> None:
    page = officer.get(address("questions"))
    pks = hidden(page)["was"][0].split(",")
    places = {f"place-{pk}": str(place) for place, pk in enumerate(reversed(pks))}
    a_question()
    posted = places | {"was": ",".join(pks)}
    assert "The list has changed" in text(officer.post(address("questions", "order"), posted))
    assert [str(one.pk) for one in DataItem.objects.all()][: len(pks)] != list(reversed(pks))


def test_what_something_hangs_on_is_not_deleted(officer: Client, council: Cast) -> None:
    asked, free = council.item["open-cases"], a_question()
    why = {"why": "A mistake"}
    page = text(officer.post(address("questions", "discard", asked.pk), why))
    assert "“Open cases” cannot be deleted: there are" in page
    page = text(officer.post(address("questions", "discard", free.pk), {"why": " "}))
    assert "Enter why it is deleted" in page
    answer = officer.post(address("questions", "discard", free.pk), why, follow=True)
    assert "Question “Families helped” is deleted." in text(answer)
    assert DataItem.objects.filter(pk=asked.pk).exists()
    assert not DataItem.objects.filter(pk=free.pk).exists()


def test_a_kind_that_there_is_not_is_not_found(officer: Client) -> None:
    assert officer.get(address("weather")).status_code == 404
    assert officer.post(address("targets", "order")).status_code == 404


def test_administration_is_for_administrators_and_an_officer_finds_its_files_here(
    council: Cast, sign_in: SignIn, officer: Client
) -> None:
    place = f'href="{reverse("admin:index")}"'
    menu = officer.get("/returns/").content.decode()
    assert place not in menu and place in officer.get(reverse("framework")).content.decode()
    assert place in sign_in("administrator").get(reverse("confirmations")).content.decode()
