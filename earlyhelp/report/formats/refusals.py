"""Why a file of a report cannot be made; the message is for the person who asked for it."""


class CannotBuild(Exception):
    """The file cannot be made here; the message says why and what to do."""


class UnknownFormat(CannotBuild):
    """Nobody makes files of this format."""
