"""Returns as people read them: the list, one return, and the histories."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event, Remark
from measures.corrections import actions as corrections
from measures.models import Figure, Return
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.review import actions as review
from measures.workflow import ReturnState
from teams.actions import keep, take_out_words
from teams.authority import command_actor
from tests.cast import HISTORY, OPEN, Cast, explain
from tests.factories import PersonFactory, TeamFactory
from tests.pages import written

SignIn = Callable[[str], Client]
LAST = HISTORY[-1]


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


# -- the list -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "teams"),
    [
        ("contributor", ["North family"]),
        ("manager", ["North family", "North centre"]),
        ("head", ["North family", "North centre"]),
        ("director", ["North family", "North centre", "South family", "South centre", "Perform"]),
        ("officer", ["North family", "North centre", "South family", "South centre", "Perform"]),
    ],
)
def test_everybody_sees_the_returns_of_their_scope(
    council: Cast, sign_in: SignIn, person: str, teams: list[str]
) -> None:
    page = sign_in(person).get(reverse("returns"))
    listed = [str(row.made.team) for row in page.context["page"].rows]
    assert [name[: len(team)] for name, team in zip(listed, teams, strict=True)] == teams


@pytest.mark.parametrize("person", ["auditor", "board_member", "administrator", "leaver"])
def test_people_without_returns_are_refused(council: Cast, sign_in: SignIn, person: str) -> None:
    assert sign_in(person).get(reverse("returns")).status_code == 403


def test_the_open_quarter_comes_first_and_past_ones_by_links(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("manager")
    text = written(client.get(reverse("returns")).content.decode())
    assert "Quarter 1, 2016-17" in text and "0 of 5" in text and "Not started" in text
    assert 'href="/returns/?quarter=2015-16-q4"' in text
    past = client.get(reverse("returns"), {"quarter": "2015-16-q4"})
    assert {row.made.quarter_id for row in past.context["page"].rows} == {LAST.index}
    assert "This quarter is closed. 2 of 2 signed off." in past.content.decode()


def test_returns_are_listed_by_locality_a_page_at_a_time(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measures.returns.pages.lists.RETURNS_A_PAGE", 2)
    council.sign_off("north-family")
    client = sign_in("officer")

    def teams(query: str) -> list[str]:
        page = client.get(f"{reverse('returns')}?quarter=2016-17-q1{query}").context["page"]
        return [row.made.team.code for row in page.rows]

    every = ["north-family", "north-centre", "south-family", "south-centre", "city-team"]
    assert [teams(f"&page={number}") for number in (1, 2, 3)] == [every[:2], every[2:4], every[4:]]
    assert teams("&locality=south") == every[2:4]
    assert teams("&locality=NONE") == every[4:]
    page = client.get(f"{reverse('returns')}?quarter=2016-17-q1&page=2").content.decode()
    assert "1 of 5 signed off" in page
    assert "Page 2 of 3" in page
    assert "quarter=2016-17-q1&amp;locality=north" in page
    assert client.get(f"{reverse('returns')}?locality=west").status_code == 404
    # Who sees one locality has nothing to choose.
    assert "Whole area" not in sign_in("manager").get(reverse("returns")).content.decode()


@pytest.mark.parametrize("quarter", ["", "2015-16 Q4", "2015-17-q4", "1999-00-q1", "x" * 300])
def test_a_quarter_that_is_none_is_not_found(council: Cast, sign_in: SignIn, quarter: str) -> None:
    page = sign_in("manager").get(reverse("returns"), {"quarter": quarter})
    assert page.status_code == 404


def test_late_returns_are_marked(council: Cast, sign_in: SignIn, settings: object) -> None:
    settings.BUSINESS_DATE = OPEN.last_day.replace(month=7, day=17)  # type: ignore[attr-defined]
    council.submit("north-family")
    text = sign_in("manager").get(reverse("returns")).content.decode()
    assert text.count("3 days late") == 1


def test_the_next_step_is_the_obvious_one(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("manager")

    def steps() -> dict[str, str]:
        rows = client.get(reverse("returns")).context["page"].rows
        return {row.made.team.code: row.next_step.words for row in rows}

    assert steps() == {"north-family": "Start", "north-centre": "Start"}
    council.fill_in("north-family")
    assert steps()["north-family"] == "Check and submit"
    made = council.submit("north-family")
    assert steps()["north-family"] == "See it"
    review.send_back(
        made,
        reason="Look again",
        version=made.version,
        by=council.actor("head"),
    )
    assert steps()["north-family"] == "Correct and resubmit"


# -- one return -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("manager", 200),
        ("contributor", 200),
        ("head", 200),
        ("director", 200),
        ("officer", 200),
        ("other_manager", 404),
        ("other_head", 404),
        ("auditor", 404),
        ("board_member", 404),
        ("administrator", 404),
        ("leaver", 404),
    ],
)
def test_who_reads_a_return_and_its_history(
    council: Cast, sign_in: SignIn, person: str, expected: int
) -> None:
    made, client = council.submit("north-family"), sign_in(person)
    pages: list[tuple[str, list[object]]] = [
        ("return", [made.pk]),
        ("return-history", [made.pk]),
        ("return-receipt", [made.pk]),
        ("figure-history", [made.pk, "open-cases"]),
    ]
    for name, args in pages:
        assert client.get(reverse(name, args=args)).status_code == expected, name


def test_history_from_a_file_is_signed_off_by_import(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family", LAST)
    client = sign_in("manager")
    text = client.get(reverse("return", args=[made.pk])).content.decode()
    assert "Signed off by import on" in text
    assert "43" in text and "42" in text
    history = client.get(reverse("return-history", args=[made.pk])).content.decode()
    assert "A file saved 5 figures" in history
    assert "A file signed the return off" in history


def test_what_was_done_on_the_server_is_said_without_its_words(
    council: Cast, sign_in: SignIn
) -> None:
    """A reader need not know what a command is: in person, or by nobody."""
    made = council.submit("north-family")
    by = council.actor("head").by_route(Route.COMMAND)
    review.send_back(made, reason="Twice?", item_ids=[], version=made.version, by=by)
    history = sign_in("head").get(reverse("return-history", args=[made.pk])).content.decode()
    assert "Head (on the server) " in history
    event = Event(route=Route.COMMAND)
    assert (event.who, event.way) == ("Whoever runs the site", "on the server")
    assert Event(route=Route.IMPORT).who == "A file"
    assert {one.said for one in Route} >= {"on a page", "from a file", "in administration"}


def test_a_figures_history_tells_values_people_and_words(council: Cast, sign_in: SignIn) -> None:
    made, item = council.made("north-family"), council.item["open-cases"]

    def save(person: str, given: GivenAnswer) -> None:
        nonlocal made
        made = entry.save_figures(
            made,
            {item.pk: given},
            version=made.version,
            by=council.actor(person),
        )

    save("contributor", GivenAnswer(41))
    save("manager", GivenAnswer(44, note="Two were counted twice"))
    save("manager", GivenAnswer(44, note="Two were counted twice, I think"))
    save("manager", GivenAnswer())
    url = reverse("figure-history", args=[made.pk, "open-cases"])
    client = sign_in("manager")
    sentences = [one.sentence for one in client.get(url).context["entries"]]
    assert sentences == [
        "Manager took the answer out: it was 44",
        "Manager changed the words; the figure stayed 44",
        "Manager changed 41 to 44",
        "Contributor entered 41",
    ]
    assert "Two were counted twice, I think" in client.get(url).content.decode()
    remark = Remark.objects.get(text="Two were counted twice, I think")
    take_out_words(remark, by=council.actor("administrator"), reason="A name")
    text = client.get(url).content.decode()
    assert "I think" not in text and "These words were taken out." in text
    assert client.get(reverse("figure-history", args=[made.pk, "staff"])).status_code == 404


def test_words_taken_out_are_gone_from_every_page_and_row(council: Cast, sign_in: SignIn) -> None:
    """A name in a note, saved twice, and in the reason for which the return came back."""
    name, item = "Jo Bloggs of 4 High Street", council.item["open-cases"].pk
    made = council.fill_in("north-family")
    for value in (43, 44):
        made = entry.save_figures(
            made,
            {item: GivenAnswer(value=value, note=name, explanation="So it is.")},
            version=made.version,
            by=council.actor("manager"),
        )
    explain(made, "So it is.")
    made = entry.submit(
        made,
        version=made.version,
        by=council.actor("manager"),
    )
    review.send_back(
        made,
        reason=name,
        version=made.version,
        by=council.actor("head"),
    )
    pages = ["return", "return-history", "return-fill-in"]
    read = [reverse(page, args=[made.pk]) for page in pages]
    read.append(reverse("figure-history", args=[made.pk, "open-cases"]))
    client = sign_in("manager")
    assert [name in client.get(url).content.decode() for url in read] == [True] * 4
    for kind in (Remark.Kind.NOTE, Remark.Kind.REASON):
        remark = Remark.objects.filter(text=name, kind=kind).first()
        if remark is not None:  # the first took the others out
            take_out_words(remark, by=council.actor("administrator"), reason="A name")
    assert [name in client.get(url).content.decode() for url in read] == [False] * 4
    assert not Remark.objects.filter(text=name).exists()
    figure = Figure.objects.get(return_made=made, item=item)
    assert (figure.value, figure.note) == (44, "These words were taken out.")
    assert figure.explanation == "So it is."
    assert Return.objects.get(pk=made.pk).return_reason == "These words were taken out."


def test_the_record_of_a_return_in_plain_words(council: Cast, sign_in: SignIn) -> None:
    made = council.submit("north-family")
    made = review.send_back(
        made,
        reason="Are transfers in here?",
        item_ids=[council.item["cases-closed"].pk],
        version=made.version,
        by=council.actor("head"),
    )
    url = reverse("return-history", args=[made.pk])
    entries = sign_in("head").get(url).context["entries"]
    assert [one.sentence for one in entries] == [
        "Head returned it to the team",
        "Manager submitted the return",
        "Manager saved 5 figures",
    ]
    assert entries[0].words == [
        ("Questions named", "Cases closed"),
        ("Reason", "Are transfers in here?"),
    ]
    assert entries[2].changes[0].name == "Open cases"
    assert (entries[2].changes[0].was, entries[2].changes[0].now) == ("", "41")
    # The figure that was named tells of it, another does not.
    named = reverse("figure-history", args=[made.pk, "cases-closed"])
    other = reverse("figure-history", args=[made.pk, "open-cases"])
    assert "Are transfers in here?" in sign_in("head").get(named).content.decode()
    assert "Are transfers in here?" not in sign_in("head").get(other).content.decode()


def test_a_correction_stands_beside_the_number(council: Cast, sign_in: SignIn) -> None:
    made = council.made("north-family", LAST)
    figure = Figure.objects.get(return_made=made, item__code="open-cases")
    proposed = corrections.propose(
        {figure.pk: GivenAnswer(44)},
        reason="One case was left out",
        by=council.actor("officer"),
    )
    client = sign_in("manager")
    url = reverse("return", args=[made.pk])
    assert "One case was left out" not in client.get(url).content.decode()
    corrections.countersign(proposed, by=council.actor("director"))
    sentence = "was 43, now 44, because: One case was left out"
    assert sentence in client.get(url).content.decode()
    history = client.get(reverse("figure-history", args=[made.pk, "open-cases"]))
    assert sentence.replace("was", "Was", 1) in history.content.decode()
    assert "Proposed by Officer, countersigned by Director" in history.content.decode()


# -- how many queries -----------------------------------------------------------------------


def more_teams(council: Cast, number: int) -> None:
    """Add teams to North in the open quarter, each with a return and history of its own."""
    TeamFactory.create_batch(number, opened=OPEN.first_day)
    made = council.made("north-family").quarter
    quarters.make_returns(made, by=command_actor())


def test_the_list_asks_the_same_of_three_teams_and_of_thirty(
    council: Cast, sign_in: SignIn
) -> None:
    client, url = sign_in("head"), reverse("returns")
    client.get(url)
    few = queries(client, url)
    more_teams(council, 30)
    assert Return.objects.for_quarter(OPEN).count() == 35
    assert queries(client, url) == few


@pytest.mark.parametrize("page", ["return", "return-fill-in", "return-check", "return-history"])
def test_a_return_asks_the_same_whatever_is_in_it(
    council: Cast, sign_in: SignIn, page: str
) -> None:
    client = sign_in("manager")
    family, centre = council.made("north-family"), council.made("north-centre")
    council.fill_in("north-centre")
    client.get(reverse(page, args=[family.pk]))
    short = queries(client, reverse(page, args=[family.pk]))
    full = queries(client, reverse(page, args=[centre.pk]))
    # The events of a history come with their people's names and words: two queries more.
    assert full <= short + (2 if page == "return-history" else 0)
    assert full <= 24


def test_saving_asks_nothing_per_figure(council: Cast, sign_in: SignIn) -> None:
    client, made = sign_in("manager"), council.made("north-family")
    url = reverse("return-fill-in", args=[made.pk])

    def save(**values: int) -> int:
        version = str(Return.objects.get(pk=made.pk).version)
        post = {f"value-{code.replace('_', '-')}": str(value) for code, value in values.items()}
        with CaptureQueriesContext(connection) as asked:
            client.post(url, post | {"version": version, "then": "leave"})
        return len(asked)

    one = save(open_cases=41)
    assert save(cases_closed=20, cases_reopened=2, surveys_received=12, surveys_helped=9) <= one


def test_reading_never_writes(council: Cast, sign_in: SignIn) -> None:
    made, client = council.submit("north-family"), sign_in("manager")
    before = Return.objects.values().get(pk=made.pk)
    for name in ("return", "return-history", "return-receipt"):
        client.get(reverse(name, args=[made.pk]))
    assert Return.objects.values().get(pk=made.pk) == before
    assert before["state"] == ReturnState.SUBMITTED


def test_no_quarter_yet_says_what_will_happen(db: None, settings: object, client: Client) -> None:
    from teams.roles import Role

    person = PersonFactory(appointed=[{"role": Role.PERFORMANCE_OFFICER}])
    client.force_login(person)
    assert "No quarter has been opened yet" in client.get(reverse("returns")).content.decode()


def test_an_open_quarter_after_a_move_stays_with_its_locality(
    council: Cast, sign_in: SignIn
) -> None:
    """A head sees the returns that were made in their locality, also of a team renamed since."""
    team = council.team["north-family"]
    team.name = "North families"
    keep(team, by=command_actor())
    assert "North families" in sign_in("head").get(reverse("returns")).content.decode()


@pytest.mark.parametrize("figure", [False, True], ids=["return", "figure"])
def test_a_long_history_asks_what_a_short_one_does(
    council: Cast, sign_in: SignIn, figure: bool
) -> None:
    client, made = sign_in("manager"), council.submit("north-family")
    url = reverse("return-history", args=[made.pk])
    if figure:
        url = reverse("figure-history", args=[made.pk, "open-cases"])

    def back_and_again(times: int) -> None:
        for time in range(times):
            current = council.made("north-family")
            review.send_back(
                current,
                reason=f"Look again, {time}",
                item_ids=[council.item["open-cases"].pk],
                version=current.version,
                by=council.actor("head"),
            )
            council.submit("north-family", open_cases=42 + current.version)

    back_and_again(1)
    client.get(url)
    few = queries(client, url)
    back_and_again(4)
    assert queries(client, url) == few
