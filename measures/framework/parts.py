"""Returns that a part-of rule finds broken already, when it comes after their figures."""

from fractions import Fraction

from measures.models import DataItem, Figure
from measures.returns.answers import write_number
from teams.quarters import Quarter

# A page, or a terminal, is no place for more.
MOST_NAMED = 100


def broken_already(part: DataItem) -> list[str]:
    """The returns in which ``part`` is more than its whole, a sentence for each; two queries.

    They stay as they are, and are held to the rule once one of the two figures changes.
    """
    whole = part.part_of
    if whole is None:
        return []
    counted = Figure.objects.filter(value__isnull=False)
    of = {
        pk: value or 0
        for pk, value in counted.filter(item=whole).values_list("return_made", "value")
    }
    made = "return_made"
    parts = counted.filter(item=part).order_by(f"{made}__quarter", f"{made}__team__position", made)
    names = (made, f"{made}__team__name", f"{made}__quarter", "value")
    found = [
        f"{team}, {Quarter(quarter)}: “{part.name}” ({write_number(value, part.decimals)}) is more "
        f"than “{whole.name}” ({write_number(of[pk], whole.decimals)}). It stays as it is; a "
        "change of either is held to the rule."
        for pk, team, quarter, value in parts.values_list(*names)
        if value
        and pk in of
        and Fraction(value, 10**part.decimals) > Fraction(of[pk], 10**whole.decimals)
    ]
    if len(found) <= MOST_NAMED:
        return found
    return [*found[:MOST_NAMED], f"“{part.name}”: and {len(found) - MOST_NAMED:,} returns more."]


def broken_by_coming(part: DataItem) -> list[str]:
    """Those returns, where the rule is about to be kept; nothing of one that is on file already."""
    comes = DataItem.objects.filter(pk=part.pk).exclude(part_of=part.part_of_id).exists()
    return broken_already(part) if comes else []
