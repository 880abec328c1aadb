"""Figures in, questions out: what is asked about figures of any number of returns at once."""

from collections.abc import Collection, Mapping

from measures.counting.catalogue import load_ratios
from measures.models import Figure, Return
from measures.returns.answers import GivenAnswer
from measures.returns.checks import Oddity, oddities
from measures.returns.earlier_figures import histories


def questions(
    returns: Collection[Return],
    figures: Collection[Figure],
    given: Mapping[int, GivenAnswer] | None = None,
) -> dict[int, Oddity]:
    """What is odd about these returns, by the id of the figure at which it is asked.

    ``figures`` are all of theirs, with their items. ``given`` has other answers by figure id, of
    a file or a correction: then only what is odd about those, at one of them. Three queries,
    whatever the number.
    """
    before, ratios = histories(returns), load_ratios()
    by_return: dict[int, list[Figure]] = {made.pk: [] for made in returns}
    for figure in figures:
        by_return[figure.return_made_id].append(figure)
    found: dict[int, Oddity] = {}
    for return_id, rows in by_return.items():
        answers = {
            figure.item_id: (given or {}).get(figure.pk, GivenAnswer.of(figure)) for figure in rows
        }
        history = before[return_id].comparable
        odd = oddities([figure.item for figure in rows], answers, history, ratios)
        found |= _at_figures(odd, rows, given)
    return found


def _at_figures(
    odd: Mapping[int, Oddity], figures: Collection[Figure], given: Mapping[int, GivenAnswer] | None
) -> dict[int, Oddity]:
    """The oddities by the id of a figure: where it is asked, or of those given that it is about."""
    ids = {figure.item_id: figure.pk for figure in figures}
    found: dict[int, Oddity] = {}
    for item_id, one in odd.items():
        places = [ids[item_id], *(ids[about] for about in ids if about in one.about)]
        at = next((pk for pk in places if given is None or pk in given), None)
        if at is not None:
            found.setdefault(at, one)
    return found
