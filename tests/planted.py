"""The planted faults: a guard taken out of a public name, and the tests that have to see it.

``pytest --planted NAME tests/...`` runs tests with a fault planted, once everything that they
ask for is there. ``tests/test_planted.py`` does so for each fault with the tests that it names,
and for them without any. A fault replaces a public name wherever it was
imported to, so that it survives when code moves; no fault edits text.
"""

import datetime as dt
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from decimal import Decimal
from pkgutil import resolve_name
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.core.mail import get_connection
from django.db import connection, models, transaction
from django.db.models import Q
from django.forms import CharField
from django.template.defaulttags import CsrfTokenNode
from import_export.resources import ModelResource

from audits.permissions import AuditsPermission
from audits.safety.loop import Step
from earlyhelp.core import compiled_queries
from earlyhelp.core.work.mail import opened
from earlyhelp.report.assembly import assemble
from earlyhelp.report.formats.child import build_in_child
from earlyhelp.report.models import Edition, EditionFile
from earlyhelp.report.tree import Document, canonical
from measures.counting.aggregates.shape import AsReleased
from measures.counting.aggregates.span import Keyed
from measures.counting.catalogue import MeasureSpec
from measures.counting.rollups import Cell
from measures.counting.spans import Pairing
from measures.models import Correction, Return
from measures.permissions import MeasuresPermission
from measures.querysets import Audience, Basis
from measures.releases.models import ReleasedLine
from measures.releases.protection import ChosenMask
from measures.releases.small import Why
from measures.returns import checks
from measures.returns.usual import UsualRange
from teams.authority import Actor
from teams.models import Placement, User
from teams.permissions import EVERYWHERE, Permission, Scope, TeamsPermission
from teams.roles import Role

OURS = ("earlyhelp", "teams", "measures", "audits", "tests")
NOTHING = "nothing"


@dataclass(frozen=True)
class Fault:
    """What breaks (one sentence), the promise or rule that it breaks, and who has to see it.

    ``where`` is the name that is replaced, by what ``by`` makes of it; each of ``tests`` has to
    go red, of a parametrized one at least one case. They stand by their names, after their file
    where two have one name. The ``quick`` ones are in every run.
    """

    name: str
    breaks: str
    promise: str
    where: str
    by: Callable[[Any], Any]
    tests: tuple[str, ...]
    quick: bool = False

    def plant(self, faults: pytest.MonkeyPatch) -> None:
        """Replace the name where it stands and wherever it was imported to."""
        owner_name, _, name = self.where.rpartition(".")
        owner = resolve_name(owner_name)
        old = getattr(owner, name)
        new = self.by(old)
        faults.setattr(owner, name, new)
        if not isinstance(owner, ModuleType) or not isinstance(old, FunctionType):
            return
        for module in [one for key, one in sys.modules.items() if key.startswith(OURS)]:
            for imported in [key for key, value in vars(module).items() if value is old]:
                faults.setattr(module, imported, new)


class Replacing(pytest.MonkeyPatch):
    """Replaces names for a test. A query compiled with other names is not asked."""

    def setattr(self, *args: Any, **options: Any) -> None:
        """Replace a name, and have queries compiled anew."""
        super().setattr(*args, **options)
        compiled_queries.forget()

    def undo(self) -> None:
        """Put every name back."""
        replaced = bool(self._setattr)
        super().undo()
        if replaced:
            compiled_queries.forget()


# -- what takes the place of a guard --------------------------------------------------------


def gives(answer: Any) -> Callable[[Any], Any]:
    """The same answer, whatever is asked."""
    return lambda old: lambda *args, **kwargs: answer


def first_argument(old: Any) -> Any:
    """What came in goes out."""
    return lambda given, *args, **kwargs: given


def without(**left_out: Any) -> Callable[[Any], Any]:
    """The same, with an argument always left out."""
    return lambda old: lambda *args, **kwargs: old(*args, **(kwargs | left_out))


def each_with(**changed: Any) -> Callable[[Any], Any]:
    """The same values by their keys, each with some of its fields changed."""
    return lambda old: (
        lambda *args: {key: replace(value, **changed) for key, value in old(*args).items()}
    )


def _all_or_nothing(kept: dict[int, Any], refused: dict[int, str]) -> tuple[Any, Any]:
    return ({}, refused) if refused else (kept, refused)


def _kept_but_the_part(items: Any, there: Any, changed: Any) -> tuple[Any, Any]:
    refused = checks.refusals(items, {**there, **changed})
    return {pk: answer for pk, answer in changed.items() if pk not in refused}, refused


def always(value: Any) -> Callable[[Any], Any]:
    """A property with one value."""
    return lambda old: property(lambda self: value)


def holding(role: Role, *permissions: Permission) -> Callable[[Any], Any]:
    """A scope that is everywhere for whoever has this role."""

    def widened(old: Any) -> Any:
        def scope(self: Any, permission: Permission) -> Any:
            if role in self.roles and permission in permissions:
                return EVERYWHERE
            return old(self, permission)

        return scope

    return widened


def permitted(role: Role, *permissions: Permission) -> Callable[[Any], Any]:
    """A role that holds more than it should."""
    return lambda old: old | {role: old[role] | set(permissions)}


def _with_zero(cell: Cell) -> Cell:
    return cell if cell.answered else replace(cell, numerator=0, answered=cell.expected)


def _as_flows(measure: MeasureSpec) -> MeasureSpec:
    numerator = replace(measure.numerator, is_snapshot=False)
    denominators = tuple(replace(item, is_snapshot=False) for item in measure.denominators)
    return replace(measure, numerator=numerator, denominators=denominators)


def _divided(usual: UsualRange | None, by: int) -> UsualRange | None:
    return usual and replace(usual, low=usual.low / by, high=usual.high / by)


def _where_teams_are(old: Any, keyed: Keyed, prefix: str) -> Any:
    if keyed.by_team or keyed.now:
        return old(keyed, prefix)
    moved = Placement.objects.order_by("from_quarter").values_list("team", "locality")
    return old(keyed._replace(now=tuple(dict(moved).items())), prefix)


def _as_another(old: Any, correction: Correction, by: Actor) -> Correction:
    another = User.objects.exclude(pk=by.person.pk).first()
    return old(correction, by=replace(by, person=another))


