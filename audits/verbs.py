"""What is done to tools, rounds, case audits and findings, as the record has it."""

from earlyhelp.core.events.verbs import Verb


class AuditsVerb(Verb):
    """Sentences have ``{who}``; those about a case name people and days, a round its cases."""

    TOOL_MADE = "tool made"
    TOOL_CHANGED = "tool changed"
    TOOL_COPIED = "tool copied"
    TOOL_PUT_IN_USE = "tool put in use"
    TOOL_RETIRED = "tool retired"
    ROUND_PLANNED = "round planned"
    ROUND_CHANGED = "round changed"
    ROUND_OPENED = "round opened"
    ROUND_CLOSED = "round closed"
    CASES_DRAWN = "cases drawn", "{who}: cases drawn, {drawn} of {of}: {cases}"
    CASES_ADDED = "cases added", "{who}: {cases} added"
    CASE_TAKEN_OUT = "case taken out", "{who}: case {serial} taken out"
    ALLOCATED = "allocated", "{who} gave the case to {auditor}, due {due_on}"
    REALLOCATED = "reallocated", "{who} gave the case to {auditor}, due {due_on}"
    AUDITED_AGAIN = (
        "to be audited again",
        "{who} asked {auditor} to audit the case again, by {due_on}",
    )
    MODERATOR_NAMED = "moderator named", "{who} asked {moderator} to moderate it"
    ANSWERED = "answered", "{who} saved {saved}"
    JUDGED = "judged", "{who} saved {saved}"
    SUBMITTED = "submitted", "{who} submitted the audit"
    GRADE_CHANGED = "grade changed", "{who} changed {grades}"
    MODERATION_SAVED = "moderation saved", "{who} saved what they moderated so far"
    MODERATED = "moderated", "{who} moderated it"
    TOLD = "told", "{people} were told of the concern"
    REMEDIAL_ACTION_SET = "remedial action set", "{who} set something to be done, by {due_on}"
    REMEDIAL_ACTION_DONE = "remedial action done", "{who} said that it was done, on {done_on}"
    FINDING_WRITTEN = "finding written"
    FINDING_CHANGED = "finding changed"
    MADE_AN_ACTION = "made an action"


# What an auditor saves about a case.
SAVES = (AuditsVerb.ANSWERED, AuditsVerb.JUDGED)
# How a case comes to an auditor or a moderator.
ALLOCATIONS = (
    AuditsVerb.ALLOCATED,
    AuditsVerb.REALLOCATED,
    AuditsVerb.AUDITED_AGAIN,
    AuditsVerb.MODERATOR_NAMED,
)
