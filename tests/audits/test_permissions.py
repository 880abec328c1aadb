"""Who reads which case audit, and who sees the recording system's number."""

import pytest

from audits import permissions
from audits.models import CaseAudit
from audits.permissions import audits_seen, reads, sees_case_number
from teams.permissions import Authority, HeldAppointment
from teams.roles import Role
from tests.audits.making import Casework
from tests.cast import Cast

EVERYONE = [
    "auditor",
    "manager",
    "other_manager",
    "head",
    "other_head",
    "director",
    "officer",
    "contributor",
    "board_member",
    "administrator",
    "leaver",
]
# Case 1 (North family) and 3 (North centre) are submitted, 2 is a draft, 4 (South) and 6
# (nobody's) are submitted; South's head moderates 1 to 3.
READS = {
    "auditor": {1, 2, 3, 4, 5, 6},
    "manager": {1, 3},
    "other_manager": {4},
    "head": {1, 3},
    "other_head": {1, 3, 4},
    "director": {1, 3, 4, 6},
    "officer": {1, 3, 4, 6},
}
NUMBERS = {
    "auditor": {1, 2, 3, 4, 5, 6},
    "manager": {1, 3},
    "other_manager": {4},
    "head": {1, 3},
    "other_head": {1, 3, 4},
    "director": set(),
    "officer": {1, 2, 3, 4, 5, 6},
}


@pytest.fixture
def some_submitted(casework: Casework) -> Casework:
    casework.save(2, assessment="good")
    for serial in (1, 3, 4, 6):
        casework.submit(serial)
    return casework


def serials(audits: list[CaseAudit]) -> set[int]:
    return {audit.case.serial for audit in audits}


@pytest.mark.parametrize("person", EVERYONE)
def test_who_reads_which_audit(some_submitted: Casework, person: str) -> None:
    """The queryset and the question put to one audit say the same."""
    authority = some_submitted.cast.authority(person)
    wanted = READS.get(person, set())
    listed = CaseAudit.objects.readable_by(authority, audits_seen(authority)).for_pages()
    assert serials(list(listed)) == wanted
    everything = list(CaseAudit.objects.for_pages())
    assert serials([audit for audit in everything if reads(authority, audit)]) == wanted


@pytest.mark.parametrize("person", EVERYONE)
def test_who_sees_the_case_number(some_submitted: Casework, person: str) -> None:
    authority = some_submitted.cast.authority(person)
    everything = list(CaseAudit.objects.for_pages())
    seen = [audit for audit in everything if sees_case_number(authority, audit)]
    assert serials(seen) == NUMBERS.get(person, set())


@pytest.mark.parametrize(
    "nobody", [Authority(None), Authority(0, (HeldAppointment(Role.AUDITOR),))]
)
def test_somebody_without_a_standing_reads_nothing(
    some_submitted: Casework, nobody: Authority
) -> None:
    """Nor does an auditor to whom no case was given."""
    assert not CaseAudit.objects.readable_by(nobody, audits_seen(nobody)).exists()
    everything = list(CaseAudit.objects.for_pages())
    assert not any(reads(nobody, audit) for audit in everything)
    assert not any(sees_case_number(nobody, audit) for audit in everything)


@pytest.mark.parametrize(
    ("person", "areas", "small"),
    [
        ("manager", True, True),
        ("head", True, True),
        ("director", True, True),
        ("officer", True, True),
        ("auditor", False, True),
        ("board_member", False, False),
        ("contributor", False, False),
        ("administrator", False, False),
    ],
)
def test_who_reads_results(council: Cast, person: str, areas: bool, small: bool) -> None:
    authority = council.authority(person)
    assert authority.holds(permissions.AuditsPermission.SEE_RESULTS) is areas
    assert permissions.sees_small_results(authority) is small


def test_own_line_is_by_team_or_headed_locality(council: Cast) -> None:
    team, north = council.team["north-family"].pk, council.locality["north"].pk
    own = {
        person
        for person in EVERYONE
        if permissions.own_line(council.authority(person), team, north)
    }
    assert own == {"manager", "contributor", "head"}
    assert not permissions.own_line(council.authority("director"), None, None)
