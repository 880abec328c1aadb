"""What a roll-up would say if one return said something else. Pure.

Works on what ``tally`` added up, so that a page can show both sides of a decision without
anything being written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from measures.counting.aggregates import Tally, TeamQuarter
from measures.returns.answers import GivenAnswer


@dataclass(frozen=True)
class Said:
    """Everything that one return says: the answer to each question, by item id."""

    return_id: int
    answers: Mapping[int, GivenAnswer]

    @property
    def numbers(self) -> dict[int, int]:
        """Its numbers by item id."""
        return {
            item_id: given.value
            for item_id, given in self.answers.items()
            if given.value is not None
        }

    @property
    def gaps(self) -> dict[int, str]:
        """Its questions without a number, with the answer in its place."""
        return {
            item_id: given.answer for item_id, given in self.answers.items() if given.value is None
        }


def saying(tally: Tally, said: Said, becomes: Mapping[int, GivenAnswer]) -> Tally:
    """The same tally as if this return gave other answers to some questions, by item id.

    A return that does not speak, or is not among those tallied, changes nothing.
    """
    row = _speaking(tally, said)
    if row is None:
        return tally
    then = Said(said.return_id, {**said.answers, **becomes})
    gaps = {pk: known for pk, known in tally.gaps.items() if pk != row.return_id}
    if then.gaps:
        gaps[row.return_id] = then.gaps
    return replace(
        tally,
        sums=_sums(tally, row, said.numbers, then.numbers),
        gaps=gaps,
        single={**tally.single, row.return_id: then.numbers},
    )


def without(tally: Tally, said: Said) -> Tally:
    """The same tally as if this return did not speak: it is expected, and missing."""
    row = _speaking(tally, said)
    if row is None:
        return tally
    silent = row._replace(speaks=False)
    return replace(
        tally,
        returns=[silent if one is row else one for one in tally.returns],
        sums=_sums(tally, row, said.numbers, {}),
        gaps={pk: known for pk, known in tally.gaps.items() if pk != row.return_id},
    )


def _speaking(tally: Tally, said: Said) -> TeamQuarter | None:
    for row in tally.returns:
        if row.return_id == said.return_id:
            return row if row.speaks else None
    if tally.others:
        raise ValueError("This was tallied for quarters alone: not every return is listed")
    return None


def _sums(
    tally: Tally, row: TeamQuarter, was: Mapping[int, int], becomes: Mapping[int, int]
) -> dict[tuple[int | None, int, int], dict[int, int]]:
    group, together = (row.key, row.quarter, row.type_id), (None, row.quarter, row.type_id)
    if group not in tally.sums and together in tally.sums:
        group = together  # nothing was kept apart
    sums = tally.sums.get(group, {})
    changed = {
        item_id: sums.get(item_id, 0) - was.get(item_id, 0) + becomes.get(item_id, 0)
        for item_id in {*sums, *was, *becomes}
    }
    return {**tally.sums, group: changed}
