"""The home page: for each person what is due, what came back, what waits for them, what is late."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from audits.plan.pages.my_actions import MyActions, my_actions
from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.consistent_read import reading
from earlyhelp.core.pages.wording import days_left, long_date, number_of
from earlyhelp.my_audits import MyAudits, my_audits
from earlyhelp.operations.pages import StatusLine, status_page
from earlyhelp.report.models import Edition, ReportBlock
from earlyhelp.report.permissions import ReportPermission as Reports
from earlyhelp.report.publishing.telling import DueEdition, editions_due
from earlyhelp.report.reading.pages import newest_reports, paragraphs_to_write
from earlyhelp.service import ForTheBoard, Service, for_the_board, number_late, service_of
from earlyhelp.waiting import TO_CONFIRM, what_waits
from measures.models import Correction, Figure, ReportingQuarter, Return
from measures.performance.readings import note_shown, readings_recorded
from measures.permissions import MeasuresPermission as Measures
from measures.permissions import review_scope, sees_areas_within_city
from measures.querysets import TO_BE_FILLED_IN, Basis, QuarterQuerySet, covered_by
from measures.releases.actions import unreleased
from measures.releases.reading import published
from measures.returns.owed import is_late, owed_within
from measures.returns.pages import lists as pages
from measures.returns.pages.lists import NextStep, ReturnRow
from measures.returns.status import is_to_fill_in, why_closed
from measures.review.signing import waiting_for
from measures.workflow import QuarterState, ReturnState
from teams.http import SignedInRequest, signed_in
from teams.models import Appointment, Locality, Team, User
from teams.permissions import Authority, Scope, TeamsPermission
from teams.quarters import Quarter

# So many stand by name in a list; the rest are a number that leads on.
MOST = 8
# So much stands in the heading.
MOST_PARTS = 3


@dataclass(frozen=True)
class HomeLink:
    """Words that lead somewhere."""

    words: str
    url: str


@dataclass(frozen=True)
class CameBack:
    """A return that was sent back, and the codes of the questions that the reviewer named."""

    made: Return
    queried: Sequence[str]

    @property
    def link(self) -> HomeLink:
        """Where to correct it: at the first question named."""
        url = reverse("return-fill-in", args=[self.made.pk])
        if not self.queried:
            return HomeLink("Look at the return", url)
        words = "the question that was named"
        if len(self.queried) > 1:
            words = f"the {_words(len(self.queried))} questions that were named"
        return HomeLink(f"Look at {words}", f"{url}#value-{self.queried[0]}")


@dataclass(frozen=True)
class ToEnter:
    """The returns of a person's own teams in open quarters: those to fill in, and the others."""

    rows: Sequence[ReturnRow]
    handed_in: Sequence[Return]
    came_back: Sequence[CameBack]
    lead: str
    together: Sequence[NextStep]


@dataclass(frozen=True)
class ToReview:
    """What waits for a reviewer: the first of them, and how many more."""

    waiting: Sequence[Return]
    more: int

    @property
    def number(self) -> int:
        """How many wait."""
        return len(self.waiting) + self.more


@dataclass(frozen=True)
class LeftOut:
    """The returns that the last closed quarter closed without, of a person's own."""

    quarter: Quarter
    returns: Sequence[Return]


@dataclass(frozen=True)
class QuarterProgress:
    """How far an open quarter is: how many returns by state, and how many are late."""

    quarter: ReportingQuarter
    states: Counter[str]
    late: int
    due: str

    @property
    def says(self) -> str:
        """How many returns are in, and how many are late."""
        handed_in = self.states[ReturnState.SUBMITTED] + self.states[ReturnState.SIGNED_OFF]
        expected = number_of(self.states.total(), "return")
        return f"{handed_in} of {expected} in, {self.late or 'none'} late"

    @property
    def counts(self) -> list[tuple[str, int]]:
        """The same, in order, by what the page calls them."""
        by_state = [(str(one.label), self.states[one]) for one in ReturnState]
        return [*by_state, ("Late", self.late)]


@dataclass(frozen=True)
class LateReturns:
    """Who is late, by name: the first of them, and how many more."""

    rows: Sequence[ReturnRow]
    more: int

    @property
    def number(self) -> int:
        """How many are late."""
        return len(self.rows) + self.more


