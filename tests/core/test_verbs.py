"""What the record's readers find: a sentence for each verb, by the rows that it is done to."""

import pytest
from django.apps import apps

from audits.plan.verbs import PlanVerb
from audits.verbs import AuditsVerb
from earlyhelp.core.events.models import Event
from earlyhelp.core.events.verbs import Verb, sentence_of
from measures.verbs import HANDS_ON, MeasuresVerb
from teams.verbs import TeamsVerb

ALL = [TeamsVerb, MeasuresVerb, AuditsVerb, PlanVerb]


@pytest.mark.parametrize("verbs", ALL)
def test_a_verb_fits_the_record_and_says_who(verbs: type[Verb]) -> None:
    length = Event._meta.get_field("verb").max_length
    for verb in verbs:
        assert len(verb.value) <= length
        assert "{who}" in verb.sentence or "{people}" in verb.sentence, verb


def test_the_same_verb_reads_differently_about_different_rows() -> None:
    assert MeasuresVerb.SUBMITTED == AuditsVerb.SUBMITTED == "submitted"
    assert sentence_of("return", "submitted") == "{who} submitted the return"
    assert sentence_of("caseaudit", "submitted") == "{who} submitted the audit"
    assert sentence_of("action", "claimed complete") == "{who} claimed it complete"


def test_what_nobody_registered_names_the_verb() -> None:
    assert sentence_of("return", "burnt") == "{who}: burnt"
    assert sentence_of("nothing", "submitted") == "{who}: submitted"


def test_rows_of_every_app_are_created_changed_and_deleted() -> None:
    for model in [
        *apps.get_app_config("plan").get_models(),
        *apps.get_app_config("audits").get_models(),
    ]:
        assert sentence_of(str(model._meta.model_name), TeamsVerb.CREATED) == "{who}: created"


def test_the_rule_of_independence_asks_for_what_the_record_stores() -> None:
    assert set(HANDS_ON) == {"figure saved", "figure confirmed", "submitted"}
