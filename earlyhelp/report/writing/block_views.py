"""Writing a block: its words with what stands beside them, and the buttons that mend them."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse

from earlyhelp.core.change import refuse
from earlyhelp.core.pages import versioned_edit
from earlyhelp.core.pages.error_words import use_our_words
from earlyhelp.core.pages.form_page import FormPage
from earlyhelp.core.pages.forms import (
    answer,
    answer_button,
    get_or_post,
    post_only,
    post_to_own_address,
    posted,
    refuse_on,
)
from earlyhelp.core.pages.posted import posted_version
from earlyhelp.report.access import block_or_404, offer_to_write, section_or_404
from earlyhelp.report.models import ReportBlock
from earlyhelp.report.permissions import ReportPermission, why_not_write, why_not_write_block
from earlyhelp.report.writing import actions
from earlyhelp.report.writing.block_form import BlockForm, block_values, initial_of
from earlyhelp.report.writing.desk import BesideText, beside, desk_of
from earlyhelp.report.writing.finding import figure_finder
from earlyhelp.report.writing.forms import NewBlockForm, SourceForm, WordForm
from earlyhelp.report.writing.mending import Mend, all_sure
from earlyhelp.report.writing.trail import section_crumbs
from earlyhelp.report.writing.word_in import as_text
from teams.http import SignedInRequest, signed_in

# What a button does to what is typed, without saving it; ``SOURCE`` saves first.
DO, SURE = "do", "sure"
# What a page asks for while somebody types: only a part of it.
BESIDE, FIGURES = "beside", "figures"
PUT, MEND, SOURCE = "put:", "mend:", "source:"


@signed_in
@get_or_post
def block_new(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Add a block to a section; what it says comes on its own page."""
    found = section_or_404(request.actor, code, pk)
    refuse(why_not_write(request.actor.authority, found))
    offer_to_write(request, found.report, found.url)
    form = NewBlockForm(posted(request))
    page = FormPage("Add to this section", found.heading, section_crumbs(found))
    return answer(
        request,
        form,
        lambda: actions.add_block(found, **form.cleaned_data, by=request.actor),
        show=lambda: page.show(request, form),
        done="It is added. Say what stands in it.",
        then=lambda made: reverse("report-block", args=[code, made.pk]),
    )


