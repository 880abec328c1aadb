"""The home page: for each person what is due, what came back, what waits for them, what is late."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits.plan.pages.my_actions import MyActions, my_actions
from earlyhelp.core.pages.wording import days_left
from earlyhelp.my_audits import MyAudits, my_audits
from measures.models import Correction, Figure, ReportingQuarter, Return
from measures.permissions import MeasuresPermission as Measures
from measures.permissions import review_scope, sees_areas_within_city
from measures.querysets import covered_by
from measures.returns.pages import lists as pages
from measures.returns.pages.lists import ReturnRow
from measures.returns.status import why_closed
from measures.review.queue import queue
from measures.workflow import QuarterState, ReturnState
from teams.http import SignedInRequest, signed_in
from teams.models import Appointment, Locality, Team
from teams.permissions import Authority, TeamsPermission
from teams.quarters import Quarter


@dataclass(frozen=True)
class Link:
    """Words that lead somewhere."""

    words: str
    url: str


@dataclass(frozen=True)
class CameBack:
    """A return that was sent back: the reviewer's words, and the questions they named."""

    made: Return
    named: Sequence[Figure]

    @property
    def link(self) -> Link:
        """Where to correct it: at the first question named."""
        url = reverse("return-fill-in", args=[self.made.pk])
        if not self.named:
            return Link("Look at the return", url)
        words = "the question that was named"
        if len(self.named) > 1:
            words = f"the {_words(len(self.named))} questions that were named"
        return Link(f"Look at {words}", f"{url}#value-{self.named[0].item.code}")


@dataclass(frozen=True)
class ToEnter:
    """The returns of a person's own teams in open quarters."""

    rows: Sequence[ReturnRow]
    came_back: Sequence[CameBack]
    lead: str


@dataclass(frozen=True)
class ToReview:
    """What waits for a reviewer."""

    to_sign: Sequence[Return]
    late: Sequence[ReturnRow]
    lead: str
    signed_off: int
    expected: int


@dataclass(frozen=True)
class LeftOut:
    """The returns that the last closed quarter closed without, of a person's own."""

    quarter: Quarter
    returns: Sequence[Return]


@dataclass(frozen=True)
class Progress:
    """How far an open quarter is."""

    quarter: ReportingQuarter
    counts: Sequence[tuple[str, int]]
    due: str


@dataclass(frozen=True)
class Home:
    """The page; a part that does not concern the person is None or empty."""

    greeting: str
    quarters: Sequence[Quarter]
    to_enter: ToEnter | None
    to_review: ToReview | None
    left_out: LeftOut | None
    my_audits: MyAudits | None
    my_actions: MyActions | None
    cover: Sequence[Appointment]
    cover_link: str
    progress: Sequence[Progress]
    corrections: int
    last_quarter: str
    performance_heading: str
    performance: Sequence[Link]
    links: Sequence[Link]
    has_appointments: bool


@signed_in
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """What is due and what waits, for whoever asks."""
    hour = timezone.localtime().hour
    page = home_page(request.actor.authority, request.actor.today, hour)
    return render(request, "home.html", {"page": page, "is_staff": request.user.is_staff})


def home_page(authority: Authority, today: dt.date, hour: int) -> Home:
    """Everything the page says, with this authority on this day; some thirty-five queries."""
    quarters = list(ReportingQuarter.objects.collecting().order_by("-index"))
    runs = authority.holds(Measures.RUN_QUARTERS)
    decides = authority.holds(Measures.COUNTERSIGN)
    last_quarter, performance = _performance(authority)
    return Home(
        greeting=_greeting(hour),
        quarters=[one.quarter for one in quarters],
        to_enter=_to_enter(authority, today),
        to_review=_to_review(authority, today),
        left_out=_left_out(authority),
        my_audits=my_audits(authority, today),
        my_actions=my_actions(authority, today),
        cover=_cover(authority, today),
        cover_link=_url("cover") if authority.holds(TeamsPermission.APPOINT_COVER) else "",
        progress=_progress(quarters, today) if runs else [],
        corrections=_corrections(authority) if runs or decides else 0,
        last_quarter=last_quarter,
        performance_heading=_performance_heading(authority),
        performance=performance,
        links=_links(authority),
        has_appointments=bool(authority.appointments),
    )


def _greeting(hour: int) -> str:
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"


def _to_enter(authority: Authority, today: dt.date) -> ToEnter | None:
    """The returns that this person fills in; None for somebody who fills in none. Two queries."""
    scope = authority.scope(Measures.ENTER_FIGURES)
    if not scope:
        return None
    returns = Return.objects.within(scope).unlocked().for_pages().select_related("returned_by")
    found = list(returns.with_counts().in_order())
    sent_back = [made for made in found if made.state == ReturnState.RETURNED]
    named = pages.queried(sent_back) if sent_back else {}
    return ToEnter(
        rows=pages.rows(found, authority, today),
        came_back=[CameBack(made, named.get(made.pk, [])) for made in sent_back],
        lead=_lead(found, today),
    )


def _lead(returns: Sequence[Return], today: dt.date) -> str:
    """``Two of your returns are due by Thursday 14 July 2016: 9 days left.``"""
    waiting = [made for made in returns if not why_closed(made)]
    if not returns:
        return "No quarter is open now. Nothing is due from you."
    if not waiting:
        return "All your returns are submitted. Nothing is due from you."
    due = min(made.quarter.due_on for made in waiting)
    number = sum(made.quarter.due_on == due for made in waiting)
    verb = "was" if number == 1 else "were"
    if due >= today:
        verb = "is" if number == 1 else "are"
    which = "Your return" if len(returns) == 1 else f"{_words(number).capitalize()} of your returns"
    return f"{which} {verb} due by {due:%A} {due.day} {due:%B %Y}: {days_left(due, today)}."


