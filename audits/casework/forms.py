"""What an auditor typed into the page of a case, indicator by indicator, and what it says.

An indicator has up to four boxes: ``grade-<code>``, ``comment-<code>`` (always there, so it
tells that the indicator was on the page), ``text-<code>`` and ``choice-<code>``. The case as a
whole has ``overall``, ``threshold``, ``unsafe``, ``strengths`` and ``improvements``. What was
typed is kept as it was typed, also when it cannot be saved.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from crispy_forms_gds.layout import Button
from django import forms
from django.http import QueryDict
from django.urls import reverse

from audits.casework.answers import (
    LONGEST,
    PARTS,
    WORDS,
    AnsweredIndicator,
    CaseAnswer,
    Errors,
    Judgement,
    answered,
)
from audits.models import CaseAudit, Indicator, RemedialAction
from earlyhelp.core.pages.boxes import BoxesForm
from earlyhelp.core.pages.fields import DayField, laid_out
from earlyhelp.core.pages.posted import version_of
from teams.personal_data import KEPT_WORDS, WordsForm


class GradingForm(BoxesForm):
    """A case as it was typed, read into answers.

    ``answers`` (by indicator id) and ``judgement`` are the case as it would be; ``given`` and
    ``judged`` hold the indicators and the parts that were posted, without those for which
    somebody chose to keep what was saved elsewhere. ``errors`` holds one sentence each, by
    indicator id or part. ``was`` and ``now`` are what the audit said when the page was made,
    where the page says so, and what it says now: by the indicator's code, or ``key_of`` a part.
    """

    def __init__(self, audit: CaseAudit, post: QueryDict | None = None) -> None:
        """The case as it is, with what was posted over it. Five queries."""
        super().__init__(post)
        rows = answered(audit, "grade_guidance")
        self.indicators = [row.indicator for row in rows]
        self.answers = {row.indicator.pk: row.answer for row in rows}
        self.judgement = Judgement.of(audit)
        self.now: dict[str, Any] = {row.code: row.answer for row in rows}
        self.now |= {key_of(part): getattr(self.judgement, part) for part in PARTS}
        self.was = read_snapshot(self.post.get("was", ""))
        self.given: dict[int, CaseAnswer] = {}
        self.judged: dict[str, Any] = {}
        self.errors: Errors = {}
        for one in self.indicators:
            if f"comment-{one.code}" in self.post and not self.keeps_theirs(one.code):
                self._read_answer(one)
        if "strengths" in self.post:
            self._read_judgement()

    def _read_answer(self, indicator: Indicator) -> None:
        code, name = indicator.code, indicator.name
        typed = {box: self.text(f"{box}-{code}") for box in ("grade", "comment", "text")}
        chosen = [version_of(value) for value in self.post.getlist(f"choice-{code}")]
        answer = CaseAnswer(**typed, chosen=frozenset(pk for pk in chosen if pk is not None))
        self.given[indicator.pk] = self.answers[indicator.pk] = answer
        for words, which in ((answer.comment, "comment on"), (answer.text, "answer to")):
            if len(words) > LONGEST:
                sentence = f"Shorten the {which} “{name}” to {LONGEST:,} characters"
                self.errors[indicator.pk] = sentence

    def _read_judgement(self) -> None:
        typed: dict[str, Any] = {
            "overall": self.post.get("overall", ""),
            "threshold": self.post.get("threshold", ""),
            "is_unsafe": self.post.get("unsafe") == "yes",
            **{part: self.text(part) for part in WORDS},
        }
        self.judged = {
            part: value for part, value in typed.items() if not self.keeps_theirs(key_of(part))
        }
        self.judgement = replace(self.judgement, **self.judged)
        for part, label in WORDS.items():
            if len(typed[part]) > LONGEST:
                self.errors[part] = f"Shorten “{label}” to {LONGEST:,} characters"

    @property
    def valid_answers(self) -> dict[int, CaseAnswer]:
        """What was given and can be read, by indicator id."""
        return {pk: answer for pk, answer in self.given.items() if pk not in self.errors}

    @property
    def valid_judgement(self) -> Judgement | None:
        """The judgement as it would be, what cannot be read left as it is; None where unposted."""
        there = {part: self.now[key_of(part)] for part in PARTS if part in self.errors}
        return replace(self.judgement, **there) if self.judged else None

    def snapshot(self) -> str:
        """What the audit says where this form saved it."""
        bad = self.errors
        saved: dict[str, Any] = {
            row.code: row.answer for row in self.posted if row.indicator.pk not in bad
        }
        saved |= {key_of(part): value for part, value in self.judged.items() if part not in bad}
        return write_snapshot({**(self.was or self.now), **saved})

    def bad_parts(self) -> list[str]:
        """The codes of the indicators that are not saved, and the case as a whole."""
        codes = [one.code for one in self.indicators if one.pk in self.errors]
        return codes + ([WHOLE_CASE] if any(part in self.errors for part in PARTS) else [])

    def saved_answers(self) -> int:
        """How many indicators are answered and saved; the case as a whole, if judged, is one."""
        answered = sum(row.is_answered for row in self.rows if row.indicator.pk not in self.errors)
        return answered + (WHOLE_CASE not in self.bad_parts() and self.judgement != Judgement())

    def is_unsaved(self, row: AnsweredIndicator) -> bool:
        """Whether what stands in an indicator's boxes is not what the audit says."""
        return row.indicator.pk in self.errors or row.answer != self.now[row.code]

    @property
    def is_case_unsaved(self) -> bool:
        """Whether the judgement in the boxes is not what the audit says."""
        there = Judgement(*(self.now[key_of(part)] for part in PARTS))
        return WHOLE_CASE in self.bad_parts() or self.judgement != there

    @property
    def rows(self) -> list[AnsweredIndicator]:
        """Every indicator with what stands in its boxes."""
        return [AnsweredIndicator(one, self.answers[one.pk]) for one in self.indicators]

    @property
    def posted(self) -> list[AnsweredIndicator]:
        """Those that were posted."""
        return [row for row in self.rows if row.indicator.pk in self.given]


