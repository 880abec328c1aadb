"""Forms that read boxes of their own, as many as a page has, instead of Django's fields."""

from django.http import QueryDict

from earlyhelp.core.pages.posted import clean, version_of
from earlyhelp.core.pages.versioned_edit import MINE, THEIRS


class BoxesForm:
    """What was posted, with the version that the page was made from.

    ``undecided`` holds what the conflict page asked about and nothing was chosen for.
    """

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