def _words(number: int) -> str:
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return small[number] if number < len(small) else str(number)


def _to_review(authority: Authority, today: dt.date) -> ToReview | None:
    """What waits for a reviewer; None for somebody who reviews nothing. Nine queries."""
    if not review_scope(authority):
        return None
    found = queue(authority, today)
    number = len(found.to_sign)
    if number:
        lead = f"{_words(number).capitalize()} return{'' if number == 1 else 's'} to review."
    else:
        lead = "Nothing waits for you to review."
    # A head chases their own teams; the director reads of late returns on the quarter's page.
    late = [owed.made.pk for owed in found.late] if authority.holds(Measures.REVIEW) else []
    returns = Return.objects.filter(pk__in=late).for_pages().with_counts()
    return ToReview(
        to_sign=[waiting.made for waiting in found.to_sign],
        late=pages.rows(returns.in_order(), authority, today) if late else [],
        lead=lead,
        signed_off=found.signed_off,
        expected=found.expected,
    )


def _left_out(authority: Authority) -> LeftOut | None:
    """What the last closed quarter closed without, of those who enter or decide; one query."""
    theirs = (Measures.ENTER_FIGURES, Measures.REVIEW, Measures.SIGN_CITY_WIDE)
    scopes = [authority.scope(one) for one in theirs]
    own = [covered_by(scope) for scope in scopes if scope]
    if not own:
        return None
    closed = ReportingQuarter.objects.filter(state=QuarterState.CLOSED).order_by("-index")
    found = (
        Return.objects.left_out()
        .filter(reduce(or_, own), quarter=Subquery(closed.values("pk")[:1]))
        .for_pages()
    )
    returns = list(found.in_order())
    return LeftOut(returns[0].quarter.quarter, returns) if returns else None


def _cover(authority: Authority, today: dt.date) -> list[Appointment]:
    """The cover that a head of service has appointed, now and to come; one query."""
    localities = authority.scope(TeamsPermission.APPOINT_COVER).localities
    if not localities:
        return []
    here = Appointment.objects.filter(is_cover=True, withdrawn_at__isnull=True, ends__gte=today)
    return list(
        (here.filter(locality__in=localities) | here.filter(team__locality__in=localities))
        .select_related("person", "team", "locality")
        .order_by("starts", "person__name")
    )


def _progress(quarters: Sequence[ReportingQuarter], today: dt.date) -> list[Progress]:
    """How many returns of each open quarter stand where; one query."""
    counted: dict[int, Counter[str]] = {one.pk: Counter() for one in quarters}
    late: Counter[int] = Counter()
    for made in Return.objects.filter(quarter__in=quarters).select_related("quarter"):
        counted[made.quarter_id][made.state] += 1
        late[made.quarter_id] += made.is_late_on(today)
    return [
        Progress(
            quarter=one,
            counts=[
                *((state.label, counted[one.pk][state]) for state in ReturnState),
                ("Late", late[one.pk]),
            ],
            due=f"Returns are due by {one.due_on.day} {one.due_on:%B %Y}: "
            f"{days_left(one.due_on, today)}.",
        )
        for one in quarters
    ]


def _corrections(authority: Authority) -> int:
    """How many corrections wait; for who countersigns, those that somebody else proposed."""
    waiting = Correction.objects.waiting()
    if authority.holds(Measures.COUNTERSIGN):
        waiting = waiting.exclude(proposed_by=authority.person_id)
    return waiting.count()


def _performance(authority: Authority) -> tuple[str, list[Link]]:
    """Last quarter's pages of one's own teams and localities, beside the city."""
    scope = authority.scope(Measures.SEE_SIGNED_OFF)
    if not authority.holds(Measures.SEE_CITY):
        return "", []
    links = []
    if sees_areas_within_city(authority):
        teams = Team.objects.filter(pk__in=scope.teams) if scope.teams else []
        links += [(team.name, "performance-team", [team.code]) for team in teams]
        places = Locality.objects.filter(pk__in=scope.localities) if scope.localities else []
        links += [(place.name, "performance-locality", [place.code]) for place in places]
    links.append(("The city", "performance-city", []))
    found = [Link(words, url) for words, name, args in links if (url := _url(name, *args))]
    closed = ReportingQuarter.objects.filter(state=QuarterState.CLOSED)
    latest = closed.order_by("-index").first()
    return (latest.quarter.label if latest else ""), found


def _performance_heading(authority: Authority) -> str:
    scope = authority.scope(Measures.SEE_SIGNED_OFF)
    if scope.teams:
        return "Your teams last quarter"
    return "Your localities last quarter" if scope.localities else "Performance"


def _links(authority: Authority) -> list[Link]:
    """Where else this person's work is."""
    wanted = []
    if authority.holds(Measures.RUN_QUARTERS):
        wanted.append(("Quarters: progress, due dates, closing", "quarters"))
    if authority.holds(Measures.PROPOSE_CORRECTION) or authority.holds(Measures.COUNTERSIGN):
        wanted.append(("Corrections", "corrections"))
    if authority.holds(Measures.IMPORT_FIGURES):
        wanted.append(("Load figures from a file", "import-figures"))
    return [Link(words, url) for words, name in wanted if (url := _url(name))]


def _url(name: str, *args: str) -> str:
    """The address of a page that this site may not have; nothing then."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
