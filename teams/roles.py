"""The roles that a person can be appointed to (product.md, section 1), and where each holds."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person can be appointed to do."""

    CONTRIBUTOR = "contributor", "Contributor"
    TEAM_MANAGER = "team-manager", "Team manager"
    HEAD_OF_SERVICE = "head-of-service", "Head of service"
    SERVICE_DIRECTOR = "service-director", "Service director"
    PERFORMANCE_OFFICER = "performance-officer", "Performance officer"
    AUDITOR = "auditor", "Auditor"
    BOARD_MEMBER = "board-member", "Board member"
    ADMINISTRATOR = "administrator", "Administrator"


TEAM_ROLES = [Role.CONTRIBUTOR, Role.TEAM_MANAGER]
LOCALITY_ROLES = [Role.HEAD_OF_SERVICE]
CITY_ROLES = [
    Role.SERVICE_DIRECTOR,
    Role.PERFORMANCE_OFFICER,
    Role.AUDITOR,
    Role.BOARD_MEMBER,
    Role.ADMINISTRATOR,
]
# Those who see everything, sign off, publish or administer: two people appoint them, and they sign
# in with two factors.
POWERFUL_ROLES = [
    Role.HEAD_OF_SERVICE,
    Role.SERVICE_DIRECTOR,
    Role.PERFORMANCE_OFFICER,
    Role.ADMINISTRATOR,
]
