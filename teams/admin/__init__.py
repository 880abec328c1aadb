"""Keeping the organisation and its people, and looking at the record.

Nothing here is a way round the actions: every page saves through them, and says why.
"""

from teams.admin import jobs, organisation, people, record

__all__ = ["jobs", "organisation", "people", "record"]
