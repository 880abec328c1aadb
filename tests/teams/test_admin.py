"""The administration pages of the organisation and its people: who gets in, and how it is saved."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event, Remark
from earlyhelp.core.redaction import TAKEN_OUT
from earlyhelp.core.work import jobs
from earlyhelp.core.work.models import Job
from teams.actions import keep, prolong, withdraw
from teams.admin.history import ChangedField
from teams.exchange import ActionResource
from teams.models import Appointment, Council, Locality, Placement, Team, User
from teams.roles import Role
from tests.cast import TODAY, Cast

SignIn = Callable[[str], Client]


def problems(response: Any) -> dict[str, list[str]]:
    """What the form on an admin page says is wrong."""
    assert response.status_code == 200, response.headers.get("Location")
    return dict(response.context["adminform"].form.errors)


def fields_of(response: Any) -> dict[str, Any]:
    """What the form on an admin page would send back unchanged."""
    form = response.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {
        name: "" if value is None or value is False else value for name, value in values.items()
    }


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("rows.csv", text.encode(), "text/csv")


def load(client: Client, kind: str, text: str, why: str = "") -> Any:
    """Send a file through both pages of an import; the second only when the first is content."""
    first = client.post(
        reverse(f"admin:{kind}_import"),
        {"import_file": upload(text), "format": "0", "resource": "0", "why": why},
    )
    if "confirm_form" not in first.context:
        return first
    confirm = dict(first.context["confirm_form"].initial)
    return client.post(reverse(f"admin:{kind}_process_import"), confirm)


# -- who gets in ----------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["administrator", "officer"])
def test_those_who_keep_something_get_in(person: str, sign_in: SignIn) -> None:
    page = sign_in(person).get(reverse("admin:index"))
    assert page.status_code == 200
    assert "Early Help performance: administration" in page.content.decode()


@pytest.mark.parametrize(
    "person",
    ["contributor", "manager", "head", "director", "auditor", "board_member", "leaver"],
)
def test_nobody_else_does_even_with_the_flag(person: str, council: Cast, sign_in: SignIn) -> None:
    client = sign_in(person)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403
    User.objects.filter(pk=council.person[person].pk).update(is_staff=True)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403
    assert (
        client.post(reverse("admin:login"), {"username": "a", "password": "b"}).status_code == 403
    )


def test_a_stranger_signs_in_on_the_sites_own_page(council: Cast, client: Client) -> None:
    page = client.get(reverse("admin:index"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_withdrawn_appointment_counts_at_the_next_request(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    assert client.get(reverse("admin:teams_user_changelist")).status_code == 200
    Appointment.objects.filter(person=council.person["administrator"]).update(
        ends=dt.date(2016, 7, 4)
    )
    assert client.get(reverse("admin:teams_user_changelist"), follow=True).status_code == 403


def test_djangos_own_permissions_count_for_nothing(council: Cast, sign_in: SignIn) -> None:
    """A superuser by hand opens nothing: the first two are administrators by appointment."""
    for person in ("head", "officer"):
        one = council.person[person]
        User.objects.filter(pk=one.pk).update(is_staff=True, is_superuser=True)
    for name in ("teams_appointment_add", "teams_locality_add", "measures_return_changelist"):
        assert sign_in("head").get(reverse(f"admin:{name}"), follow=True).status_code == 403
    assert sign_in("officer").get(reverse("admin:teams_appointment_add")).status_code == 403


def test_an_administrator_sees_people_and_places_but_no_figures(sign_in: SignIn) -> None:
    client = sign_in("administrator")
    for name in ["teams_user", "teams_appointment", "teams_team", "teams_locality"]:
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200, name
    for name in ["events_event", "measures_return", "measures_commentary"]:
        assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403, name
    assert client.get(reverse("admin:teams_locality_add")).status_code == 403


def test_an_officer_keeps_the_organisation_and_no_people(sign_in: SignIn) -> None:
    client = sign_in("officer")
    assert client.get(reverse("admin:teams_team_add")).status_code == 200
    assert client.get(reverse("admin:teams_user_changelist")).status_code == 403
    assert client.get(reverse("admin:teams_appointment_add")).status_code == 403


def test_the_sign_in_librarys_own_pages_are_not_here(sign_in: SignIn) -> None:
    index = sign_in("administrator").get(reverse("admin:index"))
    names = {model["object_name"] for app in index.context["app_list"] for model in app["models"]}
    kept = {"Appointment", "Council", "Locality", "Placement", "Team", "TeamType", "User"}
    assert names == {*kept, "Remark", "Job"}


# -- what a change leaves -------------------------------------------------------------------


def test_a_change_leaves_an_event_and_history_with_the_reason(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    north = council.locality["north"]
    client.post(
        reverse("admin:teams_locality_change", args=[north.pk]),
        {"code": "north", "name": "North and hills", "why": "The council renamed it"},
    )
    event = Event.objects.about(north).latest("id")
    assert (event.verb, event.route, event.by) == (
        "changed",
        Route.ADMIN,
        council.person["officer"],
    )
    assert (event.before["name"], event.after["name"]) == ("North", "North and hills")
    assert event.remarks.get().text == "The council renamed it"
    page = client.get(reverse("admin:teams_locality_history", args=[north.pk]))
    (last, *_) = page.context["lines"]
    assert (last.what, last.why) == ("Changed", "The council renamed it")
    assert last.changes == [ChangedField("Name", "North", "North and hills")]
    text = page.content.decode()
    assert "The council renamed it" in text and "Officer" in text


def test_a_new_row_leaves_one_event_and_the_rehearsal_none(council: Cast, sign_in: SignIn) -> None:
    before = Event.objects.count()
    sign_in("officer").post(
        reverse("admin:teams_locality_add"), {"code": "west", "name": "West", "why": ""}
    )
    west = Locality.objects.get(code="west")
    assert Event.objects.count() == before + 1
    assert Event.objects.about(west).count() == 1


def test_saving_what_is_there_leaves_nothing(council: Cast, sign_in: SignIn) -> None:
    before = Event.objects.count()
    client = sign_in("officer")
    address = reverse("admin:teams_team_change", args=[council.team["north-family"].pk])
    response = client.post(address, fields_of(client.get(address)))
    assert response.status_code == 302
    assert Event.objects.count() == before


def test_deleting_needs_a_reason_and_keeps_it(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    client.post(reverse("admin:teams_locality_add"), {"code": "west", "name": "West"})
    west = Locality.objects.get(code="west")
    address = reverse("admin:teams_locality_delete", args=[west.pk])
    client.post(address, {"post": "yes", "why": " "})
    assert Locality.objects.filter(code="west").exists()
    client.post(address, {"post": "yes", "why": "Typed twice"})
    assert not Locality.objects.filter(code="west").exists()
    event = Event.objects.latest("id")
    assert (event.verb, event.route, event.before["name"]) == ("deleted", Route.ADMIN, "West")
    assert event.remarks.get().text == "Typed twice"


def test_what_history_hangs_on_is_not_deleted(council: Cast, sign_in: SignIn) -> None:
    north = council.locality["north"]
    page = sign_in("officer").post(
        reverse("admin:teams_locality_delete", args=[north.pk]), {"post": "yes", "why": "Gone"}
    )
    assert Locality.objects.filter(pk=north.pk).exists()
    assert "Cannot delete locality" in page.content.decode()


@pytest.mark.parametrize("kind", ["teams_team", "teams_user", "teams_appointment", "events_event"])
def test_nothing_is_deleted_in_bulk(kind: str, council: Cast, sign_in: SignIn) -> None:
    person = "administrator" if kind in ("teams_user", "teams_appointment") else "officer"
    model: Any = {"teams_team": Team, "teams_user": User, "teams_appointment": Appointment}.get(
        kind, Event
    )
    before = model.objects.count()
    sign_in(person).post(
        reverse(f"admin:{kind}_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": list(model.objects.values_list("pk", flat=True)),
            "post": "yes",
        },
    )
    assert model.objects.count() == before


def test_there_is_no_way_back_to_an_earlier_version(council: Cast, sign_in: SignIn) -> None:
    north = council.locality["north"]
    version = Event.objects.about(north).latest("id").pk
    address = reverse("admin:teams_locality_history", args=[north.pk]) + f"{version}/"
    response = sign_in("officer").post(address, {"code": "north", "name": "Old"}, follow=True)
    assert response.status_code == 404 or Locality.objects.get(pk=north.pk).name == "North"
    assert Locality.objects.get(pk=north.pk).name == "North"


# -- guards speak ---------------------------------------------------------------------------


def test_the_guard_of_an_opened_quarter_speaks_at_the_field(council: Cast, sign_in: SignIn) -> None:
    team = council.team["north-family"]
    client = sign_in("officer")
    address = reverse("admin:teams_team_change", args=[team.pk])
    before = Event.objects.count()
    typed = fields_of(client.get(address)) | {"closed": "2015-06-30", "why": "Merged"}
    said = problems(client.post(address, typed))
    assert "2015-16 Q2 is opened already" in said["closed"][0]
    assert Event.objects.count() == before
    assert Team.objects.get(pk=team.pk).closed is None


def test_a_circle_of_successors_is_refused_at_the_field(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    family, centre = council.team["north-family"], council.team["north-centre"]
    address = reverse("admin:teams_team_change", args=[family.pk])
    typed = fields_of(client.get(address)) | {"closed": "2017-06-30", "successor": centre.pk}
    assert client.post(address, typed).status_code == 302
    address = reverse("admin:teams_team_change", args=[centre.pk])
    typed = fields_of(client.get(address)) | {"closed": "2017-06-30", "successor": family.pk}
    assert "circle" in problems(client.post(address, typed))["successor"][0]


def test_a_move_that_would_rewrite_a_quarter_is_refused(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    team, south = council.team["north-family"], council.locality["south"]
    row = {"team": team.pk, "locality": south.pk, "from_quarter": "2016-17 Q1"}
    said = problems(client.post(reverse("admin:teams_placement_add"), row))
    assert "cannot change its locality" in said["from_quarter"][0]
    row["from_quarter"] = "2016-17 Q2"
    assert client.post(reverse("admin:teams_placement_add"), row).status_code == 302
    assert str(Placement.objects.get().from_quarter) == "2016-17 Q2"


# -- files ----------------------------------------------------------------------------------


def test_what_goes_out_comes_back_and_changes_nothing(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    for kind in ["teams_locality", "teams_team", "teams_teamtype"]:
        out = client.post(reverse(f"admin:{kind}_export"), {"format": "0", "resource": "0"})
        before = Event.objects.count()
        response = load(client, kind, out.content.decode())
        assert response.status_code == 302, kind
        assert Event.objects.count() == before, kind


def test_a_file_of_teams_is_saved_on_record(council: Cast, sign_in: SignIn) -> None:
    text = (
        "code,name,type,locality,opened,closed,successor\n"
        "north-family,North family team,family,north,,,\n"
        "west-family,West family,family,south,2016-07-01,,\n"
    )
    response = load(sign_in("officer"), "teams_team", text, why="New year")
    assert response.status_code == 302
    made = Team.objects.get(code="west-family")
    assert made.opened == dt.date(2016, 7, 1)
    for team, verb in [(council.team["north-family"], "changed"), (made, "created")]:
        event = Event.objects.about(team).latest("id")
        assert (event.verb, event.by) == (verb, council.person["officer"])
        assert event.remarks.get().text == "New year"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("north-family,North,family,nowhere,,,", "There is no locality “nowhere”"),
        ("north-family,North,family,north,,soon,", "“soon” is not a date"),
        ("north-family,North,family,south,,,", "cannot change its locality"),
        ("bad code,North,family,south,,,", "slug"),
        ("south-family,A,family,south,,,\nsouth-family,B,family,south,,,", "second row"),
    ],
)
def test_a_row_that_is_refused_keeps_the_whole_file_out(
    row: str, sentence: str, council: Cast, sign_in: SignIn
) -> None:
    before = Event.objects.count()
    text = "code,name,type,locality,opened,closed,successor\nnew-team,New,family,south,,,\n" + row
    page = load(sign_in("officer"), "teams_team", text)
    assert sentence in page.content.decode()
    assert Event.objects.count() == before
    assert not Team.objects.filter(code="new-team").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"code,name\n\xff\xfe,x", "CSV UTF-8"),
        (b"code,name,colour\na,b,c", "There is no column “colour”"),
        (b"a" * 2_000_001, "larger than 2 MB"),
        (b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(
    content: bytes, sentence: str, council: Cast, sign_in: SignIn
) -> None:
    page = sign_in("officer").post(
        reverse("admin:teams_locality_import"),
        {
            "import_file": SimpleUploadedFile("rows.csv", content),
            "format": "0",
            "resource": "0",
        },
    )
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "Traceback" not in page.content.decode()


def test_a_confirmation_without_its_file_saves_nothing(council: Cast, sign_in: SignIn) -> None:
    response = sign_in("officer").post(
        reverse("admin:teams_locality_process_import"),
        {"import_file_name": "x", "original_file_name": "x", "format": "0", "resource": "0"},
    )
    assert response.status_code == 302
    assert response.headers["Location"] == "../import/"


def test_cells_that_would_run_go_out_as_text(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    client.post(reverse("admin:teams_locality_add"), {"code": "evil", "name": "=1+1"})
    out = client.post(reverse("admin:teams_locality_export"), {"format": "0", "resource": "0"})
    assert "evil,'=1+1" in out.content.decode()
    assert load(client, "teams_locality", out.content.decode()).status_code == 302
    assert Locality.objects.get(code="evil").name == "=1+1"


# -- people ---------------------------------------------------------------------------------


def test_a_new_person_has_no_password(council: Cast, sign_in: SignIn, mailoutbox: Any) -> None:
    sign_in("administrator").post(
        reverse("admin:teams_user_add"),
        {"email": "New.Person@Testshire.example", "name": "New", "is_active": "on"},
    )
    made = User.objects.get(email="new.person@testshire.example")
    assert not made.has_usable_password()
    assert made.council == Council.objects.get()
    assert Event.objects.about(made).get().route == Route.ADMIN
    Client().post(reverse("account_reset_password"), {"email": made.email})
    assert [mail.to for mail in mailoutbox] == [[made.email]]


def test_a_person_is_not_here_twice(council: Cast, sign_in: SignIn) -> None:
    page = sign_in("administrator").post(
        reverse("admin:teams_user_add"), {"email": "HEAD@testshire.example", "name": "New"}
    )
    assert problems(page)


def test_nobody_shuts_themselves_out(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    address = reverse("admin:teams_user_change", args=[council.person["administrator"].pk])
    typed = fields_of(client.get(address)) | {"is_active": ""}
    del typed["is_active"]
    assert "shut yourself out" in problems(client.post(address, typed))["is_active"][0]


def test_an_administrator_appoints_anybody_but_themselves(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    row = {
        "person": council.person["leaver"].pk,
        "role": Role.TEAM_MANAGER,
        "team": council.team["south-centre"].pk,
        "locality": "",
        "starts": "2016-07-01",
        "ends": "",
        "why": "Back from leave",
    }
    assert client.post(reverse("admin:teams_appointment_add"), row).status_code == 302
    made = Appointment.objects.get(person=council.person["leaver"], starts=dt.date(2016, 7, 1))
    assert made.appointed_by == council.person["administrator"]
    event = Event.objects.about(made).get()
    assert event.by == council.person["administrator"]
    assert event.remarks.get().text == "Back from leave"
    row["person"] = council.person["administrator"].pk
    said = problems(client.post(reverse("admin:teams_appointment_add"), row))
    assert "cannot appoint yourself" in said["person"][0]
    row |= {"person": council.person["leaver"].pk, "team": "", "starts": "2016-07-02"}
    assert problems(client.post(reverse("admin:teams_appointment_add"), row))["__all__"]


def test_only_the_last_day_of_an_appointment_changes(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    post = Appointment.objects.get(person=council.person["contributor"])
    address = reverse("admin:teams_appointment_change", args=[post.pk])
    client.post(
        address, {"ends": "2016-12-31", "role": Role.BOARD_MEMBER, "why": "Leaves at Christmas"}
    )
    post.refresh_from_db()
    assert (post.role, post.ends) == (Role.CONTRIBUTOR, dt.date(2016, 12, 31))
    own = Appointment.objects.get(person=council.person["administrator"])
    address = reverse("admin:teams_appointment_change", args=[own.pk])
    assert "yourself" in problems(client.post(address, {"ends": "2020-12-31"}))["ends"][0]


def test_a_withdrawal_asks_why_and_is_on_record(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    post = Appointment.objects.get(person=council.person["contributor"])
    address = reverse("admin:teams_appointment_changelist")
    asked = {"action": "withdraw_appointments", "_selected_action": [post.pk]}
    assert "Why" in client.post(address, asked).content.decode()
    assert "Say why" in client.post(address, asked | {"why": " "}).content.decode()
    post.refresh_from_db()
    assert post.withdrawn_at is None
    client.post(address, asked | {"why": "Left the council"})
    post.refresh_from_db()
    assert post.withdrawn_by == council.person["administrator"]
    assert Event.objects.about(post).latest("id").remarks.get().text == "Left the council"
    assert sign_in("contributor").get(reverse("admin:index"), follow=True).status_code == 403


def test_appointments_from_a_file_keep_the_same_rules(council: Cast, sign_in: SignIn) -> None:
    head = "email,role,team,locality,starts,ends\n"
    client = sign_in("administrator")
    own = "administrator@testshire.example,performance-officer,,,2016-07-01,\n"
    assert (
        "cannot appoint yourself" in load(client, "teams_appointment", head + own).content.decode()
    )
    wrong = "leaver@testshire.example,king,,,2016-07-01,\n"
    assert (
        "There is no role “king”"
        in load(client, "teams_appointment", head + wrong).content.decode()
    )
    right = "leaver@testshire.example,auditor,,,2016-07-01,2016-12-31\n"
    assert load(client, "teams_appointment", head + right).status_code == 302
    later = right.replace("2016-12-31", "2017-03-31")
    assert load(client, "teams_appointment", head + later).status_code == 302
    made = Appointment.objects.get(person=council.person["leaver"], role=Role.AUDITOR)
    assert made.ends == dt.date(2017, 3, 31)
    assert made.starts < TODAY


def test_a_lost_phone(council: Cast, sign_in: SignIn) -> None:
    head = council.person["head"]
    Authenticator.objects.create(user=head, type=Authenticator.Type.TOTP, data={})
    sign_in("administrator").post(
        reverse("admin:teams_user_changelist"),
        {"action": "take_away_second_step", "_selected_action": [head.pk], "why": "Lost phone"},
    )
    assert not Authenticator.objects.filter(user=head).exists()
    event = Event.objects.about(head).latest("id")
    assert (event.verb, event.remarks.get().text) == ("second step taken away", "Lost phone")


# -- jobs -----------------------------------------------------------------------------------


def test_a_job_that_was_given_up_is_tried_again_and_says_to_whom_alone(
    council: Cast, sign_in: SignIn
) -> None:
    job = jobs.add("mail", {"to": ["stranger@council.example"], "subject": "Canary"})
    jobs.add("mail", {"to": ["waits@council.example"]})
    given_up = Job.objects.filter(pk=job.pk)
    given_up.update(given_up_at=timezone.now(), attempts=30, error="BrokenOff")
    client = sign_in("administrator")
    listed = client.get(reverse("admin:work_job_changelist")).content.decode()
    page = client.get(reverse("admin:work_job_change", args=[job.pk])).content.decode()
    assert "BrokenOff" in listed
    assert "stranger@council.example" in listed
    assert "waits@" not in listed
    assert "Canary" not in listed + page
    again = {"action": "try_again", "_selected_action": [job.pk]}
    client.post(reverse("admin:work_job_changelist"), again)
    assert given_up.get().given_up_at is None
    assert given_up.get().attempts == 0


# -- the record -----------------------------------------------------------------------------


def test_the_record_is_to_look_at_only(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    event = Event.objects.filter(subject_type="team").latest("id")
    for kind in ["events_event", "events_remark"]:
        assert client.get(reverse(f"admin:{kind}_changelist")).status_code == 200
        assert client.post(reverse(f"admin:{kind}_add"), {}).status_code == 403
    change = reverse("admin:events_event_change", args=[event.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"verb": "nothing happened"}).status_code == 403
    delete = reverse("admin:events_event_delete", args=[event.pk])
    assert client.post(delete, {"post": "yes", "why": "x"}).status_code == 403
    assert Event.objects.get(pk=event.pk).verb == event.verb


def test_words_that_should_not_have_been_written_are_taken_out(
    council: Cast, sign_in: SignIn
) -> None:
    client = sign_in("officer")
    client.post(
        reverse("admin:teams_locality_add"),
        {"code": "west", "name": "West", "why": "Because of a child called Ann"},
    )
    remark = Remark.objects.get(text__contains="Ann")
    address = reverse("admin:events_remark_changelist")
    asked = {"action": "take_out", "_selected_action": [remark.pk]}
    assert "Ann" in client.post(address, asked).content.decode()
    client.post(address, asked | {"why": "Names a child"})
    remark.refresh_from_db()
    assert (remark.text, remark.removed_by) == ("", council.person["officer"])
    assert Event.objects.about(remark).get().remarks.get().text == "Names a child"
    history = reverse("admin:teams_locality_history", args=[remark.event.subject_id])
    assert [line.why for line in client.get(history).context["lines"]] == [TAKEN_OUT]


def test_nobody_reads_on_record_what_they_may_not_see(council: Cast, sign_in: SignIn) -> None:
    """Appointments are the administrator's; figures and what is said of them the officer's."""
    kept = Appointment.objects.get(person=council.person["contributor"])
    by = {"by": council.actor("administrator", route=Route.ADMIN)}
    withdraw(kept, reason="Somebody complained", **by)
    said = Remark.objects.get(text="Somebody complained")
    entered = Event.objects.about(council.submit("north-family")).latest("id")
    note = Remark.objects.create(event=entered, kind=Remark.Kind.NOTE, text="As counted")
    officer, administrator = sign_in("officer"), sign_in("administrator")
    seen = {
        name: set(client.get(reverse(f"admin:events_{kind}_changelist")).context["cl"].queryset)
        for name, client, kind in [
            ("events", officer, "event"),
            ("remarks", officer, "remark"),
            ("administrator's", administrator, "remark"),
        ]
    }
    kinds = {event.subject_type for event in seen["events"]}
    assert {"return", "locality"} <= kinds and not {"user", "appointment"} & kinds
    assert note in seen["remarks"] and said not in seen["remarks"]
    assert said in seen["administrator's"] and note not in seen["administrator's"]
    for client, theirs, other in [(officer, note, said), (administrator, said, note)]:
        pages = [reverse("admin:events_remark_change", args=[one.pk]) for one in (theirs, other)]
        assert [client.get(page).status_code for page in pages] == [200, 302]
    event = reverse("admin:events_event_change", args=[said.event_id])
    assert officer.get(event).status_code == 302
    for kind, row in [("user", council.person["head"]), ("appointment", kept)]:
        history = reverse(f"admin:teams_{kind}_history", args=[row.pk])
        assert officer.get(history).status_code == 403
        assert administrator.get(history).status_code == 200


def test_a_history_names_related_rows_and_choices(council: Cast, sign_in: SignIn) -> None:
    kept = Appointment.objects.get(person=council.person["contributor"])
    by = {"by": council.actor("administrator", route=Route.ADMIN)}
    prolong(kept, ends=dt.date(2016, 12, 31), **by)
    page = sign_in("administrator").get(reverse("admin:teams_appointment_history", args=[kept.pk]))
    last, first = page.context["lines"]
    assert last.changes == [ChangedField("Last day", "nothing", "2016-12-31")]
    assert {
        ChangedField("Person", "nothing", str(council.person["contributor"])),
        ChangedField("Role", "nothing", "Contributor"),
        ChangedField("Team", "nothing", str(kept.team)),
        ChangedField("Cover", "nothing", "No"),
    } <= set(first.changes)


def test_a_row_that_is_not_there_has_no_history(council: Cast, sign_in: SignIn) -> None:
    history = reverse("admin:teams_locality_history", args=[999])
    assert sign_in("officer").get(history).status_code == 302
    assert (
        sign_in("officer").get(reverse("admin:teams_user_history", args=[999])).status_code == 403
    )


def test_a_long_history_comes_in_pages_and_costs_the_same(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, counted = sign_in("officer"), []
    team = council.team["north-family"]
    history = reverse("admin:teams_team_history", args=[team.pk])
    client.get(history)
    for number in range(4):
        team.name, team.successor = f"Name {number}", list(council.team.values())[number + 1]
        keep(team, by=council.actor("officer", route=Route.ADMIN))
        if number in (1, 3):
            with CaptureQueriesContext(connection) as queries:
                client.get(history)
            counted.append(len(queries))
    assert counted[0] == counted[1]
    monkeypatch.setattr("teams.admin.history.PER_PAGE", 3)
    first, second = (client.get(history, {"p": number}).context["lines"] for number in (1, 2))
    assert [line.changes[0].after for line in first] == ["Name 3", "Name 2", "Name 1"]
    assert [line.what for line in second] == ["Changed", "Created"]


# -- a file is looked at --------------------------------------------------------------------

TEAMS = "code,name,type,locality,opened,closed,successor\n"


def test_a_preview_holds_nobody_up_for_more_than_a_row(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Any] = []

    def watched(resource: Any, *args: Any, **kwargs: Any) -> bool:
        (block,) = [one for one in connection.atomic_blocks if not one._from_testcase][:1]
        held.append(block)
        return bool(act(resource, *args, **kwargs))

    act = ActionResource.act
    monkeypatch.setattr(ActionResource, "act", watched)
    lines = "".join(f"team-{n},Team {n},{{}},north,,,\n" for n in range(3))
    kind = council.team["north-family"].type.code
    before = Event.objects.count()
    client = sign_in("officer")
    assert load(client, "teams_team", TEAMS + lines.format(kind, kind, kind)).status_code == 302
    looked, loaded = held[:3], held[3:]
    # Each row in a transaction of its own, then all of them in one.
    assert len({id(block) for block in looked}) == 3
    assert len({id(block) for block in loaded}) == 1
    assert Event.objects.count() == before + 3


def test_a_row_can_refer_to_a_new_one_before_it(council: Cast, sign_in: SignIn) -> None:
    kind = council.team["north-family"].type.code
    rows = f"b,B,{kind},north,,,\na,A,{kind},north,,2018-03-31,b\nc,C,{kind},north,,2017-03-31,a\n"
    answer = load(sign_in("officer"), "teams_team", TEAMS + rows)
    assert answer.status_code == 302, answer.content.decode()
    assert str(Team.objects.get(code="c").successor.successor.code) == "b"
    wrong = load(sign_in("officer"), "teams_team", TEAMS + f"d,D,{kind},north,,2017-03-31,e\n")
    assert "There is no team “e”" in wrong.content.decode()


def test_rows_beyond_the_limit_are_refused_and_not_cut(
    council: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teams.admin.files.MOST_ROWS", 2)
    client, before = sign_in("officer"), Event.objects.count()
    kind = council.team["north-family"].type.code
    rows = "".join(f"team-{n},Team {n},{kind},north,,,\n" for n in range(3))
    page = load(client, "teams_team", TEAMS + rows).content.decode()
    assert "The file has more than 2 rows: divide it into smaller files" in page
    assert Event.objects.count() == before


def test_a_new_row_stands_last_however_it_came(council: Cast, sign_in: SignIn) -> None:
    client = sign_in("officer")
    add = reverse("admin:teams_locality_add")
    assert client.post(add, {"name": "East", "code": "east"}).status_code == 302
    load(client, "teams_locality", "code,name\nwest,West\n")
    order = list(Locality.objects.values_list("code", flat=True))
    assert order == ["north", "south", "east", "west"]
