"""The form library's five faults stay closed."""

import re
from typing import Any

import pytest
from crispy_forms.utils import render_crispy_form
from crispy_forms_gds.helper import FormHelper
from crispy_forms_gds.layout import Button, Field, Fieldset, Layout
from django import forms
from django.template import Context, Template

from earlyhelp.core.pages.widgets import NumberText

HOSTILE = "<script>alert(1)</script>"


class OwnSelect(forms.Select):
    """A subclass that nobody registered anywhere."""


class EveryField(forms.Form):
    """One field of every kind, each required."""

    number = forms.IntegerField(widget=NumberText, label=HOSTILE, help_text=HOSTILE)
    plain_number = forms.IntegerField()
    password = forms.CharField(widget=forms.PasswordInput)
    choice = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, label=HOSTILE
    )
    several = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, label=HOSTILE
    )
    agree = forms.BooleanField(label=HOSTILE)
    drop = forms.ChoiceField(choices=[("", ""), ("b", "B")], widget=OwnSelect)
    story = forms.CharField(widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            Fieldset("number", "plain_number", "password", legend=HOSTILE),
            Field.radios("choice"),
            Field.checkboxes("several"),
            "agree",
            "drop",
            Field.textarea("story", max_characters=500),
            Button("send", HOSTILE),
        )


@pytest.fixture
def asked() -> str:
    return str(render_crispy_form(EveryField()))


@pytest.fixture
def refused() -> str:
    return str(render_crispy_form(EveryField({"number": "about forty"})))


def tag_with(html: str, name: str) -> str:
    """The opening tag of the control called ``name``."""
    found = re.search(rf'<(?:input|select|textarea)[^>]*name="{name}"[^>]*>', html)
    assert found, name
    return found[0]


def test_what_people_wrote_is_escaped_everywhere(asked: str) -> None:
    assert HOSTILE not in asked
    # label, hint, two legends of choices, the box's label, the fieldset's legend, the button
    assert asked.count("&lt;script&gt;") == 7


@pytest.mark.parametrize("name", ["number", "plain_number", "password"])
def test_numbers_and_passwords_look_like_inputs_and_show_their_errors(
    asked: str, refused: str, name: str
) -> None:
    assert "govuk-input" in tag_with(asked, name).split('class="')[1].split('"')[0].split()
    assert "govuk-input--error" not in tag_with(asked, name)
    assert "govuk-input--error" in tag_with(refused, name)


def test_what_was_typed_stays_although_it_is_no_number(refused: str) -> None:
    box = tag_with(refused, "number")
    assert 'value="about forty"' in box
    assert 'type="text"' in box
    assert 'inputmode="numeric"' in box


def test_every_link_of_the_error_summary_points_at_something_on_the_page() -> None:
    form = EveryField({})
    html = render_crispy_form(form)
    summary = Template("{% load crispy_forms_gds %}{% error_summary form %}").render(
        Context({"form": form})
    )
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert len(targets) == len(form.fields)
    assert [target for target in targets if f'id="{target}"' not in html] == []


def test_ids_are_not_used_twice(refused: str) -> None:
    ids = re.findall(r'\bid="([^"]+)"', refused)
    assert len(ids) == len(set(ids))


def test_a_textarea_may_count_characters_without_help_text(asked: str) -> None:
    area = tag_with(asked, "story")
    assert "govuk-js-character-count" in area
    assert 'aria-describedby="id_story-info"' in area
    assert 'id="id_story-info"' in asked


def test_a_subclass_of_a_widget_keeps_its_look(asked: str, refused: str) -> None:
    assert "govuk-select" in tag_with(asked, "drop")
    assert "govuk-select--error" in tag_with(refused, "drop")


def test_a_form_without_a_helper_has_an_error_summary_too() -> None:
    class Bare(forms.Form):
        name = forms.CharField(error_messages={"required": "Enter a name"})

    summary = Template("{% load crispy_forms_gds %}{% error_summary form %}").render(
        Context({"form": Bare({})})
    )
    assert '<a href="#id_name">Enter a name</a>' in summary
