"""The content tree: the same content has the same text and digest, and comes back whole."""

import json
from dataclasses import replace

from earlyhelp.report.tree import (
    AskedAs,
    ChartBlock,
    CountedAs,
    Document,
    DocumentSection,
    ListItem,
    Paragraph,
    PlacedFigure,
    Points,
    Quote,
    Run,
    SourceNote,
    Subheading,
    TableBlock,
    TableCell,
    TableColumn,
    TableRow,
    as_plain,
    canonical,
    digest,
    from_plain,
)

TABLE = TableBlock(
    "Families",
    "families",
    (TableColumn("Team"), TableColumn("Cases", "number")),
    (TableRow((TableCell((Run("North"),)), TableCell((Run("373"),), "373"))),),
)
DOCUMENT = Document(
    code="2015-16",
    title="Early help",
    council="Anywhere",
    area="Anywhere town",
    period="2015-16",
    marking="OFFICIAL",
    authors=("Performance officer",),
    figures_as_at="2016-05-20",
    edition=1,
    state="",
    published_on="2016-06-20",
    audience="internal",
    sections=(
        DocumentSection(
            "What we did",
            "what",
            1,
            (
                Subheading(3, "Cases", "cases"),
                Paragraph(
                    (Run("There were "), Run("373", figure="2015-16/1"), Run(" café", strong=True))
                ),
                Points(
                    (
                        ListItem(
                            (
                                Paragraph((Run("one"),)),
                                Points((ListItem((Paragraph((Run("two"),)),)),)),
                            )
                        ),
                    )
                ),
                Quote((Paragraph((Run("Good"),)),), "a parent"),
                ChartBlock("Cases", "They rose", "<svg/>", TABLE),
            ),
        ),
    ),
    figures=(
        PlacedFigure(
            "2015-16/1",
            "what",
            "{cases}",
            "373",
            "cases",
            "",
            "2015-16",
            "373",
            "",
            60,
            60,
            ("north",),
            "signed-off",
            "added up",
        ),
    ),
    sources=(SourceNote(1, "Review", "March 2016", "Quality assurance"),),
)


def test_a_document_comes_back_whole_from_its_canonical_text() -> None:
    assert from_plain(json.loads(canonical(DOCUMENT))) == DOCUMENT


def test_what_the_tree_learnt_since_changes_no_digest_that_is_kept() -> None:
    """An edition that was frozen before keeps its digest: what is not said is not written."""
    kept = "5cffbb6178810268d554ba290aef6b1ecb9f55966633e87f70d62fca18dba312"
    assert digest(DOCUMENT) == kept
    asked = (AskedAs("Cases", "Those open at quarter end"),)
    later = replace(DOCUMENT, counted=(CountedAs("cases", "Cases", "What is open", asked),))
    assert from_plain(json.loads(canonical(later))) == later
    assert digest(later) != kept


def test_the_digest_is_over_every_word_and_number() -> None:
    figure = replace(DOCUMENT.figures[0], shown="374")
    assert digest(DOCUMENT) == digest(from_plain(as_plain(DOCUMENT)))
    assert digest(replace(DOCUMENT, figures=(figure,))) != digest(DOCUMENT)
    assert digest(replace(DOCUMENT, title="Early Help")) != digest(DOCUMENT)


def test_a_chart_s_table_is_one_of_the_document_s_tables() -> None:
    assert [table.title for _, table in DOCUMENT.tables()] == ["Families"]
