"""Pages on which reports are read: the list, an edition, and where a figure comes from."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import get_text_list

from earlyhelp.core.compiled_queries import fetch
from earlyhelp.core.events.models import Event
from earlyhelp.report.formats.markup import joined
from earlyhelp.report.formats.matter import written_date
from earlyhelp.report.formats.web import Writer
from earlyhelp.report.kept import frozen
from earlyhelp.report.models import Edition, FileKind, Redaction, Report, ReportBlock
from earlyhelp.report.periods import parse_period, quarters_of, spoken
from earlyhelp.report.permissions import (
    WRITTEN_IN,
    ReportPermission,
    reads_internal,
    why_not_approve,
    why_not_publish,
)
from earlyhelp.report.publishing.editions import document_in
from earlyhelp.report.publishing.passages import (
    passage_at,
    passages_with_figures,
    section_at,
)
from earlyhelp.report.publishing.since import ChangedFigure, changed_since
from earlyhelp.report.publishing.telling import DueEdition, editions_due, last_told
from earlyhelp.report.tree import CountedAs, Document, PlacedFigure
from earlyhelp.report.verbs import ReportVerb
from earlyhelp.report.workflow import EDITION, REPORT, EditionAct, EditionState, ReportAct
from measures.querysets import Audience
from teams.authority import Actor
from teams.models import Locality
from teams.quarters import Quarter

# So many reports stand on a board member's home page.
MOST_NEWEST = 3
# So many openings of an edition stand on its page, the latest first.
MOST_OPENINGS = 20


@dataclass(frozen=True)
class ReportsPage:
    """Reports that are being written, for those who see them, and editions to be read.

    Beside an edition stands when its readers were last told that figures of it changed.
    """

    written: Sequence[Report]
    asked: Sequence[ReportBlock]
    due: Sequence[DueEdition]
    editions: Sequence[tuple[Edition, dt.date | None]]
    begins: bool


def reports_page(by: Actor) -> ReportsPage:
    """What somebody may read."""
    authority = by.authority
    drafts = authority.holds(ReportPermission.READ_DRAFTS)
    editions = Edition.objects.select_related("report").defer("internal", "external")
    shown = Q(state__in=[EditionState.PUBLISHED, EditionState.WITHDRAWN])
    if not drafts:
        shown |= Q(state=EditionState.APPROVED, readers__person=authority.person_id)
    found = editions.filter(shown).distinct().order_by("-published_at", "-number")
    told = last_told(audience_for(by))
    return ReportsPage(
        due=editions_due(by.today) if drafts else [],
        asked=fetch(_asked_of, authority.person_id),
        written=list(Report.objects.all()) if drafts else [],
        editions=[(one, told.get(one.pk)) for one in found],
        begins=authority.holds(ReportPermission.KEEP_REPORTS),
    )


def paragraphs_to_write(person_id: int | None) -> list[ReportBlock]:
    """The paragraphs that are asked of somebody and not written yet; one query."""
    asked: list[ReportBlock] = fetch(_asked_of, person_id)
    return [one for one in asked if not one.text]


def _asked_of(person_id: int | None) -> QuerySet[ReportBlock]:
    # By a list: what was asked of nobody is not asked of who is nobody.
    return (
        ReportBlock.objects.select_related("section__report")
        .filter(asked_of__in=[person_id], removed_at__isnull=True)
        .filter(section__report__state__in=WRITTEN_IN)
        .order_by("due_on", "pk")
    )


def newest_reports() -> list[Edition]:
    """The reports that were published last, as a board member's home page leads to them."""
    editions = Edition.objects.filter(state=EditionState.PUBLISHED).select_related("report")
    return list(editions.defer("internal", "external").order_by("-published_at")[:MOST_NEWEST])


@dataclass(frozen=True)
class Download:
    """A file of an edition."""

    name: str
    url: str


@dataclass(frozen=True)
class RedactionRow:
    """A passage that went or is to go; ``words`` are shown to who decides, until they are gone.

    ``section`` is the heading above it as it stands now: it may have gone as well.
    """

    redaction: Redaction
    section: str
    words: str
    agrees: bool


@dataclass(frozen=True)
class Opening:
    """Somebody who opened an edition before it was published, in which form, and when."""

    person: str
    form: str
    at: dt.datetime


