"""A migration has drawn what it changes; tests/upgrades says that it makes what Django makes."""

from collections.abc import Callable

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState

from earlyhelp.core.migrating import only_what_changes


def drawn() -> ProjectState:
    """Five models that lead to one another through a sixth."""
    state = ProjectState()
    key = models.BigAutoField(primary_key=True)
    state.add_model(ModelState("one", "Hub", [("id", key)]))
    for number in range(5):
        to_hub = models.ForeignKey("one.Hub", models.CASCADE)
        fields = [("id", models.BigAutoField(primary_key=True)), ("hub", to_hub)]
        state.add_model(ModelState("one", f"Spoke{number}", fields))
    assert len(state.apps.get_models()) == 6
    return state


def add_a_constraint(state: ProjectState) -> None:
    some = models.CheckConstraint(name="some", condition=models.Q(id__gt=0))
    state.add_constraint("one", "spoke0", some)


def add_a_model(state: ProjectState) -> None:
    to_hub = models.OneToOneField("one.Hub", models.CASCADE, primary_key=True)
    state.add_model(ModelState("one", "Spoke5", [("hub", to_hub)]))


@pytest.mark.parametrize(
    "change, new", [(add_a_constraint, "spoke0"), (add_a_model, "spoke5")], ids=["rule", "model"]
)
def test_only_what_changes_is_drawn(change: Callable[[ProjectState], None], new: str) -> None:
    state = drawn()
    before = set(state.apps.get_models())
    with only_what_changes():
        change(state)
    assert [one._meta.model_name for one in state.apps.get_models() if one not in before] == [new]


def test_what_changed_is_as_it_is_now() -> None:
    state = drawn()
    with only_what_changes():
        add_a_constraint(state)
    rules = state.apps.get_model("one", "spoke0")._meta.constraints
    assert [rule.name for rule in rules] == ["some"]


def test_our_code_in_a_migration_is_given_models_that_know_each_other() -> None:
    state = drawn()
    with only_what_changes():
        for change in (add_a_constraint, add_a_model):
            change(state)
        state.clear_delayed_apps_cache()  # as RunPython does
    hub = state.apps.get_model("one", "hub")
    for number in range(6):
        spoke = state.apps.get_model("one", f"spoke{number}")
        assert spoke._meta.get_field("hub").related_model is hub
    assert len(hub._meta.related_objects) == 6
