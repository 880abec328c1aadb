"""Audit tools in the browser: written on one page, put in use, copied, retired."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.grades import IndicatorKind
from audits.models import Tool
from audits.tools import actions as tools
from audits.tools.actions import IndicatorSpec, specs_of
from audits.workflow import ToolState
from earlyhelp.core.events.models import Event
from tests.audits.access.rounds import boxes
from tests.audits.making import ASKED, make_tool
from tests.cast import Cast
from tests.pages import box, hidden, text

SignIn = Callable[[str], Client]
NEW = "/audits/tools/new/"


def draft(council: Cast, asked: list[IndicatorSpec] | None = None) -> Tool:
    return tools.create_tool(
        name="Casework", indicators=asked or ASKED, by=council.actor("officer")
    )


def edit(tool: Tool) -> str:
    return f"/audits/tools/{tool.pk}/edit/"


def test_a_tool_with_every_kind_of_indicator_is_written_on_one_page(
    council: Cast, sign_in: SignIn
) -> None:
    sent = boxes("Casework", "Assessment", "Supervision", "Issues", "How long it was open")
    sent |= {"kind-2": "yes-no", "kind-3": "choices", "kind-4": "text"}
    sent |= {"guidance-1": "Is it up to date?", "grade-1-good": "It says what life is like"}
    sent |= {"choices-3": "Neglect\r\n\r\n Behaviour \r\n"}
    sent |= {"row": ["1", "2", "3", "4", "9"], "name-9": "", "kind-9": "graded"}
    done = sign_in("officer").post(NEW, sent, follow=True)
    assert "Casework, version 1 is saved as a draft." in text(done)
    asked = specs_of(Tool.objects.get())
    assert [(one.name, one.kind, one.code) for one in asked] == [
        ("Assessment", IndicatorKind.GRADED, "assessment"),
        ("Supervision", IndicatorKind.YES_NO, "supervision"),
        ("Issues", IndicatorKind.CHOICES, "issues"),
        ("How long it was open", IndicatorKind.TEXT, "how-long-it-was-open"),
    ]
    assert asked[0].guidance == "Is it up to date?"
    assert asked[0].grade_guidance == {"good": "It says what life is like"}
    assert asked[2].choices == ("Neglect", "Behaviour")
    said = text(done)
    assert "Graded Is it up to date? Good It says what life is like" in said
    assert "One or more of a list Neglect Behaviour" in said


def test_tools_are_listed_by_name_the_newest_version_first(council: Cast, sign_in: SignIn) -> None:
    """In whatever order they came about."""
    by = council.actor("officer")
    zebra = make_tool(council, "Zebra", ASKED)
    tools.new_version(zebra, by=by)
    make_tool(council, "Ant", ASKED)
    said = text(sign_in("officer").get("/audits/tools/"))
    names = re.findall(r"(Ant|Zebra) , version (\d)", said)
    assert names == [("Ant", "1"), ("Zebra", "2"), ("Zebra", "1")]


def test_blocks_are_added_moved_and_taken_out_without_saving(
    council: Cast, sign_in: SignIn
) -> None:
    officer, sent = sign_in("officer"), boxes("Casework", "First", "Second", "Third")
    events = Event.objects.count()

    def order(then: str) -> list[str]:
        page = officer.post(NEW, sent | {"then": then})
        keys = re.findall(r'name="row" value="(\d+)"', page.content.decode())
        return [box(page, f"name-{key}") for key in keys]

    assert order("add") == ["First", "Second", "Third", ""]
    assert order("up-3") == ["First", "Third", "Second"]
    assert order("down-1") == ["Second", "First", "Third"]
    assert order("up-1") == order("down-3") == ["First", "Second", "Third"]
    assert order("remove-2") == ["First", "Third"]
    assert order("remove-77") == order("up-x") == ["First", "Second", "Third"]
    assert not Tool.objects.exists()
    assert Event.objects.count() == events


def test_the_code_of_an_indicator_outlives_its_name(council: Cast, sign_in: SignIn) -> None:
    made = draft(council)
    page = sign_in("officer").get(edit(made))
    assert box(page, "code-2") == "plan"
    sent = boxes("Casework", "Assessment", "The plan for the family")
    sign_in("officer").post(edit(made), sent | {"code-2": "plan", "edits": "0"})
    assert [one.code for one in specs_of(made)] == ["assessment", "plan"]


@pytest.mark.parametrize(
    ("changes", "says", "target"),
    [
        ({"name": ""}, "Enter a name for the tool", "name"),
        ({"name": "x" * 201}, "Shorten the tool's name", "name"),
        ({"name-2": "", "guidance-2": "Look twice"}, "Every indicator needs a name", "name-2"),
        ({"name-2": "x" * 201}, "to 200 characters", "name-2"),
        ({"name-2": "???"}, "needs a name with letters in it", "name-2"),
        ({"name-2": "assessment"}, "stands in the tool twice", "name-2"),
        ({"kind-2": "choices", "choices-2": "One"}, "at least two choices", "name-2"),
        ({"kind-2": "choices", "choices-2": "One\none"}, "has a choice twice", "name-2"),
        ({"kind-2": "choices", "choices-2": "x" * 201 + "\ny"}, "Shorten a choice", "name-2"),
        ({"kind-2": "text", "grade-2-good": "x"}, "has no grades", "name-2"),
        ({"kind-2": "text", "choices-2": "a\nb"}, "is not answered by choosing", "name-2"),
        ({"kind-2": "guess"}, "Select how “Plan” is answered", "name-2"),
        ({"guidance-2": "x" * 5001}, "Shorten the guidance", "name-2"),
    ],
)
def test_what_cannot_be_a_tool_is_said_at_its_box_and_nothing_is_lost(
    council: Cast, sign_in: SignIn, changes: dict[str, str], says: str, target: str
) -> None:
    sent = boxes("Casework", "Assessment", "Plan") | changes
    page = sign_in("officer").post(NEW, sent)
    said = text(page)
    assert says in said
    assert f'href="#{target}"' in page.content.decode()
    assert box(page, "name") == sent["name"]
    assert box(page, "name-2") == sent["name-2"]
    assert not Tool.objects.exists()


def test_a_tool_without_an_indicator_or_with_a_name_that_is_taken(
    council: Cast, sign_in: SignIn
) -> None:
    officer = sign_in("officer")
    assert "Enter at least one indicator" in text(officer.post(NEW, boxes("Casework")))
    draft(council)
    again = officer.post(NEW, boxes("Casework", "Assessment"))
    assert "There is a tool of this name and version already" in text(again)


def test_two_officers_at_one_draft_see_both_and_lose_nothing(
    council: Cast, sign_in: SignIn
) -> None:
    made, officer = (
        draft(council, [IndicatorSpec("Assessment"), IndicatorSpec("Plan")]),
        sign_in("officer"),
    )
    theirs = boxes("Casework", "Assessment", "Reviews") | {"edits": "0"}
    officer.post(edit(made), theirs)
    mine = boxes("My casework", "Assessment", "Plan") | {"edits": "0", "guidance-2": "Look twice"}
    page = officer.post(edit(made), mine)
    said = text(page, 409)
    assert "You saved this in another tab or window at" in said
    assert "Name of the tool Saved in the other one Casework What I typed here My casework" in said
    assert "Saved in the other one Not in this version What I typed here Plan Graded Look" in said
    assert "Saved in the other one Reviews Graded What I typed here Not in this version" in said
    assert 'id="keep-indicator-assessment"' not in page.content.decode(), "both say the same of it"
    assert [one.name for one in specs_of(made)] == ["Assessment", "Reviews"]
    chosen = mine | {
        "edits": box(page, "edits"),
        "choose": ["name", "indicator-plan", "indicator-reviews"],
    }
    chosen |= {"keep-name": "theirs", "keep-indicator-reviews": "theirs"}
    asked = officer.post(edit(made), chosen)
    assert "Select which to keep for “Plan”" in text(asked, 409)
    back = officer.post(edit(made), chosen | {"keep-indicator-plan": "mine", "then": "again"})
    assert (box(back, "name"), box(back, "name-2"), box(back, "name-3")) == (
        "Casework", "Plan", "Reviews",
    )  # fmt: skip
    officer.post(edit(made), chosen | {"keep-indicator-plan": "theirs"})
    assert [one.name for one in specs_of(made)] == ["Assessment", "Reviews"]
    assert Tool.objects.get().edits == 2


def test_what_only_one_of_two_changed_is_chosen_already(council: Cast, sign_in: SignIn) -> None:
    made, officer = (
        draft(council, [IndicatorSpec("Plan"), IndicatorSpec("Reviews")]),
        sign_in("officer"),
    )
    was = box(officer.get(edit(made)), "was")
    mine = boxes("Casework", "Plan", "Reviews") | {
        "edits": "0",
        "was": was,
        "guidance-1": "Look twice",
    }
    officer.post(edit(made), boxes("Casework", "Reviews", "Plan") | {"edits": "0", "was": was})
    page = officer.post(edit(made), mine)
    assert 'type="radio"' not in page.content.decode()
    kept = "2 changes are kept: 1 from the other tab or window, 1 from this one"
    assert kept in text(page, 409)
    assert "Each changed something else" in text(page, 409)
    brought = hidden(page)
    assert brought["choose"] == ["order", "indicator-plan"]
    assert (brought["keep-order"], brought["keep-indicator-plan"]) == (["theirs"], ["mine"])
    chosen = {
        "choose": ["order", "indicator-plan"],
        "keep-order": "theirs",
        "keep-indicator-plan": "mine",
    }
    officer.post(edit(made), mine | chosen | {"edits": "1"})
    assert [(one.name, one.guidance) for one in specs_of(made)] == [
        ("Reviews", ""), ("Plan", "Look twice"),
    ]  # fmt: skip


def test_adding_a_block_keeps_the_count_that_the_page_was_made_from(
    council: Cast, sign_in: SignIn
) -> None:
    made, officer = draft(council, [IndicatorSpec("Assessment")]), sign_in("officer")
    officer.post(edit(made), boxes("Casework", "Assessment", "Reviews") | {"edits": "0"})
    page = officer.post(edit(made), boxes("Casework", "Plan") | {"edits": "0", "then": "add"})
    assert box(page, "edits") == "0"
    assert officer.post(edit(made), boxes("Mine", "Plan") | {"edits": "0"}).status_code == 409


@pytest.mark.parametrize("edits", ["", "x", "-1", "9" * 20, "²"])
def test_a_page_that_does_not_say_its_version_is_stale(
    council: Cast, sign_in: SignIn, edits: str
) -> None:
    made = draft(council)
    sent = boxes("Mine", "Plan") | {"edits": edits}
    assert sign_in("officer").post(edit(made), sent).status_code == 409
    assert Tool.objects.get().name == "Casework"


def test_put_in_use_copied_and_retired(council: Cast, sign_in: SignIn) -> None:
    made, officer = draft(council), sign_in("officer")
    page = f"/audits/tools/{made.pk}/"
    assert "Put it in use" in text(officer.get(page))
    done = officer.post(f"{page}put-in-use/", follow=True)
    assert "Casework, version 1 is in use." in text(done)

    away = officer.get(edit(made), follow=True)
    assert "Casework, version 1 is in use: copy it to a new version to change it." in text(away)
    refused = officer.post(edit(made), boxes("Mine", "Plan") | {"edits": "0"})
    assert "it is in use; copy it to a new version instead" in text(refused)
    assert box(refused, "name") == "Mine", "what was typed stays"

    copied = officer.post(f"{page}new-version/", follow=True)
    assert "Casework, version 2 is a draft now" in text(copied)
    assert "Copy to a new version" not in text(officer.get(page)), "one draft at a time"
    again = officer.post(f"{page}new-version/", follow=True)
    assert "Casework, version 2 is still a draft: change that one." in text(again)
    retired = officer.post(f"{page}retire/", follow=True)
    assert "Casework, version 1 is retired. Past rounds keep it." in text(retired)
    assert "Retired on" in text(retired)
    made.refresh_from_db()
    assert made.state == ToolState.RETIRED


def test_a_draft_is_seen_by_those_who_keep_tools_only(council: Cast, sign_in: SignIn) -> None:
    waiting = draft(council)
    used = make_tool(council, "Dip sample")
    for person in ("auditor", "head", "manager"):
        client = sign_in(person)
        said = text(client.get("/audits/tools/"))
        assert "Dip sample" in said
        assert "Casework" not in said
        assert client.get(f"/audits/tools/{waiting.pk}/").status_code == 404
        read = text(client.get(f"/audits/tools/{used.pk}/"))
        assert "It says what life is like for the child" in read
        assert "Retire this version" not in read
    assert sign_in("board_member").get("/audits/tools/").status_code == 403


def test_a_tool_costs_the_same_for_few_indicators_and_for_many(
    council: Cast, sign_in: SignIn
) -> None:
    officer = sign_in("officer")
    officer.get("/audits/tools/")
    counted = []
    for number in (1, 12):
        asked = [
            IndicatorSpec(f"Indicator {at}", grade_guidance={"good": "So it is"})
            for at in range(number)
        ]
        made = make_tool(council, f"Tool {number}", asked)
        for path in ("/audits/tools/", f"/audits/tools/{made.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                officer.get(path)
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
