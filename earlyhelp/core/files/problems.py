"""What is wrong with a file: every problem by file, row, column and value, in one list."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from earlyhelp.core.numbers import visible

_LONGEST_SHOWN = 60
_MOST_KEPT = 100_000
_MOST_IN_WORDS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file cannot be used.

    ``row`` is the line as a person counts it (the header is 1), None for the file as a whole;
    ``column`` is empty where the row as a whole is wrong.
    """

    file: str
    message: str
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"{self.column} “{self.shown}”" if self.value else self.column)
        return f"{', '.join(place)}: {self.message}"

    @property
    def shown(self) -> str:
        """The value on one line, as pages and commands show it."""
        return _short(self.value)


def _short(value: str) -> str:
    """The value on one line; what a terminal would act on, or nobody would see, is named."""
    plain = visible(value)
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}…"


class Problems(list[Problem]):
    """Problems as they are found: ``found`` counts them all, the first ``most`` are kept."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        super().__init__()
        self.most = most
        self.found = 0

    def append(self, problem: Problem) -> None:
        """One more."""
        self.found += 1
        if len(self) < self.most:
            super().append(problem)


class FileRefused(Exception):
    """Nothing was saved; ``problems`` lists what is wrong, in the files' order.

    ``count`` is how many there are, where not all were kept.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        listed = list(problems)
        self.count = problems.found if isinstance(problems, Problems) else len(listed)
        files = {name: place for place, name in enumerate(dict.fromkeys(p.file for p in listed))}
        self.problems = sorted(listed, key=lambda p: (files[p.file], p.row or 0))
        super().__init__("\n".join(map(str, self.problems[:_MOST_IN_WORDS])))


def messages_by_field(refused: ValidationError) -> list[tuple[str, str]]:
    """The field and the sentence of everything that an action refused; "" for the row."""
    if not hasattr(refused, "error_dict"):
        return [("", message) for message in refused.messages]
    return [
        ("" if field == NON_FIELD_ERRORS else field, message)
        for field, messages in refused.message_dict.items()
        for message in messages
    ]
