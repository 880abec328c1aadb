"""What the oracle counts over: a council, its framework and its returns as plain rows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction


class Timing(StrEnum):
    SNAPSHOT = "snapshot"
    FLOW = "flow"


class Answer(StrEnum):
    NUMBER = "number"
    NOT_APPLICABLE = "not-applicable"
    NOT_PROVIDED = "not-provided"
    UNANSWERED = "unanswered"


class ReturnState(StrEnum):
    """Where a return stands; only the last two are ever in a roll-up."""

    DRAFT = "draft"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    SIGNED_OFF = "signed-off"


class QuarterState(StrEnum):
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"


class Level(StrEnum):
    CITY = "city"
    LOCALITY = "locality"
    TEAM = "team"


class Period(StrEnum):
    QUARTER = "quarter"
    YEAR = "year"


class Basis(StrEnum):
    SIGNED_OFF = "signed-off"
    SUBMITTED = "submitted"


class Structure(StrEnum):
    AS_WAS = "as-was"
    AS_NOW = "as-now"


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a financial year: ``Quarter(2015, 4)`` is 2015-16 Q4, January to March 2016."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Read ``2015-16 Q4``; ``ValueError`` for anything else."""
        quarter = cls(int(text[:4]), int(text[-1]))
        if str(quarter) != text or quarter.number not in (1, 2, 3, 4):
            raise ValueError(f"not a quarter: {text!r}")
        return quarter

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that a day falls in."""
        return cls(day.year, (day.month - 1) // 3) if day.month > 3 else cls(day.year - 1, 4)

    def __str__(self) -> str:
        return f"{year_label(self.year)} Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year + self.number // 4, (1, 4, 7, 10)[self.number % 4], 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )


def year_label(year: int) -> str:
    """The financial year that starts in April of ``year``: ``2015-16``."""
    return f"{year}-{(year + 1) % 100:02d}"


@dataclass(frozen=True)
class Locality:
    code: str
    name: str


@dataclass(frozen=True)
class Team:
    """A team; ``locality`` is its first one, empty for a city-wide team; ``closed`` is its last open day."""

    code: str
    name: str
    type: str
    locality: str = ""
    opened: date | None = None
    closed: date | None = None
    successor: str = ""


@dataclass(frozen=True)
class Placement:
    """From this quarter on the team belongs to this locality, until its next placement."""

    team: str
    locality: str
    from_quarter: Quarter


@dataclass(frozen=True)
class Item:
    code: str
    timing: Timing
    team_types: tuple[str, ...]
    decimals: int = 0
    from_quarter: Quarter | None = None
    to_quarter: Quarter | None = None
    distinct: bool = False
    part_of: str = ""


@dataclass(frozen=True)
class Measure:
    """A count (no ``denominators``) or a ratio; ``decimals`` None is the item's for a count, 1 for a ratio."""

    code: str
    name: str
    heading: str
    numerator: str
    denominators: tuple[str, ...] = ()
    scale: int = 1
    decimals: int | None = None

    @property
    def items(self) -> tuple[str, ...]:
        return (self.numerator, *self.denominators)


@dataclass
class Figure:
    """One answer; ``value`` is there exactly when the answer is a number."""

    answer: Answer = Answer.UNANSWERED
    value: Fraction | None = None


@dataclass
class Return:
    """One team's figures for one quarter, with the locality it was in and the questions it was asked."""

    team: str
    quarter: Quarter
    locality: str
    figures: dict[str, Figure]
    state: ReturnState = ReturnState.DRAFT
    accepted_late: bool = False


@dataclass
class Council:
    """Everything a roll-up depends on; every list in the framework's (the files') order."""

    code: str
    area_name: str
    localities: list[Locality]
    teams: list[Team]
    quarters: dict[Quarter, QuarterState]
    items: list[Item]
    measures: list[Measure]
    placements: list[Placement] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    today: date | None = None

    @property
    def over(self) -> list[Quarter]:
        """Those of them whose last day has passed; all, where there is no today."""
        return [one for one in self.opened if self.today is None or one.last_day < self.today]

    @property
    def opened(self) -> list[Quarter]:
        """The quarters that were ever opened, in time order."""
        return sorted(q for q, state in self.quarters.items() if state != QuarterState.UPCOMING)

    def item(self, code: str) -> Item:
        return next(item for item in self.items if item.code == code)

    def team(self, code: str) -> Team:
        return next(team for team in self.teams if team.code == code)

    def find_return(self, team: str, quarter: Quarter) -> Return:
        """The team's return of a quarter; ``LookupError`` where it has none."""
        for given in self.returns:
            if given.team == team and given.quarter == quarter:
                return given
        raise LookupError(f"{team} has no return for {quarter}")


def locality_at(council: Council, team: Team, quarter: Quarter) -> str:
    """The locality a team is in during a quarter: its latest placement so far, else its first one."""
    locality = team.locality
    for placement in sorted(council.placements, key=lambda placement: placement.from_quarter):
        if placement.team == team.code and placement.from_quarter <= quarter:
            locality = placement.locality
    return locality
