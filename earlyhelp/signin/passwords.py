"""Passwords that others would try: who knows the product or the council, or has a stolen list."""

import hashlib
import re
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from teams.models import Council, User

_PRODUCT = {"early", "help", "performance", "framework", "council", "password", "sample"}
# What has to be left of a password once the words that anybody would try are taken out.
LEAST_LEFT = 8
_LOOKALIKES = str.maketrans("01345$@7", "oleassat")


class WordsOfTheProduct:
    """Refuses a password that is made of the product's or the council's words."""

    def validate(self, password: str, user: User | None = None) -> None:
        """ValidationError where too little is left without them."""
        left = re.sub(r"[\W_]", "", password.lower().translate(_LOOKALIKES))
        for word in sorted(_PRODUCT | _words_of_councils(), key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < LEAST_LEFT:
            raise ValidationError(self.get_help_text(), code="password_of_the_product")

    def get_help_text(self) -> str:
        """What to do instead."""
        return "Enter a password that is not made of words like early, help or the council’s name."


class KnownFromBreaches:
    """Refuses a password of the list of stolen ones that the host keeps, where it keeps one."""

    def validate(self, password: str, user: User | None = None) -> None:
        """ValidationError where the list has it."""
        # What the list is made of; nothing is kept by it.
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        if settings.BREACHED_PASSWORDS and stands_in(
            Path(settings.BREACHED_PASSWORDS), digest.encode()
        ):
            raise ValidationError(self.get_help_text(), code="password_breached")

    def get_help_text(self) -> str:
        """What to do instead."""
        return "Enter a password that does not stand in lists of stolen passwords."


def stands_in(path: Path, digest: bytes) -> bool:
    """Whether a line of a file in order begins with a digest; reads some thirty of its lines."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as lines:
        low, high = 0, len(lines)
        while low < high:
            begins = lines.rfind(b"\n", low, (low + high) // 2) + 1 or low
            here = lines[begins : begins + len(digest)].upper()
            if here == digest:
                return True
            if here < digest:
                low = lines.find(b"\n", begins) + 1 or high
            else:
                high = begins
    return False


def _words_of_councils() -> set[str]:
    names: Any = Council.objects.values_list("name", "area_name", "code")
    text = " ".join(" ".join(row) for row in names).lower()
    return {word for word in re.findall(r"[a-z]+", text) if len(word) > 3}
