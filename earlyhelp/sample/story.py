"""The sample's open quarter, 2016-17 Q1, as it stands on 5 July 2016: returns in every state.

Its figures are illustrative, except the 231 assessments of the city-wide return, which the
council's own action plan gives for that quarter. Everything goes through the actions, as people
do it, so that the record, the queue and the receipts are real. The files of ``derby/story`` say
who did what, in the order in which it is done.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from django.utils import timezone

from earlyhelp.core.actor import Route
from earlyhelp.core.work import mail
from earlyhelp.core.work.models import Job
from earlyhelp.sample.stage import Row, day, read
from measures.commentary import actions as commentary
from measures.corrections import actions as corrections
from measures.exchange import actions as loading
from measures.models import Answer, Figure, Measure, ReportingQuarter, Return
from measures.quarters import actions as quarters
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from measures.returns.earlier_figures import history_of
from measures.review import actions as review
from measures.workflow import CorrectionKind
from teams.actions import appoint_cover
from teams.authority import Actor, AnyActor, actor_of, command_actor
from teams.models import Locality, Team, User
from teams.quarters import Quarter
from teams.roles import Role

TODAY = dt.date(2016, 7, 5)
OPEN = Quarter.parse("2016-17 Q1")
LAST = Quarter.parse("2015-16 Q4")

# A return counted one too few closures; the published total is reached by its correction.
CORRECTED = ("over-11s-locality-3", LAST, "cases-closed")
TOO_FEW = 3


def closing() -> AnyActor:
    """Who makes the release of the last closed quarter: nobody in person, as it closed."""
    now = timezone.make_aware(dt.datetime.fromisoformat("2016-05-10T17:00"))
    return replace(command_actor(), now=now)


@dataclass(frozen=True)
class Story:
    """Tells the open quarter with the sample's people, by name."""

    people: Mapping[str, User]

    def tell(self) -> None:
        """Bring every return of the quarter, cover, commentary and corrections about."""
        officer = self._actor("officer", "2016-07-01T08:00").by_route(Route.COMMAND)
        quarters.open_quarter(ReportingQuarter.objects.get(pk=OPEN.index), by=officer)
        for row in read("story/returns"):
            self._do(row)
        for row in read("story/cover"):
            self._cover(row)
        for row in read("story/commentary"):
            commentary.write_commentary(
                measure=Measure.objects.get(code=row["measure"]),
                locality=Locality.objects.filter(code=row["locality"]).first(),
                quarter=LAST,
                text=row["text"],
                version=0,
                by=self._actor(row["who"], "2016-05-16T10:00"),
            )
        self._corrections()

    def _actor(self, name: str, at: str) -> Actor:
        """Somebody on the sample's day, acting at a moment that may lie before it."""
        now = timezone.make_aware(dt.datetime.fromisoformat(at))
        return actor_of(self.people[name], today=TODAY, now=now)

    def _do(self, row: Row) -> None:
        """One thing that somebody did with a return; ``items`` are the questions it is about."""
        made = Return.objects.for_pages().get(team__code=row["team"], quarter=OPEN.index)
        now = timezone.make_aware(dt.datetime.fromisoformat(row["at"]))
        by = actor_of(self.people[row["who"]], now=now)
        figures = list(Figure.objects.of(made))
        items = [f.item_id for f in figures if f.item.code in row["items"].split()]
        match row["what"]:
            case "enter":
                entry.save_figures(made, self._answers(made, row), version=made.version, by=by)
            case "load":
                lines = [
                    loading.FigureLine(made.team, OPEN, item, answer)
                    for item, answer in self._answers(made, row).items()
                ]
                loading.load_figures(lines, signed_off=False, by=by.by_route(Route.IMPORT))
            case "correct":
                usual = self._usual(made)
                given = {item: usual[item] for item in items}
                entry.save_figures(made, given, version=made.version, by=by)
            case "say ready":
                entry.say_ready(made, version=made.version, by=by)
                Job.objects.filter(kind=mail.KIND).delete()  # it went out on the day
            case "submit":
                entry.submit(made, version=made.version, by=by, response=row["text"])
            case "send back":
                review.send_back(
                    made, reason=row["text"], item_ids=items, version=made.version, by=by
                )
            case "sign off":
                review.sign_off(made, version=made.version, by=by)
            case other:
                raise ValueError(f"Nobody does “{other}” to a return")

    def _answers(self, made: Return, row: Row) -> dict[int, GivenAnswer]:
        """All questions answered, or the first few, with usual figures but for those named."""
        given = self._usual(made)
        for figure in Figure.objects.of(made):
            if figure.item.code == row["items"]:
                given[figure.item_id] = GivenAnswer(
                    value=int(row["value"]), explanation=row["text"]
                )
            elif figure.item.code == row["not_provided"]:
                given[figure.item_id] = GivenAnswer(answer=Answer.NOT_PROVIDED, note=row["why_not"])
        return dict(islice(given.items(), int(row["first"]) if row["first"] else None))

    def _cover(self, row: Row) -> None:
        """A deputy for a locality, or an acting manager for one of its teams."""
        locality = Locality.objects.get(code=row["locality"]).pk
        appoint_cover(
            person=self.people[row["person"]],
            role=Role(row["role"]),
            locality_id=locality,
            team=Team.objects.filter(code=row["team"]).first(),
            team_locality_id=locality,
            starts=day(row["starts"]),
            ends=day(row["ends"]),
            by=actor_of(self.people[row["who"]], today=TODAY, route=Route.COMMAND),
            reason=row["reason"],
        )

    def _corrections(self) -> None:
        """One countersigned, which brings the published total about, and one that waits."""
        figure = _figure(*CORRECTED)
        agreed = corrections.propose(
            {figure.pk: GivenAnswer(value=(figure.value or 0) + TOO_FEW)},
            reason="Three closures of March were entered late in the recording system.",
            kind=CorrectionKind.LATE_DATA,
            by=self._actor("officer", "2016-06-10T11:00"),
        )
        corrections.countersign(agreed, by=self._actor("director", "2016-06-12T15:00"))
        waiting = _figure("childrens-centres-locality-4", LAST, "surveys-received")
        corrections.propose(
            {waiting.pk: GivenAnswer(value=(waiting.value or 0) + 2)},
            reason="Two surveys were found in the post of the last week of March.",
            kind=CorrectionKind.LATE_DATA,
            by=self._actor("officer", "2016-07-04T14:00"),
        )

    def _usual(self, made: Return) -> dict[int, GivenAnswer]:
        """An unsurprising answer: between last quarter's and the same quarter's of last year."""
        earlier = history_of(made).comparable
        figures = list(Figure.objects.of(made))
        given: dict[int, GivenAnswer] = {}
        for figure in figures:
            known = [value for value in earlier.get(figure.item_id, ())[:4] if value is not None]
            if not known:
                given[figure.item_id] = GivenAnswer(
                    answer=Answer.NOT_PROVIDED, note="No count was kept for this in the quarter."
                )
                continue
            value = (known[0] + known[-1] + 1) // 2
            if value == known[0]:  # a return that repeats the last one is asked about
                value += 1
            whole = given.get(figure.item.part_of_id or 0)
            if whole is not None and whole.value is not None:
                value = min(value, whole.value)
            given[figure.item_id] = GivenAnswer(value=value)
        return given


def _figure(team: str, quarter: Quarter, item: str) -> Figure:
    return Figure.objects.select_related("item").get(
        return_made__team__code=team, return_made__quarter=quarter.index, item__code=item
    )
