"""When an action is due, as people write it, and whether it is late on a day."""

import datetime as dt
import re

import pytest

from audits.plan import timing
from audits.plan.timing import Every, Status, Time, TimingKind, given, late_since, status
from audits.plan.timing_words import UNDERSTOOD, names_its_day, parse
from audits.plan.workflow import ActionState
from teams.quarters import FinancialYear
from tests.audits.making import by_when

YEAR = FinancialYear(2016)
K = TimingKind


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


# words; kind; starts; due; how many times
READ = [
    ("September 2016", K.BY, None, "2016-09-30", 0),
    ("September 2016.", K.BY, None, "2016-09-30", 0),
    ("Sept 2016", K.BY, None, "2016-09-30", 0),
    ("february 2016", K.BY, None, "2016-02-29", 0),
    ("By the end of February 2017", K.BY, None, "2017-02-28", 0),
    ("1.9.16", K.BY, None, "2016-09-01", 0),
    ("By 1.4.17.", K.BY, None, "2017-04-01", 0),
    ("1/9/2016", K.BY, None, "2016-09-01", 0),
    ("2016-09-01", K.BY, None, "2016-09-01", 0),
    ("1st September 2016", K.BY, None, "2016-09-01", 0),
    ("22 December, 2016", K.BY, None, "2016-12-22", 0),
    ("Q2 2016-17", K.BY, None, "2016-09-30", 0),
    ("end of 2016-17", K.BY, None, "2017-03-31", 0),
    ("by end September 2016", K.BY, None, "2016-09-30", 0),
    ("by the end of Q2 2016/17", K.BY, None, "2016-09-30", 0),
    ("2016/17", K.BY, None, "2017-03-31", 0),
    ("2016-2017", K.BY, None, "2017-03-31", 0),
    ("During 2016/2017", K.BY, None, "2017-03-31", 0),
    ("before September 2016", K.BY, None, "2016-08-31", 0),
    ("no later than 1.9.16", K.BY, None, "2016-09-01", 0),
    ("Sept. 2016", K.BY, None, "2016-09-30", 0),
    ("1\u00a0September\u00a02016", K.BY, None, "2016-09-01", 0),
    ("From June 2016", K.FROM, "2016-06-01", None, 0),
    ("From June 2016.", K.FROM, "2016-06-01", None, 0),
    ("from 1.6.16 onwards", K.FROM, "2016-06-01", None, 0),
    ("Ongoing", K.ONGOING, None, None, 0),
    ("on-going", K.ONGOING, None, None, 0),
    ("1.4.17, ongoing", K.BY_THEN_ONGOING, None, "2017-04-01", 0),
    ("1.4.17 Ongoing.", K.BY_THEN_ONGOING, None, "2017-04-01", 0),
    ("By September 2016 and then ongoing", K.BY_THEN_ONGOING, None, "2016-09-30", 0),
    ("November 2016 and February 2017", K.SEVERAL, None, "2017-02-28", 2),
    ("1.6.16. 1.9.16.", K.SEVERAL, None, "2016-09-01", 2),
    ("June 2016, September 2016 and 1.2.17", K.SEVERAL, None, "2017-02-01", 3),
    ("1.6.16 - 1.9.16", K.BETWEEN, "2016-06-01", "2016-09-01", 0),
    ("between June 2016 and August 2016", K.BETWEEN, "2016-06-01", "2016-08-31", 0),
    ("Audits every quarter until 1.4.17", K.EVERY, "2016-04-01", "2017-04-01", 4),
    ("every quarter until 1 April 2017", K.EVERY, "2016-04-01", "2017-04-01", 4),
    ("five cases every month from 1.6.16 to 1.9.16", K.EVERY, "2016-06-01", "2016-09-01", 3),
    ("monthly from June 2016", K.EVERY, "2016-06-01", "2017-03-31", 10),
    ("every quarter", K.EVERY, "2016-04-01", "2017-03-31", 4),
    ("each week from 4.7.16 to 22.7.16", K.EVERY, "2016-07-04", "2016-07-22", 3),
]


@pytest.mark.parametrize(("words", "kind", "starts", "due", "times"), READ)
def test_what_people_write(
    words: str, kind: TimingKind, starts: str | None, due: str | None, times: int
) -> None:
    found = by_when(words)
    assert (found.kind, found.starts, found.due) == (kind, day(starts), day(due))
    assert len(found.occurrences) == times
    assert found.words == " ".join(words.split())