@dataclass(frozen=True)
class Home:
    """The page; a part that does not concern the person is None or empty."""

    quarters: Sequence[Quarter]
    service: Service | None
    board: ForTheBoard | None
    to_enter: ToEnter | None
    to_review: ToReview | None
    late: LateReturns | None
    left_out: LeftOut | None
    my_audits: MyAudits | None
    my_actions: MyActions | None
    cover: Sequence[Appointment]
    cover_link: str
    administration_link: str
    to_run: Sequence[StatusLine]
    progress: Sequence[QuarterProgress]
    next_date: str
    unreleased: ReportingQuarter | None
    board_reports: Sequence[Edition]
    editions_due: Sequence[DueEdition]
    paragraphs: Sequence[ReportBlock]
    corrections: int
    countersigns: bool
    to_confirm: int
    own_waiting: Sequence[Appointment]
    last_quarter: str
    performance_heading: str
    performance: Sequence[HomeLink]
    links: Sequence[HomeLink]
    has_appointments: bool

    @property
    def shown_quarters(self) -> Sequence[Quarter]:
        """The quarters that the page is about: a board member's is closed."""
        return [self.board.quarter] if self.board else self.quarters

    @property
    def answer(self) -> str:
        """The heading: what waits for the person, the most pressing first."""
        parts = self._parts[:MOST_PARTS]
        if parts:
            return ", ".join(parts)
        return self.board.says if self.board else self._nothing

    @property
    def _parts(self) -> list[str]:
        """What waits: ``2 returns to review``, ``1 return late``."""
        put_right, *audits = self._of_audits
        actions_late = self.my_actions.late if self.my_actions else 0
        counted = [
            put_right,
            *self._of_returns,
            *audits,
            (self.corrections if self.countersigns else 0, "correction", "to countersign"),
            (self.to_confirm, "change", "to confirm"),
            (actions_late, "action", "late"),
            (len(self.paragraphs), "paragraph", "to write"),
            (len(self.to_run), "thing", "for whoever runs the site"),
        ]
        parts, before = [], ""
        for number, noun, what in counted:
            if number:
                # What the last one said goes without saying: ``2 returns to review, 1 late``.
                parts.append(f"{number if noun == before else number_of(number, noun)} {what}")
                before = noun
        return parts

    @property
    def _of_audits(self) -> list[tuple[int, str, str]]:
        """How many cases wait for what; those to put right come first."""
        mine = self.my_audits or MyAudits(None, [], [])
        put_right = len(mine.to_put_right.rows) if mine.to_put_right else 0
        to_audit, to_moderate = len(mine.to_audit), len(mine.to_moderate)
        return [
            (put_right, "case", "to put right"),
            (to_audit, "case", "to audit"),
            (mine.late, "case", "late"),
            (to_moderate, "case", "to moderate"),
        ]

    @property
    def _of_returns(self) -> list[tuple[int, str, str]]:
        """How many returns wait for what."""
        rows = self.to_enter.rows if self.to_enter else []
        own = Counter(row.next_step.waits for row in rows)
        return [
            *((own[what], "return", what) for what in pages.WAITS),
            (self.to_review.number if self.to_review else 0, "return", "to review"),
            (self.late.number if self.late else 0, "return", "late"),
        ]

    @property
    def _nothing(self) -> str:
        if not self.has_appointments:
            return "Nothing is here for you"
        if self.progress:
            return self.progress[0].says
        if self.to_enter and self.to_enter.handed_in:
            return _all_are_in(self.to_enter.handed_in)
        return "Nothing waits for you"


@signed_in
@require_safe
@readings_recorded
@reading
def home(request: SignedInRequest) -> HttpResponse:
    """What is due and what waits, for whoever asks."""
    page = home_page(request)
    if page.board:
        note_shown(request, page.board.stands.quarters)
    return render(request, "home.html", {"page": page})


def _administration_link(authority: Authority, person: User) -> str:
    """For whoever keeps people; an officer finds the framework's files from its own pages."""
    keeps = person.is_staff and authority.holds(TeamsPermission.KEEP_PEOPLE)
    return _url("admin:index") if keeps else ""


def _to_run(authority: Authority) -> list[StatusLine]:
    """What the status page finds wrong, for administrators; few queries."""
    if not authority.holds(TeamsPermission.KEEP_PEOPLE):
        return []
    return [line for line in status_page().lines if line.wrong]


