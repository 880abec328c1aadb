"""Settings for a site on which whoever saved does not stay on the primary: their place alone counts."""

from earlyhelp.core import replica
from earlyhelp.settings import *  # noqa: F403

replica.STAYS_SECONDS = 0
