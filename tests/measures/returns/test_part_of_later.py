"""A part-of rule that comes after the figures: they stay, are named, and hold up nothing else."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from earlyhelp.core.events.models import Event
from measures.corrections import actions as corrections
from measures.exchange.actions import FigureLine, LoadRefused, load_figures
from measures.framework import actions as framework
from measures.models import DataItem, Figure, Return
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.actions import FiguresRefused
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.review.attention import attention
from measures.workflow import ReturnState
from teams.authority import command_actor
from tests.cast import HISTORY, OPEN, Cast
from tests.measures.acting import figure, unchanged_by
from tests.measures.folders import SMALL, write_figures, write_folder
from tests.measures.framework.test_pages import page_of
from tests.teams.test_admin import SignIn, fields_of, load

SENTENCE = "“Helped” (9) cannot be more than “Surveys received” (5)"


def set_rule(council: Cast, whole: str) -> None:
    item = DataItem.objects.get(code="surveys-helped")
    item.part_of = council.item[whole] if whole else None
    framework.keep_item(item, team_types=list(item.team_types.all()), by=command_actor())


@pytest.fixture
def made(council: Cast) -> Return:
    """A draft with 9 of 5, typed before there was a rule; there is one now."""
    set_rule(council, "")
    filled = council.fill_in("north-family", surveys_received=5, surveys_helped=9)
    set_rule(council, "surveys-received")
    return filled


def save(council: Cast, made: Return, **values: int) -> Return:
    given = {council.item[code.replace("_", "-")].pk: GivenAnswer(n) for code, n in values.items()}
    return entry.save_figures(made, given, version=made.version, by=council.actor("manager"))


def test_saving_and_submitting_are_held_to_it_once_one_of_the_two_changes(
    council: Cast, made: Return
) -> None:
    made = save(council, made, open_cases=43)
    unchanged_by(lambda: save(council, made, surveys_helped=8), FiguresRefused, "cannot be more")
    unchanged_by(lambda: save(council, made, surveys_received=6), FiguresRefused, "cannot be more")
    submitted = entry.submit(made, version=made.version, by=council.actor("manager"))
    assert submitted.state == ReturnState.SUBMITTED


def test_putting_it_right_is_possible(council: Cast, made: Return) -> None:
    made = save(council, made, surveys_received=9)
    unchanged_by(lambda: save(council, made, surveys_helped=10), FiguresRefused, "cannot be more")


def test_the_pages_say_so_and_the_percentage_is_no_number(
    council: Cast, made: Return, sign_in: SignIn
) -> None:
    client = sign_in("manager")
    for page in ("return-fill-in", "return-check", "return"):
        text = client.get(reverse(page, args=[made.pk])).content.decode()
        assert f"not worked out</span><span data-odd>: {SENTENCE}</span>" in text
        assert "180.0%" not in text
    assert "Say why" not in client.get(reverse("return-check", args=[made.pk])).content.decode()
    made = entry.submit(made, version=made.version, by=council.actor("manager"))
    (look,) = attention([made])[made.pk].looks
    assert (look.figure.item.code, look.text) == ("surveys-helped", f"{SENTENCE}.")


def test_files_are_held_to_it_once_one_of_the_two_changes(council: Cast, made: Return) -> None:
    def line(code: str, value: int) -> FigureLine:
        team = council.team["north-family"]
        return FigureLine(team, OPEN, council.item[code].pk, GivenAnswer(value))

    by = command_actor()
    loaded = load_figures(
        [line("open-cases", 44), line("surveys-helped", 9)], signed_off=False, by=by
    )
    assert (loaded.figures, loaded.unchanged) == (1, 1)
    unchanged_by(
        lambda: load_figures([line("surveys-helped", 8)], signed_off=False, by=by),
        LoadRefused, "cannot be more",
    )  # fmt: skip


def test_corrections_are_held_to_it_once_one_of_the_two_changes(council: Cast) -> None:
    first = HISTORY[0]
    received = figure(council, "north-family", "surveys-received", first)
    Figure.objects.filter(pk=received.pk).update(value=5)
    other = figure(council, "north-family", "cases-closed", first)
    helped = figure(council, "north-family", "surveys-helped", first)

    def propose(pk: int, value: int) -> None:
        changes = {pk: GivenAnswer(value)}
        proposed = corrections.propose(changes, reason="Found", by=council.actor("officer"))
        corrections.countersign(proposed, by=council.actor("director"))

    propose(other.pk, 21)
    unchanged_by(lambda: propose(helped.pk, 8), FiguresRefused, "cannot be more")
    propose(helped.pk, 5)


def test_a_return_accepted_late_is_held_to_it_once_one_of_the_two_changes(
    council: Cast, made: Return
) -> None:
    quarters.finish(made.quarter, reason="Two are missing", early=True, by=command_actor())
    late = review.accept_late(made, reason="The team was ill", by=council.actor("officer"))
    late = save(council, council.made("north-family"), open_cases=45)
    unchanged_by(lambda: save(council, late, surveys_helped=8), FiguresRefused, "cannot be more")
    submitted = entry.submit(late, version=late.version, by=council.actor("manager"))
    assert submitted.state == ReturnState.SUBMITTED


# -- where the rule comes from ----------------------------------------------------------------

WARNED = (
    "Family, 2016-17 Q1: “Helped” (9) is more than “Surveys received” (5). It stays as it is; a"
    " change of either is held to the rule."
)


def test_administration_names_the_returns_that_break_it(
    council: Cast, made: Return, sign_in: SignIn
) -> None:
    set_rule(council, "")
    client = sign_in("officer")
    item = council.item["surveys-helped"]
    change = reverse("admin:measures_dataitem_change", args=[item.pk])
    typed = fields_of(client.get(change))
    page = client.post(change, typed | {"name": "Helped so"}, follow=True)
    assert "held to the rule" not in page.content.decode()
    typed |= {"part_of": council.item["surveys-received"].pk}
    page = client.post(change, typed, follow=True)
    warned = [str(one) for one in page.context["messages"]]
    assert sum("held to the rule" in one for one in warned) == 1
    assert WARNED.partition(", ")[2] in warned[0]


def test_a_file_in_administration_names_them_too(
    council: Cast, made: Return, sign_in: SignIn
) -> None:
    set_rule(council, "")
    client = sign_in("officer")
    text = "code,part_of\nsurveys-helped,surveys-received\n"
    page = client.get(load(client, "measures_dataitem", text).headers["Location"])
    warned = [str(one) for one in page.context["messages"]]
    assert sum("held to the rule" in one for one in warned) == 1


def test_the_officers_own_page_names_them_too(council: Cast, made: Return, sign_in: SignIn) -> None:
    set_rule(council, "")
    item, client = council.item["surveys-helped"], sign_in("officer")
    path, form = page_of(client, "questions", item)

    def warned(**changed: str) -> list[str]:
        page = client.post(path, form.sent | {"part_of": ""} | changed, follow=True)
        return [str(one) for one in page.context["messages"] if "held to the rule" in str(one)]

    assert warned(name="Helped so") == []
    whole = str(council.item["surveys-received"].pk)
    _, form = page_of(client, "questions", item)
    assert [one.partition(", ")[2] for one in warned(part_of=whole)] == [
        WARNED.partition(", ")[2].replace("“Helped”", "“Helped so”")
    ]
    _, form = page_of(client, "questions", item)
    assert warned(part_of=whole, name="Helped") == []


def test_a_folder_that_brings_the_rule_is_loaded_and_names_them(db: None, tmp_path: Path) -> None:
    def say(command: str, *args: str) -> list[str]:
        out = io.StringIO()
        call_command(command, *args, stdout=out, stderr=io.StringIO())
        return out.getvalue().splitlines()

    items = [line.replace(",closed,mat,Opened", ",,mat,Opened") for line in SMALL["data_items"]]
    say("load_council", str(write_folder(tmp_path / "town", data_items=items)))
    lines = ["green,2015-16 Q1,closed,8,,", "green,2015-16 Q1,reopened,9,,"]
    path = str(write_figures(tmp_path / "f.csv", *lines, "blue,2015-16 Q1,closed,3,,"))
    say("import_figures", path, "--signed-off")
    after = str(write_folder(tmp_path / "town"))
    warning = (
        "  Warning: Green team, 2015-16 Q1: “Cases re-opened” (9) is more than “Cases closed” (8)."
        " It stays as it is; a change of either is held to the rule."
    )
    said = say("load_council", after)
    assert [line for line in said if "Warning" in line] == [warning]
    assert not [line for line in say("load_council", after) if "Warning" in line]
    before = Event.objects.count()
    say("import_figures", path, "--signed-off")
    assert Event.objects.count() == before
    more = str(write_figures(tmp_path / "g.csv", *lines, "green,2015-16 Q1,open,40,,"))
    assert "1 figures in 1 returns" in say("import_figures", more, "--signed-off")[0]