def test_the_words_are_kept_as_written_but_for_blanks() -> None:
    assert by_when("  By   1.4.17. ").words == "By 1.4.17."


def test_the_days_of_recurring_times() -> None:
    """Each is due on its period's last day; no period begins on the very last day."""
    monthly = by_when("five cases every month from 1.6.16 to 1.9.16")
    assert monthly.every == Every.MONTH
    assert [one.isoformat() for one in monthly.occurrences] == [
        "2016-06-30",
        "2016-07-31",
        "2016-08-31",
    ]
    quarterly = by_when("Audits every quarter until 1.4.17")
    assert [one.isoformat() for one in quarterly.occurrences] == [
        "2016-06-30",
        "2016-09-30",
        "2016-12-31",
        "2017-03-31",
    ]
    weekly = by_when("every week from 4.7.16 to 20.7.16")
    assert [one.isoformat() for one in weekly.occurrences] == [
        "2016-07-10",
        "2016-07-17",
        "2016-07-20",
    ]


# Recurrences that were read as something else, or as nothing: how often, and the first of how
# many days in the plan of 2016-17, where they are added on 5 July 2016.
AGAIN = [
    ("Monthly", Every.MONTH, "2016-07-31", 9),
    ("monthly, ongoing", Every.MONTH, "2016-07-31", 9),
    ("monthly in 2016-17", Every.MONTH, "2016-07-31", 9),
    ("every month from June 2016", Every.MONTH, "2016-06-30", 10),
    ("every month until September 2016", Every.MONTH, "2016-07-31", 3),
    ("by September 2016 monthly", None, "", 0),
    ("weekly", Every.WEEK, "2016-07-11", 39),
    ("every other week", Every.FORTNIGHT, "2016-07-18", 20),
    ("Fortnightly", Every.FORTNIGHT, "2016-07-18", 20),
    ("twice a month", Every.HALF_MONTH, "2016-07-15", 18),
    ("every two months", Every.TWO_MONTHS, "2016-08-31", 5),
    ("every 2 months from May 2016", Every.TWO_MONTHS, "2016-06-30", 6),
    ("Quarterly", Every.QUARTER, "2016-09-30", 3),
    ("every three months", Every.QUARTER, "2016-09-30", 3),
    ("Termly", Every.TERM, "2016-07-31", 3),
    ("each term from September 2016", Every.TERM, "2016-12-31", 2),
    ("Six-monthly", Every.HALF_YEAR, "2016-09-30", 2),
    ("6-monthly", Every.HALF_YEAR, "2016-09-30", 2),
    ("every six months", Every.HALF_YEAR, "2016-09-30", 2),
    ("twice a year", Every.HALF_YEAR, "2016-09-30", 2),
    ("yearly", Every.YEAR, "2017-03-31", 1),
    ("Annually from April 2016 to March 2019", Every.YEAR, "2017-03-31", 3),
    ("twelve case reviews, each quarter", Every.QUARTER, "2016-09-30", 3),
    ("Supervision sessions monthly.", Every.MONTH, "2016-07-31", 9),
]


@pytest.mark.parametrize(("words", "every", "first", "times"), AGAIN)
def test_how_often_and_that_it_begins_when_it_is_added(
    words: str, every: Every | None, first: str, times: int
) -> None:
    added = dt.date(2016, 7, 5)
    if every is None:
        with pytest.raises(ValueError, match="is not understood"):
            parse(words, YEAR, added)
        return
    found = parse(words, YEAR, added)
    assert (found.kind, found.every) == (K.EVERY, every)
    assert found.occurrences[0] == day(first)
    assert len(found.occurrences) == times
    late = late_since(found, 0, [Time(one) for one in found.occurrences], added)
    assert (late is not None) == (first < "2016-07-05"), "not overdue at once"
    assert "from" in words or found.starts == added


def test_a_recurrence_begins_no_earlier_than_its_plan() -> None:
    found = parse("monthly", YEAR, dt.date(2016, 3, 14))
    assert (found.starts, found.occurrences[0]) == (dt.date(2016, 4, 1), dt.date(2016, 4, 30))
    with pytest.raises(ValueError, match="say until when, since the plan's year is over"):
        parse("monthly", YEAR, dt.date(2017, 4, 3))
    assert len(parse("monthly until June 2017", YEAR, dt.date(2017, 4, 3)).occurrences) == 3


