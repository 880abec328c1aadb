"""What an auditor typed into the page of a case, indicator by indicator, and what it says.

An indicator has up to four boxes: ``grade-<code>``, ``comment-<code>`` (always there, so it
tells that the indicator was on the page), ``text-<code>`` and ``choice-<code>``. The case as a
whole has ``overall``, ``threshold``, ``unsafe``, ``strengths`` and ``improvements``. What was
typed is kept as it was typed, also when it cannot be saved.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from crispy_forms_gds.layout import Button
from django import forms
from django.http import QueryDict
from django.urls import reverse

from audits.casework.answers import LONGEST, Answer, Errors, Judgement
from audits.models import CaseAudit, Given, Indicator, RemedialAction
from earlyhelp.core.pages.fields import DayField, laid_out
from earlyhelp.core.pages.posted import clean, version_of
from earlyhelp.core.pages.versioned_edit import MINE, THEIRS
from teams.personal_data import KEPT_WORDS, WordsForm

PARTS = tuple(part.name for part in fields(Judgement))
ABOUT = {"strengths": "Strengths", "improvements": "Areas for improvement"}
WORDS = tuple(ABOUT)


@dataclass(frozen=True)
class Was:
    """What the audit said when the page was made, by indicator code and part."""

    answers: Mapping[str, Answer]
    judgement: Judgement


class GradingForm:
    """A case as it was typed, read into answers.

    ``answers`` (by indicator id) and ``judgement`` are the case as it would be; ``given`` holds
    the indicators that were posted, without those for which somebody chose to keep what was
    saved meanwhile. ``errors`` holds one sentence each, by indicator id or part.
    """

    def __init__(
        self,
        indicators: Sequence[Indicator],
        rows: Iterable[Given],
        audit: CaseAudit,
        post: QueryDict | None = None,
    ) -> None:
        self.indicators = indicators
        saved = {row.indicator_id: Answer.of(row) for row in rows}
        self.answers = {one.pk: saved.get(one.pk, Answer()) for one in indicators}
        self.judgement = Judgement.of(audit)
        self.now = Was({one.code: self.answers[one.pk] for one in indicators}, self.judgement)
        self.given: dict[int, Answer] = {}
        self.judged: dict[str, Any] = {}
        self.errors: Errors = {}
        self.undecided: set[str] = set()
        self.was: Was | None = None
        self.version: int | None = None
        if post is not None:
            self._read(post)

    def _read(self, post: QueryDict) -> None:
        self.version = version_of(post.get("version", ""))
        self.was = read_snapshot(post.get("was", ""))
        to_choose = set(post.getlist("choose"))
        for one in self.indicators:
            if f"comment-{one.code}" not in post or self._keeps_theirs(post, one.code, to_choose):
                continue
            answer = _read_answer(post, one.code)
            self.given[one.pk] = self.answers[one.pk] = answer
            for words, which in ((answer.comment, "comment on"), (answer.text, "answer to")):
                if len(words) > LONGEST:
                    self.errors[one.pk] = (
                        f"Shorten the {which} “{one.name}” to {LONGEST:,} characters"
                    )
        if "strengths" not in post:
            return
        typed: dict[str, Any] = {
            "overall": post.get("overall", ""),
            "threshold": post.get("threshold", ""),
            "is_unsafe": post.get("unsafe") == "yes",
            **{part: clean(post.get(part, "")) for part in WORDS},
        }
        self.judged = {
            part: value
            for part, value in typed.items()
            if not self._keeps_theirs(post, key_of(part), to_choose)
        }
        self.judgement = replace(self.judgement, **self.judged)
        for part in WORDS:
            if len(typed[part]) > LONGEST:
                self.errors[part] = f"Shorten “{ABOUT[part]}” to {LONGEST:,} characters"

    def _keeps_theirs(self, post: QueryDict, name: str, to_choose: set[str]) -> bool:
        """Whether the person kept what was saved meanwhile; notes where they did not choose."""
        choice = post.get(f"keep-{name}")
        if name in to_choose and choice not in (MINE, THEIRS):
            self.undecided.add(name)
        return choice == THEIRS

    def refuse(self, errors: Errors) -> None:
        """Take the sentences of an action that refused."""
        self.errors |= errors


def key_of(part: str) -> str:
    """What a part of the judgement is called where it stands among indicators' codes."""
    return f"case.{part}"


def _read_answer(post: QueryDict, code: str) -> Answer:
    chosen = frozenset(
        int(value) for value in post.getlist(f"choice-{code}") if version_of(value) is not None
    )
    return Answer(
        grade=clean(post.get(f"grade-{code}", "")),
        comment=clean(post.get(f"comment-{code}", "")),
        text=clean(post.get(f"text-{code}", "")),
        chosen=chosen,
    )


def snapshot(was: Was) -> str:
    """What the audit said when a page was made, for the page to bring back with a save.

    It only helps to tell whose change is whose; what may be saved never depends on it.
    """
    answers = {
        code: asdict(answer) | {"chosen": sorted(answer.chosen)}
        for code, answer in was.answers.items()
    }
    return json.dumps({"answers": answers, "judgement": asdict(was.judgement)})


def read_snapshot(text: str) -> Was | None:
    """What ``snapshot`` wrote; None for anything else."""
    try:
        found = json.loads(text)
        answers = {
            code: Answer(**(parts | {"chosen": frozenset(parts["chosen"])}))
            for code, parts in found["answers"].items()
        }
        return Was(answers, Judgement(**found["judgement"]))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None


def as_fields(form: GradingForm) -> list[tuple[str, str]]:
    """Everything typed as fields of a form, to be posted again."""
    found = []
    for one in form.indicators:
        answer = form.given.get(one.pk)
        if answer is None:
            continue
        found.append((f"comment-{one.code}", answer.comment))
        found += [(f"choice-{one.code}", str(pk)) for pk in sorted(answer.chosen)]
        found += [
            (f"{box}-{one.code}", words)
            for box, words in (("grade", answer.grade), ("text", answer.text))
            if words
        ]
    if form.judged:
        said = form.judgement
        found += [("strengths", said.strengths), ("improvements", said.improvements)]
        found += [("overall", said.overall), ("threshold", said.threshold)]
        found += [("unsafe", "yes")] if said.is_unsafe else []
    return found


class RemedyForm(WordsForm):
    """Something to be done, by a day."""

    words = ("what",)

    what = forms.CharField(
        label="What has to be done",
        help_text="In a sentence or two. No names: say “the child”, “the worker”.",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Say what has to be done",
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
