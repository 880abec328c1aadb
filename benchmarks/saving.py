"""P5: saving a return of thirty figures, against one raw upsert of the same rows."""

import datetime as dt
from itertools import count

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.councils import LARGE, SMALL, council_of
from benchmarks.fill import LAST
from benchmarks.timing import Line, compare
from measures.models import Figure, Return
from measures.returns.actions import save_figures
from measures.returns.answers import Given
from teams.authority import actor_of
from teams.models import User

TODAY = dt.date(2020, 4, 5)


class Desk:
    """A manager with a return of thirty questions, who saves it again and again."""

    def __init__(self) -> None:
        self.manager = User.objects.get(email="manager@bench.example")
        self.made = Return.objects.get(quarter=LAST.index, team__code="team-0")
        self.items = list(Figure.objects.of(self.made).values_list("item", flat=True))
        self.round = count()

    def save(self, how_many: int = 30) -> None:
        """Change so many figures, through the action: lock, rules, upsert, events."""
        number = next(self.round)
        given = {item: Given(50 + (number + item) % 40) for item in self.items[:how_many]}
        self.made = save_figures(
            self.made,
            given,
            version=self.made.version,
            by=actor_of(self.manager, today=TODAY),
        )

    def upsert(self) -> None:
        """The same thirty rows in one statement and one transaction."""
        number = next(self.round)
        now = timezone.now()
        rows = [
            (self.made.pk, item, 50 + (number + item) % 40, "", "", "", True, False, now,
             self.manager.pk, "form")
            for item in self.items
        ]  # fmt: skip
        marks = ", ".join(["(" + ", ".join(["%s"] * 11) + ")"] * len(rows))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO measures_figure (return_id, item_id, value, answer, note,
                        explanation, is_confirmed, is_queried, entered_at, entered_by_id,
                        entered_route)
                    VALUES {marks}
                    ON CONFLICT (return_id, item_id) DO UPDATE SET value = EXCLUDED.value,
                        answer = EXCLUDED.answer, note = EXCLUDED.note,
                        explanation = EXCLUDED.explanation,
                        is_confirmed = EXCLUDED.is_confirmed, entered_at = EXCLUDED.entered_at,
                        entered_by_id = EXCLUDED.entered_by_id,
                        entered_route = EXCLUDED.entered_route""",  # marks only
                [value for row in rows for value in row],
            )


def p5() -> list[Line]:
    """Saving, on both sizes; and that thirty figures take no more queries than five."""
    lines = []
    for size, words in [(SMALL, "15 teams"), (LARGE, "2,280 teams")]:
        with council_of(size):
            desk = Desk()
            found = compare(desk.save, desk.upsert, most=120)
            with CaptureQueriesContext(connection) as seen:
                desk.save()
            thirty = len(seen)
            with CaptureQueriesContext(connection) as seen:
                desk.save(5)
            five = len(seen)
        what = f"saving 30 figures, {words} / one raw upsert"
        lines += [
            Line("P5", what, found.ratio, 10, detail=found.detail),
            Line("P5", f"saving, {words}: queries, 30 figures", thirty, five, unit=""),
        ]
    return lines
