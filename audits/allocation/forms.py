"""Who audits and who moderates which case, by when, and why it changes."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django import forms

from audits.permissions import AuditsPermission
from audits.responsible import people_holding
from earlyhelp.core.pages.fields import DayField, laid_out
from teams.models import Appointment, User
from teams.personal_data import KEPT_WORDS, WordsForm


def _person(what: str, label: str, *, required: bool = True) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        queryset=User.objects.none(),
        required=required,
        label=label,
        empty_label="Select a person" if required else "Nobody",
        error_messages={
            "required": f"Select {what}",
            "invalid_choice": "Select a person from the list",
        },
    )


def _agency() -> forms.CharField:
    return forms.CharField(
        label="Agency whose eyes these are",
        help_text="For example, “Health”. Leave it empty for the service itself. "
        "Each agency looks at a case once.",
        required=False,
        max_length=100,
        error_messages={"max_length": "Shorten the agency to 100 characters"},
    )


# Who is offered for what.
_OFFERED = {
    "auditor": AuditsPermission.AUDIT,
    "auditors": AuditsPermission.AUDIT,
    "moderator": AuditsPermission.MODERATE,
}


def _label_on(day: dt.date) -> Callable[[User], str]:
    """``Head (Head of service, North)``: a person and what they are appointed to, for own lines.

    One query.
    """
    held: dict[int, list[str]] = defaultdict(list)
    appointments = Appointment.objects.in_force(day).select_related("team", "locality")
    for appointment in appointments.order_by("role", "locality__position", "team__position"):
        held[appointment.person_id].append(str(appointment))

    def label(person: User) -> str:
        names = "; ".join(dict.fromkeys(held[person.pk]))
        return f"{person} ({names})" if names else str(person)

    return label


class _CandidatesForm(forms.Form):
    """A form that offers whoever can be asked on ``day``, with what they are appointed to."""

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _label_on(day)
        for name in _OFFERED.keys() & self.fields.keys():
            field: Any = self.fields[name]
            field.queryset = people_holding(_OFFERED[name], day)
            field.label_from_instance = label

    def keep_agency(self, agencies: bool) -> list[str]:
        """The box of the agency for the layout; only a multi-agency round has one."""
        if not agencies:
            del self.fields["agency"]
        return ["agency"] if agencies else []


class _AuditorForm(_CandidatesForm):
    """An auditor, a day and perhaps a moderator."""

    auditor = _person("who audits", "Auditor")
    due_on = DayField(what="the due date", label="Due on")
    moderator = _person("who moderates", "Moderator (optional)", required=False)


class AllocateForm(_AuditorForm):
    """Some cases of a round for one auditor; ``agency`` in a multi-agency round only."""

    cases = forms.TypedMultipleChoiceField(
        label="Cases",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select at least one case",
            "invalid_choice": "Select cases that are still to be allocated",
        },
    )
    agency = _agency()

    def __init__(
        self, *args: Any, cases: Iterable[tuple[int, str]], agencies: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["cases"]
        offered.choices = list(cases)
        self.helper = laid_out(
            "cases",
            "auditor",
            *self.keep_agency(agencies),
            "due_on",
            "moderator",
            button="Allocate them",
        )


class ShareOutForm(_CandidatesForm):
    """Everybody over whom the unallocated cases are shared out, and one day."""

    auditors = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        label="Auditors",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Select who audits",
            "invalid_choice": "Select people from the list",
            "invalid_pk_value": "Select people from the list",
        },
    )
    agency = _agency()
    due_on = DayField(what="the due date", label="Due on")

    def __init__(self, *args: Any, agencies: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out(
            "auditors",
            *self.keep_agency(agencies),
            "due_on",
            button="Share them out",
        )


class AuditAgainForm(_AuditorForm):
    """Who looks at a case of concern again, and by when."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("auditor", "due_on", "moderator", button="Have it audited again")


class ReallocateForm(_AuditorForm, WordsForm):
    """Another auditor or another day, and why; ``version`` is that of the audit."""

    words = ("reason",)

    reason = forms.CharField(
        label="Why",
        help_text="Kept on record.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["moderator"]
        self.helper = laid_out(
            "auditor", "due_on", "reason", "version", *KEPT_WORDS, button="Reallocate it"
        )


class ModeratorForm(_CandidatesForm):
    """Who moderates an audit, and which others of the round as well."""

    moderator = _person("who moderates", "Moderator")
    others = forms.TypedMultipleChoiceField(
        label="Also moderates these, if you like",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Select audits that are not moderated yet"},
    )

    def __init__(self, *args: Any, others: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: list[Any] = ["moderator"]
        if others:
            offered: Any = self.fields["others"]
            offered.choices = others
            boxes.append("others")
        else:
            del self.fields["others"]
        self.helper = laid_out(*boxes, button="Ask them to moderate")
