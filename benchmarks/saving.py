"""P5: saving a return of thirty figures: the action, and the request that a browser makes."""

import datetime as dt
from itertools import count

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.councils import LARGE, SMALL, council_of
from benchmarks.fill import LAST
from benchmarks.pages import fetching, signed_in
from benchmarks.timing import Line, compare
from measures.models import Figure, Return
from measures.returns.actions import save_figures
from measures.returns.answers import GivenAnswer
from teams.authority import actor_of
from teams.models import User

TODAY = dt.date(2020, 4, 5)


class Desk:
    """A manager with a return of thirty questions, who saves it again and again."""

    def __init__(self) -> None:
        self.manager = User.objects.get(email="manager@bench.example")
        self.made = Return.objects.get(quarter=LAST.index, team__code="team-0")
        self.codes = dict(Figure.objects.of(self.made).values_list("item", "item__code"))
        self.items = list(self.codes)
        self.client = signed_in("manager@bench.example")
        self.round = count()

    def save(self, how_many: int = 30) -> None:
        """Change so many figures, through the action: lock, rules, upsert, events."""
        number = next(self.round)
        given = {item: GivenAnswer(50 + (number + item) % 40) for item in self.items[:how_many]}
        self.made = save_figures(
            self.made,
            given,
            version=self.made.version,
            by=actor_of(self.manager, today=TODAY),
        )

    def post(self) -> None:
        """The same over HTTP: the page as it is sent, with another number in each box."""
        number = next(self.round)
        typed = {
            f"value-{code}": str(50 + (number + item) % 40) for item, code in self.codes.items()
        }
        version = Return.objects.values_list("version", flat=True).get(pk=self.made.pk)
        sent = {**typed, "version": version, "then": "leave"}
        response = self.client.post(reverse("return-fill-in", args=[self.made.pk]), sent)
        assert response.status_code == 302, response.status_code

    def upsert(self) -> None:
        """The same thirty rows in one statement and one transaction."""
        number = next(self.round)
        now = timezone.now()
        rows = [
            (self.made.pk, item, 50 + (number + item) % 40, "", "", "", None, True, False, now,
             self.manager.pk, "form")
            for item in self.items
        ]  # fmt: skip
        marks = ", ".join(["(" + ", ".join(["%s"] * 12) + ")"] * len(rows))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"""INSERT INTO measures_figure (return_id, item_id, value, answer, note,
                        explanation, explained_value, is_confirmed, is_queried, entered_at, entered_by_id,
                        entered_route)
                    VALUES {marks}
                    ON CONFLICT (return_id, item_id) DO UPDATE SET value = EXCLUDED.value,
                        answer = EXCLUDED.answer, note = EXCLUDED.note,
                        explanation = EXCLUDED.explanation,
                        explained_value = EXCLUDED.explained_value,
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
            bare = fetching(desk.client, reverse("bench-bare"))
            posted = compare(desk.post, bare)
            desk.made.refresh_from_db()
            with CaptureQueriesContext(connection) as seen:
                desk.save()
            thirty = len(seen)
            with CaptureQueriesContext(connection) as seen:
                desk.save(5)
            five = len(seen)
        what = f"saving 30 figures, {words} / one raw upsert"
        lines += [
            Line("P5", what, found.ratio, 15, detail=found.detail),
            Line(
                "P5",
                f"posting 30 figures, {words} / bare page",
                posted.ratio,
                15,
                detail=posted.detail,
            ),
            Line("P5", f"saving, {words}: queries, 30 figures", thirty, five, unit=""),
        ]
    return lines
