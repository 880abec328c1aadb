"""Dates, days and numbers of things as pages say them in words."""

import datetime as dt

from django.utils import timezone


def number_of(number: int, noun: str) -> str:
    """``1 day``, ``3 days``: for nouns that take an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def part_of(number: int, whole: int, noun: str) -> str:
    """``0 of 1 team``, ``9 of 15 teams``: for nouns that take an s."""
    return f"{number:,} of {number_of(whole, noun)}"


def long_date(day: dt.date) -> str:
    """``5 July 2016``."""
    return f"{day.day} {day:%B %Y}"


def days_late(number: int) -> str:
    """``3 days late``, or nothing."""
    return f"{number_of(number, 'day')} late" if number > 0 else ""


def days_left(due_on: dt.date, today: dt.date) -> str:
    """``9 days left``, ``due today`` or ``3 days late``."""
    number = (due_on - today).days
    if number == 0:
        return "due today"
    return days_late(-number) or f"{number_of(number, 'day')} left"


def saved_ago(last: dt.datetime, now: dt.datetime) -> str:
    """``Saved 5 minutes ago``, ``Saved at 14:05``, ``Saved on 4 July 2016``."""
    minutes = int((now - last).total_seconds() // 60)
    if minutes < 1:
        return "Saved just now"
    if minutes < 60:
        return f"Saved {number_of(minutes, 'minute')} ago"
    there, here = timezone.localtime(last), timezone.localtime(now)
    if there.date() == here.date():
        return f"Saved at {there:%H:%M}"
    return f"Saved on {long_date(there)}"
