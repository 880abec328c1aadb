"""Audit tools: kept, put in use, copied to a new version."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from audits.models import Round, Tool
from audits.permissions import AuditsPermission
from audits.querysets import ToolQuerySet
from audits.tools import actions
from audits.tools.forms import ToolForm
from audits.tools.pages import conflict_page, tool_options
from audits.workflow import TOOL, ToolAct, ToolState
from earlyhelp.core.pages.forms import (
    answer,
    answer_button,
    get_or_post,
    offer_unless,
    post_only,
    posted,
)
from earlyhelp.core.pages.versioned_edit import show_conflict
from teams.http import SignedInRequest, signed_in
from teams.permissions import require, require_anywhere

_READERS = [AuditsPermission.KEEP_TOOLS, AuditsPermission.AUDIT, AuditsPermission.SEE_AUDITS]


def _keeps(request: SignedInRequest) -> bool:
    return request.actor.authority.holds(AuditsPermission.KEEP_TOOLS)


def _visible(request: SignedInRequest) -> ToolQuerySet:
    """The tools that this person reads: a draft is for those who keep them."""
    require_anywhere(request.actor.authority, _READERS)
    return Tool.objects.all() if _keeps(request) else Tool.objects.exclude(state=ToolState.DRAFT)


def _load(request: SignedInRequest, pk: int) -> Tool:
    require(request.actor.authority, AuditsPermission.KEEP_TOOLS)
    return get_object_or_404(Tool, pk=pk)


@signed_in
@require_safe
def audit_tools(request: SignedInRequest) -> HttpResponse:
    """Every tool with its versions."""
    context = {"tools": _visible(request).counted(), "keeps": _keeps(request)}
    return render(request, "audits/tools/tools.html", context)


@signed_in
@require_safe
def audit_tool(request: SignedInRequest, pk: int) -> HttpResponse:
    """What one tool asks, and what good looks like."""
    visible = _visible(request)
    tool = get_object_or_404(visible.with_indicators(), pk=pk)
    authority = request.actor.authority
    runs = authority.holds(AuditsPermission.RUN_ROUNDS)
    rounds = Round.objects.all() if runs else Round.objects.opened()
    versions = visible.filter(name=tool.name).exclude(pk=pk).order_by("-version")
    context = {
        "tool": tool,
        "can": tool_options(tool, versions),
        "versions": versions,
        "rounds": rounds.filter(tool=tool),
        "keeps": _keeps(request),
        "follows": runs or authority.holds(AuditsPermission.SEE_AUDITS),
    }
    return render(request, "audits/tools/tool.html", context)


@signed_in
@get_or_post
def audit_tool_new(request: SignedInRequest) -> HttpResponse:
    """A first version, as a draft."""
    require(request.actor.authority, AuditsPermission.KEEP_TOOLS)
    form = ToolForm(posted(request))
    return answer(
        request,
        form,
        lambda: actions.create_tool(name=form.name, indicators=form.specs(), by=request.actor),
        show=lambda: _show(request, form),
        done=lambda tool: f"{tool} is saved as a draft. Put it in use when it is ready.",
        then=lambda tool: reverse("audit-tool", args=[tool.pk]),
    )


@signed_in
@get_or_post
def audit_tool_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every indicator of a draft on one page; all of it is saved, or nothing."""
    tool = _load(request, pk)
    is_draft = TOOL.allows(ToolAct.CHANGE, tool.state)
    not_now = "" if is_draft else f"{tool} is in use: copy it to a new version to change it."
    offer_unless(request, not_now, reverse("audit-tool", args=[pk]))
    form = ToolForm(posted(request), tool)
    if form.undecided:
        return show_conflict(request, conflict_page(tool, form))
    return answer(
        request,
        form,
        lambda: actions.change_tool(
            tool, name=form.name, indicators=form.specs(), edits=form.version, by=request.actor
        ),
        show=lambda: _show(request, form, tool),
        done=f"{form.name} is saved.",
        then=reverse("audit-tool", args=[pk]),
        conflict=lambda current: show_conflict(request, conflict_page(current, form)),
    )


def _show(request: HttpRequest, form: ToolForm, tool: Tool | None = None) -> HttpResponse:
    return render(request, "audits/tools/edit.html", {"form": form, "tool": tool})


def _button(act: Callable[..., Tool], done: str) -> Callable[..., HttpResponseBase]:
    """The address of a button that does one thing with a tool; ``done`` says what happened."""

    @signed_in
    @post_only("audit-tool")
    def view(request: SignedInRequest, pk: int) -> HttpResponse:
        tool = _load(request, pk)
        return answer_button(
            request,
            lambda: act(tool, by=request.actor),
            page=reverse("audit-tool", args=[pk]),
            done=done.format,
            then=lambda changed: reverse("audit-tool", args=[changed.pk]),
        )

    return view


audit_tool_put_in_use = _button(actions.put_in_use, "{} is in use. Rounds can be opened with it.")
audit_tool_retire = _button(actions.retire, "{} is retired. Past rounds keep it.")
audit_tool_new_version = _button(actions.new_version, "{} is a draft now: change it as you like.")


urlpatterns = [
    path("audits/tools/", audit_tools, name="audit-tools"),
    path("audits/tools/new/", audit_tool_new, name="audit-tool-new"),
    path("audits/tools/<int:pk>/", audit_tool, name="audit-tool"),
    path("audits/tools/<int:pk>/edit/", audit_tool_edit, name="audit-tool-edit"),
    path("audits/tools/<int:pk>/put-in-use/", audit_tool_put_in_use, name="audit-tool-put-in-use"),
    path("audits/tools/<int:pk>/retire/", audit_tool_retire, name="audit-tool-retire"),
    path(
        "audits/tools/<int:pk>/new-version/",
        audit_tool_new_version,
        name="audit-tool-new-version",
    ),
]
