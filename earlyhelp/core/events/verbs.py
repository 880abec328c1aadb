"""What can be done, as the record stores it, with the sentence that a reader sees.

Each app declares its verbs as an enumeration and registers it at start-up for the models that
it is done to, so that whoever reads the record finds the sentence by model and verb. Rules ask
for members, never for literals.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from django.db import models

UNSAID = "{who}: {verb}"


class Verb(StrEnum):
    """A thing that is done: the stored value, and its sentence, where it has one of its own.

    A sentence has ``{who}`` in it, and may have other words that its readers fill in.
    """

    sentence: str

    def __new__(cls, value: str, sentence: str = UNSAID) -> Self:
        """A member that is its stored value and carries its sentence."""
        verb = str.__new__(cls, value)
        verb._value_ = value
        verb.sentence = sentence
        return verb


_verbs: dict[tuple[str, str], Verb] = {}


def register(verbs: type[Verb], subjects: Iterable[type[models.Model]]) -> None:
    """Have the record's readers find these verbs with the rows of these models."""
    names = [str(model._meta.model_name) for model in subjects]
    _verbs.update({(name, verb.value): verb for name in names for verb in verbs})


def sentence_of(subject_type: str, verb: str) -> str:
    """The sentence of what was done to a kind of row; one that nobody registered names the verb."""
    known = _verbs.get((subject_type, verb))
    return (known.sentence if known else UNSAID).replace("{verb}", verb)
