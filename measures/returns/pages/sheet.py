"""Everything that stands around the figures of one return, read in a handful of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from measures.counting.catalogue import MeasureSpec, load_ratios
from measures.counting.comparison import TargetSpec
from measures.counting.display import MISSING, NOT_ASKED, NOT_PROVIDED
from measures.models import Answer, Figure, Return
from measures.returns import checks
from measures.returns.access import figures_of_all
from measures.returns.answers import GivenAnswer, shown_number
from measures.returns.checks import Oddity
from measures.returns.earlier_figures import History, histories
from measures.returns.pages.percentages import (
    Targets,
    WorkedOut,
    targets_for,
    targets_of,
    worked_out,
)
from measures.returns.usual import UsualRange, usual_range
from teams.quarters import Quarter


@dataclass(frozen=True)
class Past:
    """An earlier figure beside the box: as printed, and in words where it is not a number."""

    shown: str
    spoken: str = ""
    not_comparable: bool = False


_NOT_A_NUMBER = {
    Answer.NOT_APPLICABLE.value: Past("not applicable"),
    Answer.NOT_PROVIDED.value: Past(NOT_PROVIDED),
    "": Past(MISSING),
}
_NOTHING = Past("", NOT_ASKED)


class Sheet:
    """A return's figures with their history, the measures they feed and the targets of those."""

    def __init__(
        self,
        made: Return,
        figures: list[Figure],
        history: History,
        ratios: Sequence[MeasureSpec],
        targets: Targets,
    ) -> None:
        self.made = made
        self.quarter: Quarter = made.quarter.quarter
        self.figures = figures
        self.history = history
        item_ids = {figure.item_id for figure in figures}
        self.measures = [one for one in ratios if one.item_ids <= item_ids]
        self.targets: Mapping[int, TargetSpec] = targets_for(made, self.measures, targets)

    def groups(self) -> list[tuple[str, list[Figure]]]:
        """The figures by group, groups in the order in which they first appear."""
        found: dict[str, list[Figure]] = {}
        for figure in self.figures:
            found.setdefault(figure.item.group, []).append(figure)
        return list(found.items())

    @property
    def columns(self) -> tuple[Quarter, Quarter]:
        """The quarters that stand beside this one: the same last year, and the last."""
        return self.quarter - 4, self.quarter - 1

    def past(self, figure: Figure, quarter: Quarter) -> Past:
        """What the team said to this question in an earlier quarter."""
        found = self.history.said(figure.item_id, quarter)
        if found is None:
            return _NOTHING
        if found.value is None:
            return _NOT_A_NUMBER[found.answer]
        broken = any(one.quarter > quarter for one in self.history.breaks(figure.item_id))
        return Past(shown_number(found.value, figure.item.decimals), not_comparable=broken)

    def whole_of(self, figure: Figure) -> str:
        """The code of the question that this one is a part of; nothing where it is not asked."""
        wholes = {one.item_id: one.item.code for one in self.figures}
        return wholes.get(figure.item.part_of_id or 0, "")

    def break_note(self, figure: Figure) -> str:
        """Why the figures shown beside this one are not comparable with it, if they are not."""
        return "; ".join(
            f"Not comparable with quarters before {one.quarter.short}: {one.reason}"
            for one in self.history.breaks(figure.item_id)
            if one.quarter > self.columns[0]
        )

    def usual(self, figure: Figure) -> UsualRange | None:
        """The team's usual range for this question, if it has one."""
        return usual_range(self.numbers_before(figure.item_id), figure.item.decimals)

    def numbers_before(self, item_id: int) -> list[int]:
        """The earlier numbers that compare with today's, latest first."""
        values = self.history.comparable.get(item_id, [])
        return [value for value in values if value is not None]

    def oddities(self, given: Mapping[int, GivenAnswer]) -> dict[int, Oddity]:
        """What is odd about these answers, by item id."""
        items = [figure.item for figure in self.figures]
        return checks.oddities(items, given, self.history.comparable, self.measures)

    def worked_out_after(self, given: Mapping[int, GivenAnswer]) -> dict[int, list[WorkedOut]]:
        """The percentages, each under the id of the last of its items on the page."""
        in_order = [figure for _, members in self.groups() for figure in members]
        place = {figure.item_id: number for number, figure in enumerate(in_order)}
        items = [figure.item for figure in self.figures]
        refused = checks.broken_parts(items, given)
        past = self.history.comparable
        found: dict[int, list[WorkedOut]] = defaultdict(list)
        for measure in self.measures:
            last_item = max(measure.item_ids, key=place.__getitem__)
            found[last_item].append(
                worked_out(
                    measure,
                    {pk: given[pk].value for pk in measure.item_ids if pk in given},
                    {pk: self.history.value(pk, self.quarter - 1) for pk in measure.item_ids},
                    self.quarter,
                    self.targets.get(measure.id),
                    refused=next((refused[pk] for pk in refused if pk in measure.item_ids), ""),
                    why_odd=checks.why_odd(measure, items, given, past),
                    usual=checks.usual_of(measure, items, past),
                )
            )
        return dict(found)


def sheet_of(made: Return) -> Sheet:
    """The sheet of one return; six queries, whatever the number of questions."""
    return sheets_of([made])[0]


def sheets_of(returns: Sequence[Return]) -> list[Sheet]:
    """The sheets of some returns of one quarter, at least one; as many queries as for one."""
    figures = figures_of_all(returns)
    before, ratios, targets = histories(returns), load_ratios(), targets_of(returns)
    return [Sheet(made, figures[made.pk], before[made.pk], ratios, targets) for made in returns]


def as_given(figures: Sequence[Figure]) -> dict[int, GivenAnswer]:
    """What the figures say, by item id."""
    return {figure.item_id: GivenAnswer.of(figure) for figure in figures}