def test_the_periods_of_a_recurrence() -> None:
    def days(words: str) -> list[str]:
        return [one.isoformat() for one in by_when(words).occurrences]

    assert days("termly") == ["2016-07-31", "2016-12-31", "2017-03-31"]
    assert days("six-monthly") == ["2016-09-30", "2017-03-31"]
    assert days("twice a month from 10.2.17 to 20.3.17") == [
        "2017-02-15", "2017-02-28", "2017-03-15", "2017-03-20",
    ]  # fmt: skip
    assert days("every two months from November 2016 to March 2017") == [
        "2016-12-31", "2017-02-28", "2017-03-31",
    ]  # fmt: skip


# Each has a word that changes what the rest says: it was dropped, and the rest was read.
HALF_READ = [
    ("every month except August", "“except August” is not understood"),
    ("weekly then monthly", "“then monthly” is not understood"),
    ("not every month", "does not say when"),
    ("every month or so", "“or so” is not understood"),
    ("every month from June 2016 if staffed", "“if staffed” is not understood"),
    ("probably quarterly", "does not say when"),
    ("every second month in term time", "“term time” is not understood"),
    ("monthly, quarterly from September 2016", "“quarterly from September 2016”"),
    ("from June 2016 at the latest", "“at the latest” is not understood"),
    ("by September 2016 or later", "“or later” is not understood"),
    ("Ongoing but reviewed", "“but reviewed” is not understood"),
    ("end September", "does not say when"),
    ("2016", "does not say when"),
    ("1.9.2016x", "does not say when"),
    ("1.9/16", "is not understood"),
    ("\uff11.9.16", "does not say when"),
    ("1.9.1\u0666", "does not say when"),
    ("1 September \u0662\u0660\u0661\u0666", "is not understood"),
    ("2016/18", "not a financial year"),
    ("2016/2117", "not a financial year"),
    ("1.9.0016", "“1.9.0016” in “1.9.0016” is not a date"),
    ("9999-00", "not a financial year"),
    ("weekly from 1.1.1990", "more than 260 times"),
]


@pytest.mark.parametrize(("words", "says"), HALF_READ)
def test_no_word_is_dropped(words: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        by_when(words)


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("bi-monthly", "every two months or twice a month"),
        ("Bimonthly from June 2016", "every two months or twice a month"),
        ("bi-weekly", "every two weeks or twice a week"),
        ("reports biannually", "twice a year or every two years"),
    ],
)
def test_what_can_mean_two_things_is_asked_about(words: str, which: str) -> None:
    with pytest.raises(ValueError, match=f"can mean {which}: write which"):
        by_when(words)


