"""Writing a report: its list of sections, a section, sources, comments, signatures."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.change import refuse
from earlyhelp.core.consistent_read import consistent, consistent_read
from earlyhelp.core.pages import versioned_edit
from earlyhelp.core.pages.form_page import FormPage
from earlyhelp.core.pages.forms import answer, answer_button, get_or_post, post_only, posted
from earlyhelp.core.pages.posted import posted_version
from earlyhelp.report.access import offer_to_write, report_or_404, section_or_404
from earlyhelp.report.assembly import assemble
from earlyhelp.report.downloads import handed_over
from earlyhelp.report.files import copy_of
from earlyhelp.report.formats import CONTENT_TYPES
from earlyhelp.report.models import Comment, Report, Section
from earlyhelp.report.permissions import ReportPermission, why_not_remove_section, why_not_write
from earlyhelp.report.tree import DRAFT, canonical
from earlyhelp.report.writing import actions, pages
from earlyhelp.report.writing.finding import figure_finder
from earlyhelp.report.writing.forms import (
    SECTION_BOXES,
    AskForm,
    ChangeReportForm,
    CommentForm,
    NewReportForm,
    NewSectionForm,
    SectionForm,
    SourceForm,
)
from earlyhelp.report.writing.since_edition import changes_since, newest_edition
from earlyhelp.report.writing.templates import begin_with, shapes
from earlyhelp.report.writing.trail import report_crumbs, section_crumbs
from measures.querysets import Audience
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere

P = ReportPermission


@signed_in
@get_or_post
def report_new(request: SignedInRequest) -> HttpResponse:
    """Begin a report, from a template or from an earlier one."""
    require_anywhere(request.actor.authority, [P.KEEP_REPORTS])
    form = NewReportForm(posted(request), shapes=shapes())
    page = FormPage("Begin a report", "Board reports", [("Reports", reverse("reports"))])
    return answer(
        request,
        form,
        lambda: begin_with(
            form.cleaned_data["begins_with"],
            code=form.cleaned_data["code"],
            period=form.cleaned_data["period"],
            title=form.cleaned_data["title"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done="The report is begun.",
        then=lambda made: made.url,
    )


@signed_in
@require_safe
@consistent
def report(request: SignedInRequest, code: str) -> HttpResponse:
    """A report: its sections, who writes and reads them, and what comes next."""
    found = report_or_404(request.actor, code)
    page = pages.report_page(found, request.actor)
    return render(request, "report/report.html", {"page": page})


@signed_in
@get_or_post
def report_change(request: SignedInRequest, code: str) -> HttpResponse:
    """Change a report's title, marking, authors, or the day of the next one."""
    found = report_or_404(request.actor, code)
    require_anywhere(request.actor.authority, [P.KEEP_REPORTS])
    offer_to_write(request, found)
    form = ChangeReportForm(posted(request), initial=_of_report(found))
    page = FormPage("Change this report", str(found), report_crumbs(found))
    return versioned_edit.edit(
        request,
        form,
        lambda: actions.change_report(
            found,
            title=form.cleaned_data["title"],
            marking=form.cleaned_data["marking"],
            authors=list(form.cleaned_data["authors"]),
            next_report_on=form.cleaned_data["next_report_on"],
            version=form.cleaned_data["version"],
            by=request.actor,
        ),
        row=found,
        initial=_of_report,
        caption=str(found),
        crumbs=report_crumbs(found),
        show=lambda: page.show(request, form),
        done="The report is changed.",
        then=found.url,
    )


def _of_report(found: Report) -> dict[str, Any]:
    return {
        "title": found.title,
        "marking": found.marking,
        "authors": list(found.authors.order_by("name")),
        "next_report_on": found.next_report_on,
        "version": found.version,
    }


@signed_in
@post_only("report")
def report_send(request: SignedInRequest, code: str) -> HttpResponse:
    """Send a report to its readers and the director."""
    found = report_or_404(request.actor, code)
    return answer_button(
        request,
        lambda: actions.send_to_review(found, by=request.actor),
        page=found.url,
        done="The report is in review: readers sign their sections, then the director approves it.",
    )