# What the page calls the boxes about the case as a whole.
WHOLE_CASE = "case"


def key_of(part: str) -> str:
    """What a part of the judgement is called where it stands among indicators' codes."""
    return f"case.{part}"


def write_snapshot(was: Mapping[str, Any]) -> str:
    """What the audit said when a page was made, for the page to bring back with a save.

    It only helps to tell whose change is whose; what may be saved never depends on it.
    """
    judgement = {part: was[key_of(part)] for part in PARTS}
    answers = {
        code: asdict(answer) | {"chosen": sorted(answer.chosen)}
        for code, answer in was.items()
        if isinstance(answer, CaseAnswer)
    }
    return json.dumps({"answers": answers, "judgement": judgement})


def read_snapshot(text: str) -> dict[str, Any]:
    """What ``write_snapshot`` wrote; nothing for anything else."""
    try:
        was = json.loads(text)
        answers = {
            code: CaseAnswer(**(parts | {"chosen": frozenset(parts["chosen"])}))
            for code, parts in was["answers"].items()
        }
        return answers | {key_of(part): was["judgement"][part] for part in PARTS}
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return {}


def as_fields(form: GradingForm) -> list[tuple[str, str]]:
    """Everything typed as fields of a form, to be posted again."""
    typed = []
    for row in form.posted:
        typed.append((f"comment-{row.code}", row.answer.comment))
        typed += [(f"choice-{row.code}", str(pk)) for pk in sorted(row.answer.chosen)]
        boxes = (("grade", row.answer.grade), ("text", row.answer.text))
        typed += [(f"{box}-{row.code}", text) for box, text in boxes if text]
    if form.judged:
        parts = ("strengths", "improvements", "overall", "threshold")
        typed += [(part, getattr(form.judgement, part)) for part in parts]
        typed += [("unsafe", "yes")] if form.judgement.is_unsafe else []
    return typed


class RemedyForm(WordsForm):
    """Something to be done, by a day."""

    words = ("what",)

    what = forms.CharField(
        label="What has to be done",
        help_text="In a sentence or two. No names: say “the child”, “the worker”.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Enter what has to be done",
            "max_length": f"Shorten what you wrote to {LONGEST:,} characters",
        },
    )
    due_on = DayField(what="the day by which it is done", label="By when")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("what", "due_on", *KEPT_WORDS, button="Set it to be done")


class DoneForm(WordsForm):
    """That something was done, on a day, with a note."""

    words = ("note",)

    done_on = DayField(what="the day on which it was done", label="Done on")
    note = forms.CharField(
        label="What was found, if you like",
        help_text="No names.",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"Shorten what you wrote to {LONGEST:,} characters"},
    )

    def __init__(self, data: Any = None, *, remedy: RemedialAction) -> None:
        """``remedy`` is what was done; a page has a form for each that is still to be."""
        super().__init__(data, auto_id=f"id_{remedy.pk}_%s")
        self.remedy = remedy
        action = reverse("remedial-done", args=[remedy.pk])
        self.helper = laid_out(
            "done_on", "note", *KEPT_WORDS, button="Say that it is done", action=action
        )
        self.helper.layout.fields[-1] = Button.primary(
            "", "Say that it is done", css_id=f"id_{remedy.pk}_button"
        )