@dataclass(frozen=True)
class EditionPage:
    """An edition as somebody reads it: its text, files, what changed since, what can be done."""

    edition: Edition
    document: Document
    content: SafeString
    digest: str
    downloads: Sequence[Download]
    changed: Sequence[ChangedFigure]
    due: Sequence[DueEdition]
    standing: Edition | None
    replaced: Edition | None
    tells_why: bool
    revises: bool
    shows_figures: bool
    publishes: bool
    waits: bool
    being_built: str
    sends_back: bool
    withdraws: bool
    redacts: bool
    redactions: Sequence[RedactionRow]
    openings: Sequence[Opening]
    opened: int
    is_readable: bool


def _redaction_rows(edition: Edition, by: Actor, *, decides: bool) -> Iterator[RedactionRow]:
    """Its redactions; one query."""
    document = document_in(edition, Audience.INTERNAL)
    for one in edition.redactions.select_related("asked_by", "done_by"):
        waits = decides and one.done_at is None
        passage = passage_at(edition.internal, one.place) if waits else None
        agrees = waits and one.asked_by_id != by.authority.person_id
        section = section_at(document, one.place)
        yield RedactionRow(one, section, passage.text if passage else "", agrees)


def _opened_before(edition: Edition, by: Actor) -> tuple[list[Opening], int]:
    """The latest of those who opened it before it was published, and how many there are."""
    opened = Event.objects.visible_to(by, about=edition).filter(verb=ReportVerb.OPENED)
    latest = opened.select_related("by").order_by("-id")[:MOST_OPENINGS]
    return list(map(_opening, latest)), opened.count()


def _opening(event: Event) -> Opening:
    form = FileKind(event.part).label if event.part in FileKind.values else "the page"
    return Opening(str(event.by), form, event.at)


def audience_for(by: Actor) -> Audience:
    """Whose copy a person reads."""
    return Audience.INTERNAL if reads_internal(by.authority) else Audience.EXTERNAL


def edition_page(edition: Edition, by: Actor, *, shows_figures: bool) -> EditionPage:
    """An edition; with ``shows_figures`` each placed number leads to where it comes from."""
    audience, authority = audience_for(by), by.authority
    document = document_in(edition, audience)
    is_readable = edition.state != EditionState.WITHDRAWN
    publishes = not why_not_publish(authority)
    openings, opened = _opened_before(edition, by) if publishes else ([], 0)

    return EditionPage(
        edition=edition,
        document=document,
        content=_as_it_reads(edition, audience, shows_figures) if is_readable else joined([]),
        digest=edition.digest(audience),
        downloads=_downloads(edition) if is_readable else [],
        changed=changed_since(edition, audience, by.today) if is_readable else [],
        due=editions_due(by.today, edition) if audience == Audience.INTERNAL else [],
        standing=_in_its_place(edition),
        replaced=_in_whose_place(edition),
        tells_why=audience == Audience.INTERNAL,
        revises=authority.holds(ReportPermission.KEEP_REPORTS)
        and REPORT.allows(ReportAct.REVISE, edition.report.state),
        shows_figures=shows_figures,
        waits=edition.state == EditionState.APPROVED,
        being_built=_being_built(edition) if publishes else "",
        sends_back=not why_not_approve(authority),
        publishes=publishes and EDITION.allows(EditionAct.PUBLISH, edition.state),
        withdraws=authority.holds(ReportPermission.WITHDRAW)
        and EDITION.allows(EditionAct.WITHDRAW, edition.state),
        redacts=publishes and EDITION.allows(EditionAct.REDACT, edition.state),
        redactions=list(_redaction_rows(edition, by, decides=publishes)),
        openings=openings,
        opened=opened,
        is_readable=is_readable,
    )


def _as_it_reads(edition: Edition, audience: Audience, shows_figures: bool) -> SafeString:
    """The page of what never changes; with ``shows_figures`` its numbers are links."""
    code, number = edition.report.code, edition.number

    def links(reference: str) -> str | None:
        place = reference.rpartition("/")[2]
        return reverse("edition-figure", args=[code, number, place])

    def made() -> SafeString:
        document = document_in(edition, audience)
        writer = Writer(document, links if shows_figures else None)
        parts = [writer.front(), writer.contents(), *map(writer.section, document.sections)]
        return joined([*parts, writer.sources()])

    return frozen(("page", edition.digest(audience), code, number, shows_figures), made)


