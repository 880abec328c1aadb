"""The mail of a concern: to whom, what it says, and what happens when it cannot be sent."""

from typing import Any

from audits.safety import emails as letters
from tests.cast import Cast

ADDRESS = "https://early-help.testshire.example/audits/cases/7/"


def test_each_person_has_a_mail_of_their_own(council: Cast, mailoutbox: Any) -> None:
    people = [council.person["head"], council.person["manager"]]
    assert letters.tell_of_concern(people, ADDRESS) == []
    assert [message.to for message in mailoutbox] == [[person.email] for person in people]


def test_it_leads_to_the_case_and_says_nothing_of_it(council: Cast, mailoutbox: Any) -> None:
    letters.tell_of_concern([council.person["manager"]], ADDRESS)
    said = f"{mailoutbox[0].subject} {mailoutbox[0].body}"
    assert ADDRESS in said
    for detail in ("North", "Manager", "inadequate", "unsafe", "child", "Case 7", "Under 11s"):
        assert detail not in said


def test_a_mail_server_that_is_away_is_told_of_and_logged(
    council: Cast, settings: Any, caplog: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    people = [council.person["head"], council.person["manager"]]
    assert letters.tell_of_concern(people, ADDRESS) == people
    assert len(caplog.records) == 2
    assert ADDRESS not in caplog.text and people[0].email not in caplog.text


def test_one_refused_address_does_not_keep_the_others_from_theirs(
    council: Cast, mailoutbox: Any, monkeypatch: Any
) -> None:
    sent = letters.EmailMessage.send

    def send(letter: Any) -> int:
        if letter.to == [council.person["head"].email]:
            raise ConnectionRefusedError
        return sent(letter)

    monkeypatch.setattr(letters.EmailMessage, "send", send)
    people = [council.person["head"], council.person["manager"]]
    assert letters.tell_of_concern(people, ADDRESS) == people[:1]
    assert [message.to for message in mailoutbox] == [[people[1].email]]
