"""What can be done with returns, quarters, the framework and the roll-ups, and by which roles."""

from measures.models import Return
from measures.querysets import Audience, Basis
from teams.permissions import CITY_WIDE, Authority, Permission, Scope, allows, grant
from teams.roles import Role


class MeasuresPermission(Permission):
    """The verbs of counting, signing off and reporting."""

    ENTER_FIGURES = "enter figures"
    SUBMIT = "submit returns"
    REVIEW = "review and sign off returns"
    SIGN_CITY_WIDE = "sign off the return for the whole area"
    SIGN_INSTEAD = "sign off in place of a head of service"
    REMIND = "remind teams of returns that are due"
    SEE_RETURNS = "see returns"
    COMMENT = "write commentary"
    COMMENT_ON_CITY = "write commentary for the whole area"
    RUN_QUARTERS = "open and close quarters"
    ACCEPT_LATE = "accept a late return"
    IMPORT_FIGURES = "load figures from a file"
    PROPOSE_CORRECTION = "propose corrections"
    COUNTERSIGN = "countersign corrections"
    KEEP_FRAMEWORK = "keep questions, measures and targets"
    SEE_SIGNED_OFF = "see signed-off figures of every area"
    SEE_SUBMITTED = "see submitted figures of every area"
    SEE_CITY = "see signed-off figures of the whole area"
    READ_FOR_BOARD = "read closed quarters for the board"
    SEE_RELEASES = "see what releases hide, and why"
    LEAVE_OUT = "leave the localities of a measure out of releases"


P = MeasuresPermission
_EVERY_AREA = (P.SEE_CITY, P.SEE_SIGNED_OFF, P.SEE_SUBMITTED)

grant(Role.CONTRIBUTOR, P.ENTER_FIGURES, P.SEE_RETURNS)
grant(Role.TEAM_MANAGER, P.ENTER_FIGURES, P.SUBMIT, P.SEE_RETURNS, *_EVERY_AREA)
grant(Role.HEAD_OF_SERVICE, P.REVIEW, P.REMIND, P.SEE_RETURNS, P.COMMENT, *_EVERY_AREA)
grant(
    Role.SERVICE_DIRECTOR,
    *(P.SIGN_CITY_WIDE, P.SIGN_INSTEAD, P.REMIND, P.SEE_RETURNS, P.COUNTERSIGN),
    *(P.SEE_RELEASES, P.LEAVE_OUT),
    *_EVERY_AREA,
)
grant(
    Role.PERFORMANCE_OFFICER,
    *(P.ENTER_FIGURES, P.SUBMIT, P.SEE_RETURNS, P.COMMENT_ON_CITY, P.RUN_QUARTERS),
    *(P.REMIND, P.ACCEPT_LATE, P.IMPORT_FIGURES, P.PROPOSE_CORRECTION, P.KEEP_FRAMEWORK),
    P.SEE_RELEASES,
    *_EVERY_AREA,
)
grant(Role.AUDITOR, P.SEE_CITY, P.SEE_SIGNED_OFF)
grant(Role.BOARD_MEMBER, P.SEE_CITY, P.READ_FOR_BOARD)

# The performance officer enters and submits the city-wide return, nobody else's.
CITY_WIDE.update({P.ENTER_FIGURES, P.SUBMIT, P.SIGN_CITY_WIDE, P.COMMENT_ON_CITY})


def on_return(authority: Authority, permission: MeasuresPermission, made: Return) -> bool:
    """Whether this person may do this to this return.

    Asked of the team and of the locality that the return remembers, so that a team's move
    does not take its history from the head who signed it.
    """
    return allows(authority, permission, team_id=made.team_id, locality_id=made.locality_id)


def returns_seen(authority: Authority) -> Scope:
    """The returns that this person may open, in any state."""
    return authority.scope(P.SEE_RETURNS)


def bases_seen(authority: Authority) -> list[Basis]:
    """The roll-ups that this person may read; provisional first for those who see them."""
    if authority.holds(P.SEE_SUBMITTED):
        return [Basis.SUBMITTED, Basis.SIGNED_OFF]
    if authority.holds(P.SEE_CITY):
        return [Basis.SIGNED_OFF]
    return []


def sees_areas_within_city(authority: Authority) -> bool:
    """Whether this person reads the figures of every area as they stand today.

    Others read releases: the city by quarter and year, localities by year.
    """
    return authority.holds(P.SEE_SIGNED_OFF)


def audience_of(authority: Authority) -> Audience:
    """For whom figures are added up when this person asks; see ``measures.releases``."""
    return Audience.INTERNAL if sees_areas_within_city(authority) else Audience.EXTERNAL


def reads_for_the_board(authority: Authority) -> bool:
    """Whether a closed quarter counts as read by the board once this person has read it."""
    return authority.holds(P.READ_FOR_BOARD)


def reviews(authority: Authority, made: Return) -> bool:
    """Whether reviewing this return is this person's work: its head, or the director."""
    if made.is_city_wide:
        return authority.holds(P.SIGN_CITY_WIDE)
    return on_return(authority, P.REVIEW, made) or authority.holds(P.SIGN_INSTEAD)


def review_scope(authority: Authority) -> Scope:
    """The returns whose review is this person's work; see ``reviews``."""
    return (
        authority.scope(P.REVIEW)
        | authority.scope(P.SIGN_CITY_WIDE)
        | authority.scope(P.SIGN_INSTEAD)
    )


def comments_on(authority: Authority, locality_id: int | None) -> bool:
    """Whether this person writes the commentary of this locality; None is the city."""
    if locality_id is None:
        return authority.holds(P.COMMENT_ON_CITY)
    return allows(authority, P.COMMENT, locality_id=locality_id)
