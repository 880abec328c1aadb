"""When an action is due, as people write it, and whether it is late on a day."""

import datetime as dt

import pytest

from audits.plan import timing
from audits.plan.timing import Every, Status, Time, TimingKind, given, late_since, parse, status
from audits.plan.workflow import ActionState
from teams.quarters import FinancialYear

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
    found = parse(words, YEAR)
    assert (found.kind, found.starts, found.due) == (kind, day(starts), day(due))
    assert len(found.occurrences) == times
    assert found.words == words


def test_the_words_are_kept_as_written_but_for_blanks() -> None:
    assert parse("  By   1.4.17. ", YEAR).words == "By 1.4.17."


def test_the_days_of_recurring_times() -> None:
    """Each is due on its period's last day; no period begins on the very last day."""
    monthly = parse("five cases every month from 1.6.16 to 1.9.16", YEAR)
    assert monthly.every == Every.MONTH
    assert [one.isoformat() for one in monthly.occurrences] == [
        "2016-06-30",
        "2016-07-31",
        "2016-08-31",
    ]
    quarterly = parse("Audits every quarter until 1.4.17", YEAR)
    assert [one.isoformat() for one in quarterly.occurrences] == [
        "2016-06-30",
        "2016-09-30",
        "2016-12-31",
        "2017-03-31",
    ]
    weekly = parse("every week from 4.7.16 to 20.7.16", YEAR)
    assert [one.isoformat() for one in weekly.occurrences] == [
        "2016-07-10",
        "2016-07-17",
        "2016-07-20",
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Say by when"),
        ("   ", "Say by when"),
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
        parse(words, YEAR)


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
    with pytest.raises(ValueError, match="Give a date"):
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
    when = parse(words, YEAR)
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
    assert status(parse(words, YEAR), state, 0, [], dt.date(2030, 1, 1)) == expected


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
    when = parse(words, YEAR)
    times = [Time(one) for one in when.occurrences]
    today = dt.date(2016, 7, 5)
    assert when.due == day(due)
    assert status(when, ActionState.OPEN, 0, times, today) == silent
    assert status(when, ActionState.OPEN, 1, times, today) == reported


def test_the_next_day_to_meet_is_the_earliest_not_done() -> None:
    when = parse("November 2016 and February 2017", YEAR)
    first, last = when.occurrences
    assert timing.next_due(when, [Time(first, True), Time(last)]) == last
    assert timing.next_due(when, [Time(first), Time(last)]) == first
    assert timing.next_due(when, [Time(first, True), Time(last, True)]) is None
    assert timing.next_due(parse("1.9.16", YEAR), []) == dt.date(2016, 9, 1)
