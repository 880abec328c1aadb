"""Audit tools: drafted, put in use, copied to a new version, retired."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from audits.grades import QUALITY, IndicatorKind
from audits.models import Choice, GradeGuidance, Indicator, Tool
from audits.permissions import AuditsPermission
from audits.stale import StaleTool
from audits.verbs import AuditsVerb
from audits.workflow import TOOL, NotAllowed, ToolAct, ToolState
from earlyhelp.core import clock
from earlyhelp.core.events.verbs import Verb
from teams import record
from teams.models import Route, User
from teams.permissions import Standing, require


@dataclass(frozen=True)
class Asked:
    """One indicator as it is written; without a code its name makes one.

    ``grade_guidance`` says what a grade looks like, ``choices`` are labels in order.
    """

    name: str
    kind: IndicatorKind = IndicatorKind.GRADED
    code: str = ""
    guidance: str = ""
    grade_guidance: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[str] = ()

    @property
    def slug(self) -> str:
        """The code, or the one that its name makes."""
        return self.code or slugify(self.name)[:60]


def create_tool(
    *,
    name: str,
    indicators: Sequence[Asked],
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Tool:
    """A first version, as a draft. Raises ``Refused`` or ValidationError by field."""
    require(standing, AuditsPermission.KEEP_TOOLS)
    with transaction.atomic():
        tool = Tool(name=name.strip())
        tool.full_clean()
        tool.save()
        _write(tool, indicators)
        _note(AuditsVerb.TOOL_MADE, tool, by, route, at, after=_plain(tool, indicators))
    return tool


def change_tool(
    tool: Tool,
    *,
    name: str,
    indicators: Sequence[Asked],
    edits: int,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Tool:
    """Write a draft anew, its indicators in the order given.

    ``edits`` is the count that it was made from. Raises ``Refused``, ``NotAllowed`` (a tool in
    use is copied instead), ``StaleTool`` or ValidationError.
    """
    require(standing, AuditsPermission.KEEP_TOOLS)
    with transaction.atomic():
        found = Tool.objects.select_for_update().get(pk=tool.pk)
        TOOL.next(ToolAct.CHANGE, found.state)
        if found.edits != edits:
            raise StaleTool(found)
        before = _plain(found, as_asked(found))
        found.name = name.strip()
        found.edits += 1
        found.full_clean()
        found.save()
        found.indicators.all().delete()
        _write(found, indicators)
        _note(
            AuditsVerb.TOOL_CHANGED,
            found,
            by,
            route,
            at,
            before=before,
            after=_plain(found, indicators),
        )
    return found


def put_in_use(
    tool: Tool,
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Tool:
    """From now on the tool is what it is: rounds can be opened with it.

    Raises ``Refused`` or ``NotAllowed``.
    """
    require(standing, AuditsPermission.KEEP_TOOLS)
    at = at or clock.now()
    with transaction.atomic():
        found = Tool.objects.select_for_update().get(pk=tool.pk)
        after = TOOL.next(ToolAct.PUT_IN_USE, found.state)
        if not found.indicators.exists():
            raise NotAllowed("You cannot put this tool in use now: it asks nothing yet.")
        found.state, found.in_use_at, found.in_use_by = after, at, by
        found.save()
        _note(AuditsVerb.TOOL_PUT_IN_USE, found, by, route, at, before=ToolState.DRAFT, after=after)
    return found


def retire(
    tool: Tool,
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Tool:
    """No new round opens with it; past rounds keep it. Raises ``Refused`` or ``NotAllowed``."""
    require(standing, AuditsPermission.KEEP_TOOLS)
    at = at or clock.now()
    with transaction.atomic():
        found = Tool.objects.select_for_update().get(pk=tool.pk)
        before, after = found.state, TOOL.next(ToolAct.RETIRE, found.state)
        found.state, found.retired_at, found.retired_by = after, at, by
        found.save()
        _note(AuditsVerb.TOOL_RETIRED, found, by, route, at, before=before, after=after)
    return found


def new_version(
    tool: Tool,
    *,
    by: User,
    standing: Standing,
    route: Route = Route.FORM,
    at: dt.datetime | None = None,
) -> Tool:
    """A draft with the same indicators, so that past audits keep their meaning.

    Raises ``Refused``, or ``NotAllowed`` while a draft of the tool waits already.
    """
    require(standing, AuditsPermission.KEEP_TOOLS)
    with transaction.atomic():
        versions = list(Tool.objects.select_for_update().filter(name=tool.name))
        waiting = next((one for one in versions if one.state == ToolState.DRAFT), None)
        if waiting is not None:
            raise NotAllowed(f"{waiting} is still a draft: change that one.")
        copy = Tool.objects.create(
            name=tool.name,
            version=max(one.version for one in versions) + 1,
            based_on=tool,
        )
        asked = as_asked(tool)
        _write(copy, asked)
        after = _plain(copy, asked)
        _note(AuditsVerb.TOOL_COPIED, copy, by, route, at, before={"tool": tool.pk}, after=after)
    return copy


def as_asked(tool: Tool) -> list[Asked]:
    """The tool's indicators as they were written, in order: for forms and for copies."""
    return [
        Asked(
            name=indicator.name,
            kind=IndicatorKind(indicator.kind),
            code=indicator.code,
            guidance=indicator.guidance,
            grade_guidance={one.grade: one.text for one in indicator.grade_guidance.all()},
            choices=tuple(choice.label for choice in indicator.choices.all()),
        )
        for indicator in tool.indicators.prefetch_related("grade_guidance", "choices")
    ]


