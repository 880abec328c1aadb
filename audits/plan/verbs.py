"""What is done to the action plan, as the record has it."""

from earlyhelp.core.events.verbs import Verb


class PlanVerb(Verb):
    """Sentences have ``{who}``, a moved date ``{before}`` and ``{after}``, a time its days."""

    PLAN_MADE = "plan made"
    THEME_ADDED = "theme added"
    OUTCOME_ADDED = "outcome added"
    OUTCOME_REWORDED = "outcome reworded"
    OUTCOME_JUDGED = "outcome judged"
    CLOSING_STATEMENT_WRITTEN = "closing statement written"
    AIM_ADDED = "aim added"
    AIM_CHANGED = "aim changed"
    AIM_REMOVED = "aim removed"
    ACTION_ADDED = "action added", "{who} added it"
    ACTION_CHANGED = "action changed", "{who} changed its words or owners"
    ACTION_CARRIED_OVER = "action carried over", "{who} carried it over into a later plan"
    DATE_MOVED = "date moved", "{who} moved the date from “{before}” to “{after}”"
    PROGRESS_REPORTED = "progress reported"
    UPDATE_TAKEN_OUT = "update taken out", "{who} took words out of an update"
    TIME_DONE = "one time done", "{who} said that the time due {due_on} was done on {done_on}"
    CLAIMED = "claimed complete", "{who} claimed it complete"
    ACCEPTED = "accepted as complete", "{who} accepted it as complete"
    CLAIM_DECLINED = "claim declined", "{who} did not accept the claim"
    NO_LONGER_NEEDED = "no longer needed", "{who} said that it is no longer needed"
    OPENED_AGAIN = "opened again", "{who} opened it again"


# What was done to a claim: the latest of these says how it stands.
OF_CLAIMS = (PlanVerb.CLAIMED, PlanVerb.CLAIM_DECLINED, PlanVerb.OPENED_AGAIN)
