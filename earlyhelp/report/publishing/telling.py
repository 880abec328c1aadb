"""Who read an edition is told when it is changed, and when its figures are.

Of what is done to an edition at once, in the transaction that does it. Of figures once a day, in
one mail: readers inside of what changed, those outside of what was released, and who answers for
the report of a new edition, where one is asked for. No mail says a number: it says where to read.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from audits.plan.timing import month_end
from earlyhelp.core.change import Entry, lock, record
from earlyhelp.core.work import jobs, mail
from earlyhelp.core.work.kinds import Payload
from earlyhelp.core.work.models import Job
from earlyhelp.report.models import Edition, ToldChange
from earlyhelp.report.permissions import ReportPermission, reads_internal
from earlyhelp.report.publishing.passages import document_of
from earlyhelp.report.publishing.since import changed_since
from earlyhelp.report.verbs import ReportVerb
from earlyhelp.report.workflow import EditionState
from measures.querysets import Audience
from teams import notices
from teams.authority import AnyActor, authority_of, command_actor
from teams.models import Council, User

WATCH = "report figures"
# Mail about figures goes out at this hour of the morning.
HOUR = 7


def tell_readers(
    edition: Edition, what: str, *, by: AnyActor, later: Edition | None = None
) -> None:
    """Write to whoever read an edition of what is done to it now: ``withdrawn``, ``replaced``.

    ``later`` is the edition that takes its place.
    """
    addresses = [person.email for person, _ in _readers(edition, by.today)]
    link = by.link(edition.url)
    notices.tell(addresses, f"report/mail/{what}.txt", by, edition=edition, link=link, later=later)


def _readers(edition: Edition, day: dt.date) -> list[tuple[User, Audience]]:
    """Who opened it, was named to read it, or answers for it, and may still read it."""
    opened, named = (
        rows.values("person") for rows in (edition.openings.all(), edition.readers.all())
    )
    wanted = Q(pk__in=opened) | Q(pk__in=named) | Q(pk__in=_answering(edition))
    found = []
    for person in User.objects.filter(wanted, is_active=True).order_by("pk"):
        authority = authority_of(person, day)
        if authority.holds(ReportPermission.READ_PUBLISHED):
            inside = reads_internal(authority)
            found.append((person, Audience.INTERNAL if inside else Audience.EXTERNAL))
    return found


def _answering(edition: Edition) -> set[int]:
    """Who answers for an edition: its authors, who approved it, and who published it."""
    authors = set(edition.report.authors.values_list("pk", flat=True))
    return authors | {pk for pk in (edition.approved_by_id, edition.published_by_id) if pk}


# -- figures --------------------------------------------------------------------------------------


def watch(edition: Edition, site: str) -> None:
    """Have the figures of a published edition looked at in the morning, once."""
    if Job.objects.filter(kind=WATCH, payload__edition=edition.pk, due_at__gt=timezone.now()):
        return
    morning = dt.datetime.combine(timezone.localdate() + dt.timedelta(days=1), dt.time(HOUR))
    payload = {"edition": edition.pk, "site": site}
    jobs.add(WATCH, payload, due_at=timezone.make_aware(morning))


def watch_job(payload: Payload) -> None:
    """Look at an edition's figures, tell of them, and have it done again while it stands."""
    edition = Edition.objects.select_related("report").get(pk=payload["edition"])
    if edition.state != EditionState.PUBLISHED:
        return
    by = replace(command_actor(), site=payload["site"])
    note = look_for_changes(edition, by=by)
    with transaction.atomic():
        told = note()
        _write(edition, told, by)
        watch(edition, payload["site"])


def note_changes(edition: Edition, *, by: AnyActor) -> list[ToldChange]:
    """Put on record which figures of an edition its readers are told of now, and give them."""
    return look_for_changes(edition, by=by)()


