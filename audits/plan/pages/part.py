"""The page of one form about a part of the plan, and how it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse

from audits.plan.models import Action, Plan, Theme
from audits.plan.pages.due import understood
from earlyhelp.core.pages import forms, versioned_edit
from earlyhelp.core.pages.form_page import FormPage
from teams.http import SignedInRequest


@dataclass(frozen=True)
class PartPage(FormPage):
    """A page of one form, whose values an action takes; ``back`` is where it then leads."""

    back: str = ""

    def answer(
        self,
        request: SignedInRequest,
        form: Any,
        act: Callable[..., Any],
        *about: Any,
        done: str | Callable[[Any], str],
        then: str | Callable[[Any], str] = "",
        **kwargs: Any,
    ) -> HttpResponse:
        """``act(*about, ...)`` with what was typed, by whoever asks; see ``forms.answer``."""
        return forms.answer(
            request,
            form,
            lambda: act(*about, **form.values, by=request.actor),
            show=lambda: self.show(request, form),
            done=done,
            then=then or self.back,
            **kwargs,
        )

    def edit(
        self,
        request: SignedInRequest,
        form: Any,
        act: Callable[..., Any],
        row: Any,
        *,
        initial: Callable[[Any], Mapping[str, Any]],
        done: str | Callable[[Any], str],
        **kwargs: Any,
    ) -> HttpResponse:
        """The same over a row that several people change; see ``versioned_edit.edit``."""
        return versioned_edit.edit(
            request,
            form,
            lambda: act(row, **form.values, by=request.actor),
            row=row,
            initial=initial,
            caption=self.caption,
            crumbs=self.crumbs,
            show=lambda: self.show(request, form),
            done=done,
            then=self.back,
            **kwargs,
        )


def crumbs_of(plan: Plan) -> list[tuple[str, str]]:
    """The way back to a plan."""
    return [(f"Action plan {plan.financial_year}", plan.url)]


def part_page(title: str, part: Plan | Theme, lead: str = "") -> PartPage:
    """A page about a part of the plan, or about something in it."""
    plan = part if isinstance(part, Plan) else part.plan
    return PartPage(title, str(part), crumbs_of(plan), lead, back=f"{plan.url}?edit=yes")


def action_form_page(title: str, action: Action, *, in_form: bool = False) -> PartPage:
    """A page about an action, with the action in view unless it is in the form."""
    meaning = understood(action.timing, [one.due_on for one in action.occurrences.all()])
    by_when = f"{action.timing_words} ({meaning[:1].lower()}{meaning[1:]})"
    return PartPage(
        title,
        str(action.outcome.theme),
        [*crumbs_of(action.plan), (f"Action {action.ref}", action.url)],
        lead="" if in_form else action.text,
        facts=[] if in_form else [("By whom", action.by_whom), ("By when", by_when)],
        back=action.url,
    )
