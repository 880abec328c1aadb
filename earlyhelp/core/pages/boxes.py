"""Forms that read boxes of their own, as many as a page has, instead of Django's fields."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, Self

from django.http import QueryDict

from earlyhelp.core.change import PartlySaved, current_version
from earlyhelp.core.pages.posted import clean, version_of
from earlyhelp.core.pages.versioned_edit import MINE, THEIRS


class BoxesForm(ABC):
    """What was posted, with the version that the page was made from.

    Boxes that are saved together are a part of the form. ``errors`` holds what is wrong with a
    part, by its key; ``undecided`` what the conflict page asked about and nothing was chosen
    for.
    """

    errors: dict[Any, Any]

    def __init__(self, post: QueryDict | None) -> None:
        self.post = QueryDict() if post is None else post
        self.version = version_of(self.post.get("version", ""))
        self.undecided: set[str] = set()

    def text(self, name: str, default: str = "") -> str:
        """What stands in a box, as a database can keep it."""
        return clean(self.post.get(name, default))

    def keeps_theirs(self, name: str) -> bool:
        """Whether the person kept what was saved elsewhere; notes where they did not choose."""
        choice = self.post.get(f"keep-{name}")
        if name in self.post.getlist("choose") and choice not in (MINE, THEIRS):
            self.undecided.add(name)
        return choice == THEIRS

    def refuse(self, errors: Mapping[Any, str]) -> None:
        """Take the sentences of an action that refused some parts."""
        self.errors |= errors

    def take(self, kept: PartlySaved[Any]) -> None:
        """Take what became of a save: what was refused, and the version that a page has now."""
        self.refuse(kept.refused)
        if kept.is_new:
            self.version = current_version(kept.row)

    def with_errors_of(self, saved: Self) -> Self:
        """This form over what is saved now, with what is wrong of the one that was saved."""
        self.errors |= saved.errors
        self.version = saved.version
        return self

    # -- for the page that keeps what is valid (``core.pages.saving``) ---------------------------

    @abstractmethod
    def snapshot(self) -> str:
        """What the row says where this form saved it, for the page to bring back."""

    @abstractmethod
    def bad_parts(self) -> list[str]:
        """The parts that are not saved, as the page names them."""

    @abstractmethod
    def saved_answers(self) -> int:
        """How many answers of the page are saved."""

    def sentences(self) -> list[str]:
        """What is wrong, a sentence for each thing."""
        return list(dict.fromkeys(str(error) for error in self.errors.values()))