def quarters_in(edition: Edition, by: Actor) -> set[Quarter]:
    """The quarters that an edition is about, and those that its figures are of."""
    found = set(quarters_of(edition.report.period))
    for figure in document_in(edition, audience_for(by)).figures:
        with suppress(ValueError):  # what is of no such time: an audit round, the plan
            found.update(quarters_of(parse_period(figure.period)))
    return found


def _in_its_place(edition: Edition) -> Edition | None:
    """The edition that replaced this one; None where it stands itself, or none does."""
    if edition.state == EditionState.PUBLISHED:
        return None
    later = Edition.objects.filter(report=edition.report_id, number__gt=edition.number)
    return later.filter(state=EditionState.PUBLISHED).select_related("report").first()


def _in_whose_place(edition: Edition) -> Edition | None:
    """The edition that this one took the place of, or would; None for a first one."""
    if not edition.kind:
        return None
    out = Edition.objects.filter(report=edition.report_id, published_at__isnull=False)
    earlier = out.filter(number__lt=edition.number).select_related("report")
    return earlier.defer("internal", "external").order_by("-number").first()


def _being_built(edition: Edition) -> str:
    """How many of its files are there, until all are: those of an edition that waits; one query."""
    if edition.state != EditionState.APPROVED:
        return ""
    built, wanted = edition.files.count(), len(Audience) * len(FileKind)
    return "" if built == wanted else f"{built} of {wanted}"


def _downloads(edition: Edition) -> list[Download]:
    return [
        Download(
            str(kind.label),
            reverse("edition-file", args=[edition.report.code, edition.number, kind.value]),
        )
        for kind in FileKind
    ]


@dataclass(frozen=True)
class FigurePage:
    """A placed figure: how it is made, and where its returns are, under the reader's own rights.

    ``sentences`` are those that show it, ``counted`` its measure as it was defined then,
    ``changed`` says what it is by now, where that differs.
    """

    edition: Edition
    figure: PlacedFigure
    area: str
    period: str
    as_at: str
    sentences: Sequence[str]
    counted: CountedAs | None
    changed: Sequence[ChangedFigure]
    opens: Sequence[tuple[str, str]]


def figure_page(edition: Edition, place: str, by: Actor) -> FigurePage | None:
    """A figure of an edition by the end of its reference; None where there is none."""
    audience = audience_for(by)
    document = document_in(edition, audience)
    for figure in document.figures:
        if figure.reference.rpartition("/")[2] == place:
            changed = changed_since(edition, audience, by.today)
            return FigurePage(
                edition=edition,
                figure=figure,
                area=_area_name(figure.area, document.area),
                period=spoken(figure.period),
                as_at=written_date(document.figures_as_at),
                sentences=passages_with_figures(document, figure.reference),
                counted=next((it for it in document.counted if it.measure == figure.measure), None),
                changed=[one for one in changed if one.reference == figure.reference],
                opens=_opens(figure),
            )
    return None


def _area_name(codes: str, whole: str) -> str:
    """What the areas of a figure are called; the whole council where it is none of its parts."""
    names = dict(Locality.objects.filter(code__in=codes.split("+")).values_list("code", "name"))
    return (
        get_text_list([names[code] for code in codes.split("+") if code in names], "and") or whole
    )


def _opens(figure: PlacedFigure) -> list[tuple[str, str]]:
    """The pages on which a measure's number opens into its parts, one for each period."""
    if not figure.measure or figure.is_hidden:
        return []
    try:
        period = parse_period(figure.period)
    except ValueError:
        return []
    known = set(Locality.objects.values_list("code", flat=True))
    codes = figure.area.split("+")
    areas = [f"locality:{code}" if code in known else "city" for code in codes]
    periods = [period] if len(quarters_of(period)) in (1, 4) else list(quarters_of(period))
    return [
        (
            f"{one.label if isinstance(one, Quarter) else one}",
            _breakdown(figure.measure, area, one.slug),
        )
        for area in areas
        for one in periods
    ]


def _breakdown(measure: str, area: str, period: str) -> str:
    asked = {"measure": measure, "area": area, "period": period}
    return f"{reverse('performance-made-of')}?{urlencode(asked, safe=':')}"
