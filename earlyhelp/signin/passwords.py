"""Passwords that anybody who knows the product or the council would try."""

import re
from typing import Any

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


def _words_of_councils() -> set[str]:
    names: Any = Council.objects.values_list("name", "area_name", "code")
    text = " ".join(" ".join(row) for row in names).lower()
    return {word for word in re.findall(r"[a-z]+", text) if len(word) > 3}
