"""What is done to returns, quarters, corrections and the framework, as the record has it."""

from earlyhelp.core.events.verbs import Verb


class MeasuresVerb(Verb):
    """Sentences have ``{who}``, and ``{figures}``: how many were saved in one go."""

    ASKED_OF = "asked of"
    DIVIDED_BY = "divided by"
    QUARTER_OPENED = "opened"
    QUARTER_CLOSED = "closed"
    CLOSING_UNDONE = "closing undone"
    RETURNS_ADDED = "returns added"
    ANSWERED_AT_OPENING = "answered at the opening"
    FIGURE_SAVED = "figure saved", "{who} saved {figures}"
    FIGURE_CONFIRMED = "figure confirmed", "{who} confirmed {figures} from an extract"
    READY = "ready", "{who} told the team manager that it is ready"
    SUBMITTED = "submitted", "{who} submitted the return"
    SIGNED_OFF = "signed off", "{who} signed the return off"
    RETURNED = "returned", "{who} returned it to the team"
    REMINDED = "reminded", "{who} asked for it by mail"
    REOPENED = "reopened", "{who} reopened it and gave it back to the team"
    ACCEPTED_LATE = "accepted late", "{who} accepted it late, after the quarter had closed"
    CORRECTION_PROPOSED = "correction proposed"
    CORRECTION_COUNTERSIGNED = "correction countersigned"
    CORRECTION_DECLINED = "correction declined"
    COMMENTARY_WRITTEN = "commentary written"
    COMMENTARY_REMOVED = "commentary removed"


# Whoever did one of these to a return does not sign it off.
HANDS_ON = (MeasuresVerb.FIGURE_SAVED, MeasuresVerb.FIGURE_CONFIRMED, MeasuresVerb.SUBMITTED)
# How a return goes back to its team.
HANDED_BACK = (MeasuresVerb.RETURNED, MeasuresVerb.REOPENED)
