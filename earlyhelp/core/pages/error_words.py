"""What a form says is wrong where nobody chose words: what to do, and with which box.

By the Design System's patterns: *enter* what is typed, *select* what is chosen, and what a value
*must be*. Words that a form or a field of ours has of its own stay.
"""

from typing import Any

from django import forms

_NUMBER = {
    "invalid": "{Name} must be a whole number, like 2",
    "max_value": "{Name} must be %(limit_value)s or less",
    "min_value": "{Name} must be %(limit_value)s or more",
}
_DECIMAL = {
    "invalid": "{Name} must be a number, like 85 or 85.5",
    "max_decimal_places": "{Name} must have %(max)s decimal places or fewer",
    "max_digits": "{Name} must have %(max)s digits or fewer",
    "max_whole_digits": "{Name} must have %(max)s digits or fewer before the point",
}
_SELECT = {
    "required": "Select {name}",
    "invalid_choice": "Select {name} from the list",
    "invalid_pk_value": "Select {name} from the list",
    "invalid_list": "Select {name} from the list",
}
# What begins like this takes no article: select what is added, enter how many there were.
_CLAUSES = ("What ", "How ", "Where ", "When ", "Which ", "Who ", "Whom ", "Why ")
_ADDRESS = "Enter an email address in the correct format, like name@example.com"
# The first kind of a field that has words for a code gives them.
_WORDS: list[tuple[type[forms.Field], dict[str, str]]] = [
    (forms.DecimalField, _DECIMAL),
    (forms.IntegerField, _NUMBER),
    (forms.DateField, {"invalid": "{Name} must be a real date, like 2016-07-14"}),
    (forms.EmailField, {"invalid": _ADDRESS}),
    (forms.SlugField, {"invalid": "{Name} must be letters, numbers and hyphens, like north-team"}),
    (forms.URLField, {"invalid": "{Name} must be a web address, like https://www.example.com"}),
    (forms.BooleanField, {"required": "Select {name}"}),
    (forms.ChoiceField, _SELECT),
    (forms.ModelChoiceField, _SELECT),
    (
        forms.FileField,
        {
            "required": "Select a file",
            "invalid": "Select a file",
            "missing": "Select a file",
            "empty": "The selected file is empty",
            "max_length": "The name of the selected file is too long",
        },
    ),
    (
        forms.Field,
        {
            "required": "Enter {name}",
            "max_length": "{Name} must be %(limit_value)s characters or fewer",
            "min_length": "{Name} must be %(limit_value)s characters or more",
            "unique": "{Name} is taken already: use another",
        },
    ),
]


def use_our_words(form: Any) -> None:
    """Have a form of Django's say what to do; one that reads boxes of its own does so itself."""
    if not isinstance(form, forms.BaseForm):
        return
    for name, field in form.fields.items():
        called, within = _called(str(form[name].label))
        for code, words in _words_for(field).items():
            if _is_djangos(field, code):
                said = words.replace("{Name}", called).replace("{name}", within)
                field.error_messages[code] = said


def _called(label: str) -> tuple[str, str]:
    """What a box is called where a sentence begins, and within one: a question is quoted."""
    if label.endswith("?"):
        return f"The answer to “{label}”", f"the answer to “{label}”"
    lower = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    return label, lower if label.startswith(_CLAUSES) else f"the {lower}"


def _words_for(field: forms.Field) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, words in _WORDS:
        if isinstance(field, kind):
            found = words | found
    return found


def _is_djangos(field: forms.Field, code: str) -> bool:
    """Whether the words for a code are the framework's, or there are none."""
    said = field.error_messages.get(code)
    return said is None or any(
        said == kind.__dict__.get("default_error_messages", {}).get(code)
        for kind in type(field).__mro__
        if kind.__module__.startswith("django.")
    )