def test_what_is_understood_is_listed_in_full() -> None:
    """Each way to say how often that the help names is one that is read."""
    listed = re.findall(r"how often \((.*?)\)", UNDERSTOOD)[0].split(", ")
    assert len(listed) == len(Every)
    assert {by_when(words).every for words in listed} == set(Every)
    assert set(Every.values) == {str(one) for one in Every}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("1.9.16", True),
        ("By 1 September 2016, ongoing", True),
        ("Ongoing", True),
        ("September 2016", False),
        ("before 2.1.17", False),
        ("end of Q1 2016/17", False),
    ],
)
def test_whether_the_words_give_the_day_themselves(words: str, names: bool) -> None:
    assert names_its_day(by_when(words)) == names


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Enter by when it is to be done"),
        ("   ", "Enter by when it is to be done"),
        ("soon", "does not say when"),
        ("when the new system is in", "does not say when"),
        ("September", "does not say when"),
        ("31.9.16", "is not a date"),
        ("1.13.16", "is not a date"),
        ("June 2016 or July 2016", "does not say when"),
        ("between September 2016 and June 2016", "ends before it starts"),
        ("every month from 1.9.16 to 1.6.16", "ends before it starts"),
        ("every month 1.9.16", "the first or the last"),
        ("June 2016 and June 2016", "names one date only"),
        ("2016-18", "not a financial year"),
    ],
)
def test_words_that_cannot_be_read_are_refused_in_a_sentence(words: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        by_when(words)


def test_fields_stand_in_where_words_cannot_be_read() -> None:
    words = "once the new system is in"
    due, starts = dt.date(2016, 9, 1), dt.date(2016, 6, 1)
    assert given(words, due=due).kind == K.BY
    assert given(words, due=due, starts=starts).kind == K.BETWEEN
    assert given(words, due=due, is_ongoing=True).kind == K.BY_THEN_ONGOING
    assert given(words, starts=starts).kind == K.FROM
    assert given(words, is_ongoing=True).kind == K.ONGOING
    assert given(words, dates=[due, starts]).occurrences == (starts, due)
    assert len(given(words, starts=starts, due=due, every=Every.MONTH).occurrences) == 3
    with pytest.raises(ValueError, match="Enter a date"):
        given(words)
    with pytest.raises(ValueError, match="from when and until when"):
        given(words, due=due, every=Every.MONTH)


# Every kind of timing, open, x what was reported x today: the status, and since when late.
S = Status
TABLE = [
    # words, updates, times done, today, status, late since
    ("1.9.16", 0, 0, "2016-07-05", S.NOT_STARTED, None),
    ("1.9.16", 1, 0, "2016-07-05", S.IN_PROGRESS, None),
    ("1.9.16", 1, 0, "2016-09-01", S.IN_PROGRESS, None),
    ("1.9.16", 1, 0, "2016-09-02", S.OVERDUE, "2016-09-01"),
    ("1.9.16", 0, 0, "2016-09-02", S.OVERDUE, "2016-09-01"),
    ("June 2016", 0, 0, "2016-06-30", S.NOT_STARTED, None),
    ("June 2016", 0, 0, "2016-07-01", S.OVERDUE, "2016-06-30"),
    ("From June 2016", 0, 0, "2016-05-31", S.NOT_STARTED, None),
    ("From June 2016", 0, 0, "2016-06-30", S.NOT_STARTED, None),
    ("From June 2016", 0, 0, "2016-07-01", S.NOT_STARTED, "2016-06-30"),
    ("From June 2016", 1, 0, "2016-07-01", S.IN_PROGRESS, None),
    ("From June 2016", 1, 0, "2030-07-01", S.IN_PROGRESS, None),
    ("Ongoing", 0, 0, "2030-01-01", S.NOT_STARTED, None),
    ("Ongoing", 3, 0, "2030-01-01", S.IN_PROGRESS, None),
    ("1.4.17, ongoing", 1, 0, "2017-04-01", S.IN_PROGRESS, None),
    ("1.4.17, ongoing", 1, 0, "2017-04-02", S.OVERDUE, "2017-04-01"),
    ("1.6.16 - 1.9.16", 0, 0, "2016-07-01", S.NOT_STARTED, None),
    ("1.6.16 - 1.9.16", 2, 0, "2016-09-02", S.OVERDUE, "2016-09-01"),
    ("November 2016 and February 2017", 0, 0, "2016-11-30", S.NOT_STARTED, None),
    ("November 2016 and February 2017", 1, 0, "2016-12-01", S.OVERDUE, "2016-11-30"),
    ("November 2016 and February 2017", 0, 1, "2016-12-01", S.IN_PROGRESS, None),
    ("November 2016 and February 2017", 0, 1, "2017-03-01", S.OVERDUE, "2017-02-28"),
    ("November 2016 and February 2017", 0, 2, "2017-03-01", S.IN_PROGRESS, None),
    ("every quarter until 1.4.17", 0, 0, "2016-06-30", S.NOT_STARTED, None),
    ("every quarter until 1.4.17", 0, 0, "2016-07-05", S.OVERDUE, "2016-06-30"),
    ("every quarter until 1.4.17", 0, 1, "2016-07-05", S.IN_PROGRESS, None),
    ("every month from 1.6.16 to 1.9.16", 0, 2, "2016-09-05", S.OVERDUE, "2016-08-31"),
]


@pytest.mark.parametrize(("words", "updates", "done", "today", "expected", "late"), TABLE)
def test_status_over_every_kind_of_timing_and_today(
    words: str, updates: int, done: int, today: str, expected: Status, late: str | None
) -> None:
    when = by_when(words)
    times = [Time(due, place < done) for place, due in enumerate(when.occurrences)]
    on = dt.date.fromisoformat(today)
    assert status(when, ActionState.OPEN, updates, times, on) == expected
    assert late_since(when, updates, times, on) == day(late)


@pytest.mark.parametrize("words", [row[0] for row in READ])
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ActionState.CLAIMED, S.CLAIMED),
        (ActionState.COMPLETE, S.COMPLETE),
        (ActionState.NO_LONGER_NEEDED, S.NO_LONGER_NEEDED),
        (ActionState.CARRIED_OVER, S.CARRIED_OVER),
    ],
)
def test_what_people_said_outweighs_the_date(
    words: str, state: ActionState, expected: Status
) -> None:
    assert status(by_when(words), state, 0, [], dt.date(2030, 1, 1)) == expected


