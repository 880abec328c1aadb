"""The way to a report and its sections, as pages show it above their titles."""

from django.urls import reverse

from earlyhelp.report.models import Report, Section


def report_crumbs(report: Report) -> list[tuple[str, str]]:
    """The way to what belongs to a report."""
    return [("Reports", reverse("reports")), (report.title, report.url)]


def section_crumbs(section: Section) -> list[tuple[str, str]]:
    """The way to what belongs to a section."""
    return [*report_crumbs(section.report), (section.heading, section.url)]
