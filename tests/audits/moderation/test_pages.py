"""A moderator's page: grades confirmed or changed, both kept; and one audit as it is read."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.allocation import actions as allocation
from audits.models import CaseAudit, Given
from audits.safety import actions as safety
from audits.workflow import CaseState
from earlyhelp.core.events.models import Event, Remark
from tests.audits.access.auditing import moderation
from tests.audits.casework.test_pages import text
from tests.audits.making import CANARY, DUE, Casework, on_day
from tests.cast import TODAY, Cast
from tests.pages import hidden

SignIn = Callable[[str], Client]
CHANGE = {"grade-assessment": "inadequate", "comment-assessment": "The child was not seen"}


def address(audit: CaseAudit, page: str = "audit-moderate") -> str:
    return reverse(page, args=[audit.pk])


def grades(audit: CaseAudit, code: str) -> tuple[str, str]:
    row = Given.objects.get(audit=audit, indicator__code=code)
    return row.grade, row.moderated_grade


def test_nothing_touched_confirms_everything(casework: Casework, sign_in: SignIn) -> None:
    audit, client = casework.submit(1), sign_in("other_head")
    page = text(client.get(address(audit)))
    assert "Auditor submitted it on 5 July 2016" in page and "Eleven months" in page
    reply = client.post(address(audit), moderation(audit))
    assert reply.headers["Location"] == address(audit, "audit-case")
    assert grades(audit, "assessment") == ("good", "good")
    said = text(client.get(address(audit, "audit-case")))
    assert "Confirmed" in said and "confirmed by the moderator" in said


def test_a_changed_grade_stands_beside_the_auditors_for_everybody_who_reads(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.submit(1)
    sign_in("other_head").post(address(audit), moderation(audit, **CHANGE))
    assert grades(audit, "assessment") == ("good", "inadequate")
    for person in ("manager", "head", "auditor", "director"):
        said = text(sign_in(person).get(address(audit, "audit-case")))
        row = said[said.index("Answers Indicator") :]
        assert "Assessment Good Inadequate counts" in row, person
        assert "The child was not seen" in row
        assert "Other head changed 1 grade" in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"grade-assessment": "inadequate"}, "Enter why the grade of “Assessment” changes"),
        ({"grade-assessment": "yes", "comment-assessment": "So"}, "Select one of the answers to"),
        ({"overall": "inadequate"}, "Enter why the judgement changes"),
        ({"unsafe": "yes"}, "Enter why the judgement changes"),
        ({"overall": ""}, "Confirm or change the overall judgement"),
        ({"overall": "splendid"}, "Select one of the four overall judgements"),
        ({"comment": "x" * 4001}, "Shorten what you wrote to 4,000 characters"),
        ({"comment": "Peter Smith said so"}, "tick that they name nobody"),
    ],
)
def test_what_cannot_be_taken_is_said_and_kept(
    casework: Casework, sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    audit = casework.submit(1)
    sent = moderation(audit, **{"comment-plan": "Typed with care", **typed})
    said = text(sign_in("other_head").post(address(audit), sent))
    assert "There is a problem" in said and sentence in said and "Typed with care" in said
    assert casework.audit(1).state == CaseState.SUBMITTED


def test_words_like_a_name_are_kept_with_a_plain_confirmation(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.submit(1)
    sent = moderation(audit, comment="Peter Smith said so") | {"keep-words": "yes"}
    assert sign_in("other_head").post(address(audit), sent).status_code == 302
    assert casework.audit(1).moderation_comment == "Peter Smith said so"


def test_a_concern_that_only_the_moderator_sees_is_told_by_mail(
    casework: Casework, sign_in: SignIn, mailoutbox: Any
) -> None:
    audit = casework.submit(1)
    sent = moderation(audit, overall="inadequate", comment="Nobody saw the child")
    assert sign_in("other_head").post(address(audit), sent).status_code == 302
    assert sorted(message.to[0] for message in mailoutbox) == [
        "head@testshire.example",
        "manager@testshire.example",
    ]
    assert address(audit, "audit-case") in mailoutbox[0].body


def test_somebody_else_moderated_meanwhile_and_nothing_typed_is_lost(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.submit(1)
    assert sign_in("officer").post(address(audit), moderation(audit)).status_code == 302
    reply = sign_in("other_head").post(address(audit), moderation(audit, **CHANGE))
    said = text(reply, 409)
    assert "it has been moderated" in said
    assert "The child was not seen" in said and "Inadequate" in said
    assert grades(audit, "assessment") == ("good", "good")


def test_somebody_else_was_asked_meanwhile_and_nothing_typed_is_lost(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.submit(1)
    sent = moderation(audit, **CHANGE)
    allocation.name_moderator(
        [audit], moderator=casework.cast.person["officer"], by=casework.cast.actor("officer")
    )
    said = text(sign_in("other_head").post(address(audit), sent), 409)
    assert "Somebody else was asked to moderate" in said and "The child was not seen" in said
    assert CANARY not in said


def test_an_officer_sends_again_when_only_the_moderator_changed(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.submit(1)
    client = sign_in("officer")
    sent = moderation(audit, **CHANGE) | {"was": hidden(client.get(address(audit)))["was"][0]}
    allocation.name_moderator(
        [audit], moderator=casework.cast.person["officer"], by=casework.cast.actor("officer")
    )
    reply = client.post(address(audit), sent)
    said = text(reply, 409)
    assert "Nothing is lost" in said and "The child was not seen" in said
    # Only what was typed here is new, so it is chosen already.
    again = hidden(reply) | {"then": "moderate"}
    assert again["keep-assessment"] == ["mine"]
    assert client.post(address(audit), again).status_code == 302
    assert grades(audit, "assessment") == ("good", "inadequate")


# -- saved, and not given yet -------------------------------------------------------------------


def draft(audit: CaseAudit, code: str) -> tuple[str, str]:
    row = Given.objects.get(audit=audit, indicator__code=code)
    return row.draft_grade, row.draft_comment


def test_one_bad_box_keeps_the_rest_of_a_moderation(casework: Casework, sign_in: SignIn) -> None:
    """A changed grade without its comment is kept on neither side; nothing counts, or is given."""
    audit, client = casework.submit(1), sign_in("other_head")
    sent = moderation(audit, **CHANGE, comment="Talked it over", grade_plan="good")
    for then in ("moderate", "leave"):
        reply = client.post(address(audit), sent | {"then": then})
        said = text(reply)
        assert "Enter why the grade of “Early Help plan” changes" in said
        assert "3 answers are saved, 1 is not." in said
        assert reply.content.decode().count("data-unsaved") == 1
        sent["version"] = hidden(reply)["version"][0]
    assert casework.audit(1).state == CaseState.SUBMITTED
    assert draft(audit, "assessment") == ("inadequate", "The child was not seen")
    assert draft(audit, "plan") == ("", "")
    assert grades(audit, "assessment") == ("good", "")
    # Mended, it is given: what was saved is gone, and both grades are kept.
    mended = sent | {"comment-plan": "It is up to date", "then": "moderate"}
    assert client.post(address(audit), mended).status_code == 302
    assert grades(audit, "assessment") == ("good", "inadequate")
    assert (draft(audit, "assessment"), casework.audit(1).draft_comment) == (("", ""), "")


def test_what_is_saved_is_there_when_the_moderator_comes_back_and_nobody_else_reads_it(
    casework: Casework, sign_in: SignIn
) -> None:
    audit, client = casework.submit(1), sign_in("other_head")
    sent = moderation(audit, **CHANGE, overall="inadequate", comment="Unsafe plan")
    reply = client.post(address(audit), sent | {"then": "leave"}, follow=True)
    assert "Case 1 is saved. Carry on when you like." in text(reply)
    said = text(client.get(address(audit)))
    assert "The child was not seen" in said and "Unsafe plan" in said
    assert "Saved just now by Other head" in said
    for person in ("auditor", "manager", "head", "officer"):
        said = text(sign_in(person).get(address(audit, "audit-case")))
        assert "The child was not seen" not in said and "Unsafe plan" not in said, person
        assert "Other head saved what they moderated so far" in said
    about = Event.objects.about(audit)
    assert not Remark.objects.filter(event__in=about, text="Unsafe plan").exists()


def test_a_moderation_saves_by_itself_and_asks_nothing(casework: Casework, sign_in: SignIn) -> None:
    audit, client, by_itself = casework.submit(1), sign_in("other_head"), {"X-Autosave": "1"}
    sent = {"version": audit.version, "overall": "good", "comment": "Peter Smith said so"}
    told = client.post(address(audit), sent, headers=by_itself).json()
    assert re.fullmatch(r"Saved \d\d:\d\d", told["says"]) and told["bad"] == []
    assert casework.audit(1).draft_comment == "Peter Smith said so"
    sent = {"version": told["version"], "grade-plan": "good", "comment-plan": ""}
    told = client.post(address(audit), sent, headers=by_itself).json()
    assert told["bad"] == ["plan"] and told["says"].startswith("Not saved: Enter why the grade of")
    stale = client.post(address(audit), sent | {"version": 0}, headers=by_itself)
    assert stale.status_code == 409
    assert casework.audit(1).state == CaseState.SUBMITTED


def test_two_who_moderate_see_both(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.submit(1)
    head, officer = sign_in("other_head"), sign_in("officer")
    mine = moderation(audit, grade_plan="good", comment_plan="Up to date", then="leave")
    mine |= {"was": hidden(officer.get(address(audit)))["was"][0]}
    head.post(address(audit), moderation(audit, **CHANGE, then="leave"))
    reply = officer.post(address(audit), mine)
    said = text(reply, 409)
    assert "The child was not seen" in said and "Up to date" in said
    chosen = {"keep-assessment": "theirs", "keep-plan": "mine", "then": "leave"}
    assert officer.post(address(audit), hidden(reply) | chosen).status_code == 302
    assert draft(audit, "assessment") == ("inadequate", "The child was not seen")
    assert draft(audit, "plan") == ("good", "Up to date")


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("auditor", "You audited this case"),
        ("head", "This case is of your own line"),
        ("manager", "You are not appointed to moderate"),
    ],
)
def test_who_does_not_moderate_reads_why(
    casework: Casework, sign_in: SignIn, person: str, sentence: str
) -> None:
    audit = casework.submit(1)
    client = sign_in(person)
    assert sentence in text(client.get(address(audit)), 403)
    assert sentence in text(client.post(address(audit), moderation(audit)), 403)


def test_a_moderated_audit_is_moderated_once(casework: Casework, sign_in: SignIn) -> None:
    audit, client = casework.submit(1), sign_in("other_head")
    client.post(address(audit), moderation(audit))
    reply = client.get(address(audit), follow=True)
    assert reply.redirect_chain[-1][0] == address(audit, "audit-case")
    assert "cannot be moderated now" in text(reply)


def test_before_it_is_submitted_a_moderator_does_not_see_it(
    casework: Casework, sign_in: SignIn
) -> None:
    audit = casework.complete(1)
    client = sign_in("other_head")
    assert client.get(address(audit)).status_code == 404
    assert client.post(address(audit), moderation(audit)).status_code == 404


# -- one audit as it is read --------------------------------------------------------------------


def test_the_case_number_is_for_few(casework: Casework, sign_in: SignIn) -> None:
    audit = casework.submit(1)
    for person in ("auditor", "other_head", "manager", "head", "officer"):
        said = text(sign_in(person).get(address(audit, "audit-case")))
        assert f"{CANARY}1" in said, person
    assert CANARY not in text(sign_in("director").get(address(audit, "audit-case")))


def test_what_happened_is_told_without_the_drafts(casework: Casework, sign_in: SignIn) -> None:
    casework.save(1, assessment="inadequate")
    audit = casework.submit(1)
    said = text(sign_in("manager").get(address(audit, "audit-case")))
    happened = said[said.index("What happened") :]
    assert "Auditor submitted the audit" in happened
    assert "Officer gave the case to Auditor, due 20 July 2016" in happened
    assert "saved" in happened
    assert "Inadequate" not in said and "So it is" not in said


def test_what_happened_stands_by_its_day_though_it_was_written_later(
    casework: Casework, sign_in: SignIn, settings: Any
) -> None:
    audit = casework.submit(1, "inadequate")
    settings.BUSINESS_DATE = TODAY - dt.timedelta(1)
    safety.set_remedial(audit, what="See the child", due_on=DUE, **on_day(casework.cast, "manager"))
    said = text(sign_in("officer").get(address(audit, "audit-case")))
    happened = said[said.index("What happened") :]
    assert happened.index("5 July 2016") < happened.index("4 July 2016")


def test_later_looks_and_what_was_done_stand_on_the_page(
    casework: Casework, sign_in: SignIn, council: Cast
) -> None:
    audit = casework.submit(1, "inadequate")
    manager = on_day(council, "manager")
    remedy = safety.set_remedial(audit, what="See the child", due_on=DUE, **manager)
    safety.finish_remedial(remedy, done_on=TODAY, note="Seen and well", **manager)
    officer = council.actor("officer")
    allocation.audit_again(audit, auditor=council.person["auditor"], due_on=DUE, by=officer)
    casework.submit(1, turn=2)
    said = text(sign_in("head").get(address(audit, "audit-case")))
    assert "Closed" in said and "Seen and well" in said
    assert "Case 1, audited again" in said
    assert "Head and Manager were told of the concern" in said
    again = text(sign_in("head").get(address(casework.audit(1, 2), "audit-case")))
    assert "Other audits of this case Case 1" in again


def test_reading_costs_the_same_however_much_was_written_and_done(
    casework: Casework, sign_in: SignIn, council: Cast
) -> None:
    audit, client = casework.submit(1, "inadequate"), sign_in("head")
    page = address(audit, "audit-case")
    manager = on_day(council, "manager")
    safety.set_remedial(audit, what="See the child", due_on=DUE, **manager)
    client.get(page)
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counted.append(len(queries))
        for what in ("Call the school", "Write a plan", "Hold a review"):
            safety.set_remedial(audit, what=what, due_on=DUE, **manager)
    assert counted[0] == counted[1]
