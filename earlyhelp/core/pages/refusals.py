"""What an action refused, said on the form."""

from django import forms
from django.core.exceptions import ValidationError


def refuse(form: forms.Form, wrong: Exception) -> None:
    """Show what an action refused: at its field, or above them all where the form has none."""
    if not isinstance(wrong, ValidationError):
        form.add_error(None, str(wrong))
        return
    if not hasattr(wrong, "error_dict"):
        form.add_error(None, wrong)
        return
    for name, errors in wrong.error_dict.items():
        form.add_error(name if name in form.fields else None, ValidationError(errors))


def refuse_owners(form: forms.Form, wrong: ValidationError) -> None:
    """Owners are chosen in three fields; the first of them carries what is wrong with them."""
    errors = wrong.message_dict if hasattr(wrong, "error_dict") else {}
    if "owners" in errors:
        form.add_error("roles", errors["owners"])
    else:
        refuse(form, wrong)