@signed_in
@get_or_post
def section_word(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Take the words of a Word document into a section; its numbers are looked at on their page."""
    found = section_or_404(request.actor, code, pk)
    refuse(why_not_write(request.actor.authority, found))
    offer_to_write(request, found.report, found.url)
    form = WordForm(posted(request), request.FILES or None)
    page = FormPage(
        "Take in a Word document",
        found.heading,
        section_crumbs(found),
        lead="Each number in it is then listed with what it seems to be, to be taken from the "
        "data or given a source.",
    )
    return answer(
        request,
        form,
        lambda: actions.add_block(found, text=as_text(form.cleaned_data["file"]), by=request.actor),
        show=lambda: page.show(request, form),
        done="Its words are here. Look at its numbers.",
        then=lambda made: reverse("report-block", args=[code, made.pk]),
    )


@signed_in
@get_or_post
def block(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Change a block: its words, and what it places. Most buttons only change what is typed."""
    found = block_or_404(request.actor, code, pk)
    refuse(why_not_write_block(request.actor.authority, found))
    offer_to_write(request, found.section.report, found.section.url)
    desk = _Writing(request, found)
    if desk.do and not desk.do.startswith(SOURCE):
        return desk.done_unsaved()
    return versioned_edit.edit(
        request,
        desk.form,
        lambda: actions.write_block(
            found,
            block_values(found, desk.form.cleaned_data),
            version=desk.form.cleaned_data["version"],
            by=request.actor,
        ),
        row=found,
        initial=initial_of,
        caption=found.section.heading,
        crumbs=desk.crumbs,
        show=desk.show,
        done="It is saved.",
        then=desk.then(),
    )


class _Writing:
    """One block on somebody's desk: its form, and the page around it."""

    def __init__(self, request: SignedInRequest, found: ReportBlock) -> None:
        self.request = request
        self.found = found
        self.do = request.POST.get(DO, "")
        reads = request.actor.authority.holds(ReportPermission.READ_DRAFTS)
        self.crumbs = section_crumbs(found.section) if reads else [("Reports", reverse("reports"))]
        self._back = found.section.url if reads else reverse("reports")
        self._reads = reads
        self.form = self._form(posted(request))

    def _form(self, data: QueryDict | None) -> BlockForm:
        found = self.found
        return BlockForm(
            data,
            initial=initial_of(found),
            report=found.section.report,
            kind=found.kind,
            lays_out=self._reads,
        )

    def done_unsaved(self) -> HttpResponse:
        """What a button does to what is typed; the page again, with nothing lost."""
        post_to_own_address(self.request, self.form)
        use_our_words(self.form)
        self.form.is_valid()
        if self.do == BESIDE:
            page = {"beside": self._beside(), "unsaved": True, "reads": self._reads}
            return render(self.request, "report/_beside.html", page)
        if self.do == FIGURES:
            report, asked = self.found.section.report, self.form.data.get("find", "")
            finder = figure_finder(report, asked, self.request.actor)
            return render(self.request, "report/_found.html", {"finder": finder})
        try:
            text = self._changed(self.form.data.get("text", "").replace("\r\n", "\n"))
        except ValidationError as refusal:
            refuse_on(self.form, refusal)
        else:
            data = self.request.POST.copy()
            data["text"] = text
            self.form = self._form(data)
            post_to_own_address(self.request, self.form)
            use_our_words(self.form)
            self.form.is_valid()
        return self.show()

    def _changed(self, text: str) -> str:
        """The text as the button leaves it."""
        if self.do.startswith(PUT):
            token = self.do.removeprefix(PUT)
            return f"{text}{'' if not text or text[-1].isspace() else ' '}{token}"
        if self.do.startswith(MEND):
            return Mend.parse(self.do.removeprefix(MEND)).applied(text)
        if self.do == SURE:
            return all_sure(text, self._beside().remarks)
        return text

    def _beside(self) -> BesideText:
        return beside(self._as_typed(), self.request.actor)

    def _as_typed(self) -> ReportBlock:
        """The block with what is typed, as far as it can be read."""
        if self.form.is_bound:
            typed = getattr(self.form, "cleaned_data", {})
            for name, value in block_values(self.found, typed).items():
                setattr(self.found, name, value)
            self.found.text = self.found.text.replace("\r\n", "\n")
        return self.found

    def show(self) -> HttpResponse:
        """The page with what is typed."""
        asked = self.form.data.get("find", "") if self.form.is_bound else ""
        if self.form.is_bound:
            self.form.is_valid()
        desk = desk_of(self._as_typed(), asked, self.request.actor)
        page = {
            "part": self.found,
            "form": self.form,
            "crumbs": self.crumbs,
            "beside": desk.beside,
            "finder": desk.finder,
            "has_text": "text" in self.form.fields,
            "unsaved": self.form.is_bound,
            "reads": self._reads,
            "back": self._back,
        }
        return render(self.request, "report/block.html", page)

    def then(self) -> str:
        """Where saving leads: to the source that was asked for, or back."""
        if not self.do.startswith(SOURCE):
            return self._back
        query = QueryDict(mutable=True)
        query["for"] = self.do.removeprefix(SOURCE)
        at = [self.found.section.report.code, self.found.pk]
        return f"{reverse('report-block-source', args=at)}?{query.urlencode()}"


@signed_in
@post_only(lambda code, pk: reverse("report", args=[code]))
def block_mend(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Mend one thing in a block by one press, or place every number that surely is the data's."""
    found = block_or_404(request.actor, code, pk)
    refuse(why_not_write_block(request.actor.authority, found))
    offer_to_write(request, found.section.report, found.section.url)
    page = found.section.url
    if request.POST.get("listed_on") == "checklist":
        page = reverse("report-checklist", args=[code])

    def mended() -> ReportBlock:
        what = request.POST.get(DO, "")
        if what == SURE:
            text = all_sure(found.text, beside(found, request.actor).remarks)
        else:
            text = Mend.parse(what.removeprefix(MEND)).applied(found.text)
        version = posted_version(request)
        return actions.write_block(found, {"text": text}, version=version, by=request.actor)

    return answer_button(request, mended, page=page, done="It is mended.")


@signed_in
@get_or_post
def block_source(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Give a source for a number of a block, and put its mark after the number."""
    found = block_or_404(request.actor, code, pk)
    refuse(why_not_write_block(request.actor.authority, found))
    offer_to_write(request, found.section.report, found.section.url)
    form = SourceForm(posted(request))
    page = FormPage("Give a source", found.section.heading, section_crumbs(found.section))
    where = reverse("report-block", args=[code, pk])
    return answer(
        request,
        form,
        lambda: actions.give_source_for(
            found,
            Mend.parse(request.GET.get("for", "")),
            **form.cleaned_data,
            by=request.actor,
        ),
        show=lambda: page.show(request, form),
        done="The source is there, and its mark stands after the number.",
        then=where,
    )


@signed_in
@get_or_post
def block_remove(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Take a block out of its section."""
    found = block_or_404(request.actor, code, pk)
    refuse(why_not_write(request.actor.authority, found.section))
    offer_to_write(request, found.section.report, found.section.url)
    page = found.section.url
    if request.method != "POST":
        title = f"Take “{found.get_kind_display()}” out of the section?"
        context = {"title": title, "part": found, "words": found.section.heading, "address": page}
        return render(request, "report/take_out.html", context)
    return answer_button(
        request,
        lambda: actions.remove_block(found, version=posted_version(request), by=request.actor),
        page=page,
        done="It is taken out. The record keeps what it said.",
    )


_AT = "reports/<slug:code>/"
urlpatterns = [
    path(f"{_AT}sections/<int:pk>/add/", block_new, name="report-block-new"),
    path(f"{_AT}sections/<int:pk>/word/", section_word, name="report-section-word"),
    path(f"{_AT}blocks/<int:pk>/", block, name="report-block"),
    path(f"{_AT}blocks/<int:pk>/mend/", block_mend, name="report-block-mend"),
    path(f"{_AT}blocks/<int:pk>/source/", block_source, name="report-block-source"),
    path(f"{_AT}blocks/<int:pk>/remove/", block_remove, name="report-block-remove"),
]
