"""From review to the public: the checklist, approving, publishing, withdrawing, redacting."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from earlyhelp.core.change import refuse
from earlyhelp.core.consistent_read import consistent
from earlyhelp.core.looking import Looking
from earlyhelp.core.pages.fields import PlainReasonForm
from earlyhelp.core.pages.form_page import FormPage
from earlyhelp.core.pages.forms import (
    answer,
    answer_button,
    get_or_post,
    offer_unless,
    post_only,
    posted,
)
from earlyhelp.report.access import edition_or_404, report_or_404
from earlyhelp.report.models import Edition, Redaction, Report
from earlyhelp.report.permissions import ReportPermission, why_not_approve, why_not_publish
from earlyhelp.report.publishing import actions
from earlyhelp.report.publishing.forms import PublicationForm, RedactionForm, RevisionForm
from earlyhelp.report.publishing.passages import document_of, passages_of
from earlyhelp.report.workflow import EDITION, REPORT, EditionAct, ReportAct
from earlyhelp.report.writing.mending import in_sections
from measures.workflow import CorrectionKind
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere

P = ReportPermission


def _crumbs(found: Report) -> list[tuple[str, str]]:
    return [("Reports", reverse("reports")), (found.title, found.url)]


@signed_in
@require_safe
@consistent
def checklist(request: SignedInRequest, code: str) -> HttpResponse:
    """What stands against approving, and the warnings to be answered."""
    found = report_or_404(request.actor, code)
    read = actions.read_checklist(found, request.actor.today)
    context = {
        "report": found,
        "crumbs": _crumbs(found),
        "checklist": read.checklist,
        "errors": read.other_errors,
        "numbers": in_sections(read.sections, read.without_source, request.actor),
        "content": read.content,
        "figures": read.figures,
        "approves": not why_not_approve(request.actor.authority)
        and REPORT.allows(ReportAct.APPROVE, found.state),
        "answers": request.actor.authority.holds(P.WRITE),
        "replaces": found.last_published,
        "kinds": CorrectionKind.choices,
    }
    return render(request, "report/checklist.html", context)


@signed_in
@post_only("report-checklist")
def warning_answer(request: SignedInRequest, code: str) -> HttpResponse:
    """Answer warnings of the checklist, by name: those that something was typed for."""
    found = report_or_404(request.actor, code)
    listed = actions.read_checklist(found, request.actor.today).checklist
    typed = dict(zip(request.POST.getlist("key"), request.POST.getlist("text"), strict=False))
    typed = typed or {"": ""}
    answers = {key: text for key, text in typed.items() if text.strip()} or typed
    standing = {one.key for one in listed.warnings}
    kept = {key: text for key, text in answers.items() if key in standing}
    gone = " One of the warnings does not stand any more." if len(kept) < len(answers) else ""
    return answer_button(
        request,
        lambda: actions.answer_warnings(found, kept or answers, checklist=listed, by=request.actor),
        page=reverse("report-checklist", args=[code]),
        done=f"What you answered is kept with the report.{gone}",
    )


@signed_in
@post_only("report-checklist")
def approve(request: SignedInRequest, code: str) -> HttpResponse:
    """Freeze a report as it was read."""
    found = report_or_404(request.actor, code)
    read = {name: request.POST.get(name, "") for name in ("content", "figures", "kind")}
    return answer_button(
        request,
        Looking(lambda: actions.look_to_approve(found, **read, by=request.actor)),
        page=reverse("report-checklist", args=[code]),
        done="The report is approved: what is approved is what is published.",
        then=lambda edition: edition.url,
    )


@signed_in
@get_or_post
def send_back(request: SignedInRequest, code: str) -> HttpResponse:
    """Give a report back to its writers, saying why."""
    found = report_or_404(request.actor, code)
    refuse(why_not_approve(request.actor.authority))
    offer_unless(request, REPORT.why_not(ReportAct.SEND_BACK, found.state), found.url)
    form = PlainReasonForm(posted(request), label="What has to change?", button="Send it back")
    page = FormPage("Send this report back", str(found), _crumbs(found))
    return answer(
        request,
        form,
        lambda: actions.send_back(found, reason=form.cleaned_data["reason"], by=request.actor),
        show=lambda: page.show(request, form),
        done="The report is with its writers again.",
        then=found.url,
    )


@signed_in
@get_or_post
def revise(request: SignedInRequest, code: str) -> HttpResponse:
    """Open a published report for a new edition."""
    found = report_or_404(request.actor, code)
    require_anywhere(request.actor.authority, [P.KEEP_REPORTS])
    offer_unless(request, REPORT.why_not(ReportAct.REVISE, found.state), found.url)
    form = RevisionForm(posted(request))
    page = FormPage("Begin a new edition", str(found), _crumbs(found))
    return answer(
        request,
        form,
        lambda: actions.revise(
            found,
            kind=form.cleaned_data["kind"],
            reason=form.cleaned_data["reason"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done="The report can be written in again. The published edition stands until then.",
        then=found.url,
    )


# -- editions -----------------------------------------------------------------------------------


def _offer(request: SignedInRequest, act: EditionAct, edition: Edition) -> None:
    offer_unless(request, EDITION.why_not(act, edition.state), edition.url)


@signed_in
@get_or_post
def publish(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Say when an approved edition is published, and who reads it until then."""
    edition = edition_or_404(request.actor, code, number)
    refuse(why_not_publish(request.actor.authority))
    _offer(request, EditionAct.PUBLISH, edition)
    form = PublicationForm(posted(request))
    page = FormPage("When is it published?", str(edition), _edition_crumbs(edition))
    return answer(
        request,
        form,
        lambda: actions.set_publication(
            edition,
            publish_at=form.moment,
            readers=list(form.cleaned_data["readers"]),
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done="The day and hour are set.",
        then=edition.url,
    )


def _edition_crumbs(edition: Edition) -> list[tuple[str, str]]:
    return [("Reports", reverse("reports")), (str(edition), edition.url)]


@signed_in
@post_only("edition")
def publish_now(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Publish an approved edition at once."""
    edition = edition_or_404(request.actor, code, number)
    return answer_button(
        request,
        lambda: actions.publish(edition, by=request.actor),
        page=edition.url,
        done="The report is published.",
    )


@signed_in
@get_or_post
def withdraw(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Take a published edition back at once."""
    edition = edition_or_404(request.actor, code, number)
    require_anywhere(request.actor.authority, [P.WITHDRAW])
    _offer(request, EditionAct.WITHDRAW, edition)
    form = PlainReasonForm(
        posted(request),
        label="Why is it withdrawn?",
        hint="From now on nobody opens it or its files. Readers see this and the day instead",
        button="Withdraw it",
        warning=True,
    )
    page = FormPage("Withdraw this edition", str(edition), _edition_crumbs(edition))
    return answer(
        request,
        form,
        lambda: actions.withdraw(edition, reason=form.cleaned_data["reason"], by=request.actor),
        show=lambda: page.show(request, form),
        done="The edition is withdrawn.",
        then=edition.url,
    )


@signed_in
@get_or_post
def redact(request: SignedInRequest, code: str, number: int) -> HttpResponse:
    """Ask for a passage of a withdrawn edition to be taken out."""
    edition = edition_or_404(request.actor, code, number)
    refuse(why_not_publish(request.actor.authority))
    _offer(request, EditionAct.REDACT, edition)
    places = {one.place: one.text for one in passages_of(document_of(edition.internal))}
    form = RedactionForm(posted(request), places=places)
    page = FormPage("Take a passage out", str(edition), _edition_crumbs(edition))
    return answer(
        request,
        form,
        lambda: actions.ask_redaction(
            edition,
            place=form.cleaned_data["find"],
            ground=form.cleaned_data["ground"],
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done="It is asked for: a second person has to agree.",
        then=edition.url,
    )


@signed_in
@post_only(lambda code, number, pk: reverse("edition", args=[code, number]))
def redaction_agree(request: SignedInRequest, code: str, number: int, pk: int) -> HttpResponse:
    """Agree that a passage is taken out, as the second person."""
    edition = edition_or_404(request.actor, code, number)
    redactions = Redaction.objects.select_related("edition__report")
    redaction = get_object_or_404(redactions, edition=edition, pk=pk)
    return answer_button(
        request,
        lambda: actions.redact(redaction, by=request.actor),
        page=edition.url,
        done="The passage is taken out, and every file is built again.",
    )


_AT, _EDITION = "reports/<slug:code>/", "reports/<slug:code>/editions/<int:number>/"
urlpatterns = [
    path(f"{_AT}checklist/", checklist, name="report-checklist"),
    path(f"{_AT}checklist/answer/", warning_answer, name="report-answer"),
    path(f"{_AT}approve/", approve, name="report-approve"),
    path(f"{_AT}send-back/", send_back, name="report-send-back"),
    path(f"{_AT}revise/", revise, name="report-revise"),
    path(f"{_EDITION}publish/", publish, name="edition-publish"),
    path(f"{_EDITION}publish-now/", publish_now, name="edition-publish-now"),
    path(f"{_EDITION}withdraw/", withdraw, name="edition-withdraw"),
    path(f"{_EDITION}redact/", redact, name="edition-redact"),
    path(f"{_EDITION}redactions/<int:pk>/agree/", redaction_agree, name="redaction-agree"),
]
