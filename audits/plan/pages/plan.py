"""The plan as people know it from a committee paper: outcome, action, by whom, by when."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from audits.models import Action, Aim, Judged, Outcome, Owner, Plan, Theme
from audits.permissions import AuditsPermission
from audits.plan.pages.aims import AimEnded, AimSaid, aims_ended, aims_said
from audits.plan.pages.filters import KEEPS, Choice, ChoiceGroup, Shown, groups_of, shown_of
from audits.plan.pages.rows import ActionRow, row_of
from audits.plan.timing import Status
from measures.performance.choices import Link
from teams.models import Appointment, Locality
from teams.permissions import Standing
from teams.quarters import FinancialYear, Quarter

# The formats that a plan is given out in, as downloads name them.
FORMATS = {"docx": "Word", "xlsx": "Excel", "ods": "OpenDocument", "csv": "CSV"}
_JUDGED_COLOURS = {Judged.ACHIEVED: "green", Judged.PARTLY: "yellow", Judged.NOT: "red"}


@dataclass(frozen=True)
class OutcomePart:
    """An outcome with its actions, what it aims (or aimed) at, and whether it was achieved."""

    outcome: Outcome
    rows: Sequence[ActionRow]
    aims: Sequence[AimSaid]
    ended: Sequence[AimEnded]
    judged: str
    judged_colour: str
    judged_why: str

    @property
    def lines(self) -> int:
        """How many rows of a table it takes."""
        return max(1, len(self.rows))


@dataclass(frozen=True)
class ThemePart:
    """A theme with its outcomes, and what was said of it when the year was over."""

    theme: Theme
    outcomes: Sequence[OutcomePart]


@dataclass(frozen=True)
class PlanPage:
    """The plan of a year, as somebody reads it on a day."""

    plan: Plan
    caption: str
    made_on: dt.date
    themes: Sequence[ThemePart]
    shown: Shown
    shown_words: str
    filters: Sequence[ChoiceGroup]
    stats: Sequence[tuple[str, int]]
    years: Sequence[Link]
    left_open: Sequence[Link]
    downloads: Sequence[Link]
    print_url: str
    keeps: bool
    judges: bool

    @property
    def rows(self) -> list[ActionRow]:
        """Every action shown, in the plan's order."""
        return [row for theme in self.themes for part in theme.outcomes for row in part.rows]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is planned yet."""
        return not any(theme.outcomes for theme in self.themes) and self.shown.is_all


def plan_page(
    plan: Plan, standing: Standing, today: dt.date, asked: Mapping[str, str], path: str
) -> PlanPage:
    """Everything that a page or a file of the plan says; the same queries for any plan."""
    themes = list(plan.themes.order_by("number"))
    localities = list(Locality.objects.all())
    shown = shown_of(asked, themes, localities)
    outcomes = list(
        Outcome.objects.filter(theme__plan=plan)
        .select_related("theme", "judged_by")
        .order_by("theme__number", "number")
    )
    actions = list(Action.objects.filter(outcome__theme__plan=plan).in_order().for_pages())
    aims: dict[int, list[AimSaid]] = defaultdict(list)
    aimed = _aims_of(plan)
    for said in aims_said([one for one in aimed if one.ended_at is None], standing):
        aims[said.outcome_id].append(said)
    ended: dict[int, list[AimEnded]] = defaultdict(list)
    for was in aims_ended(aimed):
        ended[was.outcome_id].append(was)
    places = _places_of_owners(plan, today)
    rows = {
        place: [
            row_of(one, standing, today, localities, within=[place.pk] if place else None)
            for one in actions
        ]
        for place in (None, *localities)
    }

    def found(wanted: Shown) -> list[ActionRow]:
        return [
            row
            for action, row in zip(actions, rows[wanted.locality], strict=True)
            if KEEPS[wanted.show](row)
            and wanted.theme in (None, action.outcome.theme.number)
            and (
                wanted.locality is None
                or action.for_every_locality
                or wanted.locality.pk in places[action.pk]
            )
        ]

    kept: dict[int, list[ActionRow]] = defaultdict(list)
    outcome_of = {action.pk: action.outcome_id for action in actions}
    for row in found(shown):
        kept[outcome_of[row.pk]].append(row)
    parts = [
        _outcome(one, kept[one.pk], aims[one.pk], ended[one.pk])
        for one in outcomes
        if shown.is_all or kept[one.pk]
    ]
    filters = groups_of(shown, path, themes, localities, lambda one: len(found(one)))
    return PlanPage(
        plan=plan,
        caption=str(plan.financial_year),
        made_on=today,
        themes=_by_theme(themes, parts, shown),
        shown=shown,
        shown_words=_in_words(filters, shown),
        filters=filters,
        stats=_stats(rows[None]),
        years=_years(plan),
        left_open=_left_open(plan),
        downloads=_downloads(plan, shown),
        print_url=_with(reverse("plan-print", args=[plan.year]), shown.query),
        keeps=standing.holds(AuditsPermission.KEEP_PLAN),
        judges=standing.holds(AuditsPermission.JUDGE_OUTCOMES),
    )


def _aims_of(plan: Plan) -> list[Aim]:
    """What the outcomes aim at, and aimed at before; one query."""
    aims = Aim.objects.filter(outcome__theme__plan=plan)
    return list(aims.select_related("measure", "locality", "ended_by"))


def _places_of_owners(plan: Plan, today: dt.date) -> dict[int, set[int]]:
    """The localities in which named owners hold a post, by action; two queries."""
    owners = Owner.objects.filter(action__outcome__theme__plan=plan, person__isnull=False)
    named = defaultdict(set)
    for action_id, person_id in owners.values_list("action", "person"):
        named[person_id].add(action_id)
    quarter = Quarter.containing(today)
    found: dict[int, set[int]] = defaultdict(set)
    posts = (
        Appointment.objects.in_force(today)
        .filter(person__in=sorted(named))
        .select_related("team")
        .prefetch_related("team__placements")
    )
    for post in posts:
        where = post.locality_id
        if where is None and post.team is not None:
            where = post.team.locality_id_in(quarter)
        for action_id in named[post.person_id]:
            if where is not None:
                found[action_id].add(where)
    return found


def _outcome(
    outcome: Outcome,
    rows: Sequence[ActionRow],
    aims: Sequence[AimSaid],
    ended: Sequence[AimEnded],
) -> OutcomePart:
    judged = Judged(outcome.judged) if outcome.judged else None
    return OutcomePart(
        outcome=outcome,
        rows=rows,
        aims=aims,
        ended=ended,
        judged=judged.label if judged else "",
        judged_colour=_JUDGED_COLOURS[judged] if judged else "",
        judged_why=outcome.judged_why,
    )


def _by_theme(
    themes: Sequence[Theme], parts: Sequence[OutcomePart], shown: Shown
) -> list[ThemePart]:
    found = [
        ThemePart(theme, [part for part in parts if part.outcome.theme_id == theme.pk])
        for theme in themes
    ]
    return [one for one in found if one.outcomes or shown.is_all]


def _in_words(filters: Sequence[ChoiceGroup], shown: Shown) -> str:
    """What is shown where it is not the whole plan: ``Late; North``."""
    chosen: list[Choice] = [one for group in filters for one in group.choices if one.current]
    whole = ("All", "All themes", "All localities")
    words = [one.text for one in chosen if one.text not in whole]
    return "; ".join(words) if not shown.is_all else ""


def _stats(rows: Sequence[ActionRow]) -> list[tuple[str, int]]:
    return [
        ("actions", len(rows)),
        ("late", sum(row.is_late for row in rows)),
        ("waiting to be accepted", sum(row.status == Status.CLAIMED for row in rows)),
        ("complete", sum(row.status == Status.COMPLETE for row in rows)),
    ]


def _years(plan: Plan) -> list[Link]:
    """The plans that there are, latest first."""
    years = list(Plan.objects.values_list("year", flat=True))
    if len(years) < 2:
        return []
    return [
        Link(str(FinancialYear(year)), reverse("plan", args=[year]), year == plan.year)
        for year in years
    ]


def _left_open(plan: Plan) -> list[Link]:
    """Earlier plans with unfinished actions: each is to be finished, or carried over."""
    open_before = Action.objects.unfinished().filter(outcome__theme__plan__year__lt=plan.year)
    counted = Counter(open_before.values_list("outcome__theme__plan__year", flat=True))
    return [
        Link(
            f"{number} unfinished action{'' if number == 1 else 's'} of {FinancialYear(year)}",
            reverse("plan", args=[year]),
        )
        for year, number in sorted(counted.items())
    ]


def _downloads(plan: Plan, shown: Shown) -> list[Link]:
    address = reverse("plan-export", args=[plan.year])
    return [
        Link(name, _with(f"{address}?format={form}", shown.query)) for form, name in FORMATS.items()
    ]


def _with(url: str, query: str) -> str:
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"
