"""Things that are done on no page of the access table, each ready to be done once."""

import datetime as dt
import io
import tempfile
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from audits.casework.answers import CaseAnswer
from earlyhelp.core import clock
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.operations import disposal
from earlyhelp.report import files
from earlyhelp.report.models import Edition
from earlyhelp.report.publishing.actions import note_opening
from earlyhelp.report.publishing.scheduled import publish_job
from earlyhelp.report.publishing.telling import watch_job
from earlyhelp.signin.accounts import AccountAdapter
from measures.corrections import actions as corrections
from measures.exchange.council import load_council
from measures.models import Figure
from measures.quarters import actions as quarters
from measures.releases import actions as releases
from measures.releases.known import load_known
from measures.returns import actions as entry
from measures.returns.answers import GivenAnswer
from teams import actions as teams
from teams.authority import command_actor
from teams.confirmations.actions import ask_for_address
from teams.roles import Role
from tests.audits.access.auditing import moderation
from tests.audits.making import make_casework
from tests.cast import HISTORY, TODAY, Cast
from tests.factories import LocalityFactory, TeamFactory
from tests.measures.acting import answers, reporting
from tests.measures.acts import ACTS as OF_MEASURES
from tests.measures.acts import Act
from tests.measures.folders import HEADERS, write_folder
from tests.pages import hidden
from tests.report import making

LATE = dt.datetime(2026, 7, 6, 9, tzinfo=dt.UTC)


def save_grades(cast: Cast) -> Act:
    work = make_casework(cast)
    return lambda: work.save(1, assessment="good", plan="inadequate")


def save_moderation(cast: Cast) -> Act:
    audit = make_casework(cast).submit(1)
    client = _signed_in(cast, "other_head")
    sent = moderation(audit, comment="Not done yet", then="later")
    return lambda: client.post(reverse("audit-moderate", args=[audit.pk]), sent)


def build_a_file(cast: Cast) -> Act:
    edition = making.published(cast)
    return lambda: files.file_of(edition, "internal", "html")


def set_password(cast: Cast) -> Act:
    adapter, person = AccountAdapter(RequestFactory().get("/")), cast.person["head"]
    return lambda: adapter.set_password(person, "another long password")


def load_a_council(cast: Cast) -> Act:
    lines = {"council": ["testshire,Testshire Council,Testshire"], "localities": ["west,West"]}
    folder = write_folder(Path(tempfile.mkdtemp()), **dict.fromkeys(HEADERS, ()) | lines)
    return lambda: load_council(folder)


def add_returns(cast: Cast) -> Act:
    TeamFactory(code="late-family")
    return lambda: quarters.add_returns(reporting(), by=command_actor())


def load_known_numbers(cast: Cast) -> Act:
    text = (
        "measure,area,period,part,value,where\n"
        "helped,city,2015-16 Q2,value,81.5,Annual report\n"
        "helped,north,2015-16,numerator,37,Annual report\n"
    )
    return lambda: load_known(io.BytesIO(text.encode()), "known.csv", by=command_actor())


def take_away_second_step(cast: Cast) -> Act:
    person, by = cast.person["head"], cast.actor("administrator")
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return lambda: teams.take_away_second_step(person, by=by, reason="A lost phone")


def take_out_words(cast: Cast) -> Act:
    work = make_casework(cast)
    audit = work.save(1, assessment=CaseAnswer("inadequate", comment="Jane was not seen"))
    remark = Remark.objects.filter(event__in=Event.objects.about(audit)).exclude(text="")[0]
    by = cast.actor("administrator")
    return lambda: teams.take_out_words(remark, by=by, reason="A name")


def ask_for_another_address(cast: Cast) -> Act:
    person, by = cast.person["head"], cast.actor("administrator")
    return lambda: ask_for_address(person, "another@testshire.example", by=by)


def let_in_again(cast: Cast) -> Act:
    person, by = cast.person["head"], cast.actor("administrator")
    person.is_active = False
    teams.keep_person(person, by=by)
    person.is_active = True
    return lambda: teams.keep_person(person, by=by, reason="Back from leave")


def appoint_somebody(cast: Cast) -> Act:
    by, whom = cast.actor("administrator"), cast.person["leaver"]
    appointed = {"person": whom, "role": Role.SERVICE_DIRECTOR, "starts": TODAY}
    return lambda: teams.appoint(**appointed, by=by)


def delete_in_administration(cast: Cast) -> Act:
    client, row = _signed_in(cast, "officer"), LocalityFactory(name="West")
    address = reverse("admin:teams_locality_delete", args=[row.pk])
    return lambda: client.post(address, {"post": "yes", "why": "Never used"})


def load_in_administration(cast: Cast) -> Act:
    client = _signed_in(cast, "officer")
    text = "code,name\nwest,West\neast,East\n"
    address = reverse("admin:teams_locality_import")
    file = SimpleUploadedFile("rows.csv", text.encode())
    shown = client.post(address, {"import_file": file, "format": "0", "resource": "0"})
    sent = {name: values[0] for name, values in hidden(shown).items()} | {"why": "From a list"}
    return lambda: client.post(reverse("admin:teams_locality_process_import"), sent)


def publish_at_its_hour(cast: Cast) -> Act:
    edition = making.approved(cast)
    hour = clock.now() - dt.timedelta(minutes=1)
    Edition.objects.filter(pk=edition.pk).update(publish_at=hour)
    payload = {"edition": edition.pk, "by": cast.person["director"].pk, "site": "https://x.example"}
    return lambda: publish_job(payload)


def tell_readers_of_changes(cast: Cast) -> Act:
    edition = making.published(cast)
    opened = Figure.objects.get(
        return_made=cast.made("north-family", HISTORY[3]), item=cast.item["open-cases"]
    )
    changes = {opened.pk: GivenAnswer(900)}
    proposed = corrections.propose(changes, reason="Counted twice", by=cast.actor("officer"))
    corrections.countersign(proposed, by=cast.actor("director"))
    payload = {"edition": edition.pk, "site": "https://x.example"}
    return lambda: watch_job(payload)


def open_an_edition_early(cast: Cast) -> Act:
    edition, reader = making.approved(cast), cast.actor("officer")
    return lambda: note_opening(edition, "page", by=reader)


def release_by_job(cast: Cast) -> Act:
    row = reporting()
    quarters.finish(row, reason="The board meets", early=True, by=command_actor())
    return lambda: releases.make(reporting(), by=command_actor())


def dispose(cast: Cast) -> Act:
    made = cast.made("north-family")
    given = answers(cast, made, open_cases=GivenAnswer(answer="not-provided", note="Ask Jane"))
    entry.save_figures(made, given, version=made.version, by=cast.actor("manager"))
    late = cast.actor("administrator", today=dt.date(2026, 7, 6), now=LATE)
    periods = {f"KEEP_{name}_YEARS": 3 for name in ("WORDS", "CASE_NUMBERS", "NAMES")}

    def act() -> None:
        with override_settings(**periods):
            disposal.dispose(late)

    return act


def _signed_in(cast: Cast, person: str) -> Client:
    client = Client()
    client.force_login(cast.person[person])
    return client


ACTS = [
    *OF_MEASURES,
    save_grades, save_moderation, build_a_file, set_password, load_a_council,
    add_returns, load_known_numbers, take_away_second_step, take_out_words,
    ask_for_another_address, let_in_again, appoint_somebody, delete_in_administration, load_in_administration,
    publish_at_its_hour, tell_readers_of_changes, open_an_edition_early, release_by_job, dispose,
]  # fmt: skip
