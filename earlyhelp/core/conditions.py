"""Conditions that several tables share, for the constraints that the database enforces."""

from django.db.models import Q


def both_or_neither(*columns: str) -> Q:
    """All of these are known, or none: who and when come in pairs."""
    return none_of(*columns) | all_of(*columns)


def all_of(*columns: str) -> Q:
    """Every one of these is known."""
    return Q(**{f"{column}__isnull": False for column in columns})


def none_of(*columns: str) -> Q:
    """None of these is known."""
    return Q(**{f"{column}__isnull": True for column in columns})


def says_something(*columns: str) -> Q:
    """None of these texts is empty."""
    condition = Q()
    for column in columns:
        condition &= ~Q(**{column: ""})
    return condition


def implies(when: Q, then: Q) -> Q:
    """Where ``when`` holds, ``then`` does."""
    return ~when | then