def look_for_changes(edition: Edition, *, by: AnyActor) -> Callable[[], list[ToldChange]]:
    """Find what the readers of an edition have not been told, and give what puts it on record."""
    told = list(edition.told.order_by("pk").values_list("pk", flat=True))
    new = [one for audience in Audience for one in _untold(edition, audience, by.today)]
    return partial(_note, edition, new, told, by)


def _note(
    edition: Edition, new: Sequence[ToldChange], told: Sequence[int], by: AnyActor
) -> list[ToldChange]:
    with transaction.atomic():
        edition = lock(edition)
        is_told = list(edition.told.order_by("pk").values_list("pk", flat=True)) != told
        if is_told or not new:
            return []  # somebody else told them meanwhile, or there is nothing to tell
        ToldChange.objects.bulk_create(new)
        after = [[one.audience, one.reference, one.shows] for one in new]
        record([Entry(ReportVerb.READERS_TOLD, edition, after={"figures": after})], by)
    return list(new)


def _untold(edition: Edition, audience: Audience, today: dt.date) -> Iterable[ToldChange]:
    """What one audience has not been told: figures that changed, or are again as they were."""
    told = dict(edition.told.filter(audience=audience).values_list("reference", "shows"))
    frozen = {one.reference: one.shown for one in document_of(edition.content(audience)).figures}
    listed = changed_since(edition, audience, today)
    changed = {one.reference: one for one in listed if not one.goes_on}
    make = partial(ToldChange, edition=edition, audience=audience, on=today)
    for reference, one in changed.items():
        if told.get(reference) != one.now:
            yield make(reference=reference, shows=one.now, asks=one.asks)
    for reference, shown in frozen.items():
        if reference not in changed and told.get(reference, shown) != shown:
            yield make(reference=reference, shows=shown)


def _write(edition: Edition, told: Sequence[ToldChange], by: AnyActor) -> None:
    audiences = {one.audience for one in told}
    asks = any(one.asks for one in told if one.audience == Audience.INTERNAL)
    answering = _answering(edition)
    due = next(iter(editions_due(by.today, edition)), None) if asks else None
    council = Council.objects.values_list("name", flat=True).first()
    for person, audience in _readers(edition, by.today):
        if audience in audiences:
            mail.write(
                "report/mail/figures.txt",
                person.email,
                edition=edition,
                link=by.link(f"{edition.url}#changed"),
                due=due if person.pk in answering else None,
                council_name=council,
            )


# -- a new edition within a month -----------------------------------------------------------------


@dataclass(frozen=True)
class DueEdition:
    """A published edition whose figures ask for a new one, and by when."""

    edition: Edition
    due_on: dt.date
    is_late: bool


def editions_due(today: dt.date, of: Edition | None = None) -> list[DueEdition]:
    """The published editions that ask for a new one, the most pressing first; one query.

    ``of`` asks for one edition alone. A figure that is again as it was asks for nothing.
    """
    told = ToldChange.objects.filter(
        audience=Audience.INTERNAL, edition__state=EditionState.PUBLISHED
    )
    if of is not None:
        told = told.filter(edition=of)
    rows = told.select_related("edition__report").order_by("on", "pk")
    last = {
        (one.edition_id, one.reference): one
        for one in rows.defer("edition__internal", "edition__external")
    }
    first: dict[int, ToldChange] = {}
    for one in last.values():
        if one.asks and one.on <= first.get(one.edition_id, one).on:
            first[one.edition_id] = one
    dues = [(one.edition, a_month_after(one.on)) for one in first.values()]
    found = [DueEdition(edition, due, due < today) for edition, due in dues]
    return sorted(found, key=lambda one: one.due_on)


def a_month_after(day: dt.date) -> dt.date:
    """The same day of the next month, or its last: 31 January gives 28 February."""
    last = month_end(day, after=1)
    return last.replace(day=min(day.day, last.day))


def last_told(audience: Audience) -> dict[int, dt.date]:
    """When readers were last told of figures of an edition, by its id; one query."""
    told = ToldChange.objects.filter(audience=audience).order_by().values("edition")
    return dict(told.annotate(last=Max("on")).values_list("edition", "last"))