def _write(tool: Tool, indicators: Sequence[Asked]) -> None:
    _refuse(indicators)
    for position, asked in enumerate(indicators, 1):
        indicator = Indicator(
            tool=tool,
            position=position,
            code=asked.slug,
            name=asked.name.strip(),
            kind=asked.kind,
            guidance=asked.guidance.strip(),
        )
        indicator.full_clean()
        indicator.save()
        GradeGuidance.objects.bulk_create(
            GradeGuidance(
                indicator=indicator, grade=grade, text=asked.grade_guidance[grade].strip()
            )
            for grade in QUALITY
            if asked.grade_guidance.get(grade, "").strip()
        )
        Choice.objects.bulk_create(
            Choice(indicator=indicator, position=place, code=slugify(label)[:60], label=label)
            for place, label in enumerate(asked.choices, 1)
        )


def _refuse(indicators: Sequence[Asked]) -> None:
    """Raise ValidationError for indicators that cannot stand side by side, all at once.

    Each error carries the ``place`` of its indicator, from 0, in its params.
    """
    codes = [asked.slug for asked in indicators]
    errors = [
        ValidationError(sentence, params={"place": place})
        for place, asked in enumerate(indicators)
        if (sentence := _what_is_wrong(asked, codes))
    ]
    if errors:
        raise ValidationError({"indicators": errors})


def _what_is_wrong(asked: Asked, codes: Sequence[str]) -> str:
    name = asked.name.strip()
    slugs = [slugify(label)[:60] for label in asked.choices]
    found = {
        "Every indicator needs a name": not name,
        f"“{name}” needs a name with letters in it": not asked.slug,
        f"“{name}” stands in the tool twice": codes.count(asked.slug) > 1,
        f"Give “{name}” at least two choices": (
            asked.kind == IndicatorKind.CHOICES and len(slugs) < 2
        ),
        f"“{name}” is not answered by choosing": asked.kind != IndicatorKind.CHOICES and slugs,
        f"“{name}” has a choice twice, or an empty one": (
            not all(slugs) or len(set(slugs)) != len(slugs)
        ),
        f"“{name}” has no grades to give guidance on": (
            asked.grade_guidance and asked.kind != IndicatorKind.GRADED
        ),
    }
    return next((sentence for sentence, is_so in found.items() if is_so), "")


def _plain(tool: Tool, indicators: Sequence[Asked]) -> dict[str, Any]:
    """What the tool asks, for the record: names and kinds, no guidance."""
    return {
        "name": tool.name,
        "version": tool.version,
        "indicators": [[asked.slug, asked.name, str(asked.kind)] for asked in indicators],
    }


def _note(
    verb: Verb,
    tool: Tool,
    by: User,
    route: Route,
    at: dt.datetime | None,
    before: Any = None,
    after: Any = None,
) -> None:
    record.note(verb, tool, by=by, route=route, at=at or clock.now(), before=before, after=after)
