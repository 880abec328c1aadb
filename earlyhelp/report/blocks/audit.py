"""Blocks about audits: what a round found, indicator by indicator, or what became of a cohort."""

from collections.abc import Iterator

from audits.grades import QUALITY, Grade, IndicatorKind
from audits.results.scored_rounds import IndicatorResult, RoundResults
from earlyhelp.report.blocks.context import BlockContext, note, words_cell
from earlyhelp.report.tokens.grammar import TokenError
from earlyhelp.report.tree import Block as Node
from earlyhelp.report.tree import (
    Paragraph,
    Run,
    TableBlock,
    TableCell,
    TableColumn,
    TableRow,
)

_SHOWN = (*QUALITY, Grade.NOT_FOUND)
_WORDS = {
    Grade.OUTSTANDING: "outstanding",
    Grade.GOOD: "good",
    Grade.REQUIRES_IMPROVEMENT: "requires improvement",
    Grade.INADEQUATE: "inadequate",
    Grade.NOT_FOUND: "not found",
}


def audit(context: BlockContext) -> Iterator[Node]:
    """A round's completion and a table of what it found; of a cohort, each outcome of all cases."""
    code = str(context.block.data_of.get("round", ""))
    if not code:
        yield context.unchosen("a round of audits")
        return
    try:
        results = context.resolver.audits.round(code)
    except TokenError:
        yield Paragraph((context.placing.token(f"cases of round {code}"),))
        return
    yield _lead(context, results, code)
    if results.is_cohort:
        yield _cohort(context, results, code)
    else:
        yield from _indicators(context, results, code)


def _lead(context: BlockContext, results: RoundResults, code: str) -> Paragraph:
    place = context.placing.token
    return Paragraph(
        (
            Run(f"{results.round}: "),
            place(f"audits of round {code}"),
            Run(" audits completed ("),
            place(f"completion of round {code}"),
            Run(" of those asked for), on "),
            place(f"cases of round {code}"),
            Run(" cases."),
        )
    )


def _cohort(context: BlockContext, results: RoundResults, code: str) -> TableBlock:
    rows = [
        TableRow(
            (
                words_cell(one.indicator.name),
                *(
                    _of(context, f"{how} for {one.indicator.code} in cohort {code}")
                    for how in ("parts", "percentage")
                ),
            )
        )
        for one in results.of_kind(IndicatorKind.YES_NO)
    ]
    return TableBlock(
        title=str(results.round),
        anchor=context.anchor,
        columns=(
            TableColumn("What became of them"),
            TableColumn("Cases"),
            TableColumn("Share", "percentage"),
        ),
        rows=tuple(rows),
        notes=(note("A case may be in several rows, so rows are not added up."),),
    )


def _indicators(context: BlockContext, results: RoundResults, code: str) -> Iterator[Node]:
    graded = results.of_kind(IndicatorKind.GRADED)
    if graded:
        yield TableBlock(
            title=f"{results.round}: grades",
            anchor=context.anchor,
            columns=(
                TableColumn("Indicator"),
                *(TableColumn(_WORDS[grade].capitalize(), "number") for grade in _SHOWN),
                TableColumn("Good or better", "percentage"),
                TableColumn("Compared with the round before"),
            ),
            rows=tuple(_graded(context, one, code) for one in graded),
            notes=tuple(_warnings(results)),
        )
    answered = results.of_kind(IndicatorKind.YES_NO)
    if answered:
        yield TableBlock(
            title=f"{results.round}: yes or no",
            anchor=f"{context.anchor}-yes-no",
            columns=(
                TableColumn("Question"),
                TableColumn("Yes"),
                TableColumn("Share", "percentage"),
            ),
            rows=tuple(
                TableRow(
                    (
                        words_cell(one.indicator.name),
                        _of(context, f"parts yes for {one.indicator.code} in round {code}"),
                        _of(context, f"percentage yes for {one.indicator.code} in round {code}"),
                    )
                )
                for one in answered
            ),
            notes=() if graded else tuple(_warnings(results)),
        )


def _graded(context: BlockContext, one: IndicatorResult, code: str) -> TableRow:
    name = one.indicator.code
    return TableRow(
        (
            words_cell(one.indicator.name),
            *(
                _of(context, f"number {_WORDS[grade]} for {name} in round {code}")
                for grade in _SHOWN
            ),
            _of(context, f"percentage good or better for {name} in round {code}"),
            words_cell(one.compared.change.value),
        )
    )


def _of(context: BlockContext, token: str) -> TableCell:
    return context.figure(token)


def _warnings(results: RoundResults) -> Iterator[Paragraph]:
    if any(0 < base < 10 for base in results.bases):
        yield note("Fewer than 10 cases stand behind some of these percentages.")
    if results.round.is_illustrative:
        yield note("Some of these grades are illustrative.")
