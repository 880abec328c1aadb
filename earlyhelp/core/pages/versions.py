"""The version that a form was made from."""

from typing import Any

from django import forms


def use_version(form: forms.Form, version: int) -> None:
    """Let what was typed be sent again, over what stands there now."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # posted data is a QueryDict
    data["version"] = str(version)
    form.data = data
