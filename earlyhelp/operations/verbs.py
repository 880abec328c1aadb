"""What is done for good order, as the record has it."""

from earlyhelp.core.events.verbs import Verb


class OperationsVerb(Verb):
    """Disposal, once the period for which something is kept is over."""

    CASE_NUMBERS_DISPOSED_OF = "case numbers disposed of"
    WORDS_DISPOSED_OF = "words disposed of"
    NAME_DISPOSED_OF = "name disposed of"