def home_page(request: SignedInRequest) -> Home:
    """Everything the page says to whoever asks; some thirty queries.

    Lists in which nothing waits are not asked for.
    """
    authority, person, today = request.actor.authority, request.user, request.actor.today
    waiting = what_waits(request)
    quarters: list[ReportingQuarter] = fetch(_collecting)
    runs = authority.holds(Measures.RUN_QUARTERS)
    decides = authority.holds(Measures.COUNTERSIGN)
    last_quarter, performance = _performance(authority)
    chased = authority.scope(Measures.REMIND)
    number = number_late(chased, today) if chased else 0
    board = for_the_board(authority, person)
    return Home(
        quarters=[one.quarter for one in quarters],
        service=service_of(authority, person, late=number),
        board=board,
        board_reports=newest_reports() if board else [],
        to_enter=_to_enter(authority, today),
        to_review=_to_review(authority, today, waiting["review"]),
        late=_late(authority, today, number),
        left_out=_left_out(authority),
        my_audits=my_audits(authority, today, waiting),
        my_actions=my_actions(authority, today),
        cover=_cover(authority, today),
        cover_link=_url("cover") if authority.holds(TeamsPermission.APPOINT_COVER) else "",
        administration_link=_administration_link(authority, person),
        to_run=_to_run(authority),
        progress=_progress(quarters, today) if runs else [],
        next_date=_next_date(quarters, today) if runs else "",
        unreleased=unreleased() if runs else None,
        editions_due=editions_due(today) if _answers_for_reports(authority) else [],
        paragraphs=paragraphs_to_write(authority.person_id),
        corrections=_corrections(authority) if runs or decides else 0,
        countersigns=decides,
        to_confirm=sum(waiting[kind] for kind in TO_CONFIRM),
        own_waiting=fetch(_own_waiting, authority.person_id, today),
        last_quarter=last_quarter,
        performance_heading=_performance_heading(authority) if last_quarter else "Performance",
        performance=performance,
        links=_links(authority),
        has_appointments=bool(authority.appointments),
    )


def _answers_for_reports(authority: Authority) -> bool:
    return authority.holds(Reports.KEEP_REPORTS) or authority.holds(Reports.APPROVE)


def _collecting() -> QuerySet[ReportingQuarter]:
    return ReportingQuarter.objects.collecting().order_by("-index")


def _to_enter(authority: Authority, today: dt.date) -> ToEnter | None:
    """The returns that this person fills in; None for somebody who fills in none. Two queries."""
    scope = authority.scope(Measures.ENTER_FIGURES)
    if not scope:
        return None
    returns: list[Return] = fetch(_entered_within, scope)
    to_fill_in = [made for made in returns if is_to_fill_in(made, authority)]
    rows = pages.rows(to_fill_in, authority, today)
    return ToEnter(
        rows=rows,
        handed_in=[made for made in returns if made not in to_fill_in],
        came_back=_came_back(returns, scope),
        lead=_lead(returns, to_fill_in, today),
        together=pages.together(rows, authority),
    )


def _came_back(returns: Sequence[Return], scope: Scope) -> list[CameBack]:
    """Those that were sent back, with what the reviewer named; one query where there are any."""
    sent_back = [made for made in returns if made.state == ReturnState.RETURNED]
    queried: dict[int, list[str]] = defaultdict(list)
    for return_id, code in fetch(_queried_within, scope) if sent_back else ():
        queried[return_id].append(code)
    return [CameBack(made, queried[made.pk]) for made in sent_back]


def _entered_within(scope: Scope) -> QuerySet[Return]:
    returns = Return.objects.within(scope).unlocked().for_pages().select_related("returned_by")
    return returns.with_counts().in_order()


def _queried_within(scope: Scope) -> QuerySet[Figure, Any]:
    """The questions that reviewers named in returns that they sent back: return id, code."""
    sent_back = Return.objects.within(scope).unlocked().filter(state=ReturnState.RETURNED)
    return (
        Figure.objects.filter(return_made__in=sent_back.values("pk"), is_queried=True)
        .order_by("item__position", "item__code")
        .values_list("return_made", "item__code")
    )


def _lead(returns: Sequence[Return], waiting: Sequence[Return], today: dt.date) -> str:
    """``Two of your returns are due by Thursday 14 July 2016: 9 days left.``"""
    if not returns:
        return "No quarter is open now. Nothing is due from you."
    if not waiting:
        return f"{_all_are_in(returns)}. Nothing is due from you."
    due = min(made.quarter.due_on for made in waiting)
    number = sum(made.quarter.due_on == due for made in waiting)
    verb = "was" if number == 1 else "were"
    if due >= today:
        verb = "is" if number == 1 else "are"
    which = "Your return" if len(returns) == 1 else f"{_words(number).capitalize()} of your returns"
    return f"{which} {verb} due by {due:%A} {due.day} {due:%B %Y}: {days_left(due, today)}."