@signed_in
@require_safe
def report_draft(request: SignedInRequest, code: str, kind: str) -> HttpResponse:
    """The report as it stands, marked as a draft; ``?audience=external`` with numbers hidden.

    Until it is built, how far it is; one that did not change since is given as it was built.
    """
    found = report_or_404(request.actor, code)
    if kind not in CONTENT_TYPES:
        raise Http404("There is no such format")
    outside = request.GET.get("audience") == Audience.EXTERNAL
    audience = Audience.EXTERNAL if outside else Audience.INTERNAL
    with consistent_read():
        made = assemble(found, audience=audience, today=request.actor.today, state=DRAFT)
    file = copy_of(canonical(made.document), kind)
    name, above = f"{found.code}-draft", (str(found), found.url)
    return handed_over(request, file, kind, name=name, above=above)


@signed_in
@require_safe
@consistent
def figures(request: SignedInRequest, code: str) -> HttpResponse:
    """The figures to put in, found by their names, each with what it shows now."""
    found = report_or_404(request.actor, code)
    page = figure_finder(found, request.GET.get("find", ""), request.actor)
    return render(request, "report/figures.html", {"report": found, "page": page})


# -- sections ---------------------------------------------------------------------------------


@signed_in
@get_or_post
def section_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Add a section."""
    found = report_or_404(request.actor, code)
    require_anywhere(request.actor.authority, [P.KEEP_REPORTS])
    offer_to_write(request, found)
    last = found.sections.order_by("position").last()
    position = (last.position if last else 0) + 10
    form = NewSectionForm(posted(request), initial={"position": position, "level": 1})
    page = FormPage("Add a section", str(found), report_crumbs(found))
    return answer(
        request,
        form,
        lambda: actions.add_section(found, **_section_values(form), by=request.actor),
        show=lambda: page.show(request, form),
        done="The section is added.",
        then=lambda made: made.url,
    )


def _section_values(form: NewSectionForm | SectionForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in SECTION_BOXES}


@signed_in
@require_safe
@consistent
def section(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """A section as it reads now, what was found in it, and its comments."""
    found = section_or_404(request.actor, code, pk)
    page = pages.section_page(found, request.actor)
    form = CommentForm(action=reverse("report-comment", args=[code, pk]))
    return render(request, "report/section.html", {"page": page, "form": form})


@signed_in
@get_or_post
def section_change(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Change what a section is called, where it stands, who writes and who reads it."""
    found = section_or_404(request.actor, code, pk)
    refuse(why_not_write(request.actor.authority, found))
    offer_to_write(request, found.report, found.url)
    form = SectionForm(posted(request), initial=_of_section(found))
    page = FormPage("Change this section", str(found.report), section_crumbs(found))
    return versioned_edit.edit(
        request,
        form,
        lambda: actions.change_section(
            found,
            _section_values(form),
            version=form.cleaned_data["version"],
            by=request.actor,
        ),
        row=found,
        initial=_of_section,
        caption=str(found.report),
        crumbs=section_crumbs(found),
        show=lambda: page.show(request, form),
        done="The section is changed.",
        then=found.url,
    )


def _of_section(found: Section) -> dict[str, Any]:
    return {name: getattr(found, name) for name in (*SECTION_BOXES, "version")}


