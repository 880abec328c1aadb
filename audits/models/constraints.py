"""A rule of a table that the database enforces, by its name."""

from django.db.models import CheckConstraint, Q


def check(name: str, condition: Q, message: str | None = None) -> CheckConstraint:
    """``condition`` holds for every row; ``message`` is what a person reads where it does not."""
    return CheckConstraint(condition=condition, name=name, violation_error_message=message)
