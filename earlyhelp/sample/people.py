"""The sample's people: one for every role and every locality, called by what they do."""

from django.contrib.auth.hashers import make_password

from earlyhelp.sample.stage import Stage, day, read
from teams.actions import appoint
from teams.authority import command_actor
from teams.confirmations.actions import ask_for_address
from teams.models import Council, Locality, Team, User
from teams.roles import Role

# Printed by the demonstration; production settings refuse the sample and so this password.
PASSWORD = "early-help-sample"  # noqa: S105

_OPEN_ADMINISTRATION = {Role.ADMINISTRATOR, Role.PERFORMANCE_OFFICER}


def load_people(council: Council) -> dict[str, User]:
    """Make the sample's people and their appointments; by the part of the address before @.

    A command's appointments count at once; what one of the people ``asked_by`` waits, and so do
    the addresses that somebody is to have.
    """
    teams = {team.code: team for team in Team.objects.all()}
    localities = {locality.code: locality for locality in Locality.objects.all()}
    found: dict[str, User] = {}
    # Hashing a password takes a while on purpose; everybody here has the same one.
    hashed = make_password(PASSWORD)
    for row in read("people"):
        role = Role(row["role"])
        name = row["email"].split("@")[0]
        if name not in found:
            found[name] = User.objects.create(
                email=row["email"],
                password=hashed,
                name=row["name"],
                council=council,
                is_staff=role in _OPEN_ADMINISTRATION,
            )
        person = found[name]
        scopes: list[tuple[Team | None, int | None]] = [
            *((teams[code], None) for code in row["teams"].split()),
            *((None, localities[code].pk) for code in row["localities"].split()),
        ]
        for team, locality_id in scopes or [(None, None)]:
            appoint(
                person=person,
                role=role,
                team=team,
                locality_id=locality_id,
                starts=day(row["starts"]),
                ends=day(row["ends"]) if row["ends"] else None,
                by=Stage(found).actor(row["asked_by"], row["asked_on"])
                if row["asked_by"]
                else command_actor(),
            )
    _ask_for_addresses(found)
    return found


def _ask_for_addresses(people: dict[str, User]) -> None:
    for row in read("story/addresses"):
        by = Stage(people).actor(row["asked_by"], row["asked_on"])
        ask_for_address(people[row["person"]], row["address"], by=by, reason=row["reason"])