@signed_in
@get_or_post
def section_remove(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Take a section out of its report."""
    found = section_or_404(request.actor, code, pk)
    require_anywhere(request.actor.authority, [P.KEEP_REPORTS])
    refuse(why_not_remove_section(request.actor.authority, found))
    offer_to_write(request, found.report, found.url)
    if request.method != "POST":
        title = f"Take “{found.heading}” out of the report?"
        context = {"title": title, "part": found, "words": found.heading, "address": found.url}
        return render(request, "report/take_out.html", context)
    return answer_button(
        request,
        lambda: actions.remove_section(found, version=posted_version(request), by=request.actor),
        page=found.report.url,
        done="The section is taken out. The record keeps what it said.",
    )


@signed_in
@post_only("report-section")
def section_sign(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Sign a section as its reader, as it was read."""
    found = section_or_404(request.actor, code, pk)
    digest = request.POST.get("digest", "")
    return answer_button(
        request,
        lambda: actions.sign_section(found, digest=digest, by=request.actor),
        page=found.url,
        done="You signed this section as it stands.",
    )


@signed_in
@require_safe
@consistent
def report_since(request: SignedInRequest, code: str) -> HttpResponse:
    """What changed since the edition that people were given last."""
    found = report_or_404(request.actor, code)
    edition = newest_edition(found)
    if edition is None:
        raise Http404("This report has no edition yet")
    context = {
        "report": found,
        "edition": edition,
        "sections": changes_since(edition, found, request.actor),
        "crumbs": report_crumbs(found),
    }
    return render(request, "report/since_edition.html", context)


@signed_in
@get_or_post
def comment(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Leave a comment on a section."""
    found = section_or_404(request.actor, code, pk)
    offer_to_write(request, found.report, found.url)
    form = CommentForm(posted(request))
    page = FormPage("Leave a comment", found.heading, section_crumbs(found))
    return answer(
        request,
        form,
        lambda: actions.leave_comment(found, text=form.cleaned_data["text"], by=request.actor),
        show=lambda: page.show(request, form),
        done="Your comment is there.",
        then=found.url,
    )


@signed_in
@post_only(lambda code, pk: reverse("report", args=[code]))
def comment_resolve(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Say that a comment is dealt with."""
    found = report_or_404(request.actor, code)
    comments = Comment.objects.select_related("section__report")
    one = get_object_or_404(comments, pk=pk, section__report=found)
    return answer_button(
        request,
        lambda: actions.resolve_comment(one, by=request.actor),
        page=one.section.url,
        done="The comment is resolved.",
    )


@signed_in
@get_or_post
def ask(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Ask a colleague for a paragraph, by a day."""
    found = section_or_404(request.actor, code, pk)
    refuse(why_not_write(request.actor.authority, found))
    offer_to_write(request, found.report, found.url)
    form = AskForm(posted(request))
    page = FormPage("Ask a colleague for a paragraph", found.heading, section_crumbs(found))
    return answer(
        request,
        form,
        lambda: actions.ask_for_paragraph(
            found,
            of=form.cleaned_data["of"],
            wanted=form.cleaned_data["wanted"],
            due_on=form.cleaned_data["due_on"],
            is_own=form.cleaned_data["is_own"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done="The paragraph is asked for.",
        then=found.url,
    )


@signed_in
@get_or_post
def source_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Give a source for numbers that do not come from the data."""
    found = report_or_404(request.actor, code)
    offer_to_write(request, found)
    form = SourceForm(posted(request))
    page = FormPage("Give a source", str(found), report_crumbs(found))
    return answer(
        request,
        form,
        lambda: actions.give_source(
            found,
            code=form.cleaned_data["code"],
            what=form.cleaned_data["what"],
            when=form.cleaned_data["when"],
            who=form.cleaned_data["who"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done=lambda made: f"The source is there: put {{{{source {made.code}}}}} after a number.",
        then=found.url,
    )


_AT = "reports/<slug:code>/"
urlpatterns = [
    path("reports/new/", report_new, name="report-new"),
    path(_AT, report, name="report"),
    path(f"{_AT}change/", report_change, name="report-change"),
    path(f"{_AT}send-to-review/", report_send, name="report-send"),
    path(f"{_AT}figures/", figures, name="report-figures"),
    path(f"{_AT}since/", report_since, name="report-since"),
    path(f"{_AT}sources/new/", source_new, name="report-source-new"),
    path(f"{_AT}sections/new/", section_new, name="report-section-new"),
    path(f"{_AT}sections/<int:pk>/", section, name="report-section"),
    path(f"{_AT}sections/<int:pk>/change/", section_change, name="report-section-change"),
    path(f"{_AT}sections/<int:pk>/remove/", section_remove, name="report-section-remove"),
    path(f"{_AT}sections/<int:pk>/sign/", section_sign, name="report-section-sign"),
    path(f"{_AT}sections/<int:pk>/comment/", comment, name="report-comment"),
    path(f"{_AT}sections/<int:pk>/ask/", ask, name="report-ask"),
    path(f"{_AT}comments/<int:pk>/resolve/", comment_resolve, name="report-comment-resolve"),
    path(f"{_AT}draft/<slug:kind>/", report_draft, name="report-draft"),
]
