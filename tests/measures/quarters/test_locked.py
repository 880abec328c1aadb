"""L7: what is submitted, signed off or closed is locked for everyone, by every way in."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from earlyhelp.core.actor import Route
from earlyhelp.core.change import Stale
from earlyhelp.core.events.models import Event
from earlyhelp.report.publishing import actions as publishing
from measures.corrections import actions as corrections
from measures.exchange import actions as loading
from measures.exchange.actions import LoadRefused
from measures.models import Figure, Return
from measures.quarters import actions as quarters
from measures.releases import actions as releases
from measures.returns import actions as entry
from measures.returns.actions import FiguresRefused
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import NotAllowed
from teams.authority import command_actor
from teams.permissions import Refused
from tests.cast import OPEN, Cast
from tests.measures.acting import answers, digest, figure, reporting, who
from tests.report import making as report_making

REFUSALS = (Refused, NotAllowed, FiguresRefused, Stale, LoadRefused, CommandError)


def close(cast: Cast) -> None:
    quarters.close_quarter(reporting(), reason="It is over", early=True, by=cast.actor("officer"))


def submitted(cast: Cast) -> None:
    cast.submit("north-family")


def signed_off(cast: Cast) -> None:
    cast.sign_off("north-family")


def signed_off_by_import(cast: Cast) -> None:
    row = loading.FigureLine(
        cast.team["north-family"], OPEN, cast.item["cases-closed"].pk, GivenAnswer(3)
    )
    loading.load_figures([row], signed_off=True, by=command_actor(Route.IMPORT))


def closed_after_sign_off(cast: Cast) -> None:
    signed_off(cast)
    close(cast)


def closed_when_submitted(cast: Cast) -> None:
    submitted(cast)
    close(cast)


def closed_as_a_draft(cast: Cast) -> None:
    cast.fill_in("north-family")
    close(cast)


STATES = [
    submitted, signed_off, signed_off_by_import, closed_after_sign_off, closed_when_submitted,
    closed_as_a_draft,
]  # fmt: skip

Try = Callable[[Cast, Return, Path], object]


def by_form(cast: Cast, made: Return, folder: Path) -> object:
    client = Client()
    client.force_login(cast.person["manager"])
    address = reverse("return-fill-in", args=[made.pk])
    return client.post(address, {"version": made.version, "value-cases-closed": "77"})


def by_sheet(cast: Cast, made: Return, folder: Path) -> object:
    """The sheet of several returns, and each way in that it has of its own."""
    client = Client()
    client.force_login(cast.person["manager"])
    typed = {"version": str(made.version), "value-cases-closed": "77"}
    sent = {f"t{made.pk}-{name}": value for name, value in typed.items()}
    for page in ("returns-together", "returns-together-submit"):
        address = reverse(page, args=[str(OPEN).replace(" ", "-").lower()])
        assert client.post(address, sent).status_code < 500
    address = reverse("return-fill-in", args=[made.pk])
    return client.post(address, typed, headers={"X-Autosave": "1"})


def by_saying_ready(cast: Cast, made: Return, folder: Path) -> object:
    return entry.say_ready(made, version=made.version, **who(cast, "contributor"))


def by_action(cast: Cast, made: Return, folder: Path) -> object:
    given = answers(cast, made, cases_closed=77)
    return entry.save_figures(made, given, version=made.version, **who(cast, "manager"))


def by_emptying(cast: Cast, made: Return, folder: Path) -> object:
    given = answers(cast, made, cases_closed=GivenAnswer())
    return entry.save_figures(made, given, version=made.version, **who(cast, "manager"))


def by_confirming(cast: Cast, made: Return, folder: Path) -> object:
    return entry.confirm_figures(made, version=made.version, **who(cast, "manager"))


def lines(cast: Cast, *teams: str) -> list[loading.FigureLine]:
    item = cast.item["cases-closed"].pk
    return [loading.FigureLine(cast.team[team], OPEN, item, GivenAnswer(77)) for team in teams]


def by_import(cast: Cast, made: Return, folder: Path) -> object:
    officer = cast.actor("officer", route=Route.IMPORT)
    return loading.load_figures(lines(cast, "north-family"), signed_off=False, by=officer)


def by_bulk_import(cast: Cast, made: Return, folder: Path) -> object:
    """One locked return among others holds all of them back."""
    many = lines(cast, "south-family", "north-family", "north-centre")
    return loading.load_figures(many, signed_off=False, by=command_actor())


def by_signed_off_import(cast: Cast, made: Return, folder: Path) -> object:
    return loading.load_figures(
        lines(cast, "north-family"), signed_off=True, by=command_actor(Route.IMPORT)
    )


def a_file(folder: Path) -> str:
    path = folder / "figures.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["team", "quarter", "item", "value", "answer", "note"])
        rows.writerow(["north-family", str(OPEN), "cases-closed", "77", "", ""])
    return str(path)


def by_command(cast: Cast, made: Return, folder: Path) -> object:
    return call_command("import_figures", a_file(folder))


def by_signed_off_command(cast: Cast, made: Return, folder: Path) -> object:
    return call_command("import_figures", a_file(folder), "--signed-off")


def by_admin(cast: Cast, made: Return, folder: Path) -> object:
    """Every address of the administration pages that could change the return or its figures."""
    found = Figure.objects.get(return_made=made, item=cast.item["cases-closed"])
    tried = 0
    for person in ("officer", "administrator"):
        client = Client()
        client.force_login(cast.person[person])
        for name, pk in [("return", made.pk), ("figure", found.pk)]:
            for page in ("change", "delete"):
                try:
                    address = reverse(f"admin:measures_{name}_{page}", args=[pk])
                except NoReverseMatch:
                    continue
                reply = client.post(address, {"value": "77", "state": "draft", "post": "yes"})
                assert reply.status_code < 500
                tried += 1
    return tried


TRIES: list[Try] = [
    by_form, by_sheet, by_saying_ready, by_action, by_emptying, by_confirming, by_import, by_bulk_import,
    by_signed_off_import, by_command, by_signed_off_command, by_admin,
]  # fmt: skip


def by_known_numbers(cast: Cast, made: Return, folder: Path) -> object:
    path = folder / "known.csv"
    rows = ["measure,area,period,part,value,where", "helped,city,2015-16 Q2,value,81.5,A report"]
    path.write_text("\n".join(rows) + "\n")
    return call_command("load_known", str(path))


def by_release(cast: Cast, made: Return, folder: Path) -> object:
    return releases.make(made.quarter, by=cast.actor("officer"))


def by_voiding_a_release(cast: Cast, made: Return, folder: Path) -> object:
    return releases.void(made.quarter, by=cast.actor("officer"))


def by_report(cast: Cast, made: Return, folder: Path) -> object:
    """One that is written, signed, approved and published, and then published anew."""
    edition = report_making.published(cast)
    return publishing.revise(
        edition.report, kind="error", reason="A number", by=cast.actor("officer")
    )


# What has rows of its own to write, and none of a return's.
BESIDE: list[Try] = [by_known_numbers, by_release, by_voiding_a_release, by_report]

# History may be loaded into what nobody submitted, closed quarters included (files.md).
ALLOWED = {
    (closed_as_a_draft, by_signed_off_import),
    (closed_as_a_draft, by_signed_off_command),
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_no_way_in_changes_what_is_locked(
    council: Cast, state: Callable[[Cast], None], tmp_path: Path
) -> None:
    state(council)
    made = council.made("north-family")
    before = digest()
    for attempt in TRIES:
        if (state, attempt) in ALLOWED:
            continue
        try:
            attempt(council, made, tmp_path)
        except REFUSALS:
            pass
        assert digest() == before, attempt.__name__


@pytest.mark.parametrize("attempt", BESIDE, ids=lambda attempt: attempt.__name__)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_what_is_made_of_figures_changes_none(
    council: Cast, state: Callable[[Cast], None], attempt: Try, tmp_path: Path
) -> None:
    state(council)
    made = council.made("north-family")
    before = of_returns()
    try:
        attempt(council, made, tmp_path)
    except REFUSALS:
        pass
    assert of_returns() == before


def of_returns() -> list[list[dict[str, object]]]:
    """Every return and every figure, and the record of them."""
    return [
        list(rows.order_by("pk").values())
        for rows in (
            Return.objects.all(),
            Figure.objects.all(),
            Event.objects.filter(subject_type="return"),
        )
    ]


def test_a_closed_quarter_is_neither_reviewed_nor_submitted_in(council: Cast) -> None:
    council.submit("north-family")
    council.sign_off("south-family", "other_head")
    council.fill_in("north-centre")
    close(council)
    sent, signed, draft = (
        council.made(team) for team in ("north-family", "south-family", "north-centre")
    )
    before = digest()
    for act in [
        lambda: review.sign_off(sent, version=sent.version, by=council.actor("head")),
        lambda: review.send_back(sent, reason="x", version=sent.version, by=council.actor("head")),
        lambda: review.reopen(
            signed, reason="x", version=signed.version, by=council.actor("other_head")
        ),
        lambda: entry.submit(draft, version=draft.version, **who(council, "manager")),
    ]:
        with pytest.raises(NotAllowed):
            act()
        assert digest() == before


def test_what_may_change_a_closed_quarter(council: Cast) -> None:
    """A countersigned correction, a return accepted late, and the first fill from a file."""
    council.sign_off("north-family")
    council.fill_in("south-family", "other_manager")
    close(council)
    found = figure(council, "north-family", "cases-closed")
    proposed = corrections.propose(
        {found.pk: GivenAnswer(44)}, reason="Late files", by=council.actor("officer")
    )
    found.refresh_from_db()
    assert found.value == 21
    corrections.countersign(proposed, by=council.actor("director"))
    found.refresh_from_db()
    assert found.value == 44
    review.accept_late(council.made("south-family"), reason="Ill", by=council.actor("officer"))
    assert council.submit("south-family", "other_manager").submitted_by
    rows = lines(council, "north-centre")
    loading.load_figures(rows, signed_off=True, by=command_actor(Route.IMPORT))
    assert figure(council, "north-centre", "cases-closed").value == 77
    other = council.item["open-cases"].pk
    more = [loading.FigureLine(council.team["north-centre"], OPEN, other, GivenAnswer(5))]
    loading.load_figures(more, signed_off=True, by=command_actor(Route.IMPORT))
    assert figure(council, "north-centre", "open-cases").value == 5
    again = [loading.FigureLine(council.team["north-centre"], OPEN, other, GivenAnswer(6))]
    with pytest.raises(LoadRefused):
        loading.load_figures(again, signed_off=True, by=command_actor(Route.IMPORT))
