"""The old name of ``teams.authority``, until everything is called by the new one."""

from teams.authority import authority_of as standing_of

__all__ = ["standing_of"]
