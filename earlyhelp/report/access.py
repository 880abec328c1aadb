"""Reports, sections and editions loaded through who may see them; not found for others."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from earlyhelp.core import clock
from earlyhelp.core.pages.forms import offer_unless
from earlyhelp.report.models import Edition, Report, ReportBlock, Section
from earlyhelp.report.permissions import ReportPermission, reads_edition
from earlyhelp.report.workflow import REPORT, ReportAct
from teams.authority import Actor
from teams.models import Appointment, User
from teams.permissions import ROLES, Permission
from teams.roles import Role


def report_or_404(by: Actor, code: str) -> Report:
    """A report that is being written, for those who read drafts, or who were asked for a part."""
    if not by.authority.holds(ReportPermission.READ_DRAFTS):
        raise Http404("There is no such report")
    return get_object_or_404(Report, code=code)


def section_or_404(by: Actor, code: str, pk: int) -> Section:
    """A section of such a report."""
    report = report_or_404(by, code)
    sections = Section.objects.select_related("report", "writer", "reader", "source")
    return get_object_or_404(sections, report=report, pk=pk, removed_at__isnull=True)


def block_or_404(by: Actor, code: str, pk: int) -> ReportBlock:
    """A block of such a report, or one that this person was asked to write."""
    blocks = ReportBlock.objects.select_related("section__report", "source", "asked_of", "only_by")
    if not by.authority.holds(ReportPermission.READ_DRAFTS):
        blocks = blocks.filter(Q(asked_of=by.authority.person_id) | Q(only_by=by.person))
    return get_object_or_404(blocks, section__report__code=code, pk=pk, removed_at__isnull=True)


def edition_or_404(by: Actor, code: str, number: int) -> Edition:
    """An edition that this person may read: published, or named to read it before."""
    editions = Edition.objects.select_related("report", "withdrawn_by", "published_by")
    edition = get_object_or_404(editions, report__code=code, number=number)
    named = set(edition.readers.values_list("person", flat=True))
    if not reads_edition(by.authority, edition, named):
        raise Http404("There is no such edition")
    return edition


def offer_to_write(request: HttpRequest, report: Report, page: str = "") -> None:
    """Lead who asks for a form of a report back to its page where nothing is written any more."""
    offer_unless(request, REPORT.why_not(ReportAct.WRITE, report.state), page or report.url)


def appointed(*permissions: Permission, also: Iterable[User | int | None] = ()) -> QuerySet[User]:
    """People who are appointed today, to one of the permissions if any are given, and ``also``."""
    roles = [role for role in Role if not permissions or ROLES[role] & set(permissions)]
    today = Appointment.objects.in_force(clock.today()).filter(role__in=roles)
    there = Q(is_active=True, pk__in=today.values("person"))
    named = [one.pk if isinstance(one, User) else one for one in also]
    return User.objects.filter(there | Q(pk__in=[one for one in named if one])).order_by("name")
