"""Audit tools: kept, put in use, copied to a new version."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits.models import Round, Tool
from audits.permissions import AuditsPermission
from audits.tools import actions
from audits.tools import pages as page
from audits.tools.forms import ToolForm
from audits.workflow import NotAllowed, ToolState
from earlyhelp.core.change import Stale
from teams.http import SignedInRequest, signed_in
from teams.permissions import require, require_anywhere

_GET_OR_POST = ["GET", "HEAD", "POST"]
_READERS = [AuditsPermission.KEEP_TOOLS, AuditsPermission.AUDIT, AuditsPermission.SEE_AUDITS]


def _keeps(request: SignedInRequest) -> bool:
    return request.asked.standing.holds(AuditsPermission.KEEP_TOOLS)


def _visible(request: SignedInRequest) -> QuerySet[Tool]:
    """The tools that this person reads: a draft is for those who keep them."""
    require_anywhere(request.asked.standing, _READERS)
    tools = Tool.objects.all()
    return tools if _keeps(request) else tools.exclude(state=ToolState.DRAFT)


def _kept(request: SignedInRequest, pk: int) -> Tool:
    require(request.asked.standing, AuditsPermission.KEEP_TOOLS)
    return get_object_or_404(Tool, pk=pk)


@signed_in
@require_safe
def audit_tools(request: SignedInRequest) -> HttpResponse:
    """Every tool with its versions."""
    context = {"rows": page.tool_rows(_visible(request)), "keeps": _keeps(request)}
    return render(request, "audits/tools/tools.html", context)


@signed_in
@require_safe
def audit_tool(request: SignedInRequest, pk: int) -> HttpResponse:
    """What one tool asks, and what good looks like."""
    visible = _visible(request)
    tool = get_object_or_404(visible.with_indicators(), pk=pk)  # type: ignore[attr-defined]
    standing = request.asked.standing
    runs = standing.holds(AuditsPermission.RUN_ROUNDS)
    rounds = Round.objects.all() if runs else Round.objects.opened()
    context = {
        "page": page.tool_page(tool, visible, rounds),
        "keeps": _keeps(request),
        "follows": runs or standing.holds(AuditsPermission.SEE_AUDITS),
    }
    return render(request, "audits/tools/tool.html", context)


@signed_in
@require_http_methods(_GET_OR_POST)
def audit_tool_new(request: SignedInRequest) -> HttpResponse:
    """A first version, as a draft."""
    require(request.asked.standing, AuditsPermission.KEEP_TOOLS)
    if request.method != "POST":
        return _show(request, ToolForm())
    form = ToolForm(post=request.POST)
    if _rearranged(request, form) or not form.is_good():
        return _show(request, form)
    try:
        made = actions.create_tool(
            name=form.name,
            indicators=form.asked(),
            by=request.actor,
        )
    except ValidationError as wrong:
        form.refuse(wrong)
        return _show(request, form)
    messages.success(request, f"{made} is saved as a draft. Put it in use when it is ready.")
    return redirect("audit-tool", pk=made.pk)


@signed_in
@require_http_methods(_GET_OR_POST)
def audit_tool_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every indicator of a draft on one page; all of it is saved, or nothing."""
    tool = _kept(request, pk)
    if request.method != "POST":
        if tool.state != ToolState.DRAFT:
            messages.info(request, f"{tool} is in use: copy it to a new version to change it.")
            return redirect("audit-tool", pk=pk)
        return _show(request, ToolForm(tool), tool)
    form = ToolForm(post=request.POST)
    if _rearranged(request, form) or not form.is_good():
        return _show(request, form, tool)
    try:
        actions.change_tool(
            tool,
            name=form.name,
            indicators=form.asked(),
            edits=_posted_edits(request),
            by=request.actor,
        )
    except ValidationError as wrong:
        form.refuse(wrong)
        return _show(request, form, tool)
    except Stale as stale:
        return _show_conflict(request, form, stale.current)
    except NotAllowed as refusal:
        form.problems.append(str(refusal))
        return _show(request, form, tool, status=409)
    messages.success(request, f"{form.name} is saved.")
    return redirect("audit-tool", pk=pk)


def _posted_edits(request: HttpRequest) -> int:
    """The count of saves that the page was made from; one that never was when it says none."""
    posted = request.POST.get("edits", "")
    return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 9 else -1


def _rearranged(request: HttpRequest, form: ToolForm) -> bool:
    """Whether the button adds, moves or takes out a block: then nothing is saved yet."""
    then = request.POST.get("then", "")
    if then == "add":
        form.add()
        return True
    if then.startswith(("up-", "down-", "remove-")):
        form.arrange(then)
        return True
    return False


def _show(
    request: HttpRequest, form: ToolForm, tool: Tool | None = None, *, status: int = 200
) -> HttpResponse:
    # What was typed goes with the count that it was made from, so that a save in between shows.
    edits = request.POST.get("edits", "") if request.method == "POST" else ""
    context = {
        "page": page.edit_page(form),
        "tool": tool,
        "edits": edits or (tool.edits if tool else ""),
    }
    return render(request, "audits/tools/tool_edit.html", context, status=status)


def _show_conflict(request: HttpRequest, form: ToolForm, current: Tool) -> HttpResponse:
    """Theirs beside mine, with everything I typed in its boxes; saving again keeps mine."""
    context = {
        "page": page.edit_page(form),
        "tool": current,
        "edits": current.edits,
        "theirs": current.name,
        "differences": page.differences(actions.as_asked(current), form.asked()),
    }
    return render(request, "audits/tools/tool_edit.html", context, status=409)


def _act(request: SignedInRequest, pk: int, act: Callable[..., Tool], done: str) -> HttpResponse:
    """Do one thing with a tool and go to its page; ``done`` says what happened."""
    tool = _kept(request, pk)
    try:
        after = act(tool, by=request.actor)
    except NotAllowed as refusal:
        messages.warning(request, str(refusal))
        return redirect("audit-tool", pk=pk)
    messages.success(request, done.format(after))
    return redirect("audit-tool", pk=after.pk)


@signed_in
@require_POST
def audit_tool_put_in_use(request: SignedInRequest, pk: int) -> HttpResponse:
    """From now on it is what it is."""
    return _act(request, pk, actions.put_in_use, "{} is in use. Rounds can be opened with it.")


@signed_in
@require_POST
def audit_tool_retire(request: SignedInRequest, pk: int) -> HttpResponse:
    """No new round opens with it."""
    return _act(request, pk, actions.retire, "{} is retired. Past rounds keep it.")


@signed_in
@require_POST
def audit_tool_new_version(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft with the same indicators."""
    return _act(request, pk, actions.new_version, "{} is a draft now: change it as you like.")


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
