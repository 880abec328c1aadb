"""Sessions in the database, which tell a session that is gone from a database that is not there."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError


class SessionStore(db.SessionStore):
    """Django's own, but that a failed write is an error of the server's.

    Django answers each with 400, as if the reader had signed out elsewhere.
    """

    def save(self, must_create: bool = False) -> None:
        """UpdateError where the session is gone; the database's own error where it fails."""
        try:
            super().save(must_create)
        except UpdateError as refused:
            failed = refused.__context__
            # An update that found no row is the plain class; everything else is one below it.
            if type(failed) is not DatabaseError and isinstance(failed, DatabaseError):
                raise failed from None
            raise
