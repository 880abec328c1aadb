"""What builds each kind of block."""

from collections.abc import Callable, Iterator

from earlyhelp.report.blocks import appendix, audit, plan, tables, words
from earlyhelp.report.blocks.context import BlockContext
from earlyhelp.report.models import BlockKind
from earlyhelp.report.tree import Block as Node

Builder = Callable[[BlockContext], Iterator[Node]]

BUILDERS: dict[str, Builder] = {
    BlockKind.TEXT: words.text,
    BlockKind.FRAMEWORK: tables.framework,
    BlockKind.QUARTERS: tables.quarters,
    BlockKind.CHART: tables.chart,
    BlockKind.MEASURE: tables.in_detail,
    BlockKind.AUDIT: audit.audit,
    BlockKind.PLAN: plan.plan,
    BlockKind.RESPONSE: plan.response,
    BlockKind.QUOTE: words.quote,
    BlockKind.SOURCES: appendix.sources,
    BlockKind.ASKED: words.asked,
    BlockKind.FIRST_PAGE: words.first_page,
    BlockKind.FIGURES: appendix.figures,
    BlockKind.ABBREVIATIONS: words.abbreviations,
}
# Those that speak of all the others, and are built after them.
LAST = (BlockKind.SOURCES, BlockKind.FIGURES)
WIDE = (BlockKind.PLAN,)