def _all_are_in(returns: Sequence[Return]) -> str:
    """What is said where nothing is left to fill in; what is ready waits to be submitted."""
    words = {"submitted" if why_closed(made) else "ready" for made in returns}
    return f"All your returns are {' or '.join(sorted(words))}"


def _words(number: int) -> str:
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return small[number] if number < len(small) else str(number)


def _to_review(authority: Authority, today: dt.date, number: int) -> ToReview | None:
    """What waits for a reviewer; None for somebody who reviews nothing. One query, if any wait."""
    if not review_scope(authority):
        return None
    waiting: list[Return] = fetch(_waiting_for, authority, today) if number else []
    return ToReview(waiting[:MOST], max(0, len(waiting) - MOST))


def _waiting_for(authority: Authority, today: dt.date) -> QuerySet[Return]:
    return waiting_for(authority, today).for_pages().order_by("submitted_at", "pk")


def _late(authority: Authority, today: dt.date, number: int) -> LateReturns | None:
    """Who is late, for a head and an officer, who chase them; the director has their number.

    One query, if any are.
    """
    chases = authority.holds(Measures.REVIEW) or authority.holds(Measures.RUN_QUARTERS)
    if not number or not chases:
        return None
    late = fetch(_late_within, authority.scope(Measures.REMIND), today)
    rows = pages.rows(late, authority, today)
    return LateReturns(rows, number - len(rows)) if rows else None


def _late_within(scope: Scope, today: dt.date) -> QuerySet[Return]:
    late = owed_within(scope).filter(is_late(today))
    return late.for_pages().with_counts().in_order()[:MOST]


def _left_out(authority: Authority) -> LeftOut | None:
    """What the last closed quarter closed without, of those who enter or decide; one query."""
    theirs = (Measures.ENTER_FIGURES, Measures.REVIEW, Measures.SIGN_CITY_WIDE)
    scopes = tuple(scope for one in theirs if (scope := authority.scope(one)))
    if not scopes:
        return None
    returns: list[Return] = fetch(_left_out_within, scopes)
    return LeftOut(returns[0].quarter.quarter, returns) if returns else None


def _left_out_within(scopes: tuple[Scope, ...]) -> QuerySet[Return]:
    last = Subquery(_closed().values("pk")[:1])
    own = reduce(or_, map(covered_by, scopes))
    return Return.objects.left_out().filter(own, quarter=last).for_pages().in_order()


def _closed() -> QuarterQuerySet:
    return ReportingQuarter.objects.filter(state=QuarterState.CLOSED).order_by("-index")


def _cover(authority: Authority, today: dt.date) -> list[Appointment]:
    """The cover that a head of service has appointed, now and to come; one query."""
    localities = authority.scope(TeamsPermission.APPOINT_COVER).localities
    return fetch(_cover_within, localities, today) if localities else []


def _cover_within(localities: frozenset[int], today: dt.date) -> QuerySet[Appointment]:
    here = Appointment.objects.settled().not_over(today).filter(is_cover=True)
    return (
        (here.filter(locality__in=localities) | here.filter(team__locality__in=localities))
        .select_related("person", "team", "locality")
        .order_by("starts", "person__name")
    )


def _progress(quarters: Sequence[ReportingQuarter], today: dt.date) -> list[QuarterProgress]:
    """How many returns of each open quarter stand where; one query."""
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    late: Counter[int] = Counter()
    for quarter, state, number, of_them_late in fetch(_counted_by_state, today):
        counted[quarter][state] = number
        late[quarter] += of_them_late
    return [
        QuarterProgress(
            quarter=one,
            states=counted[one.pk],
            late=late[one.pk],
            due=f"Returns are due by {long_date(one.due_on)}: {days_left(one.due_on, today)}.",
        )
        for one in quarters
    ]


