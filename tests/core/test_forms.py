"""How pages answer: done and on, or shown again with what is wrong; buttons; posted to only."""

from typing import Any

import pytest
from django import forms
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from earlyhelp.core.change import Stale
from earlyhelp.core.pages.error_words import use_our_words
from earlyhelp.core.pages.fields import laid_out
from earlyhelp.core.pages.forms import answer, answer_button, post_only, posted
from earlyhelp.core.workflow import NotAllowed
from measures.models import Return

HERE, THERE = "/here/?from=list", "/there/"


class NameForm(forms.Form):
    """A form with one field that asks about words."""

    name = forms.CharField(required=True)
    version = forms.IntegerField(required=False)
    asks = False

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = laid_out("name", button="Save", action=action)

    def asks_about_words(self) -> bool:
        """Whether it was told to."""
        return self.asks


def request_of(post: dict[str, str] | None = None) -> HttpRequest:
    factory = RequestFactory()
    request = factory.get(HERE) if post is None else factory.post(HERE, post)
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


def said(request: HttpRequest) -> list[str]:
    return [str(message) for message in request._messages]  # type: ignore[attr-defined]


def refuse(exception: Exception) -> Any:
    def act() -> None:
        raise exception

    return act


def page_of(request: HttpRequest, form: NameForm, act: Any, **options: Any) -> HttpResponse:
    return answer(
        request,
        form,
        act,
        show=lambda: HttpResponse("the page"),
        done=lambda result: f"Saved {result}.",
        then=THERE,
        **options,
    )


def test_a_valid_form_is_done_and_goes_on() -> None:
    request = request_of({"name": "Ada"})
    form = NameForm(posted(request))
    response = page_of(request, form, lambda: form.cleaned_data["name"])
    assert (response.status_code, response["Location"]) == (302, THERE)
    assert said(request) == ["Saved Ada."]


@pytest.mark.parametrize("post", [None, {}, {"name": ""}])
def test_what_was_only_asked_for_or_cannot_be_read_is_shown(post: dict[str, str] | None) -> None:
    request = request_of(post)
    form = NameForm(posted(request))
    assert page_of(request, form, refuse(AssertionError())).content == b"the page"
    assert bool(form.errors) == (post is not None)


def test_words_that_look_like_a_person_s_are_asked_about_before_anything_is_done() -> None:
    request = request_of({"name": "Ada"})
    form = NameForm(posted(request))
    form.asks = True
    assert page_of(request, form, refuse(AssertionError())).content == b"the page"


@pytest.mark.parametrize(
    ("refusal", "field", "text"),
    [
        (NotAllowed("It is closed."), "__all__", "It is closed."),
        (ValidationError({"name": "Too short"}), "name", "Too short"),
        (ValidationError({"elsewhere": "No such box"}), "__all__", "No such box"),
        (ValidationError("All of it"), "__all__", "All of it"),
    ],
)
def test_a_refusal_stands_at_its_field(refusal: Exception, field: str, text: str) -> None:
    request = request_of({"name": "Ada"})
    form = NameForm(posted(request))
    assert page_of(request, form, refuse(refusal)).content == b"the page"
    assert form.errors == {field: [text]}
    assert said(request) == []


def test_a_form_on_a_larger_page_leaves_it_where_the_state_has_moved_on() -> None:
    request = request_of({"name": "Ada"})
    closed = refuse(NotAllowed("It is closed."))
    response = page_of(request, NameForm(posted(request)), closed, page="/its-page/")
    assert response["Location"] == "/its-page/"
    assert said(request) == ["It is closed."]


def test_an_older_version_is_said_on_the_form_which_can_then_be_sent_again() -> None:
    request = request_of({"name": "Ada", "version": "1"})
    form = NameForm(posted(request))
    older = refuse(Stale(Return(version=4)))
    assert page_of(request, form, older, stale="Look again.").content == b"the page"
    assert form.errors["__all__"] == ["Look again."]
    assert form.data["version"] == "4"
    form = NameForm(posted(request))
    with pytest.raises(Stale):
        page_of(request, form, older)
    answered = page_of(request, form, older, conflict=lambda row: HttpResponse(str(row.version)))
    assert answered.content == b"4"


def test_a_version_that_cannot_be_read_is_no_matter_for_the_person() -> None:
    request = request_of({"name": "Ada", "version": "x"})
    with pytest.raises(BadRequest, match="without its version"):
        page_of(request, NameForm(posted(request)), refuse(AssertionError()))


def test_a_form_has_the_action_of_its_own_address() -> None:
    for action, expected in [("", HERE), ("/elsewhere/", "/elsewhere/")]:
        request = request_of()
        form = NameForm(action=action)
        page_of(request, form, refuse(AssertionError()))
        assert form.helper.get_attributes()["attrs"]["action"] == expected


def button(act: Any, **options: Any) -> tuple[HttpResponse, list[str]]:
    request = request_of({})
    response = answer_button(request, act, page="/its-page/", done="Done.", **options)
    return response, said(request)


def test_a_button_is_answered_on_its_page_or_further_on() -> None:
    response, words = button(lambda: 7, then=lambda result: f"/row/{result}/")
    assert (response["Location"], words) == ("/row/7/", ["Done."])
    response, words = button(lambda: 7)
    assert (response["Location"], words) == ("/its-page/", ["Done."])
    response, words = button(refuse(NotAllowed("It is closed.")), then=THERE)
    assert (response["Location"], words) == ("/its-page/", ["It is closed."])
    older = refuse(Stale(Return()))
    response, words = button(older, stale="Look again.")
    assert (response["Location"], words) == ("/its-page/", ["Look again."])
    assert button(older)[1] == [Return.stale_message]


@pytest.mark.parametrize("page", ["return", lambda pk: f"/returns/{pk}/"])
def test_an_address_that_is_only_posted_to_leads_to_its_page(page: Any) -> None:
    @post_only(page)
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        return HttpResponse(f"posted {pk}")

    assert view(request_of({}), pk=4).content == b"posted 4"
    answered = view(request_of(), pk=4)
    assert (answered.status_code, answered["Location"]) == (302, "/returns/4/")


class QuestionForm(forms.Form):
    """Boxes whose names are questions, and one whose name is none."""

    ground = forms.CharField(label="On what ground?", max_length=3)
    whom = forms.ChoiceField(label="Whom do you ask?", choices=[("a", "A")])
    day = forms.CharField(label="First day")


def test_a_box_that_is_a_question_is_answered_and_not_entered() -> None:
    form = QuestionForm({"ground": "", "whom": "b"})
    use_our_words(form)
    assert {name: list(said) for name, said in form.errors.items()} == {
        "ground": ["Enter the answer to “On what ground?”"],
        "whom": ["Select the answer to “Whom do you ask?” from the list"],
        "day": ["Enter the first day"],
    }
    form = QuestionForm({"ground": "Long", "whom": "a", "day": "1"})
    use_our_words(form)
    [said] = form.errors["ground"]
    assert said == "The answer to “On what ground?” must be 3 characters or fewer"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (forms.CharField(label="Short name"), "Enter the short name"),
        (forms.CharField(label="ISBN"), "Enter the ISBN"),
        (forms.CharField(label="How many there were"), "Enter how many there were"),
        (forms.ChoiceField(label="What is added"), "Select what is added"),
    ],
)
def test_what_is_missing_is_said_in_a_sentence_whatever_its_box_is_called(
    field: forms.Field, said: str
) -> None:
    form = type("BoxForm", (forms.Form,), {"box": field})({})
    use_our_words(form)
    assert form.errors["box"] == [said]
