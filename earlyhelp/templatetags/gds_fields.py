"""What the form library's own field tag gets wrong, put right before it runs.

It picks classes by the *name* of a widget's class, so that a subclass loses its look; it
gives an error border to three kinds of widget only; and a textarea that counts characters
without help text raises ``KeyError``. ``templates/gds/field.html`` calls ``prepare`` first.
"""

from typing import Any

from django import forms, template
from django.forms.widgets import Input

register = template.Library()

# The first kind that fits gives the class.
_LOOKS: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (Input, "govuk-input"),
]


@register.simple_tag
def prepare(field: forms.BoundField) -> str:
    """Give the field's widget its look, its error border and what describes it; prints nothing."""
    widget: Any = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return ""
    for kind, look in _LOOKS:
        if isinstance(widget, kind):
            wanted = [look, f"{look}--error"] if field.errors else [look]
            held = widget.attrs.get("class", "").split()
            widget.attrs["class"] = " ".join([*wanted, *(c for c in held if c not in wanted)])
            break
    if "govuk-js-character-count" in widget.attrs.get("class", ""):
        widget.attrs.setdefault("aria-describedby", "")
    return ""