# The 27 actions of a real year's plan: when each is due, by when as it was written, and what
# each is on 5 July 2016 with and without anything reported.
PLAN = [
    ("1.1a", "September 2016.", "2016-09-30", S.NOT_STARTED, S.IN_PROGRESS),
    ("1.2a", "5 cases every month from 1.6.16 - 1.9.16", "2016-09-01", S.OVERDUE, S.OVERDUE),
    ("1.3a", "December 2016.", "2016-12-31", S.NOT_STARTED, S.IN_PROGRESS),
    ("2.1a", "May 2017.", "2017-05-31", S.NOT_STARTED, S.IN_PROGRESS),
    ("2.2a", "June 2016.", "2016-06-30", S.OVERDUE, S.OVERDUE),
    ("2.3a", "November 2016", "2016-11-30", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.1a", "December 2016", "2016-12-31", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.2a", "From June 2016.", None, S.NOT_STARTED, S.IN_PROGRESS),
    ("3.3a", "1.4.17 Ongoing.", "2017-04-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.3b", "1.9.16", "2016-09-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.3c", "From June 2016.", None, S.NOT_STARTED, S.IN_PROGRESS),
    ("3.4a", "July 2016.", "2016-07-31", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.4b", "September 2016.", "2016-09-30", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.4c", "1.12.16.", "2016-12-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.5a", "1.9.16", "2016-09-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.6a", "From June 2016.", None, S.NOT_STARTED, S.IN_PROGRESS),
    ("3.7a", "From June 2016.", None, S.NOT_STARTED, S.IN_PROGRESS),
    ("3.8a", "1.9.16.", "2016-09-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.8b", "1.9.16.", "2016-09-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.9a", "1.8.16.", "2016-08-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.9b", "By 1.4.17.", "2017-04-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.10a", "By 1.9.16.", "2016-09-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.10b", "Audits every quarter until 1.4.17.", "2017-04-01", S.OVERDUE, S.OVERDUE),
    ("3.11a", "By 1.4.17.", "2017-04-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.11b", "November 2016 and February 2017.", "2017-02-28", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.12a", "1.8.16", "2016-08-01", S.NOT_STARTED, S.IN_PROGRESS),
    ("3.13a", "1.6.16. 1.9.16.", "2016-09-01", S.OVERDUE, S.OVERDUE),
]


def test_the_plan_has_27_actions() -> None:
    assert len(PLAN) == len({ref for ref, *_ in PLAN}) == 27


@pytest.mark.parametrize(("ref", "words", "due", "silent", "reported"), PLAN)
def test_a_real_years_plan(
    ref: str, words: str, due: str | None, silent: Status, reported: Status
) -> None:
    when = parse(words, YEAR, dt.date(2016, 5, 23))
    times = [Time(one) for one in when.occurrences]
    today = dt.date(2016, 7, 5)
    assert when.due == day(due)
    assert status(when, ActionState.OPEN, 0, times, today) == silent
    assert status(when, ActionState.OPEN, 1, times, today) == reported


def test_the_next_day_to_meet_is_the_earliest_not_done() -> None:
    when = by_when("November 2016 and February 2017")
    first, last = when.occurrences
    assert timing.next_due(when, [Time(first, True), Time(last)]) == last
    assert timing.next_due(when, [Time(first), Time(last)]) == first
    assert timing.next_due(when, [Time(first, True), Time(last, True)]) is None
    assert timing.next_due(by_when("1.9.16"), []) == dt.date(2016, 9, 1)
