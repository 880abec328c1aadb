"""Audit tools: drafted, put in use, copied to a new version, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from audits.grades import QUALITY, IndicatorKind
from audits.models import Choice, GradeGuidance, Indicator, Tool
from audits.permissions import AuditsPermission
from audits.verbs import AuditsVerb
from audits.workflow import TOOL, NotAllowed, ToolAct, ToolState
from earlyhelp.core.change import Entry, changing, compare_version, create, lock, move, record
from teams.authority import Actor
from teams.permissions import require


@dataclass(frozen=True)
class IndicatorSpec:
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


def create_tool(*, name: str, indicators: Sequence[IndicatorSpec], by: Actor) -> Tool:
    """A first version, as a draft. Raises ``Refused`` or ValidationError by field."""
    require(by.authority, AuditsPermission.KEEP_TOOLS)
    with transaction.atomic():
        tool = Tool(name=name.strip())
        create(tool, AuditsVerb.TOOL_MADE, by, after=_plain(tool, indicators))
        _write(tool, indicators)
    return tool


def change_tool(
    tool: Tool, *, name: str, indicators: Sequence[IndicatorSpec], edits: int, by: Actor
) -> Tool:
    """Write a draft anew, its indicators in the order given.

    ``edits`` is the count that it was made from. Raises ``Refused``, ``NotAllowed`` (a tool in
    use is copied instead), ``Stale`` or ValidationError.
    """
    require(by.authority, AuditsPermission.KEEP_TOOLS)
    with transaction.atomic():
        tool = lock(tool)
        TOOL.next(ToolAct.CHANGE, tool.state)
        compare_version(tool, edits)
        before = _plain(tool, specs_of(tool))
        tool.name = name.strip()
        tool.edits += 1
        tool.full_clean()
        tool.save()
        tool.indicators.all().delete()
        _write(tool, indicators)
        after = _plain(tool, indicators)
        record([Entry(AuditsVerb.TOOL_CHANGED, tool, "", before, after)], by)
    return tool


def put_in_use(tool: Tool, *, by: Actor) -> Tool:
    """From now on the tool is what it is: rounds can be opened with it.

    Raises ``Refused`` or ``NotAllowed``.
    """
    require(by.authority, AuditsPermission.KEEP_TOOLS)
    with changing(tool, AuditsVerb.TOOL_PUT_IN_USE, by) as current:
        move(current, TOOL, ToolAct.PUT_IN_USE, by)
        if not current.indicators.exists():
            raise NotAllowed("You cannot put this tool in use now: it asks nothing yet.")
    return current


def retire(tool: Tool, *, by: Actor) -> Tool:
    """No new round opens with it; past rounds keep it. Raises ``Refused`` or ``NotAllowed``."""
    require(by.authority, AuditsPermission.KEEP_TOOLS)
    with changing(tool, AuditsVerb.TOOL_RETIRED, by) as current:
        move(current, TOOL, ToolAct.RETIRE, by)
    return current


def new_version(tool: Tool, *, by: Actor) -> Tool:
    """A draft with the same indicators, so that past audits keep their meaning.

    Raises ``Refused``, or ``NotAllowed`` while a draft of the tool waits already.
    """
    require(by.authority, AuditsPermission.KEEP_TOOLS)
    with transaction.atomic():
        versions = Tool.objects.select_for_update().filter(name=tool.name)
        last = max(versions, key=lambda version: version.version)
        drafts = [version for version in versions if version.state == ToolState.DRAFT]
        if drafts:
            raise NotAllowed(f"{drafts[0]} is still a draft: change that one.")
        copy = Tool.objects.create(name=tool.name, version=last.version + 1, based_on=tool)
        indicators = specs_of(tool)
        _write(copy, indicators)
        before, after = {"tool": tool.pk}, _plain(copy, indicators)
        record([Entry(AuditsVerb.TOOL_COPIED, copy, "", before, after)], by)
    return copy


def specs_of(tool: Tool) -> list[IndicatorSpec]:
    """The tool's indicators as they were written, in order: for forms and for copies."""
    return [
        IndicatorSpec(
            name=indicator.name,
            kind=IndicatorKind(indicator.kind),
            code=indicator.code,
            guidance=indicator.guidance,
            grade_guidance={
                guidance.grade: guidance.text for guidance in indicator.grade_guidance.all()
            },
            choices=tuple(choice.label for choice in indicator.choices.all()),
        )
        for indicator in tool.indicators.prefetch_related("grade_guidance", "choices")
    ]


def _write(tool: Tool, indicators: Sequence[IndicatorSpec]) -> None:
    _refuse(indicators)
    for position, spec in enumerate(indicators, 1):
        indicator = Indicator(
            tool=tool,
            position=position,
            code=spec.slug,
            name=spec.name.strip(),
            kind=spec.kind,
            guidance=spec.guidance.strip(),
        )
        indicator.full_clean()
        indicator.save()
        GradeGuidance.objects.bulk_create(
            GradeGuidance(indicator=indicator, grade=grade, text=spec.grade_guidance[grade].strip())
            for grade in QUALITY
            if spec.grade_guidance.get(grade, "").strip()
        )
        Choice.objects.bulk_create(
            Choice(indicator=indicator, position=place, code=slugify(label)[:60], label=label)
            for place, label in enumerate(spec.choices, 1)
        )


def _refuse(indicators: Sequence[IndicatorSpec]) -> None:
    """Raise ValidationError for indicators that cannot stand side by side, all at once.

    Each error carries the ``place`` of its indicator, from 0, in its params.
    """
    codes = [spec.slug for spec in indicators]
    errors = [
        ValidationError(sentence, params={"place": place})
        for place, spec in enumerate(indicators)
        if (sentence := _what_is_wrong(spec, codes))
    ]
    if errors:
        raise ValidationError({"indicators": errors})


def _what_is_wrong(spec: IndicatorSpec, codes: Sequence[str]) -> str:
    name = spec.name.strip()
    slugs = [slugify(label)[:60] for label in spec.choices]
    wrong = {
        "Every indicator needs a name": not name,
        f"“{name}” needs a name with letters in it": not spec.slug,
        f"“{name}” stands in the tool twice": codes.count(spec.slug) > 1,
        f"Enter at least two choices for “{name}”": (
            spec.kind == IndicatorKind.CHOICES and len(slugs) < 2
        ),
        f"“{name}” is not answered by choosing": spec.kind != IndicatorKind.CHOICES and slugs,
        f"“{name}” has a choice twice, or an empty one": (
            not all(slugs) or len(set(slugs)) != len(slugs)
        ),
        f"“{name}” has no grades to give guidance on": (
            spec.grade_guidance and spec.kind != IndicatorKind.GRADED
        ),
    }
    return next((sentence for sentence, is_so in wrong.items() if is_so), "")


def _plain(tool: Tool, indicators: Sequence[IndicatorSpec]) -> dict[str, Any]:
    """What the tool asks, for the record: names and kinds, no guidance."""
    return {
        "name": tool.name,
        "version": tool.version,
        "indicators": [[spec.slug, spec.name, str(spec.kind)] for spec in indicators],
    }
