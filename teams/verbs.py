"""What is done to the organisation, its people and any row that is kept, as the record has it."""

from earlyhelp.core.events.verbs import Verb


class TeamsVerb(Verb):
    """The first three are done to rows of any app."""

    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    PUT_IN_ORDER = "put in order"
    SECOND_STEP_TAKEN_AWAY = "second step taken away"
    WORDS_TAKEN_OUT = "words taken out"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WAITS_AGAIN = "made to wait again"
    ADDRESS_ASKED_FOR = "another address asked for"
    ADDRESS_CHANGED = "address changed"
