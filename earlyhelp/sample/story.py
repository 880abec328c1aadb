"""The sample's open quarter, 2016-17 Q1, as it stands on 5 July 2016: returns in every state.

Its figures are illustrative, except the 231 assessments of the city-wide return, which the
council's own action plan gives for that quarter. Everything goes through the actions, as people
do it, so that the record, the queue and the receipts are real.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from earlyhelp.core.actor import Route
from measures.commentary import actions as commentary
from measures.corrections import actions as corrections
from measures.exchange import actions as loading
from measures.models import Answer, Figure, Measure, Return
from measures.returns import actions as entry
from measures.returns.answers import Given
from measures.returns.earlier_figures import earlier_values
from measures.review import actions as review
from teams.actions import appoint_cover
from teams.authority import actor_of
from teams.models import Locality, Team, User
from teams.quarters import Quarter
from teams.roles import Role

TODAY = dt.date(2016, 7, 5)
OPEN = Quarter.parse("2016-17 Q1")
LAST = Quarter.parse("2015-16 Q4")

# A return counted one too few closures; the published total is reached by its correction.
CORRECTED = ("over-11s-locality-3", LAST, "cases-closed")
TOO_FEW = 3


def _at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of July 2016, or of June for days below 1."""
    day_of = dt.date(2016, 6, 30) + dt.timedelta(days=day)
    return timezone.make_aware(dt.datetime.combine(day_of, dt.time(hour, minute)))


