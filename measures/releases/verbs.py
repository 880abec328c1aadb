"""What is done to releases, as the record has it."""

from earlyhelp.core.events.verbs import Verb


class ReleasesVerb(Verb):
    """Made, made void, and what is decided beforehand."""

    MADE = "release made", "{who} made the release"
    VOIDED = "release made void", "{who} undid the closing, which makes the release void"
    LEFT_OUT = "localities left out", "{who} left the localities of the measure out"
    TAKEN_IN = "localities taken in", "{who} took the localities of the measure in again"
    KNOWN = "known elsewhere", "{who} said that it was published elsewhere"
