"""A draft that came back from Word: shown beside the report, and what is ticked taken over."""

import json
from collections.abc import Sequence

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from earlyhelp.core.looking import Looking
from earlyhelp.core.pages.error_words import use_our_words
from earlyhelp.core.pages.form_page import FormPage
from earlyhelp.core.pages.forms import answer_button, get_or_post, post_to_own_address, posted
from earlyhelp.report.access import offer_to_write, report_or_404
from earlyhelp.report.permissions import ReportPermission
from earlyhelp.report.writing import actions
from earlyhelp.report.writing.forms import LONGEST_REPORT, WordForm
from earlyhelp.report.writing.trail import report_crumbs
from earlyhelp.report.writing.word_back import word_differences
from earlyhelp.report.writing.word_in import WordParagraph
from teams.http import SignedInRequest, signed_in
from teams.permissions import require_anywhere


@signed_in
@get_or_post
def report_word(request: SignedInRequest, code: str) -> HttpResponse:
    """What differs in a draft that came back from Word; what is ticked is taken over."""
    found = report_or_404(request.actor, code)
    require_anywhere(request.actor.authority, [ReportPermission.WRITE])
    offer_to_write(request, found)
    if "words" in request.POST:
        words, ticked = _read(request.POST["words"]), request.POST.getlist("take")
        return answer_button(
            request,
            Looking(lambda: actions.look_to_take_words(found, words, ticked, by=request.actor)),
            page=found.url,
            done="What you ticked is taken over.",
        )
    form = WordForm(
        posted(request),
        request.FILES or None,
        button="See what differs",
        longest=LONGEST_REPORT,
    )
    post_to_own_address(request, form)
    use_our_words(form)
    if not form.is_bound or not form.is_valid():
        lead = "Nothing is taken over before you tick it: what differs is shown first."
        page = FormPage("A draft changed in Word", str(found), report_crumbs(found), lead)
        return page.show(request, form)
    paragraphs = form.cleaned_data["file"]
    context = {
        "report": found,
        "sections": word_differences(found, paragraphs, request.actor),
        "words": _kept(paragraphs),
        "crumbs": report_crumbs(found),
    }
    return render(request, "report/word_back.html", context)


def _kept(paragraphs: Sequence[WordParagraph]) -> str:
    """The words of the file, for the page to bring back."""
    return json.dumps([[one.words, one.style, one.is_row] for one in paragraphs])


def _read(kept: str) -> list[WordParagraph]:
    try:
        return [
            WordParagraph(str(words), str(style), is_row=bool(is_row))
            for words, style, is_row in json.loads(kept)
        ]
    except (ValueError, TypeError, RecursionError):
        raise BadRequest("The page came without the words of the draft") from None


urlpatterns = [path("reports/<slug:code>/word/", report_word, name="report-word")]