def _holding_every_return(old: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def preview(file: Any) -> Any:
        with transaction.atomic():
            Return.objects.update(version=models.F("version"))
            return old(file)

    return preview


def _closed_when_done(step: Step) -> Step:
    return step if step in (Step.NOTHING_SET, Step.BEING_DONE) else Step.CLOSED


def _to_the_whole(words: str) -> str:
    number = words.removesuffix("%")
    return f"{round(float(number))}%" if number != words else words


def _of_the_account(old: Any) -> Any:
    def records(request: Any, user: User) -> list[dict[str, Any]]:
        return [{"method": "mfa"}] if is_mfa_enabled(user) else list(old(request, user))

    return records


def _believed(old: Any) -> Any:
    def addresses(self: Any, data: Any) -> Any:
        found = old(self, data)
        for address in found:
            address.verified = True
        return found

    return addresses


def _with_its_percentage(told: AsReleased, row: ReleasedLine) -> AsReleased:
    if not row.is_hidden or not row.denominator:
        return told
    share = round(1000 * (row.numerator or 0) / row.denominator)
    return replace(told, is_hidden=False, numerator=share, denominator=1000)


def _worked_out_again(row: list[Any]) -> list[Any]:
    """A row of figures.csv with its percentage rounded to the even neighbour of the whole."""
    return [_to_the_whole(one) if isinstance(one, str) else one for one in row]


def _of_the_day(edition: Edition, audience: str) -> EditionFile:
    made = assemble(edition.report, audience=Audience(audience), today=dt.date(2016, 7, 5))
    return EditionFile(content=build_in_child(canonical(made.document), "csv"))


def _corrected(document: Document) -> Document:
    return replace(document, figures=tuple(replace(one, shown="1") for one in document.figures))


def _ask() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def asks(old: Any) -> Any:
    """The same, and a query each time."""

    def asking(*args: Any, **kwargs: Any) -> Any:
        _ask()
        return old(*args, **kwargs)

    return asking


def _asks_for_each_measure(old: Any) -> Any:
    def asking(measures: Any, *args: Any, **kwargs: Any) -> Any:
        for _ in measures:
            _ask()
        return old(measures, *args, **kwargs)

    return asking


def kept_for_ever(old: Any) -> Any:
    """What was worked out once, whatever was saved since."""
    kept: dict[str, Any] = {}

    def remembering(*args: Any, **kwargs: Any) -> Any:
        asked = repr((args, kwargs))
        if asked not in kept:
            kept[asked] = old(*args, **kwargs)
        return kept[asked]

    return remembering


def _sent_at_once(backend: Any, messages: Any) -> int:
    sent: int = get_connection(settings.DELIVERY_BACKEND).send_messages(messages)
    return sent


# In the place of a migration's own functions, in the process that upgrades.
WITHOUT_DATA = """
from django.core.management import call_command
from django.db.migrations import RunPython
RunPython.database_forwards = lambda *asked: None
call_command("prepare", "--database-only")
"""


def _tables_alone(old: Any) -> Any:
    def manage(url: str, *command: str) -> Any:
        if command[0] != "prepare":
            return old(url, *command)
        return old(url, "shell", "--no-imports", "-c", WITHOUT_DATA)

    return manage


def _with_something_wide(old: Any) -> Any:
    wide = f"<pre>{'wide' * 40}</pre><h1"
    return lambda self, *asked, **more: old(self, *asked, **more).replace("<h1", wide)


# -- the registry ---------------------------------------------------------------------------

RETURN, AUDITS = MeasuresPermission, AuditsPermission

COUNTING = [
    Fault(
        "missing-is-zero",
        "What nobody answered is shown as 0.",
        "C2; a missing answer is never zero (rule 1)",
        "measures.counting.rollups.RollUp.cell",
        lambda old: lambda self, *asked: _with_zero(old(self, *asked)),
        ("test_a_quarter_in_which_nobody_has_answered",),
    ),
    Fault(
        "snapshots-are-added",
        "A year's snapshot is the sum of its quarters.",
        "C1; a snapshot is the one at the period's last quarter (rule 2)",
        "measures.counting.catalogue.load_measures",
        lambda old: lambda codes=None: [_as_flows(measure) for measure in old(codes)],
        ("test_the_city_in_a_year",),
    ),
    Fault(
        "a-mixed-year-keeps-who-left",
        "Earlier quarters of a team without a matched last quarter stay in a mixed measure.",
        "C1; such a team is left out of the whole period (rule 3)",
        "measures.counting.catalogue.MeasureSpec.is_mixed",
        always(False),
        ("test_a_folder_nobody_has_seen_comes_out_as_the_oracle_says",),
    ),
    Fault(
        "another-quarter-before",
        "A quarter is held against the next but one before it.",
        "a change is that from the quarter before or the same quarter last year (rule 9)",
        "teams.quarters.Quarter.__sub__",
        lambda old: lambda self, count: old(self, count + 1),
        ("test_a_quarter_is_held_against_the_one_before_or_the_year_before",),
    ),
    Fault(
        "the-past-moves-with-its-teams",
        "A quarter's returns are read in the locality where their team is now.",
        "C3; a reorganisation does not rewrite history (rule 6)",
        "measures.counting.aggregates.span.Keyed.key",
        lambda old: lambda self, prefix: _where_teams_are(old, self, prefix),
        ("test_as_it_is_now_moves_a_teams_past",),
    ),
    Fault(
        "one-bad-figure-keeps-nothing",
        "A figure that breaks a rule keeps every other answer from being saved.",
        "a save keeps every valid answer",
        "measures.returns.checks.valid_part",
        lambda old: lambda *asked: _all_or_nothing(*old(*asked)),
        ("test_a_save_keeps_what_is_valid_and_none_of_what_a_rule_joins",),
    ),
    Fault(
        "half-of-a-broken-rule-is-kept",
        "Of a part and its whole the whole is saved, and only the part is bad.",
        "a rule that joins boxes makes all of its boxes bad and keeps none of them",
        "measures.returns.checks.valid_part",
        lambda old: _kept_but_the_part,
        (
            "test_what_joins_boxes_makes_all_of_them_bad",
            "test_a_save_keeps_what_is_valid_and_none_of_what_a_rule_joins",
        ),
    ),
    Fault(
        "a-partial-save-keeps-the-old-version",
        "A page with a bad box carries the version from before what was saved of it.",
        "after a save that kept what is valid, the page is made from the new version",
        "earlyhelp.core.pages.boxes.BoxesForm.take",
        lambda old: lambda self, kept: self.refuse(kept.refused),
        (
            "test_fill_in.py::test_one_bad_box_keeps_the_other_answers_and_stays",
            "test_what_changed_is_saved_and_the_page_told",
        ),
    ),
    Fault(
        "a-page-that-saves-itself-is-somebody",
        "A page that saves by itself keeps a session alive for ever.",
        "saving by itself does not count as activity",
        "earlyhelp.core.pages.saving.is_autosave",
        gives(False),
        ("test_a_page_that_saves_by_itself_keeps_no_session_alive",),
        quick=True,
    ),
    Fault(
        "words-outlive-their-number",
        "What was written about a number is read as words on the one that replaced it.",
        "an explanation belongs to a value",
        "measures.models.Figure.explains",
        lambda old: property(lambda self: self.explanation),
        ("test_nobody_reads_words_about_another_number_as_words_on_this_one",),
    ),
    Fault(
        "signed-unread",
        "What is unusual, or came back, is signed off in a group.",
        "only what nothing is to be looked at in is signed together",
        "measures.review.attention.Attention.is_plain",
        lambda old: property(lambda self: True),
        ("test_nothing_is_signed_unread", "test_what_came_back_or_is_the_first_is_not_plain"),
    ),
    Fault(
        "reminded-again",
        "A team is reminded of the same return several times on one day.",
        "a return is asked for at most once a day",
        "measures.returns.owed.last_reminded",
        gives({}),
        ("test_not_twice_on_one_day",),
    ),
    Fault(
        "the-same-words-are-new-words",
        "Words left in the box while the number changes are about the new number.",
        "words about another number have to be ticked or changed",
        "measures.returns.answers.GivenAnswer.is_about_another",
        always(False),
        (
            "test_words_about_another_number_have_to_be_confirmed",
            "test_for_which_number_words_were_written_is_on_record",
        ),
    ),
    Fault(
        "sent-again-as-it-was",
        "A returned return is submitted again without a change and without a word.",
        "what was sent back differs, or the team answers",
        "measures.returns.since_handed_back.differs_since_handed_back",
        gives(True),
        ("test_a_returned_return_is_not_sent_again_as_it_was",),
    ),
    Fault(
        "unlike-spans-are-compared",
        "A year of four quarters is held against a year with one in the system.",
        "a change comes only from like spans (rule 9)",
        "measures.counting.spans.Spans.pair",
        lambda old: lambda self, now, before, *periods: Pairing(now, before),
        (
            "test_four_quarters_are_not_held_against_one",
            "test_a_question_of_part_of_a_year_gives_no_change",
            "test_spans_against_oracle.py::test_what_compares_agrees_with_the_oracle",
        ),
    ),
    Fault(
        "a-part-is-held-against-a-target",
        "One quarter of a year is held against the year's target.",
        "a verdict needs the period asked whole and 90% of it answered (rule 10)",
        "measures.counting.spans.Spans.bears_verdict",
        gives(True),
        ("test_a_year_with_one_quarter_is_not_held_against_its_target",),
    ),
    Fault(
        "an-open-quarter-speaks-of-its-year",
        "A quarter that is not over is part of the year so far.",
        "a quarter that is open but not over says nothing yet (rule 2)",
        "measures.counting.aggregates.shape.Tally.over_in",
        lambda old: (
            lambda self, quarters: sorted(one for one in quarters if one.index in self.quarters)
        ),
        (
            "test_c1_the_roll_up_agrees_with_the_oracle",
            "test_an_aim_says_nothing_of_a_quarter_that_is_not_over",
        ),
    ),
    Fault(
        "a-line-falls-to-who-reported",
        "A chart draws its line to a point for which some teams have not reported.",
        "no line to a partial point (rule 9)",
        "measures.performance.rows.Point",
        lambda old: lambda value, *how: old(value),
        ("test_a_point_of_some_teams_stands_apart_and_says_so",),
    ),
    Fault(
        "anything-is-provisional",
        "Figures of signed-off returns alone are called provisional.",
        "provisional where returns that were submitted are in it (rule 5)",
        "measures.counting.reporting.Reporting.is_provisional",
        gives(True),
        ("test_nothing_is_provisional_where_nothing_was_submitted",),
    ),
    Fault(
        "a-return-in-part-is-whole",
        "Of a return that is answered in part it is said that nothing is missing.",
        "what is not there yet is not called fine (product.md, section 2)",
        "measures.review.attention.Attention.is_whole",
        always(True),
        ("test_a_return_answered_in_part_says_how_much_is_not",),
    ),
    Fault(
        "cases-nobody-audited-count",
        "A finding is noted on so many of all cases, audited or not.",
        "results are of the cases that were audited (product.md, section 5)",
        "audits.models.Round.cases_audited",
        lambda old: property(lambda self: self.cases.count()),
        ("test_a_finding_is_noted_on_cases_that_were_audited",),
    ),
    Fault(
        "chance-is-asked-of-anything",
        "Ratios that are no shares are tested as if they were.",
        "the test holds only where the numerator is a part of one denominator (rule 9)",
        "measures.counting.catalogue.MeasureSpec.is_share",
        always(True),
        ("test_only_shares_of_one_whole_are_tested",),
    ),
    Fault(
        "no-target-is-within-chance",
        "A verdict does not say that chance alone might give it.",
        "within chance stands where the Wilson interval holds the target (rule 10)",
        "measures.counting.comparison.is_within_chance",
        gives(False),
        ("test_printed_numbers_do_not_contradict_what_is_said_of_them",),
    ),
    Fault(
        "rounding-half-even",
        "Halves are rounded to the even neighbour.",
        "C4; rounding is half up, from the exact fraction (rule 8)",
        "measures.counting.display.rounded",
        lambda old: lambda value, places: Decimal(round(value * 10**places)).scaleb(-places),
        ("test_rounding_is_half_up_from_the_exact_fraction",),
    ),
    Fault(
        "submitted-counts-as-signed-off",
        "What was submitted speaks on the basis of what is signed off.",
        "the board sees what is signed off (rule 5)",
        "measures.querysets.meets",
        lambda old: lambda basis, prefix="": old(Basis.SUBMITTED, prefix),
        ("test_submitted_figures_are_provisional",),
    ),
    Fault(
        "every-change-is-clear",
        "A change that chance alone would often give is called better or worse.",
        "such a change is no clear change (rule 9)",
        "measures.counting.comparison.is_clear",
        gives(True),
        (
            "test_a_percentage_against_an_earlier_one",
            "test_the_test_of_two_proportions_at_its_edge",
        ),
        quick=True,
    ),
    Fault(
        "a-count-takes-the-citys-target",
        "A locality without a target takes the city's for a count too.",
        "never where the measure is a count (rule 10)",
        "measures.counting.comparison.target_for",
        lambda old: lambda measure, period_is_year, own, citys: own or citys,
        ("test_which_target_holds",),
        quick=True,
    ),
    Fault(
        "a-break-is-not-said",
        "Figures are compared across a series break without saying so.",
        "no comparison across a break without saying so (rule 9)",
        "measures.counting.catalogue.MeasureSpec.breaks_between",
        gives([]),
        ("test_no_comparison_across_a_series_break_without_saying_so",),
        quick=True,
    ),
    Fault(
        "a-part-exceeds-its-whole",
        "More people listened to than surveys received are taken.",
        "C2; a count bounded by another never exceeds it",
        "measures.returns.checks.refusals",
        gives({}),
        (
            "test_a_part_is_never_more_than_its_whole",
            "test_saves_that_are_refused",
            "test_a_broken_rule_is_refused_by_name",
        ),
    ),
    Fault(
        "a-later-rule-holds-everything-up",
        "A part-of rule that came later refuses changes of figures that have nothing to do with it.",
        "asked about only when one of the two figures is changed (files.md)",
        "measures.returns.checks.refusals",
        lambda old: lambda items, given, was: old(items, given, {}),
        # A save keeps what no rule joins anyhow, so that it does not see this.
        (
            "test_files_are_held_to_it_once_one_of_the_two_changes",
            "test_corrections_are_held_to_it_once_one_of_the_two_changes",
        ),
    ),
    Fault(
        "a-later-rule-says-nothing",
        "A part-of rule is loaded and the returns that break it are not named.",
        "the returns that break it are named as warnings (files.md)",
        "measures.framework.parts.broken_already",
        gives([]),
        (
            "test_administration_names_the_returns_that_break_it",
            "test_a_file_in_administration_names_them_too",
            "test_the_officers_own_page_names_them_too",
            "test_a_folder_that_brings_the_rule_is_loaded_and_names_them",
        ),
    ),
    Fault(
        "usual-counts-last-decimals",
        "What is usual is worked out on units of the last decimal.",
        "a figure far from its history asks (product.md, section 2), whatever its decimals",
        "measures.returns.usual.usual_range",
        lambda old: lambda history, decimals: _divided(old(history, 0), 10**decimals),
        ("test_what_is_usual_does_not_depend_on_decimals", "test_ten_ten_eleven_ten"),
        quick=True,
    ),
    Fault(
        "percentages-pass",
        "No percentage is asked about: 785.7% passes.",
        "what is unusual takes a sentence (product.md, section 2)",
        "measures.returns.checks.why_odd",
        gives(""),
        (
            "test_a_percentage_far_from_its_history",
            "test_a_percentage_takes_a_sentence_before_it_is_submitted",
            "test_what_is_unusual_about_the_new_figures_is_asked",
        ),
    ),
    Fault(
        "a-comma-is-nothing",
        "1,5 is read as 15.",
        "thousands may be grouped by commas, anything else is refused (files.md)",
        "earlyhelp.core.numbers.parse_units",
        lambda old: (
            lambda text, decimals, **options: old(text.replace(",", ""), decimals, **options)
        ),
        ("test_every_case_of_the_table",),
        quick=True,
    ),
    Fault(
        "other-spaces-are-none",
        "A no-break space is not a space.",
        "a no-break space is a space (files.md)",
        "earlyhelp.core.numbers.plain_spaces",
        first_argument,
        ("test_every_kind_of_space_is_a_space", "test_spaces_and_what_cannot_be_seen"),
    ),
    Fault(
        "the-unseen-stays-unseen",
        "A message shows a value without the character that makes it wrong.",
        "every error names row, column and value (files.md)",
        "earlyhelp.core.numbers.visible",
        first_argument,
        (
            "test_what_cannot_be_seen_does_not_make_another_row_of_it",
            "test_spaces_and_what_cannot_be_seen",
        ),
    ),
    Fault(
        "not-found-leaves-the-base",
        "What was not found on file is taken out of a share's base.",
        "not found on file stays in the base (product.md, section 5)",
        "audits.scoring.GradeTally.applied",
        lambda old: property(lambda self: self.graded),
        ("test_not_found_stays_in_the_base",),
        quick=True,
    ),
    Fault(
        "a-case-counts-twice",
        "A case that was audited again is counted twice in results.",
        "results count the sample as it was drawn",
        "audits.querysets.CaseAuditQuerySet.first_look",
        first_argument,
        ("test_a_case_audited_again_is_not_counted_twice",),
    ),
]

SIGN_OFF = [
    Fault(
        "own-return",
        "Somebody signs off a return in which they entered figures.",
        "S3; nobody signs off their own",
        "measures.review.signing.signing",
        each_with(hands=frozenset()),
        (
            "test_hands_are_remembered_when_the_figure_was_changed_since",
            "test_a_director_who_entered_a_figure_does_not_sign_it",
            "test_a_head_does_not_sign_where_they_managed",
            "test_a_head_sends_back_what_they_submitted_but_does_not_sign_it",
        ),
    ),
    Fault(
        "the-director-signs-for-any-head",
        "The director signs a return that its own head can sign.",
        "the director signs where the head cannot (product.md, section 1)",
        "measures.review.signing.signing",
        each_with(heads=frozenset()),
        ("test_the_director_signs_only_where_the_head_cannot",),
    ),
    Fault(
        "any-state-is-signed-off",
        "Every act is possible in every state.",
        "a return follows its table of moves",
        "earlyhelp.core.workflow.Machine.move",
        lambda old: lambda self, act, state: next(one for one in self.moves if one.act == act),
        (
            "test_every_act_in_every_state",
            "test_every_act_from_every_state",
            "test_every_change[twice_is_once]",
            "test_sign_offs_that_are_refused",
        ),
    ),
    Fault(
        "closed-is-open",
        "A closed quarter takes changes to its returns.",
        "L7; a locked period is locked for everyone",
        "measures.workflow.refuse_if_locked",
        gives(None),
        (
            "test_when_a_quarter_takes_changes",
            "test_no_way_in_changes_what_is_locked",
            "test_a_closed_quarter_is_neither_reviewed_nor_submitted_in",
        ),
    ),
    Fault(
        "an-opened-quarter-is-rewritten",
        "The organisation and the framework change under an opened quarter.",
        "what an opened quarter expected stays known (files.md)",
        "teams.guards.ask_all",
        gives(None),
        (
            "test_opened_quarters_hold_the_organisation_fast",
            "test_a_change_that_would_rewrite_an_opened_quarter_is_refused",
        ),
    ),
    Fault(
        "gaps-are-submitted",
        "A return is submitted with questions that nobody answered.",
        "a return is submitted only when nothing is unanswered (rule 1)",
        "measures.returns.actions.what_is_missing",
        gives({}),
        (
            "test_submissions_that_are_refused",
            "test_an_incomplete_return_is_not_submitted",
        ),
    ),
    Fault(
        "own-correction",
        "Somebody countersigns the correction that they proposed.",
        "S3; countersigned by somebody else (product.md, section 2)",
        "measures.corrections.actions.countersign",
        lambda old: lambda correction, *, by: _as_another(old, correction, by),
        ("test_actions.py::test_nobody_countersigns_their_own",),
    ),
    Fault(
        "a-closed-quarter-speaks-of-the-unsigned",
        "What waited for sign-off when its quarter closed stays in the roll-ups.",
        "it stays missing until it is accepted late (product.md, section 2)",
        "measures.querysets.meets",
        lambda old: (
            lambda basis, prefix="": (
                old(basis, prefix) | Q(**{f"{prefix}state": "submitted"})
                if basis == Basis.SUBMITTED
                else old(basis, prefix)
            )
        ),
        ("test_a_late_return_is_accepted_one_by_one",),
    ),
]

CHANGING = [
    Fault(
        "versions-are-not-compared",
        "A save made from an older version writes over what somebody else saved.",
        "L1; no lost update",
        "earlyhelp.core.change.changing",
        without(version=None),
        (
            "test_every_change[a_save_from_an_older_version_is_stale]",
            "test_two_officers_at_one_round_see_both_and_lose_nothing",
            "test_two_people_at_one_finding",
        ),
    ),
    Fault(
        "figures-are-saved-over",
        "Figures are saved from a page that somebody else has since overtaken.",
        "L1; no lost update",
        "earlyhelp.core.change.compare_version",
        gives(None),
        (
            "test_saves_that_are_refused",
            "test_a_stale_save_shows_theirs_and_mine_and_keeps_everything_typed",
            "test_a_save_from_an_older_version_shows_both",
        ),
    ),
    Fault(
        "a-replica-that-breaks-off-is-an-error",
        "A page that the replica breaks off is not read again from the primary.",
        "L1; whoever saved reads it",
        "earlyhelp.core.replica.GONE",
        lambda old: (),
        ("test_a_page_that_the_replica_breaks_off_is_read_again",),
    ),
    Fault(
        "the-same-again-is-a-change",
        "A change that says nothing new is saved and put on record.",
        "L2; the same again changes nothing",
        "earlyhelp.core.change.changed_fields",
        lambda old: lambda row, was: old(row, was) or {"id"},
        ("test_every_change[the_same_again_leaves_no_trace_whatever_the_version]",),
    ),
    Fault(
        "half-a-change-stands",
        "What was done before a refusal stays done.",
        "L3; all or nothing",
        "earlyhelp.core.change.transaction.atomic",
        lambda old: lambda *args, **kwargs: nullcontext(),
        ("test_every_change[what_a_body_refuses_takes_everything_back]",),
    ),
    Fault(
        "half-a-save-stands",
        "A save of figures that breaks off is half done.",
        "L3; all or nothing",
        "measures.returns.actions.transaction",
        lambda old: SimpleNamespace(atomic=nullcontext),
        ("test_breaking_off_at_any_statement_leaves_nothing[save]",),
    ),
    Fault(
        "half-a-post-stands",
        "A change and its event do not stand or fall together.",
        "L3; all or nothing",
        "earlyhelp.core.change.transaction",
        lambda old: SimpleNamespace(atomic=nullcontext),
        ("test_a_post_that_breaks_off_is_whole_or_not_done[return-sign-off]",),
    ),
    Fault(
        "the-last-event-is-dropped",
        "Of what is done in one go the last is not put on record.",
        "L6; replaying the record rebuilds every figure",
        "earlyhelp.core.events.record.write",
        lambda old: lambda entries, **how: old(list(entries)[:-1], **how),
        ("test_replaying_the_record_rebuilds_every_figure",),
    ),
    Fault(
        "nothing-is-locked",
        "A change is made to the row as it was read, without its lock.",
        "L1; what happened before the lock is seen",
        "earlyhelp.core.change.lock",
        first_argument,
        (
            "test_every_change[what_happened_before_the_lock_is_seen]",
            "test_a_save_writes_what_differs_and_one_event_for_each",
        ),
    ),
    Fault(
        "constraints-are-not-validated",
        "What a condition forbids is not refused in a sentence.",
        "constraints are held against every change",
        "django.db.models.CheckConstraint.validate",
        gives(None),
        (
            "test_every_change[what_changed_is_held_against_what_did_not]",
            "test_a_round_that_cannot_be_is_refused",
        ),
    ),
    Fault(
        "what-is-there-twice-is-not-validated",
        "What there may be once is not refused in a sentence the second time.",
        "constraints are held against every change",
        "django.db.models.UniqueConstraint.validate",
        gives(None),
        ("test_a_series_break_is_said_once",),
    ),
    Fault(
        "no-event",
        "What is done leaves no event.",
        "L6; every change is on record",
        "earlyhelp.core.change.record",
        gives(None),
        (
            "test_every_change[who_when_why_and_what_are_on_record]",
            "test_every_change[row_and_event_stand_or_fall_together]",
            "test_replaying_the_record_rebuilds_every_figure",
            "test_every_kind_of_action_leaves_an_event",
        ),
    ),
    Fault(
        "a-digest-of-itself",
        "An event's digest does not hold the digest before it.",
        "L6; an event that was altered is found",
        "earlyhelp.core.events.chain.digest",
        lambda old: lambda previous, facts: old("", facts),
        ("test_a_digest_of_a_worked_example",),
    ),
    Fault(
        "each-chain-begins-anew",
        "An event is written without the last link of its subject's chain.",
        "L6; the events of a subject are a chain",
        "earlyhelp.core.events.chain.last_links",
        gives({}),
        ("test_a_chain_goes_on_from_write_to_write",),
    ),
    Fault(
        "words-stay-in-rows",
        "Words that are taken out of the record stay in the rows beside it.",
        "words can be taken out on record, everywhere",
        "earlyhelp.core.redaction.take_out",
        gives(None),
        (
            "test_words_taken_out_are_gone_from_every_page_and_row",
            "test_words_taken_out_of_the_record_are_gone_from_every_row",
        ),
    ),
    Fault(
        "a-constraint-is-an-error-page",
        "What the database refuses is not told in the constraint's words.",
        "bad input gets a clear message, and changes nothing else",
        "earlyhelp.core.change.save_held",
        lambda old: lambda row, update_fields=None: row.save(update_fields=update_fields),
        ("test_the_database_holds_constraints_and_their_words_are_told",),
    ),
    Fault(
        "empty-reasons",
        "What needs a reason or evidence is done without.",
        "returned, reopened, closed and declined with a reason",
        "earlyhelp.core.change.required",
        lambda old: lambda name, text, message: text.strip(),
        (
            "test_small_guards",
            "test_a_return_goes_back_with_a_reason_and_the_questions_it_is_about",
            "test_complete_is_claimed_with_evidence_and_accepted_by_a_head",
        ),
    ),
]

QUARTERS = [
    Fault(
        "a-quarter-opens-at-any-time",
        "A quarter is opened before its first day, or after a later one.",
        "none opens before its first day nor after a later one (product.md, section 2)",
        "measures.quarters.opening.why_not_open",
        gives(""),
        (
            "test_no_quarter_opens_before_its_first_day",
            "test_no_quarter_opens_after_a_later_one_and_skipping_one_is_asked_about",
            "test_a_quarter_that_has_not_begun_is_not_offered",
            "test_a_folder_opens_and_closes_under_the_rules_of_the_browser",
        ),
    ),
    Fault(
        "a-quarter-is-skipped-unasked",
        "A quarter that was not opened is left out for good without a question.",
        "skipping an upcoming one asks",
        "measures.quarters.opening.skipped_by",
        gives([]),
        (
            "test_no_quarter_opens_after_a_later_one_and_skipping_one_is_asked_about",
            "test_skipping_a_quarter_takes_a_tick",
        ),
    ),
    Fault(
        "a-quarter-closes-unasked",
        "A quarter closes before its due date, or while submitted returns wait, without a tick.",
        "closing early takes a tick besides the reason",
        "measures.quarters.closing.questions",
        gives([]),
        (
            "test_what_is_asked_before_a_quarter_closes",
            "test_closing_early_takes_a_tick_and_a_reason",
            "test_close_lists_what_is_left_and_asks_why",
            "test_a_folder_opens_and_closes_under_the_rules_of_the_browser",
        ),
    ),
    Fault(
        "any-closing-is-undone",
        "A closing is undone although something came of it.",
        "undone only while nothing was accepted late, corrected or read by a board member",
        "measures.quarters.closing.why_not_undo",
        gives(""),
        (
            "test_a_closing_of_which_something_came_stands",
            "test_what_a_board_member_has_read_stays_closed",
        ),
    ),
    Fault(
        "nobody-is-known-to-have-read",
        "That a board member read a closed quarter is not put on record.",
        "a closing that the board has read stands",
        "measures.performance.readings.record_readings",
        gives(None),
        ("test_what_a_board_member_has_read_stays_closed",),
    ),
    Fault(
        "other-digits-are-digits",
        "The digits of other scripts are taken for 0 to 9.",
        "only 0 to 9 are digits (files.md)",
        "earlyhelp.core.pages.posted.whole_number",
        lambda old: lambda text: int(text) if text.isdecimal() else None,
        ("test_a_due_date_that_is_none",),
    ),
]

WHO = [
    Fault(
        "a-contributor-everywhere",
        "A contributor reads the returns of every team.",
        "S1, S2; a contributor sees the returns of their own teams",
        "teams.permissions.Authority.scope",
        holding(Role.CONTRIBUTOR, RETURN.SEE_RETURNS),
        ("test_everybody_sees_the_returns_of_their_scope",),
    ),
    Fault(
        "a-contributor-enters-everywhere",
        "A contributor enters figures for every team.",
        "S1, S3; a contributor enters figures for their own teams",
        "teams.permissions.Authority.scope",
        holding(Role.CONTRIBUTOR, RETURN.ENTER_FIGURES),
        ("test_saves_that_are_refused",),
    ),
    Fault(
        "a-contributor-submits",
        "A contributor submits their team's return.",
        "S1; a contributor cannot submit",
        "teams.permissions.Authority.scope",
        holding(Role.CONTRIBUTOR, RETURN.SUBMIT),
        (
            "test_a_row_of_the_table[return-submit-POST]",
            "test_submissions_that_are_refused",
        ),
    ),
    Fault(
        "a-manager-everywhere",
        "A manager reads the returns of every team, also drafts.",
        "S1, S2; a manager sees their own teams' returns",
        "teams.permissions.Authority.scope",
        holding(Role.TEAM_MANAGER, RETURN.SEE_RETURNS),
        (
            "test_a_row_of_the_table[return-GET]",
            "test_nobody_outside_reads_a_draft_on_its_own_pages",
        ),
    ),
    Fault(
        "a-manager-reads-every-audit",
        "A manager reads the case audits of every team.",
        "S1, S2; a manager reads their own teams' case audits",
        "teams.permissions.Authority.scope",
        holding(Role.TEAM_MANAGER, AUDITS.SEE_AUDITS),
        (
            "test_who_reads_which_audit",
            "test_an_audits_own_pages",
        ),
    ),
    Fault(
        "a-head-everywhere",
        "A head reviews and signs off the returns of every locality.",
        "S1, S3; a head signs off the returns of their localities",
        "teams.permissions.Authority.scope",
        holding(Role.HEAD_OF_SERVICE, RETURN.REVIEW, RETURN.SEE_RETURNS),
        (
            "test_a_row_of_the_table[return-sign-off-POST]",
            "test_sign_offs_that_are_refused",
            "test_nobody_outside_reads_a_draft_on_its_own_pages",
        ),
    ),
    Fault(
        "a-head-gives-cover-everywhere",
        "A head appoints deputies and acting managers of other localities.",
        "S3; nobody grants what they do not hold",
        "teams.permissions.Authority.scope",
        holding(Role.HEAD_OF_SERVICE, TeamsPermission.APPOINT_COVER),
        ("test_cover_is_the_head_s_to_give_in_their_own_locality",),
    ),
    Fault(
        "a-board-member-reads-teams",
        "A board member reads localities and teams.",
        "S2; a board member sees no team's figure",
        "teams.permissions.ROLES",
        permitted(Role.BOARD_MEMBER, RETURN.SEE_SIGNED_OFF),
        (
            "test_a_board_member_reads_no_figure_below_the_city",
            "test_a_board_members_file_has_the_city_only",
            "test_a_board_member_reads_the_signed_off_city_and_nothing_within",
        ),
    ),
    Fault(
        "a-board-member-reads-what-is-not-signed-off",
        "A board member reads provisional figures.",
        "S2; a board member sees no open quarter and no draft",
        "teams.permissions.ROLES",
        permitted(Role.BOARD_MEMBER, RETURN.SEE_SUBMITTED),
        ("test_a_board_member_reads_the_signed_off_city_and_nothing_within",),
    ),
    Fault(
        "a-board-member-reads-few-cases",
        "A board member reads results of audits by area, and of few cases.",
        "S2; small numbers are suppressed",
        "teams.permissions.ROLES",
        permitted(Role.BOARD_MEMBER, AUDITS.SEE_RESULTS),
        (
            "test_pages.py::test_a_board_member_is_shown_no_result_of_few_cases",
            "test_a_board_member_reads_the_city_only",
        ),
    ),
    Fault(
        "an-auditor-reads-returns",
        "An auditor reads the returns of every team.",
        "S1, S2; an auditor sees their own audits and signed-off roll-ups",
        "teams.permissions.Authority.scope",
        holding(Role.AUDITOR, RETURN.SEE_RETURNS),
        (
            "test_a_row_of_the_table[return-GET]",
            "test_nobody_outside_reads_a_draft_on_its_own_pages",
        ),
    ),
    Fault(
        "an-auditor-reads-every-audit",
        "An auditor reads the audits that others made.",
        "S2; an auditor sees their own audits",
        "teams.permissions.Authority.scope",
        holding(Role.AUDITOR, AUDITS.SEE_AUDITS),
        ("test_somebody_without_a_standing_reads_nothing",),
    ),
    Fault(
        "an-administrator-reads-figures",
        "An administrator reads figures by virtue of the role.",
        "S1; no figures by virtue of the role",
        "teams.permissions.ROLES",
        permitted(Role.ADMINISTRATOR, RETURN.SEE_CITY, RETURN.SEE_SIGNED_OFF),
        ("test_a_row_of_the_table[performance-city-GET]",),
    ),
    Fault(
        "what-waits-counts",
        "An appointment holds before a second person confirmed it.",
        "what waits grants nothing",
        "teams.querysets.AppointmentQuerySet.settled",
        first_argument,
        (
            "test_a_powerful_role_waits_and_grants_nothing",
            "test_nobody_comes_to_power_by_one_alone",
        ),
    ),
    Fault(
        "whoever-asked-confirms",
        "Whoever asked for an appointment or an address, or gains by it, confirms it.",
        "a second person, who neither asked for it nor gains by it",
        "teams.permissions.why_not_confirm",
        gives(""),
        (
            "test_neither_who_asked_nor_who_gains_nor_anybody_else_confirms",
            "test_a_second_person_confirms_an_address_and_not_who_asked",
            "test_nobody_may_more_than_the_oracle_says",
        ),
    ),
    Fault(
        "nothing-is-powerful",
        "Appointments of the powerful roles count at once.",
        "an appointment that sees everything, signs, publishes or administers waits",
        "teams.actions.POWERFUL_ROLES",
        lambda old: [],
        ("test_which_roles_wait", "test_a_file_and_the_form_keep_the_rule"),
    ),
    Fault(
        "what-lapsed-is-confirmed",
        "What nobody confirmed in time is confirmed later.",
        "what waits lapses after 14 days",
        "teams.querysets.AppointmentQuerySet.waiting",
        lambda old: lambda self, day: old(self, dt.date.min),
        ("test_it_lapses_after_fourteen_days",),
    ),
    Fault(
        "an-address-changes-at-once",
        "An administrator changes somebody's address alone.",
        "one administrator becomes nobody",
        "teams.admin.people.ask_for_address",
        lambda old: (
            lambda person, address, **how: User.objects.filter(pk=person.pk).update(
                email=address.lower()
            )
        ),
        ("test_a_changed_address_waits_and_is_told_to_the_old_one",),
    ),
    Fault(
        "changes-are-not-told",
        "No mail is written about what changed for somebody.",
        "mail on every change of password, address, second factor and appointment",
        "earlyhelp.core.work.mail.write",
        gives(None),
        (
            "test_who_is_told_of_an_appointment",
            "test_whatever_becomes_of_an_appointment_is_told_to_its_person",
            "test_a_new_password_is_told_with_the_change",
            "test_each_person_has_a_mail_of_their_own_that_leads_there_and_says_nothing",
        ),
    ),
    Fault(
        "a-third-is-made-by-command",
        "createsuperuser makes another administrator past those who confirm.",
        "the first two people are made by command, and no third",
        "earlyhelp.management.commands.createsuperuser.second_people",
        gives([]),
        (
            "test_the_first_two_are_made_by_command_and_a_third_is_refused",
            "test_where_there_are_people_who_confirm_nobody_is_made_past_them",
        ),
    ),
    Fault(
        "a-leaver-stays",
        "An appointment that ended goes on.",
        "S3; a right withdrawn is gone at the next request",
        "teams.querysets.AppointmentQuerySet.in_force",
        first_argument,
        (
            "test_a_row_of_the_table[return-GET]",
            "test_fill_in.py::test_a_withdrawn_appointment_counts_at_the_next_request",
        ),
    ),
    Fault(
        "outsiders-read-the-open-quarter",
        "A board member reads quarters that are open, and names of who is missing.",
        "S2; a board member reads closed quarters and whole years of the city",
        "measures.permissions.audience_of",
        gives(Audience.INTERNAL),
        (
            "test_no_number_of_a_team_and_no_name_of_one_is_anywhere",
            "test_before_and_after_a_sign_off_every_byte_is_the_same",
            "test_an_open_quarter_and_a_year_that_is_not_over_are_not_found",
        ),
    ),
    Fault(
        "small-numbers-are-shown",
        "A protected count of 1 to 5 is shown to outsiders, with what gives it.",
        "S2; small numbers hidden (report.md, what is small)",
        "measures.releases.small.is_small",
        gives(False),
        (
            "test_pages_charts_and_workbooks_hide_it_alike",
            "test_a_small_numerator_hides_the_percentage_and_its_parts",
            "test_the_rest_of_a_ratio_is_a_cell",
        ),
    ),
    Fault(
        "nothing-is-hidden-besides",
        "Only what is small itself is hidden, so that it comes back by subtraction.",
        "report.md; no hidden cell can be narrowed to fewer than 5 values",
        "measures.releases.protection.search.solve",
        gives(ChosenMask(frozenset())),
        ("test_three_releases_give_nothing_away",),
        quick=True,
    ),
    Fault(
        "rests-are-shown",
        "All but a few of a ratio whose rest speaks of people is shown.",
        "report.md; the rest of a ratio where it says something about a person",
        "measures.releases.small.reasons",
        lambda old: lambda *told: (why for why in old(*told) if why is not Why.REST),
        ("test_the_rest_of_a_ratio_is_a_cell",),
    ),
    Fault(
        "an-earlier-release-is-forgotten",
        "A release gives away, beside an earlier one, what that hid.",
        "report.md; an outsider knows every release so far",
        "measures.releases.table.table_of",
        lambda old: lambda ground, past, known, small: old(ground, [], known, small),
        ("test_a_quarter_that_was_hidden_stays_hidden_when_the_year_is_released",),
    ),
    Fault(
        "percentages-are-left-in",
        "Of a hidden figure the percentage is told, without its parts.",
        "report.md; a small count is hidden with its percentage and parts",
        "measures.releases.reading.as_released",
        lambda old: lambda row: _with_its_percentage(old(row), row),
        (
            "test_a_small_numerator_hides_the_percentage_and_its_parts",
            "test_every_address_of_the_access_table_says_the_same",
        ),
    ),
    Fault(
        "a-printed-percentage-is-no-clue",
        "A percentage that outsiders have gives the number that it was worked out from.",
        "report.md; percentages as the interval that rounding leaves",
        "measures.releases.draft.known_numbers",
        gives([]),
        ("test_a_percentage_that_was_printed_elsewhere_gives_nothing_away",),
    ),
    Fault(
        "a-chart-is-drawn-from-what-is-hidden",
        "Charts, and whatever else works with a number, get those that are hidden.",
        "report.md; charts and alternative texts obey the mask",
        "measures.releases.reading.as_released",
        lambda old: (
            lambda row: replace(old(row), numerator=row.numerator, denominator=row.denominator)
        ),
        (
            "test_pages_charts_and_workbooks_hide_it_alike",
            "test_every_address_of_the_access_table_says_the_same",
            "test_everything_that_can_be_reached_says_the_same",
        ),
    ),
    Fault(
        "hidden-is-shown-as-missing",
        "What is hidden looks like what nobody answered.",
        "report.md; hidden is c in CSV, [c] in workbooks, “hidden: small number” in words",
        "measures.releases.reading.as_released",
        lambda old: lambda row: replace(old(row), is_hidden=False),
        (
            "test_a_small_numerator_hides_the_percentage_and_its_parts",
            "test_pages_charts_and_workbooks_hide_it_alike",
        ),
    ),
    Fault(
        "the-mask-is-off-in-one-format",
        "A download has the figures as they stand, where the pages have what was released.",
        "report.md; one mask for every page, export, chart and edition",
        "measures.exchange.roll_ups.rollup_rows",
        without(audience=Audience.INTERNAL),
        (
            "test_a_small_numerator_hides_the_percentage_and_its_parts",
            "test_pages_charts_and_workbooks_hide_it_alike",
            "test_every_address_of_the_access_table_says_the_same",
            "test_everything_that_can_be_reached_says_the_same",
        ),
    ),
    Fault(
        "one-team-is-the-difference",
        "Figures of one team, and two sums that differ by one, are shown to outsiders.",
        "S2; no team-level figure, not by subtraction either",
        "measures.releases.small.is_one_teams",
        gives(False),
        (
            "test_a_figure_of_one_team_is_hidden_and_the_city_wide_returns_is_not",
            "test_two_sums_that_differ_by_one_team_are_not_both_shown",
        ),
    ),
    Fault(
        "any-field-is-a-filter",
        "A list of administration can be asked about fields that it does not show.",
        "S2; a list is filtered by what it offers",
        "teams.admin.base.Permitted.lookup_allowed",
        gives(True),
        (
            "test_a_list_is_filtered_by_what_it_offers_and_by_nothing_else",
            "test_a_password_cannot_be_guessed_letter_by_letter",
        ),
    ),
    Fault(
        "the-record-is-read-past-the-row",
        "Whoever reads the record reads of rows that they may not see.",
        "S2; every reader of the record is scoped by its subject",
        "earlyhelp.core.events.scopes.about_what_is_seen",
        gives(~Q(pk__in=[])),
        (
            "test_readers_of_the_record.py::test_nobody_reads_on_record_what_they_may_not_see",
            "test_the_officer_does_not_read_grades_before_they_are_submitted",
        ),
    ),
    Fault(
        "outsiders-are-told-what-it-was",
        "A board member reads figures as they stand, with what they were and why.",
        "product.md, 2.6; the former figure can be one team's",
        "measures.permissions.audience_of",
        gives(Audience.INTERNAL),
        ("test_what_a_board_member_is_told_is_the_day_and_the_kind_after_the_next_closing",),
    ),
    Fault(
        "it-was-what-it-is",
        "What a revised figure was is what it is.",
        "product.md, 2.6; was 41, now 44, because ...",
        "measures.counting.revisions.as_it_was",
        first_argument,
        (
            "test_every_page_says_what_it_was_is_since_when_and_why",
            "test_a_workbook_has_a_sheet_of_what_was_revised",
            "test_what_it_was_is_what_it_was",
            "test_what_it_was_before_a_return_came_late",
            "test_a_return_that_came_late_revises_what_it_counts_in",
        ),
    ),
    Fault(
        "everybody-sees-the-case-number",
        "The recording system's case number is shown to everybody who reads an audit.",
        "S2; the case number is for few (product.md, section 5)",
        "audits.permissions.sees_case_number",
        gives(True),
        (
            "test_who_sees_the_case_number",
            "test_the_case_number_is_for_few",
        ),
    ),
]

AUDITING = [
    Fault(
        "own-line",
        "Somebody audits or moderates a case of their own line.",
        "nobody audits their own line (product.md, section 5)",
        "audits.permissions.own_places",
        gives(Scope()),
        (
            "test_own_line_is_by_team_or_headed_locality",
            "test_nobody_audits_their_own_line",
            "test_nobody_moderates_their_own_line_or_audit",
            "test_an_auditor_who_joins_the_line_stops_auditing_it",
        ),
    ),
    Fault(
        "an-auditor-moderates",
        "Whoever audited a case moderates it.",
        "S3; a moderator is never the auditor",
        "audits.permissions.why_not_moderate",
        lambda old: (
            lambda authority, audit: (
                "" if audit.auditor_id == authority.person_id else old(authority, audit)
            )
        ),
        ("test_who_does_not_moderate",),
    ),
    Fault(
        "anybody-audits",
        "Somebody audits a case that was allocated to somebody else.",
        "an auditor grades the cases allocated to them",
        "audits.permissions.why_not_audit",
        gives(""),
        ("test_only_the_auditor_of_a_case_audits_it",),
    ),
    Fault(
        "the-loop-ends-without-a-second-look",
        "The loop of an unsafe case is closed before it is audited again.",
        "such a case is audited again (product.md, section 5)",
        "audits.safety.loop.step",
        lambda old: lambda remedies, later: _closed_when_done(old(remedies, later)),
        ("test_the_loop_from_beginning_to_end",),
    ),
    Fault(
        "nobody-is-told",
        "Nobody is told of an unsafe case.",
        "it tells its manager and head the same day (product.md, section 5)",
        "audits.safety.actions.tell",
        gives(()),
        (
            "test_the_manager_and_the_head_are_told_at_once",
            "test_manager_and_head_are_told_on_the_home_page_and_by_mail",
        ),
    ),
    Fault(
        "an-incomplete-audit-is-submitted",
        "An audit is submitted with indicators that nobody graded.",
        "one grade for each indicator (product.md, section 5)",
        "audits.casework.answers.what_is_missing",
        gives({}),
        (
            "test_what_is_missing_is_said_in_the_tools_order",
            "test_an_incomplete_audit_is_not_submitted",
        ),
    ),
    Fault(
        "the-list-decides-the-draw",
        "The first cases of the list are drawn, whatever the seed.",
        "a draw can be shown to be fair",
        "audits.rounds.sampling.draw",
        lambda old: (
            lambda numbers, count, seed: replace(
                old(numbers, count, seed), numbers=tuple(numbers[:count])
            )
        ),
        (
            "test_the_algorithm_as_it_is_written_down",
            "test_every_case_has_the_same_chance",
        ),
        quick=True,
    ),
    Fault(
        "few-cases-are-shown-to-the-board",
        "Results of any number of cases are shown to board members.",
        "S2; small numbers are suppressed",
        "audits.results.scored_rounds.RoundResults.shown_to_board",
        lambda old: lambda self, least: self,
        ("test_scored_rounds.py::test_a_board_member_is_shown_no_result_of_few_cases",),
        quick=True,
    ),
]

ACTION_PLAN = [
    Fault(
        "words-are-dropped",
        "What stands behind a timing that was understood is left unread.",
        "every word is accounted for, or the text is refused",
        "audits.plan.timing_words.TokenReader.end",
        gives(None),
        ("test_no_word_is_dropped", "test_an_action_that_cannot_be_keeps_what_was_typed"),
    ),
    Fault(
        "a-recurrence-begins-with-its-plan",
        "What comes round begins on the first day of its plan, and is overdue at once.",
        "a recurrence begins when it was added",
        "audits.plan.timing_words.parse",
        lambda old: lambda words, year, added: old(words, year, dt.date.min),
        (
            "test_how_often_and_that_it_begins_when_it_is_added",
            "test_a_recurrence_begins_on_the_day_it_is_written",
        ),
    ),
    Fault(
        "what-was-claimed-has-not-begun",
        "An action that was complete is not started once it is open again.",
        "an action opened again after completion is in progress",
        "audits.plan.timing.status",
        lambda old: lambda when, state, reports, *more: old(when, state, 0, *more),
        ("test_what_was_claimed_complete_has_begun_when_it_is_open_again",),
    ),
    Fault(
        "own-claim",
        "Somebody accepts the claim that they made.",
        "S3; nobody accepts their own claim",
        "audits.plan.permissions.why_not_accept",
        gives(""),
        (
            "test_nobody_accepts_their_own_claim",
            "test_complete_is_claimed_with_evidence_and_accepted_by_a_head",
        ),
    ),
    Fault(
        "anybody-reports",
        "Somebody reports on an action of other owners.",
        "owners report on their actions",
        "audits.plan.permissions.why_not_report",
        gives(""),
        (
            "test_owners_by_role_report_and_a_performance_officer",
            "test_owners_by_name_report",
            "test_a_time_of_one_locality_is_done_by_somebody_there",
        ),
    ),
    Fault(
        "late-on-the-day",
        "An action is overdue on the day that it is due.",
        "a due day is missed once it is over",
        "audits.plan.timing.late_since",
        lambda old: (
            lambda timing, updates, times, today: old(
                timing, updates, times, today + dt.timedelta(days=1)
            )
        ),
        ("test_status_over_every_kind_of_timing_and_today",),
        quick=True,
    ),
    Fault(
        "the-date-outweighs-people",
        "An action that people called complete is overdue by its date.",
        "what people said of an action outweighs its date",
        "audits.plan.timing.status",
        lambda old: lambda timing, state, *how: old(timing, "open", *how),
        ("test_what_people_said_outweighs_the_date",),
        quick=True,
    ),
    Fault(
        "nothing-is-late",
        "No action is ever late.",
        "an action is overdue when its day has passed",
        "audits.plan.timing.late_since",
        gives(None),
        (
            "test_status_over_every_kind_of_timing_and_today",
            "test_the_home_page_lists_late_ones_first_and_leads_to_an_update",
        ),
    ),
    Fault(
        "ended-aims-hold",
        "An aim that was changed or removed goes on.",
        "an aim that ended stays on record and does not hold",
        "audits.plan.querysets.AimQuerySet.in_force",
        first_argument,
        (
            "test_an_aim_is_changed_and_the_old_one_stays",
            "test_a_removed_aim_stays_on_record_and_can_come_again",
        ),
    ),
]

FILES = [
    Fault(
        "formulas-run",
        "A cell that would run as a formula goes out as it is.",
        "S5; exports are safe to open",
        "earlyhelp.core.files.spreadsheet_safety.escape",
        first_argument,
        (
            "test_what_would_run_is_marked_and_comes_back",
            "test_text_is_never_a_formula",
            "test_cells_that_would_run_go_out_as_text",
            "test_no_file_of_a_page_runs_what_somebody_wrote[plan-export-csv]",
        ),
    ),
    Fault(
        "a-bomb-is-unpacked",
        "A workbook is unpacked whatever it unpacks to.",
        "S4; unpacked bytes are capped before parsing",
        "earlyhelp.core.files.packed.MOST_UNPACKED",
        lambda old: old * 1000,
        ("test_no_more_is_read_of_a_workbook_than_there_may_be",),
    ),
    Fault(
        "a-part-of-any-size",
        "What stands beside the rows of a workbook may be of any size.",
        "S4; every part but the sheet and its shared strings has 2 MB at most",
        "earlyhelp.core.files.packed.MOST_PART",
        lambda old: old * 1000,
        ("test_no_more_is_read_of_a_workbook_than_there_may_be",),
    ),
    Fault(
        "any-number-of-rows",
        "A file has as many rows as it likes.",
        "rows are bounded as well as bytes (files.md)",
        "earlyhelp.core.files.reader.MOST_ROWS",
        lambda old: dict.fromkeys(old, 10**9),
        ("test_rows_of_csv_are_bounded_and_never_cut",),
    ),
    Fault(
        "any-size-is-read",
        "A file of any size is read to its end.",
        "S4; size is capped before parsing",
        "earlyhelp.core.files.reader.MOST_BYTES",
        lambda old: old * 10,
        ("test_a_file_that_is_too_large_is_not_read_on",),
    ),
    Fault(
        "a-few-rows-read-the-quarter",
        "A file of a few rows fetches and locks the returns of every team of its quarter.",
        "a file keeps nobody waiting who is not in it (files.md)",
        "measures.models.Return.objects.filter",
        lambda old: lambda **asked: old(**{key: asked[key] for key in asked if key != "team__in"}),
        ("test_a_few_rows_read_only_their_own_teams",),
    ),
    Fault(
        "any-number-of-sheets-is-looked-at",
        "A workbook is read from its beginning for each of any number of sheets.",
        "S4; what is counted is bounded before objects are made of it",
        "earlyhelp.core.files.reader.MOST_SHEETS",
        lambda old: old * 100,
        ("test_sheets_are_bounded_and_what_was_parsed_to_look_at_each_is_counted",),
    ),
    Fault(
        "any-number-of-marks-is-read",
        "A Word file is read on whatever number of elements and attributes it has.",
        "S4; what is counted is bounded before objects are made of it",
        "earlyhelp.report.writing.word_in.MOST_MARKS",
        lambda old: old * 100,
        (
            "test_a_document_of_more_than_any_report_has_is_refused_with_the_way_out[elements]",
            "test_a_document_of_more_than_any_report_has_is_refused_with_the_way_out[attributes]",
        ),
    ),
    Fault(
        "the-first-sheet-is-read",
        "Of several sheets the first one is read, whatever stands in it.",
        "the visible sheet with our header row is read (files.md)",
        "earlyhelp.core.files.reader.sheet_of",
        lambda old: lambda book, columns, wanted: book.names[0],
        (
            "test_of_several_sheets_it_is_the_one_with_our_columns",
            "test_the_sheet_can_be_chosen",
            "test_of_two_sheets_with_figures_the_page_asks_which",
        ),
    ),
    Fault(
        "a-percentage-is-a-fraction",
        "A cell that shows 4500% is read as 45.",
        "what is read is what is seen (files.md)",
        "earlyhelp.core.files.packed.percentage",
        lambda old: lambda written: written,
        ("test_cells_of_excel_as_they_are_seen", "test_cells_of_opendocument_as_they_are_seen"),
    ),
    Fault(
        "a-long-cell-is-cut",
        "Of a cell that is too long the beginning is taken.",
        "more is refused, never cut (files.md)",
        "earlyhelp.core.files.packed.LONGEST_CELL",
        lambda old: 100,
        ("test_a_cell_that_is_too_long_is_not_held_as_a_whole",),
    ),
    Fault(
        "rows-twice",
        "Two rows for the same figure are taken, and the last one wins.",
        "everything wrong with a file is listed, and nothing is saved (files.md)",
        "measures.exchange.figures.FileLines.first_row",
        gives(None),
        ("test_import_figures.py::test_everything_that_is_wrong_is_listed_together",),
    ),
    Fault(
        "rows-twice-in-a-folder",
        "Two rows of a council folder are about the same thing, and the last one wins.",
        "everything wrong with a file is listed, and nothing is saved (files.md)",
        "earlyhelp.core.files.tables.Table.refuse_repeated",
        gives(None),
        ("test_load_council.py::test_everything_that_is_wrong_is_listed_together",),
    ),
    Fault(
        "files-are-read-inside",
        "A file is read and checked while it keeps others from writing.",
        "reading and checking come before the transaction",
        "measures.exchange.figures.FigureFile.load",
        transaction.atomic,
        ("test_a_file_is_read_and_checked_before_a_transaction_begins",),
    ),
    Fault(
        "a-preview-keeps-others-waiting",
        "A file of administration is rehearsed in one transaction.",
        "a preview holds nobody up",
        "teams.exchange.ActionResource.import_data",
        lambda old: ModelResource.import_data,
        ("test_a_preview_holds_nobody_up_for_more_than_a_row",),
    ),
    Fault(
        "figures-are-looked-at-while-others-wait",
        "Every return is held while a file of figures is looked at.",
        "a preview holds nobody up",
        "measures.exchange.figures.FigureFile.preview",
        _holding_every_return,
        ("test_a_save_beside_a_preview_does_not_wait_for_it",),
    ),
    Fault(
        "nothing-is-unusual-in-a-file",
        "A figure of a file far from its history is loaded without a question.",
        "the preview asks about a figure far from its history",
        "measures.exchange.figures.unusual_in",
        lambda old: lambda plan: iter(()),
        ("test_the_preview_asks_about_a_figure_far_from_its_history",),
    ),
    Fault(
        "names-end-their-header",
        "A file's name is put into its header as it is.",
        "one way to name a download",
        "earlyhelp.core.files.downloads.as_attachment",
        lambda old: lambda name: {"Content-Disposition": f'attachment; filename="{name}"'},
        ("test_a_name_stays_inside_its_header",),
    ),
    Fault(
        "csv-without-its-mark",
        "A CSV file goes out without a byte-order mark.",
        "files downloaded in a browser begin with a byte-order mark (files.md)",
        "earlyhelp.core.files.downloads.BOM_UTF8",
        lambda old: b"",
        ("test_csv_begins_with_its_mark_and_nothing_else_does",),
    ),
    Fault(
        "a-dry-run-saves",
        "Looking at what a file would do does it.",
        "a dry run saves nothing",
        "django.db.transaction.set_rollback",
        gives(None),
        ("test_load_council.py::test_a_dry_run_saves_nothing",),
    ),
]

SIGN_IN = [
    Fault(
        "guessing-goes-on",
        "A password can be guessed as often as one likes.",
        "S7; sign-in is throttled",
        "django.conf.settings.ACCOUNT_RATE_LIMITS",
        lambda old: False,
        ("test_guessing_is_throttled_for_the_address_and_nobody_else",),
    ),
    Fault(
        "one-factor-is-enough",
        "Those who sign off, publish or administer need no second factor.",
        "S7; a second factor for those who sign off, publish or administer",
        "earlyhelp.signin.sessions.is_mfa_enabled",
        gives(True),
        ("test_those_who_sign_off_or_administer_need_a_second_factor_in_production",),
    ),
    Fault(
        "sessions-last",
        "A session never ends, idle or not.",
        "S7; idle and absolute session limits",
        "earlyhelp.signin.sessions.SessionLimits.__call__",
        lambda old: lambda self, request: self.get_response(request),
        (
            "test_an_idle_session_ends",
            "test_a_busy_session_ends_too",
        ),
    ),
    Fault(
        "pages-are-stored",
        "A browser or a proxy may keep the pages of somebody signed in.",
        "S6; no-store on signed-in pages",
        "earlyhelp.signin.sessions.add_never_cache_headers",
        gives(None),
        ("test_pages_of_signed_in_people_are_not_stored",),
    ),
    Fault(
        "what-was-typed-is-lost",
        "What an ended session posted is not kept.",
        "L5; what was typed survives",
        "earlyhelp.signin.resume.CarryOver.__call__",
        lambda old: lambda self, request: self.get_response(request),
        ("test_two_steps_bring_everything_back",),
    ),
    Fault(
        "strangers-learn-who-is-here",
        "A new password sent for to an unknown address is answered otherwise.",
        "S7; no enumeration",
        "django.conf.settings.ACCOUNT_PREVENT_ENUMERATION",
        lambda old: False,
        ("test_a_new_password_is_sent_for_by_mail_and_a_stranger_learns_nothing",),
    ),
    Fault(
        "second-steps-can-be-read",
        "What telephones and codes are made from stands in the database as it is.",
        "S7; a dump of the database signs nobody in",
        "earlyhelp.signin.second_step.SecondStepAdapter.encrypt",
        lambda old: lambda self, text: text,
        ("test_what_the_second_step_keeps_cannot_be_read",),
    ),
    Fault(
        "an-account-s-second-factor-counts",
        "A session that gave a password alone gets in, since its account has a second factor.",
        "S7; what counts is what this session gave",
        "earlyhelp.signin.sessions.get_authentication_records",
        _of_the_account,
        ("test_a_session_that_gave_no_second_factor_is_asked_for_it",),
    ),
    Fault(
        "a-counter-that-fails-stops-people",
        "Where a counter cannot be written, whoever signs in has tried too often.",
        "S7; a failed write never counts as too many",
        "earlyhelp.signin.throttles.Counters.add",
        lambda old: DatabaseCache.add,
        ("test_a_counter_that_cannot_be_written_stops_nobody",),
    ),
    Fault(
        "files-wait-among-counters",
        "Files that wait for a yes lie where throttles count.",
        "S7; files that wait have a store of their own",
        "earlyhelp.core.files.waiting.caches",
        lambda old: {"files": cache},
        ("test_files_that_wait_have_a_store_of_their_own_with_room",),
    ),
    Fault(
        "any-address-is-believed",
        "Whatever address the directory names finds its person.",
        "S7; an address counts where the directory vouches for it",
        "earlyhelp.signin.directory.CouncilDirectory.extract_email_addresses",
        _believed,
        ("test_an_address_that_is_not_vouched_for_finds_nobody",),
    ),
    Fault(
        "a-subject-is-somebody-anywhere",
        "A person of one directory is the person of that number at another.",
        "S7; bound by issuer and subject",
        "earlyhelp.signin.directory.CouncilDirectory.extract_uid",
        lambda old: lambda self, data: str(data["id_token"]["sub"]),
        ("test_a_person_is_bound_to_issuer_and_subject",),
    ),
    Fault(
        "the-sample-signs-in-for-real",
        "A site for real starts with the sample's people in its database.",
        "S7; sample accounts stop the start",
        "earlyhelp.sample.accounts.open_accounts",
        gives([]),
        (
            "test_a_site_for_real_with_the_sample_in_it_does_not_start",
            "test_what_a_web_server_calls_asks_first",
        ),
    ),
    Fault(
        "words-that-anybody-would-try",
        "A password is made of the product's or the council's words.",
        "S7; such passwords are refused",
        "earlyhelp.signin.passwords.WordsOfTheProduct.validate",
        gives(None),
        ("test_a_password_is_not_made_of_words_that_anybody_would_try",),
    ),
    Fault(
        "sessions-elsewhere-go-on",
        "Who signs out everywhere else is still signed in there.",
        "S7; somebody ends their own sessions",
        "earlyhelp.signin.places.end_everywhere_else",
        gives(None),
        ("test_the_others_are_ended_by_whoever_proves_who_they_are",),
    ),
    Fault(
        "stolen-passwords-are-taken",
        "A password of the list of stolen ones is taken.",
        "S7; passwords that stand in lists are refused",
        "earlyhelp.signin.passwords.stands_in",
        gives(False),
        ("test_a_password_that_was_stolen_elsewhere_is_not_taken",),
    ),
    Fault(
        "errors-are-logged-with-their-words",
        "The log of an error quotes what was typed.",
        "S8; errors are logged without figures or names",
        "earlyhelp.logs.WithoutWords.formatException",
        lambda old: logging.Formatter.formatException,
        ("test_an_error_is_logged_with_its_lines_and_without_its_words",),
    ),
]

FORMS = [
    Fault(
        "a-quarter-is-a-box-for-numbers",
        "Administration offers a box for numbers where a quarter is typed, which shows nothing.",
        "a form posted as it stands changes nothing",
        "teams.quarters.QuarterField.formfield",
        lambda old: (
            lambda self, **kwargs: models.Field.formfield(self, form_class=CharField, **kwargs)
        ),
        (
            "test_a_form_posted_as_it_stands_changes_nothing",
            "test_a_box_changed_alone_changes_nothing_else",
            "test_a_quarter_is_typed_as_people_write_it",
        ),
        quick=True,
    ),
    Fault(
        "a-browser-s-line-ends-are-a-change",
        "A longer text that a browser sends back as it stands is another one.",
        "a form posted as it stands changes nothing",
        "earlyhelp.core.change.with_one_line_end",
        first_argument,
        (
            "test_a_form_posted_as_it_stands_changes_nothing",
            "test_every_kind_is_listed_and_its_rows_say_nothing_new_when_posted_back",
        ),
    ),
    Fault(
        "a-form-is-acted-on-each-time",
        "A form that is sent twice makes two rows.",
        "L2; twice is once",
        "earlyhelp.core.pages.once.once",
        lambda old: lambda request, act: act(),
        (
            "test_the_same_form_twice_is_done_once_and_answered_twice[theme-new]",
            "test_what_is_added_twice_is_there_once",
        ),
        quick=True,
    ),
    Fault(
        "forms-have-no-key",
        "The pages' forms carry nothing that tells a form sent again from a new one.",
        "L2; no form can go without its key",
        "earlyhelp.core.pages.once.FormTokens.render",
        lambda old: CsrfTokenNode.render,
        ("test_every_form_of_every_page_has_its_key_and_its_own_address",),
    ),
    Fault(
        "somebody-else-is-oneself",
        "Who saved in another window of their own is told of somebody else.",
        "a stale save says who was faster",
        "earlyhelp.core.pages.stale.own_save",
        gives(""),
        (
            "test_who_met_themselves_reads_when_they_saved",
            "test_two_officers_change_one_action",
            "test_two_officers_at_one_draft_see_both_and_lose_nothing",
        ),
        quick=True,
    ),
    Fault(
        "everything-is-asked",
        "The conflict page asks about what only one of the two changed.",
        "conflict pages list only what both changed",
        "earlyhelp.core.pages.versioned_edit.ConflictPage.asked",
        lambda old: property(lambda self: self.differing),
        (
            "test_only_what_both_changed_is_asked_and_the_rest_is_one_line",
            "test_what_only_one_of_two_changed_is_chosen_already",
            "test_the_judgement_collides_part_by_part",
        ),
    ),
    Fault(
        "a-database-that-fails-is-the-reader-s-fault",
        "A database that cannot be written to is answered as any error of ours.",
        "errors say what to do",
        "earlyhelp.error_pages.OperationalError",
        lambda old: type("Another", (Exception,), {}),
        ("test_an_error_of_ours_holds_what_was_typed_and_asks_nothing_of_the_database",),
    ),
    Fault(
        "errors-in-the-framework-s-words",
        "A form says that this field is required.",
        "errors say what to do, and with which box",
        "earlyhelp.core.pages.error_words.use_our_words",
        gives(None),
        ("test_what_is_wrong_is_said_in_our_words_with_the_name_of_its_box",),
    ),
]
NAMES = [
    Fault(
        "names-are-not-noticed",
        "Names in free text are saved without a word.",
        "no names of families: the writer is asked (product.md)",
        "earlyhelp.core.personal_data.warnings",
        gives([]),
        (
            "test_what_is_noticed",
            "test_words_like_a_name_are_kept_only_with_a_plain_confirmation",
        ),
    ),
    Fault(
        "any-ten-digits",
        "Any ten digits are taken for an NHS number.",
        "an NHS number has its check digit",
        "earlyhelp.core.personal_data.is_nhs_number",
        gives(True),
        (
            "test_the_check_digit_of_an_nhs_number",
            "test_ordinary_sentences_raise_no_alarm",
        ),
        quick=True,
    ),
    Fault(
        "our-own-teams-are-names",
        "The names of our own teams and localities are taken for people.",
        "names that are no person's raise no alarm",
        "earlyhelp.core.personal_data.warnings",
        lambda old: lambda text, known=(): old(text),
        ("test_names_of_our_own_teams_are_not_pointed_out",),
    ),
]

OPERATIONS = [
    Fault(
        "what-is-taken-is-free",
        "Two that deliver do the same job.",
        "L4; mail: none twice but for one that the server had taken",
        "earlyhelp.core.work.models.JobQuerySet.waiting",
        lambda old: lambda self: self.filter(given_up_at__isnull=True),
        ("test_what_was_broken_off_is_done_again_unless_it_always_is",),
        quick=True,
    ),
    Fault(
        "what-was-broken-off-is-forgotten",
        "Mail of a process that was killed stays where it is.",
        "L4; mail: none is lost",
        "earlyhelp.core.work.models.JobQuerySet.broken_off",
        lambda old: lambda self, before: self.none(),
        ("test_what_was_broken_off_is_done_again_unless_it_always_is",),
        quick=True,
    ),
    Fault(
        "a-full-disk-is-our-error",
        "A database that cannot be written to is answered as a fault of the program.",
        "L4; a save on a full disk answers with a clear page",
        "earlyhelp.error_pages.OperationalError",
        lambda old: KeyboardInterrupt,
        ("test_an_error_of_ours_holds_what_was_typed_and_asks_nothing_of_the_database",),
        quick=True,
    ),
    Fault(
        "a-later-backup-is-taken",
        "A backup of a version that is not known here is restored.",
        "L8; what is not a whole backup changes nothing",
        "earlyhelp.operations.backup.known_migrations",
        lambda old: lambda: old() | {"teams.9999_later"},
        ("test_what_is_not_a_whole_backup_changes_nothing",),
    ),
    Fault(
        "sessions-lie-in-backups",
        "Who is signed in, and what waits for minutes, lies in a backup.",
        "S8; no secret is in a backup",
        "earlyhelp.operations.holdings.of_the_moment",
        gives(set()),
        ("test_no_secret_is_in_a_backup_or_an_export",),
    ),
    Fault(
        "signatures-are-unasked",
        "A token counts that the directory did not sign: the library's own way.",
        "S7; who somebody is the directory says and nobody else",
        "earlyhelp.signin.directory.SignedAnswer",
        lambda old: old.__base__,
        ("test_a_token_is_signed_by_the_directory",),
    ),
    Fault(
        "secrets-lie-open",
        "What second steps are made from lies in the database as it is.",
        "S8; no secret is in a backup",
        "earlyhelp.signin.second_step.SecondStepAdapter.encrypt",
        lambda old: lambda self, text: text,
        ("test_no_secret_is_in_a_backup_or_an_export",),
    ),
    Fault(
        "mail-lies-open",
        "Mail that waits lies in the database as it is, with the links that let in.",
        "S8; a dump of the database signs nobody in",
        "earlyhelp.core.work.jobs.add",
        lambda old: lambda kind, payload, *due: old(kind, opened(payload), *due),
        ("test_no_secret_is_in_a_backup_or_an_export",),
    ),
    Fault(
        "ready-whatever-is-wrong",
        "A server whose record can be changed is sent requests.",
        "/ready: database, migrations, triggers, disk",
        "earlyhelp.operations.standing.not_ready",
        gives([]),
        ("test_it_is_ready_while_nothing_is_wrong",),
        quick=True,
    ),
    Fault(
        "disposal-leaves-the-rows",
        "Words go from beside the record and stay in the rows.",
        "what is no longer kept goes (docs/retention.md)",
        "earlyhelp.core.redaction.take_all_out",
        gives(0),
        (
            "test_what_is_over_goes_and_no_event_and_no_figure",
            "test_words_of_an_audit_go_from_its_rows",
        ),
    ),
    Fault(
        "exported-figures-run",
        "A note that begins like a formula goes out as one.",
        "S5: exports are safe to open",
        "earlyhelp.core.files.spreadsheet_safety.escape",
        first_argument,
        ("test_export_figures.py::test_every_kind_of_answer_is_written",),
    ),
]

REPORT = [
    Fault(
        "a-format-counts-for-itself",
        "The web version rounds a placed figure once more.",
        "C4; no format works anything out",
        "earlyhelp.report.formats.web.Writer.figure",
        lambda old: lambda self, ref, words: old(self, ref, _to_the_whole(words)),
        ("test_what_people_read_is_what_the_document_says[report-html]",),
        quick=True,
    ),
    Fault(
        "a-change-reaches-one-format",
        "A figure that was corrected after approval is in the set of CSV alone.",
        "C4; approving freezes",
        "earlyhelp.report.formats.csv_set.build",
        lambda old: lambda document: old(_corrected(document)),
        ("test_the_set_of_csv_has_every_figure_and_every_cell",),
    ),
    Fault(
        "the-workbook-counts-for-itself",
        "The workbook and the set of CSV work a percentage out again from its parts.",
        "C4; no format works anything out",
        "earlyhelp.report.formats.flat.figure_rows",
        lambda old: lambda layout, hidden: map(_worked_out_again, old(layout, hidden)),
        (
            "test_the_workbook_has_every_figure_and_every_cell",
            "test_the_set_of_csv_has_every_figure_and_every_cell",
        ),
    ),
    Fault(
        "one-format-is-built-when-asked-for",
        "The set of CSV is made from the figures of the day on which it is downloaded.",
        "C4; a change after approval reaches no format",
        "earlyhelp.report.files.file_of",
        lambda old: (
            lambda edition, audience, kind: (
                _of_the_day(edition, audience) if kind == "csv" else old(edition, audience, kind)
            )
        ),
        ("test_no_later_change_reaches_an_edition[a_correction]",),
        quick=True,
    ),
    Fault(
        "words-around-a-placed-number-are-free",
        "What a sentence says of a placed number is not held to it.",
        "report.md; the words are held to the figures",
        "earlyhelp.report.words.CheckedNumber.is_told",
        lambda old: property(lambda self: not self.is_placed and old.fget(self)),
        ("test_words_around_placed_numbers_are_held_to_them",),
    ),
    Fault(
        "readers-are-not-told",
        "Who read an edition does not hear that it is withdrawn, replaced or redacted.",
        "report.md; whoever opened or downloaded it is told",
        "earlyhelp.report.publishing.telling.tell_readers",
        gives(None),
        (
            "test_who_opened_an_edition_is_told_that_it_is_withdrawn",
            "test_readers_are_told_of_a_passage_taken_out",
            "test_readers_are_led_to_the_edition_that_stands_also_at_its_hour",
        ),
    ),
    Fault(
        "nobody-knows-who-reads-early",
        "Who opens an edition before it is published is not on record.",
        "report.md; until then a named list reads it, each opening recorded",
        "earlyhelp.report.publishing.actions.note_opening",
        gives(None),
        ("test_until_it_is_published_a_named_list_reads_it_marked_and_on_record",),
    ),
    Fault(
        "a-frozen-sentence-always-holds",
        "A sentence that a later change overturns is not noticed.",
        "report.md; which frozen sentences no longer hold",
        "earlyhelp.report.publishing.overturned.overturned_sentences",
        gives([]),
        ("test_a_sentence_that_a_correction_overturns_asks_for_a_new_edition",),
    ),
    Fault(
        "words-about-an-audit-always-hold",
        "A sentence about an audit that a late one overturns is not noticed.",
        "report.md; which frozen sentences no longer hold",
        "earlyhelp.report.publishing.overturned.no_longer_holds",
        gives(False),
        ("test_words_about_an_audit_that_are_not_so_any_more_ask_for_a_new_edition",),
    ),
    Fault(
        "a-definition-is-not-frozen",
        "A figure of an edition does not keep what its measure counted.",
        "report.md; definition and target as they were",
        "earlyhelp.report.counted.Counts.counted",
        gives(()),
        ("test_a_figure_keeps_its_definition_question_and_target_as_they_were",),
    ),
    Fault(
        "one-format-is-not-masked",
        "Workbook and CSV show what a copy for outsiders hides.",
        "small numbers: one mask for every format",
        "earlyhelp.report.formats.matter.Layout.is_hidden",
        gives(False),
        ("test_a_hidden_number_that_was_left_in_the_document_is_in_no_data_file",),
        quick=True,
    ),
    Fault(
        "a-copy-for-outsiders-reads-the-day",
        "A copy for outsiders is made from the figures of the day instead of the releases.",
        "report.md; the mask is stored, and read by every edition",
        "measures.counting.aggregates.take",
        lambda old: lambda *asked, **more: old(*asked, **(more | {"audience": Audience.INTERNAL})),
        (
            "test_what_is_in_no_release_is_hidden_in_every_shape",
            "test_half_a_year_of_the_city_is_what_its_quarters_give",
        ),
    ),
    Fault(
        "a-sum-without-its-hidden-part",
        "A sum over areas or quarters leaves its hidden part out instead of being hidden.",
        "report.md; nothing hidden comes back by subtraction",
        "earlyhelp.report.rollups.added_up",
        lambda old: (
            lambda measure, cells, *more: old(
                measure, [cell for cell in cells if not cell.is_hidden] or cells, *more
            )
        ),
        ("test_a_sum_is_hidden_where_a_part_is",),
    ),
    Fault(
        "what-is-typed-passes-the-mask",
        "A number that a release hides is typed into a report, and nobody is told.",
        "report.md; nothing of what a release hides leaves the house in words",
        "earlyhelp.report.disclosure.told_in_words",
        gives(()),
        ("test_a_typed_number_that_outsiders_are_not_shown_is_on_the_checklist",),
    ),
    Fault(
        "a-draft-goes-out-unmasked",
        "The Word copy of a draft for outsiders has every number.",
        "report.md; draft copies are masked when they leave the house",
        "earlyhelp.report.assembly.assemble",
        without(audience=Audience.INTERNAL),
        ("test_a_draft_that_leaves_the_house_in_word_has_small_numbers_hidden",),
    ),
    Fault(
        "words-from-word-become-markup",
        "What a Word document says becomes headings, emphasis and links of the report.",
        "report.md; a text from Word reads as it was written",
        "earlyhelp.report.writing.word_in.escaped",
        first_argument,
        ("test_headings_points_and_tables_are_read_in_their_order",),
        quick=True,
    ),
    Fault(
        "what-comes-back-is-typed",
        "What is taken over from Word has typed numbers where tokens stood.",
        "report.md; no figure is typed",
        "earlyhelp.report.writing.word_back.carried",
        lambda old: lambda typed, passage, theirs: theirs,
        ("test_what_changed_is_taken_over_and_its_tokens_stay",),
    ),
    Fault(
        "a-tick-is-for-a-place",
        "A tick takes over whatever Word says in a place, also where the report changed meanwhile.",
        "report.md; a changed draft comes back as a difference, and nothing is lost",
        "earlyhelp.report.writing.word_back.WordDifference.key",
        lambda old: property(lambda self: f"{self.block_id}-{self.place}"),
        ("test_a_tick_for_words_that_changed_meanwhile_takes_nothing_over",),
    ),
    Fault(
        "a-button-writes-over-other-words",
        "A button that mends a number writes over what stands there by now.",
        "report.md; two people in one report without loss",
        "earlyhelp.report.writing.mending.Mend.applied",
        lambda old: lambda self, text: text[: self.start] + self.put + text[self.end :],
        ("test_a_button_made_for_other_words_changes_nothing",),
    ),
    Fault(
        "the-scrutineers-words-are-anybodys",
        "The officer and the director change the scrutineer's words.",
        "report.md; a block for the scrutineer's words, which nobody else edits",
        "earlyhelp.report.permissions.why_not_write_block",
        gives(""),
        ("test_the_scrutineer_s_words_are_changed_by_nobody_else",),
    ),
    Fault(
        "a-scrutineer-is-shown-drafts",
        "Whoever is asked for a paragraph is shown figures as they stand.",
        "S2; no draft, no open quarter for who reads none",
        "earlyhelp.report.writing.finding.audience_for",
        gives(Audience.INTERNAL),
        ("test_whoever_reads_no_drafts_is_shown_what_outsiders_are",),
    ),
    Fault(
        "digits-of-another-script-are-free",
        "A number in full-width digits needs no source.",
        "report.md; what is undeclared stops approving",
        "earlyhelp.report.checker.numerals.plain_digits",
        first_argument,
        ("test_no_text_with_a_planted_number_is_without_an_error",),
    ),
    Fault(
        "header-cells-without-scope",
        "The PDF does not say to which cells a header cell belongs.",
        "U1; tables can be heard",
        "earlyhelp.report.formats.pdf_tags.completed",
        lambda old: lambda written, document, over=None: written,
        ("test_a_pdf_says_what_each_of_its_parts_is",),
    ),
]

SPEED = [
    Fault(
        "a-query-for-each-measure",
        "A roll-up asks the database once more for each measure.",
        "P1; a roll-up of everything is three queries",
        "measures.counting.aggregates.take",
        _asks_for_each_measure,
        ("test_queries_do_not_grow_with_the_council",),
    ),
    Fault(
        "a-query-for-each-cell",
        "The city page asks the database for each of its cells.",
        "P3; at most 12 queries, whatever the size",
        "measures.counting.rollups.RollUp.cell",
        asks,
        ("test_the_city_takes_few_queries_whatever_its_size",),
    ),
    Fault(
        "a-query-for-each-action",
        "The plan asks the database for each action that it shows.",
        "P3b; a page takes as many queries in a larger council",
        "audits.plan.models.Action.from_db",
        asks,
        ("test_the_same_queries_for_few_actions_and_many",),
    ),
    Fault(
        "a-query-for-each-team",
        "A page asks the database for each team that it shows.",
        "P4; a page of more teams takes as many queries",
        "measures.counting.rollups.RollUp.__init__",
        asks,
        ("test_every_page_takes_as_many_queries_for_30_teams",),
    ),
    Fault(
        "a-query-for-each-figure",
        "A save asks the database for each figure that it keeps.",
        "P5; no query for each figure",
        "measures.returns.answers.GivenAnswer.on_record",
        lambda old: property(asks(old.fget)),
        ("test_a_save_takes_as_many_queries_for_every_figure_as_for_one",),
    ),
    Fault(
        "all-before-the-first-byte",
        "A file of figures begins once all of it is there.",
        "P6; the first byte at once, and memory that does not grow",
        "measures.exchange.figures_out.figure_chunks",
        lambda old: lambda *args, **kwargs: iter(list(old(*args, **kwargs))),
        ("test_the_first_line_goes_out_at_once_and_the_rest_in_pieces",),
    ),
    Fault(
        "a-page-looks-in-its-transaction",
        "What takes long is read in the transaction that keeps the form, while others wait.",
        "P7; nothing slow happens while others wait to save",
        "earlyhelp.core.looking.looked",
        first_argument,
        (
            "test_a_post_reads_what_takes_long_before_it_writes",
            "test_somebody_writes_meanwhile_and_is_not_overwritten",
        ),
    ),
    Fault(
        "a-folder-overwrites-what-changed-meanwhile",
        "A folder is written over what somebody changed while it was read.",
        "P7; what was read is compared under the lock before it is written",
        "measures.exchange.council.RowToKeep.is_current",
        gives(True),
        ("test_somebody_writes_meanwhile_and_is_not_overwritten",),
    ),
    Fault(
        "mail-is-sent-while-others-wait",
        "Mail is sent inside the transaction that it is about, with the database locked.",
        "P7; nothing slow happens while others wait to save",
        "earlyhelp.core.work.mail.QueuedBackend.send_messages",
        lambda old: _sent_at_once,
        ("test_mail_goes_out_as_it_was_written",),
    ),
    Fault(
        "sums-are-kept",
        "A roll-up is what it was when it was first asked for.",
        "P8; a save shows on the next read, with no second truth",
        "measures.counting.aggregates.take",
        kept_for_ever,
        ("test_a_return_that_came_late_revises_what_it_counts_in",),
    ),
    Fault(
        "a-row-asks-again",
        "A row of a file that stays as it is asks the database once more.",
        "P9; rows are compared with what is there at once",
        "teams.exchange.ActionResource.fill",
        asks,
        ("test_a_row_that_stays_takes_no_statement",),
    ),
]

USE = [
    Fault(
        "a-year-adds-its-quarter-ends",
        "The report's open cases of a year are those of its four quarter ends together.",
        "C5; the report of 2015-16 comes out of the data",
        "measures.counting.catalogue.load_measures",
        lambda old: lambda codes=None: [_as_flows(measure) for measure in old(codes)],
        ("test_the_edition_stays_when_a_correction_overturns_a_sentence",),
    ),
    Fault(
        "tables-are-upgraded-without-their-rows",
        "An upgrade changes the tables and leaves what is in them as it was.",
        "L9; a database of a released version comes up",
        "releases.manage",
        _tables_alone,
        ("test_a_database_of_a_released_version_comes_up",),
    ),
    Fault(
        "a-newcomer-is-told-nothing",
        "A database that is too old is upgraded until it breaks.",
        "U2; what a newcomer runs works, or says what to do",
        "earlyhelp.management.commands.prepare.MigrationRecorder.applied_migrations",
        gives({}),
        ("test_a_database_of_before_the_first_version_is_refused_with_the_way_out",),
    ),
    Fault(
        "what-is-wide-stands-bare",
        "What is wider than the screen stands on a page without a frame to scroll in.",
        "U3; any screen at 320 pixels",
        "django.template.backends.django.Template.render",
        _with_something_wide,
        ("test_every_page.py::test_a_page_is_accessible_fits_a_phone_and_prints",),
    ),
    Fault(
        "columns-are-of-one-width",
        "A workbook's columns are as wide as the narrowest, whatever stands in them.",
        "U4; a file can be sent as it is",
        "earlyhelp.core.files.writer.with_widths",
        lambda old: lambda header, rows: ([9] * len(header), iter(rows)),
        ("test_an_excel_file_is_set_up_to_be_read_and_printed",),
    ),
    Fault(
        "a-sheet-for-each-return",
        "Several returns of a quarter are filled in page by page.",
        "U5; fewer keys",
        "measures.returns.pages.lists.together",
        gives([]),
        ("test_returns_filled_in_and_submitted",),
    ),
]

ALL_FAULTS = [
    fault
    for area in (
        *(COUNTING, SIGN_OFF, CHANGING, QUARTERS, WHO, AUDITING),
        *(ACTION_PLAN, FILES, SIGN_IN, FORMS, NAMES, OPERATIONS, REPORT, SPEED, USE),
    )
    for fault in area
]
FAULTS = {fault.name: fault for fault in ALL_FAULTS}


# -- running tests with one planted ---------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--planted NAME``, as often as wanted."""
    parser.addoption(
        "--planted",
        action="append",
        choices=[NOTHING, *FAULTS],
        help="run each test with this fault planted, of those that it names",
    )


@pytest.hookimpl(trylast=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test once for every fault that was asked for."""
    if names := metafunc.config.getoption("planted"):
        metafunc.fixturenames.append("planted_fault")
        ids = [f"planted:{name}" for name in names]
        metafunc.parametrize("planted_fault", names, ids=ids)


def without_fault(test: str) -> str:
    """A node id up to where its fault begins, as it is without one."""
    return f"{test[:-1]}]" if test.endswith("-") else test[:-1]


def is_named(test: str, name: str) -> bool:
    """Whether a node id is what a fault calls by this name, with or without its case."""
    whole = test if "[" in name else test.partition("[")[0]
    return whole.replace("::", "/").endswith("/" + name.replace("::", "/"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several faults, run each with the tests that it names, and nothing with all of them."""
    asked = config.getoption("planted") or []
    if len(asked) < 2:
        return
    named = {name: set(FAULTS[name].tests) for name in asked if name != NOTHING}
    named[NOTHING] = set().union(*named.values())
    for item in list(items):
        test, _, fault = item.nodeid.removesuffix("]").rpartition("planted:")
        if not any(is_named(without_fault(test), name) for name in named[fault]):
            items.remove(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Plant the fault once everything that the test asks for is there."""
    name = item.callspec.params.get("planted_fault") if hasattr(item, "callspec") else None
    with Replacing.context() as faults:
        if name in FAULTS:
            FAULTS[name].plant(faults)
        return (yield)