def _next_date(quarters: Sequence[ReportingQuarter], today: dt.date) -> str:
    """What comes next in running the quarters, with its date; one query where all are past due."""
    due = [one for one in quarters if one.due_on >= today]
    if due:
        first = min(due, key=lambda one: one.due_on)
        when = long_date(first.due_on)
        return f"Next: {first.quarter.short} is due on {when}, {days_left(first.due_on, today)}."
    upcoming: list[ReportingQuarter] = fetch(_upcoming)
    if upcoming:
        one = upcoming[0]
        return f"Next: {one.quarter.short} can be opened from {long_date(one.quarter.first_day)}."
    return f"Next: {Quarter.containing(today).short} is to be planned." if not quarters else ""


def _upcoming() -> QuerySet[ReportingQuarter]:
    return ReportingQuarter.objects.filter(state=QuarterState.UPCOMING).order_by("index")[:1]


def _counted_by_state(today: dt.date) -> QuerySet[Return, Any]:
    late = Count("pk", filter=TO_BE_FILLED_IN & Q(quarter__due_on__lt=today))
    by_state = Return.objects.filter(quarter__state=QuarterState.OPEN).order_by()
    return by_state.values_list("quarter", "state").annotate(number=Count("pk"), late=late)


def _corrections(authority: Authority) -> int:
    """How many corrections wait; for who countersigns, those that somebody else proposed."""
    countersigns = authority.holds(Measures.COUNTERSIGN)
    ((number,),) = fetch(_waiting_corrections, authority.person_id if countersigns else None)
    return int(number)


def _waiting_corrections(but_by: int | None) -> QuerySet[Correction, Any]:
    waiting = Correction.objects.waiting()
    if but_by is not None:
        waiting = waiting.exclude(proposed_by=but_by)
    return waiting.order_by().values(every=Value(1)).values_list(Count("pk"))


def _own_waiting(person_id: int | None, today: dt.date) -> QuerySet[Appointment]:
    """What somebody is to be, once a second person confirms it; one query."""
    waiting = Appointment.objects.waiting(today).filter(person=person_id)
    return waiting.select_related("team", "locality")


def _performance(authority: Authority) -> tuple[str, list[HomeLink]]:
    """Last quarter's pages of one's own teams and localities, beside the city."""
    if not authority.holds(Measures.SEE_CITY):
        return "", []
    scope = authority.scope(Measures.SEE_SIGNED_OFF)
    links = []
    if sees_areas_within_city(authority):
        for model, name, pks in (
            (Team, "performance-team", scope.teams),
            (Locality, "performance-locality", scope.localities),
        ):
            places = fetch(_named, model, pks) if pks else []
            links += [(place, name, [code]) for place, code in places]
    links.append(("", "performance-city", []))  # the page knows what the whole area is called
    latest = _latest_read(authority)
    # The page says "as signed off", of this quarter: so do the addresses.
    asked = f"?period={latest[0].slug}&basis={Basis.SIGNED_OFF}" if latest else ""
    return (latest[0].label if latest else ""), [
        HomeLink(words, url + asked) for words, name, args in links if (url := _url(name, *args))
    ]


def _latest_read(authority: Authority) -> list[Quarter]:
    """The latest closed quarter; of those who read releases, the latest released."""
    if sees_areas_within_city(authority):
        return [row.quarter for row in fetch(_last_closed)]
    return sorted(published().quarters)[-1:]


def _named(model: type[Team | Locality], pks: frozenset[int]) -> QuerySet[Any, Any]:
    return model.objects.filter(pk__in=pks).values_list("name", "code")


def _last_closed() -> QuerySet[ReportingQuarter]:
    return _closed()[:1]


def _performance_heading(authority: Authority) -> str:
    scope = authority.scope(Measures.SEE_SIGNED_OFF)
    if scope.teams:
        return "Your teams last quarter"
    return "Your localities last quarter" if scope.localities else "Performance"


def _links(authority: Authority) -> list[HomeLink]:
    """Where else this person's work is."""
    wanted = []
    if authority.holds(Measures.RUN_QUARTERS):
        wanted.append(("Quarters: progress, due dates, closing", "quarters"))
    if authority.holds(Measures.PROPOSE_CORRECTION) or authority.holds(Measures.COUNTERSIGN):
        wanted.append(("Corrections", "corrections"))
    if authority.holds(Measures.IMPORT_FIGURES):
        wanted.append(("Load figures from a file", "import-figures"))
    return [HomeLink(words, url) for words, name in wanted if (url := _url(name))]


def _url(name: str, *args: str) -> str:
    """The address of a page that this site may not have; nothing then."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
