"""What is kept of the council's directory between two questions to it."""

from django.conf import settings
from django.db import models


class DirectoryGrant(models.Model):
    """The directory's leave to ask again about a person who signed in through it.

    ``token`` is its refresh token, encrypted (``earlyhelp.signin.leavers``). ``asked_at`` is when
    it was last asked, ``answered_at`` when it last said that the person is one of its own; both in
    real time.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="directory_grant"
    )
    token = models.TextField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(token=""), name="directory_grant_has_token"),
            models.CheckConstraint(
                condition=models.Q(answered_at__lte=models.F("asked_at")),
                name="directory_grant_asked_before_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"Directory grant {self.pk}"