@dataclass(frozen=True)
class Story:
    """Tells the open quarter with the sample's people, by name."""

    people: Mapping[str, User]

    def tell(self) -> None:
        """Bring every return of the quarter, cover, commentary and corrections about."""
        self._locality_1()
        self._locality_2()
        self._locality_3()
        self._locality_4()
        self._locality_5()
        self._city()
        self._cover()
        self._commentary()
        self._corrections()

    # -- the returns ----------------------------------------------------------------------

    def _locality_1(self) -> None:
        """Half done; sent back with a reason; signed off."""
        self._enter("under-11s-locality-1", "contributor", _at(4, 15), first=10)
        over = self._enter(
            "over-11s-locality-1",
            "manager-1",
            _at(1, 10),
            values={"cases-closed": 78},
            explanations={"cases-closed": "We closed a lot of cases before the summer."},
        )
        over = self._submit(over, "manager-1", _at(1, 10, 40))
        self._send_back(
            over,
            "head-1-5",
            "Closures jumped to 78: are transfers to Locality 2 in here? Please take them out.",
            ["cases-closed", "cases-escalated"],
            _at(4, 9, 30),
        )
        self._signed("childrens-centres-locality-1", "manager-1", "head-1-5", _at(1, 14))

    def _locality_2(self) -> None:
        """An extract to confirm; one that the head filled in; one signed off."""
        team = Team.objects.get(code="under-11s-locality-2")
        made = self._made("under-11s-locality-2")
        usual = self._usual(made)
        loading.load_figures(
            [
                loading.FigureLine(team, OPEN, figure.item_id, usual[figure.item_id])
                for figure in list(Figure.objects.of(made))[:6]
            ],
            signed_off=False,
            by=actor_of(self.people["officer"], now=_at(4, 11), route=Route.IMPORT),
        )
        # The head of service was acting manager there, so somebody else has to sign it.
        over = self._enter("over-11s-locality-2", "head-2", _at(1, 9))
        self._submit(over, "manager-2", _at(4, 16))
        self._signed("childrens-centres-locality-2", "manager-2", "head-2", _at(1, 16))

    def _locality_3(self) -> None:
        """All signed off."""
        for hour, team in enumerate(["under-11s", "over-11s", "childrens-centres"]):
            self._signed(f"{team}-locality-3", "manager-3", "head-3-4", _at(1, 9 + hour))

    def _locality_4(self) -> None:
        """One complete and not submitted; two not started."""
        self._enter("over-11s-locality-4", "manager-4", _at(4, 12))

    def _locality_5(self) -> None:
        """One submitted with things to look at; one sent back, corrected and submitted again."""
        under = self._enter(
            "under-11s-locality-5",
            "manager-5",
            _at(1, 11),
            values={"open-cases": 18},
            not_provided={"contacts": "Youth club registers are not back from two schools."},
            explanations={
                "open-cases": "Two workers left in April: we closed what could be closed and "
                "passed the rest to the Over 11s team."
            },
        )
        self._submit(under, "manager-5", _at(1, 11, 30))
        over = self._enter(
            "over-11s-locality-5",
            "manager-5",
            _at(1, 12),
            values={"cases-closed": 78},
            explanations={"cases-closed": "A busy quarter."},
        )
        over = self._submit(over, "manager-5", _at(1, 12, 20))
        over = self._send_back(
            over, "head-1-5", "Closures look doubled. Please check.", ["cases-closed"], _at(1, 17)
        )
        usual = self._usual(over)
        closed = next(f for f in Figure.objects.of(over) if f.item.code == "cases-closed")
        over = entry.save_figures(
            over,
            {closed.item_id: usual[closed.item_id]},
            version=over.version,
            by=actor_of(self.people["manager-5"], now=_at(4, 10)),
        )
        self._submit(
            over, "manager-5", _at(4, 10, 15), response="The rest were transfers to Locality 2."
        )

    def _city(self) -> None:
        """The performance team's own return waits for the service director."""
        made = self._enter(
            "performance-team",
            "officer",
            _at(4, 9),
            values={"assessments-completed-city": 231},
            explanations={
                "assessments-completed-city": "Counted with the recording system's team: the "
                "shortfall of last year is put right."
            },
        )
        self._submit(made, "officer", _at(4, 9, 45))

    # -- what stands around them -----------------------------------------------------------

    def _cover(self) -> None:
        """A deputy for Locality 2, and an acting manager for a team later in the month."""
        away = self.people["head-2"]
        appoint_cover(
            person=self.people["head-3-4"],
            role=Role.HEAD_OF_SERVICE,
            locality_id=Locality.objects.get(code="locality-2").pk,
            starts=dt.date(2016, 7, 4),
            ends=dt.date(2016, 7, 15),
            by=actor_of(away, today=TODAY),
            reason="Annual leave",
        )
        head = self.people["head-1-5"]
        appoint_cover(
            person=self.people["manager-5"],
            role=Role.TEAM_MANAGER,
            team=Team.objects.get(code="under-11s-locality-1"),
            team_locality_id=Locality.objects.get(code="locality-1").pk,
            starts=dt.date(2016, 7, 11),
            ends=dt.date(2016, 7, 22),
            by=actor_of(head, today=TODAY),
            reason="Leave of the team's manager",
        )

    def _commentary(self) -> None:
        """Stories behind figures of 2015-16, in words of our own."""
        told = [
            (
                "assessments-completed",
                None,
                "officer",
                "Fewer assessments were found than in 2014-15. Much of the fall follows the move "
                "to a new recording system, where some are stored in another place; it is being "
                "looked into.",
            ),
            (
                "spider-graphs-completed",
                None,
                "officer",
                "More than twice as many as the year before: the tool is now in use in every team.",
            ),
            (
                "helped",
                None,
                "officer",
                "Three times as many families answered as in 2014-15, so the share stands on "
                "firmer ground; the difference between the years is within what chance gives.",
            ),
            (
                "open-cases",
                "locality-1",
                "head-1-5",
                "Caseloads came down after cases open for more than a year were looked at again.",
            ),
            (
                "contacts",
                "locality-5",
                "head-1-5",
                "A sample from the third quarter shows how much work stands beside open cases: "
                "group work in schools, youth clubs and return interviews.",
            ),
        ]
        for measure, locality, writer, text in told:
            person = self.people[writer]
            commentary.write_commentary(
                measure=Measure.objects.get(code=measure),
                locality=Locality.objects.get(code=locality) if locality else None,
                quarter=LAST,
                text=text,
                version=0,
                by=actor_of(person, today=TODAY, now=_at(-45, 10)),
            )

    def _corrections(self) -> None:
        """One countersigned, which brings the published total about, and one that waits."""
        team, quarter, item = CORRECTED
        figure = self._figure(team, quarter, item)
        officer, director = self.people["officer"], self.people["director"]
        agreed = corrections.propose(
            {figure.pk: Given(value=(figure.value or 0) + TOO_FEW)},
            reason="Three closures of March were entered late in the recording system.",
            by=actor_of(officer, today=TODAY, now=_at(-20, 11)),
        )
        corrections.countersign(agreed, by=actor_of(director, today=TODAY, now=_at(-18, 15)))
        waiting = self._figure("childrens-centres-locality-4", LAST, "surveys-received")
        corrections.propose(
            {waiting.pk: Given(value=(waiting.value or 0) + 2)},
            reason="Two surveys were found in the post of the last week of March.",
            by=actor_of(officer, today=TODAY, now=_at(4, 14)),
        )

    # -- how it is done --------------------------------------------------------------------

    def _made(self, team: str) -> Return:
        return Return.objects.for_pages().get(team__code=team, quarter=OPEN.index)

    def _figure(self, team: str, quarter: Quarter, item: str) -> Figure:
        return Figure.objects.select_related("item").get(
            return_made__team__code=team, return_made__quarter=quarter.index, item__code=item
        )

    def _usual(self, made: Return) -> dict[int, Given]:
        """An unsurprising answer: between last quarter's and the same quarter's of last year."""
        earlier = earlier_values(made)
        figures = list(Figure.objects.of(made))
        given: dict[int, Given] = {}
        for figure in figures:
            known = [value for value in earlier.get(figure.item_id, ())[:4] if value is not None]
            if not known:
                given[figure.item_id] = Given(
                    answer=Answer.NOT_PROVIDED, note="No count was kept for this in the quarter."
                )
                continue
            value = (known[0] + known[-1] + 1) // 2
            if value == known[0]:  # a return that repeats the last one is asked about
                value += 1
            whole = given.get(figure.item.part_of_id or 0)
            if whole is not None and whole.value is not None:
                value = min(value, whole.value)
            given[figure.item_id] = Given(value=value)
        return given

    def _enter(
        self,
        team: str,
        by: str,
        at: dt.datetime,
        *,
        first: int | None = None,
        values: Mapping[str, int] | None = None,
        not_provided: Mapping[str, str] | None = None,
        explanations: Mapping[str, str] | None = None,
    ) -> Return:
        """Answer all questions, or the first few, with usual figures but for those named."""
        made = self._made(team)
        given = self._usual(made)
        for figure in Figure.objects.of(made):
            code, pk = figure.item.code, figure.item_id
            words = (explanations or {}).get(code, "")
            if code in (values or {}):
                given[pk] = Given(value=(values or {})[code], explanation=words)
            elif code in (not_provided or {}):
                given[pk] = Given(answer=Answer.NOT_PROVIDED, note=(not_provided or {})[code])
        kept = dict(list(given.items())[:first])
        actor = actor_of(self.people[by], now=at)
        return entry.save_figures(made, kept, version=made.version, by=actor)

    def _submit(self, made: Return, by: str, at: dt.datetime, *, response: str = "") -> Return:
        actor = actor_of(self.people[by], now=at)
        return entry.submit(made, version=made.version, by=actor, response=response)

    def _send_back(
        self, made: Return, by: str, reason: str, codes: list[str], at: dt.datetime
    ) -> Return:
        person = self.people[by]
        named = Figure.objects.filter(return_made=made, item__code__in=codes)
        return review.send_back(
            made,
            reason=reason,
            item_ids=list(named.values_list("item", flat=True)),
            version=made.version,
            by=actor_of(person, now=at),
        )

    def _signed(self, team: str, manager: str, head: str, at: dt.datetime) -> None:
        made = self._submit(self._enter(team, manager, at), manager, at)
        person = self.people[head]
        review.sign_off(
            made,
            version=made.version,
            by=actor_of(person, now=at + dt.timedelta(hours=3)),
        )
