"""Who audits which case in the browser: allocated, reallocated, moderated, audited again."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits.allocation import actions as allocation
from audits.models import CaseAudit, RoundKind
from audits.rounds import actions as rounds
from audits.rounds.case_list import CaseLine
from earlyhelp.core.events.models import Event, Remark
from teams.models import Appointment
from tests.audits.access.rounds import day, plan_one
from tests.audits.making import DUE, Casework, make_tool, planned
from tests.cast import Cast
from tests.pages import text

SignIn = Callable[[str], Client]
ALLOCATE = "/audits/rounds/july/allocate/"
ON = day("due_on", 20, 7, 2016)


def ticked(response: Any) -> list[str]:
    """The values of the boxes that are ticked."""
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', response.content.decode())
    return [re.findall(r'value="(\d+)"', one)[0] for one in boxes if "checked" in one]


def chosen(response: Any, name: str) -> str:
    """The value chosen in a select."""
    found = re.search(
        rf'<select[^>]*name="{name}".*?</select>', response.content.decode(), re.DOTALL
    )
    assert found
    selected = re.findall(r'value="(\d*)" selected', found[0])
    return selected[0] if selected else ""


def boxes(response: Any) -> int:
    return len(re.findall(r'type="checkbox"', response.content.decode()))


# -- allocated -------------------------------------------------------------------------------


def test_cases_are_given_to_an_auditor_by_a_day(council: Cast, sign_in: SignIn) -> None:
    _, cases = plan_one(council, 3)
    officer = sign_in("officer")
    assert "Case 1: CASENO1, North family" in text(officer.get(ALLOCATE))
    sent = {"cases": [cases[0].pk, cases[1].pk], "auditor": council.person["auditor"].pk, **ON}
    done = officer.post(
        ALLOCATE, sent | {"moderator": council.person["other_head"].pk}, follow=True
    )
    assert "2 cases allocated to Auditor, due on 20 July 2016." in text(done)
    assert boxes(done) == 1, "the third is still there to be allocated"
    audits = CaseAudit.objects.filter(case__in=cases)
    assert {(one.auditor.name, one.due_on, one.moderator.name) for one in audits} == {
        ("Auditor", DUE, "Other head")
    }
    last = officer.post(ALLOCATE, sent | {"cases": [cases[2].pk]}, follow=True)
    assert "3 cases, all allocated." in text(last)
    assert "Every case is allocated." in text(officer.get(ALLOCATE))


def test_links_tick_all_or_a_teams(council: Cast, sign_in: SignIn) -> None:
    made, _ = plan_one(council, 2)
    [other] = rounds.add_cases(made, [CaseLine("S1", "south-family")], by=council.actor("officer"))
    officer = sign_in("officer")
    assert ticked(officer.get(ALLOCATE)) == []
    assert len(ticked(officer.get(ALLOCATE, {"choose": "all"}))) == 3
    assert ticked(officer.get(ALLOCATE, {"choose": "south-family"})) == [str(other.pk)]
    assert ticked(officer.get(ALLOCATE, {"choose": "nowhere"})) == []
    assert "?choose=south-family" in officer.get(ALLOCATE).content.decode()


SHARE = "/audits/rounds/july/share/"


def test_cases_are_shared_out_over_several_people(council: Cast, sign_in: SignIn) -> None:
    made, _ = plan_one(council, 4)
    rounds.add_cases(made, [CaseLine("S1", "south-family")], by=council.actor("officer"))
    officer = sign_in("officer")
    assert f'href="{SHARE}"' in officer.get(ALLOCATE).content.decode()
    page = officer.get(SHARE)
    assert "5 cases wait for an auditor." in text(page)
    assert "Manager (Team manager, North " in text(page)
    people = [council.person[name].pk for name in ("auditor", "manager")]
    done = officer.post(SHARE, {"auditors": people, **ON}, follow=True)
    assert "5 cases shared out: 4 to Auditor; 1 to Manager. They are due on 20 July 2016." in text(
        done
    )
    assert "5 cases, all allocated." in text(done)
    assert "Every case is allocated." in text(officer.get(SHARE))
    assert "Every case is allocated already." in text(
        officer.post(SHARE, {"auditors": people, **ON})
    )


def test_cases_that_nobody_chosen_may_audit_are_named(council: Cast, sign_in: SignIn) -> None:
    made, _ = plan_one(council, 2)
    rounds.add_cases(made, [CaseLine("S1", "south-family")], by=council.actor("officer"))
    people = [council.person[name].pk for name in ("manager", "head")]
    done = sign_in("officer").post(SHARE, {"auditors": people, **ON}, follow=True)
    said = text(done)
    assert "1 case shared out: 1 to Head. It is due on 20 July 2016." in said
    assert "Case 1 and Case 2 are of the own line of everybody chosen" in said
    assert boxes(done) == 2, "both are still there to be allocated"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"auditors": []}, "Select who audits"),
        ({"auditors": ["{board_member}"]}, "Select people from the list"),
        ({"auditors": ["x"]}, "Select people from the list"),
        ({"auditors": ["{manager}", "{head}"]}, "own line of everybody chosen: choose others"),
        ({"due_on_0": ""}, "Enter the due date"),
    ],
)
def test_what_cannot_be_shared_out_is_said_at_its_box(
    council: Cast, sign_in: SignIn, changes: dict[str, Any], says: str
) -> None:
    plan_one(council, 2)
    sent: dict[str, Any] = {"auditors": [council.person["auditor"].pk], **ON} | changes
    sent["auditors"] = [
        council.person[one[1:-1]].pk if str(one).startswith("{") else one
        for one in sent["auditors"]
    ]
    page = sign_in("officer").post(SHARE, sent)
    assert says in text(page)
    assert not CaseAudit.objects.exists()


def test_sharing_out_costs_the_same_for_few_cases_and_many(council: Cast, sign_in: SignIn) -> None:
    made, _ = plan_one(council, 2)
    officer = sign_in("officer")
    people = [council.person[name].pk for name in ("auditor", "director")]
    officer.get(SHARE)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert officer.get(SHARE).status_code == 200
            assert officer.post(SHARE, {"auditors": people, **ON}).status_code == 302
        return len(captured)

    few = queries()
    lines = [CaseLine(f"M{n}", "north-family") for n in range(40)]
    rounds.add_cases(made, lines, by=council.actor("officer"))
    assert queries() == few


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"cases": []}, "Select at least one case"),
        ({"cases": [999_999]}, "Select cases that are still to be allocated"),
        ({"auditor": ""}, "Select who audits"),
        ({"auditor": "{board_member}"}, "Select a person from the list"),
        ({"auditor": "{manager}"}, "Case 1 is of Manager's own line"),
        ({"auditor": "{head}"}, "Case 1 is of Head's own line"),
        ({"moderator": "{head}"}, "Case 1 is of Head's own line"),
        ({"moderator": "{auditor}"}, "Select a person from the list"),
        ({"auditor": "{other_head}", "moderator": "{other_head}"}, "cannot be the moderator"),
        ({"due_on_0": ""}, "Enter the due date"),
        ({"due_on_1": "13"}, "The due date must be a real date"),
    ],
)
def test_what_cannot_be_allocated_is_said_at_its_box(
    council: Cast, sign_in: SignIn, changes: dict[str, Any], says: str
) -> None:
    _, cases = plan_one(council, 1)
    sent = {"cases": [cases[0].pk], "auditor": council.person["auditor"].pk, **ON}
    for name, value in changes.items():
        found = re.fullmatch(r"\{(\w+)\}", value) if isinstance(value, str) else None
        sent[name] = council.person[found[1]].pk if found else value
    page = sign_in("officer").post(ALLOCATE, sent)
    assert says in text(page)
    assert not CaseAudit.objects.exists()
    if "auditor" not in changes:
        assert chosen(page, "auditor") == str(council.person["auditor"].pk)


def test_the_list_of_people_says_whose_line_is_whose(council: Cast, sign_in: SignIn) -> None:
    plan_one(council, 1)
    said = text(sign_in("officer").get(ALLOCATE))
    assert "Head (Head of service, North)" in said
    assert "Manager (Team manager, North family; Team manager, North centre)" in said
    assert "Leaver" not in said
    assert "Board member" not in said


def test_a_withdrawn_appointment_takes_a_person_off_the_list(
    council: Cast, sign_in: SignIn
) -> None:
    plan_one(council, 1)
    Appointment.objects.filter(person=council.person["auditor"]).update(ends=dt.date(2016, 7, 4))
    assert "Auditor (Auditor)" not in text(sign_in("officer").get(ALLOCATE))


def test_several_agencies_look_at_the_same_case(council: Cast, sign_in: SignIn) -> None:
    officer_by = council.actor("officer")
    tool = make_tool(council)
    made = rounds.plan_round(planned(tool, kind=RoundKind.MULTI_AGENCY), by=officer_by)
    [case] = rounds.add_cases(made, [CaseLine("X1", "north-family")], by=officer_by)
    officer = sign_in("officer")
    sent = {"cases": [case.pk], "auditor": council.person["auditor"].pk, **ON}
    officer.post(ALLOCATE, sent)
    assert "(already with the service itself)" in text(officer.get(ALLOCATE))
    officer.post(ALLOCATE, sent | {"agency": "Health"})
    assert [one.agency for one in case.audits.order_by("agency")] == ["", "Health"]
    page = officer.post(ALLOCATE, sent | {"agency": "Health"})
    assert "Case 1 is allocated already" in text(page)
    assert case.audits.count() == 2
    assert "Health" in text(officer.get("/audits/rounds/july/"))


def test_another_kind_of_round_has_no_agencies(council: Cast, sign_in: SignIn) -> None:
    _, cases = plan_one(council, 1)
    officer = sign_in("officer")
    assert 'name="agency"' not in officer.get(ALLOCATE).content.decode()
    sent = {"cases": [cases[0].pk], "auditor": council.person["auditor"].pk, **ON}
    officer.post(ALLOCATE, sent | {"agency": "Health"})
    assert CaseAudit.objects.get().agency == ""


def test_a_round_without_cases_and_one_that_is_closed(
    council: Cast, sign_in: SignIn, casework: Casework
) -> None:
    officer = sign_in("officer")
    assert "Every case is allocated." in text(officer.get(ALLOCATE))
    rounds.close_round(casework.round, reason="Enough", by=council.actor("officer"))
    said = text(officer.get(ALLOCATE, follow=True))
    assert "This round is closed, so its cases can no longer be allocated." in said
    rounds.plan_round(planned(casework.tool, "empty"), by=council.actor("officer"))
    assert "This round has no cases yet." in text(officer.get("/audits/rounds/empty/allocate/"))


def test_allocating_costs_the_same_for_few_cases_and_for_many(
    council: Cast, sign_in: SignIn
) -> None:
    made, _ = plan_one(council, 1)
    officer, counted = sign_in("officer"), []
    officer.get(ALLOCATE)
    for more in (0, 12):
        lines = [CaseLine(f"M{at}", "south-family") for at in range(more)]
        if lines:
            rounds.add_cases(made, lines, by=council.actor("officer"))
        with CaptureQueriesContext(connection) as queries:
            officer.get(ALLOCATE)
        counted.append(len(queries))
    assert counted[0] == counted[1]


# -- reallocated -----------------------------------------------------------------------------


def moved(casework: Casework, person: str = "director", **changes: Any) -> dict[str, Any]:
    sent = {"auditor": casework.cast.person[person].pk, "reason": "Leave", "version": 0}
    return sent | day("due_on", 25, 7, 2016) | changes


def test_a_case_is_given_to_somebody_else_with_a_reason(
    casework: Casework, sign_in: SignIn
) -> None:
    casework.save(1, assessment="good")
    audit = casework.audit(1)
    path, officer = f"/audits/cases/{audit.pk}/reallocate/", sign_in("officer")
    page = officer.get(path)
    assert "With Auditor, due on 20 July 2016: in progress. What was saved of it stays." in text(
        page
    )
    assert chosen(page, "auditor") == str(casework.cast.person["auditor"].pk)
    done = officer.post(path, moved(casework, version=audit.version), follow=True)
    assert "Case 1 is with Director, due on 25 July 2016." in text(done)
    after = casework.audit(1)
    assert (after.auditor.name, after.due_on) == ("Director", dt.date(2016, 7, 25))
    assert after.given.get().grade == "good"
    assert Remark.objects.filter(text="Leave").exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"reason": " "}, "Enter why this case is given to somebody else"),
        ({"person": "manager"}, "Case 1 is of Manager's own line"),
        ({"person": "other_head"}, "The moderator cannot be the auditor"),
        ({"auditor": ""}, "Select who audits"),
        ({"due_on_0": "32"}, "The due date must be a real date"),
    ],
)
def test_what_cannot_be_reallocated(
    casework: Casework, sign_in: SignIn, changes: dict[str, Any], says: str
) -> None:
    audit = casework.audit(1)
    page = sign_in("officer").post(
        f"/audits/cases/{audit.pk}/reallocate/", moved(casework, **changes)
    )
    assert says in text(page)
    assert casework.audit(1).auditor.name == "Auditor"


def test_a_case_that_was_submitted_is_not_reallocated(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.submit(1)
    page = sign_in("officer").post(
        f"/audits/cases/{audit.pk}/reallocate/", moved(casework, version=audit.version)
    )
    assert "it has been submitted" in text(page)


def test_somebody_saved_meanwhile_and_nothing_typed_is_lost(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.audit(1)
    casework.save(1, assessment="good")
    path, officer = f"/audits/cases/{audit.pk}/reallocate/", sign_in("officer")
    page = officer.post(path, moved(casework))
    said = text(page, 409)
    assert "Somebody else saved this audit while you were working on it." in said
    assert "With Auditor, due on 20 July 2016: in progress." in said
    assert chosen(page, "auditor") == str(casework.cast.person["director"].pk)
    assert "Leave</textarea>" in page.content.decode()
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())
    assert casework.audit(1).auditor.name == "Auditor"
    officer.post(path, moved(casework, version=version[1]))
    assert casework.audit(1).auditor.name == "Director"


# -- moderated -------------------------------------------------------------------------------


def test_somebody_is_asked_to_moderate_this_one_and_others(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.audit(4)
    path, officer = f"/audits/cases/{audit.pk}/moderator/", sign_in("officer")
    page = officer.get(path)
    assert "Audited by Auditor. Nobody is asked to moderate it yet." in text(page)
    assert "Case 5: audited by Auditor" in text(page)
    assert "Case 1: audited by Auditor" not in text(page), "it has a moderator"
    sent = {"moderator": casework.cast.person["head"].pk, "others": [casework.audit(5).pk]}
    done = officer.post(path, sent, follow=True)
    assert "Head is asked to moderate 2 cases." in text(done)
    assert [casework.audit(serial).moderator_id for serial in (4, 5, 6)] == [
        casework.cast.person["head"].pk,
        casework.cast.person["head"].pk,
        None,
    ]


@pytest.mark.parametrize(
    ("moderator", "others", "says"),
    [
        ("other_head", [], "Case 4 is of Other head's own line"),
        ("auditor", [], "Select a person from the list"),
        ("", [], "Select who moderates"),
        ("head", [1], "Select audits that are not moderated yet"),
    ],
)
def test_who_cannot_moderate(
    casework: Casework, sign_in: SignIn, moderator: str, others: list[int], says: str
) -> None:
    sent = {
        "moderator": casework.cast.person[moderator].pk if moderator else "",
        "others": [casework.audit(serial).pk for serial in others],
    }
    audit = casework.audit(4)
    page = sign_in("officer").post(f"/audits/cases/{audit.pk}/moderator/", sent)
    assert says in text(page)
    assert casework.audit(4).moderator is None


# -- audited again ---------------------------------------------------------------------------


def test_a_case_of_concern_is_audited_again_also_in_a_closed_round(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.submit(1, "unsafe")
    rounds.close_round(casework.round, reason="Enough", by=casework.cast.actor("officer"))
    path, officer = f"/audits/cases/{audit.pk}/again/", sign_in("officer")
    assert "It was found inadequate or unsafe" in text(officer.get(path))
    sent = {"auditor": casework.cast.person["auditor"].pk, **day("due_on", 29, 7, 2016)}
    page = officer.post(path, sent | {"auditor": casework.cast.person["manager"].pk})
    assert "Case 1 is of Manager's own line" in text(page)
    done = officer.post(path, sent, follow=True)
    assert "Case 1 is to be audited again by Auditor, due on 29 July 2016." in text(done)
    assert casework.audit(1, turn=2).due_on == dt.date(2016, 7, 29)
    officer.post(path, sent)
    assert CaseAudit.objects.filter(turn=2).count() == 1, "asking twice asks once"


def test_a_sound_case_is_not_audited_again(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.submit(1)
    path, officer = f"/audits/cases/{audit.pk}/again/", sign_in("officer")
    says = "Only a case found inadequate or unsafe is audited again."
    assert says in text(officer.get(path, follow=True))
    sent = {"auditor": casework.cast.person["auditor"].pk, **ON}
    assert says in text(officer.post(path, sent))
    assert not CaseAudit.objects.filter(turn=2).exists()


@pytest.mark.parametrize("person", ["head", "other_head", "director", "auditor", "manager"])
def test_only_officers_say_who_audits(casework: Casework, sign_in: SignIn, person: str) -> None:
    audit = casework.submit(1, "inadequate")
    client, events = sign_in(person), Event.objects.count()
    for path in ("reallocate", "moderator", "again"):
        for pk in (audit.pk, 999_999):
            assert client.get(f"/audits/cases/{pk}/{path}/").status_code == 403
            assert client.post(f"/audits/cases/{pk}/{path}/").status_code == 403
    assert client.get(ALLOCATE).status_code == 403
    assert Event.objects.count() == events
    assert sign_in("officer").get("/audits/cases/999999/again/").status_code == 404


def test_who_may_audit_is_asked_on_the_day(council: Cast) -> None:
    """The rule that the forms' lists follow."""
    made, cases = plan_one(council, 1)
    asked = replace(council.actor("officer"), today=dt.date(2015, 3, 1))
    with pytest.raises(Exception, match="not appointed to audit cases"):
        allocation.allocate(made, cases, auditor=council.person["auditor"], due_on=DUE, by=asked)
