"""What is kept of running the site."""

from django.db import models


class RestoreDrill(models.Model):
    """A backup that was restored for practice: when, how long it took, and what came of it."""

    at = models.DateTimeField()
    backup_made_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    problem = models.TextField(blank=True, help_text="Empty where all was well")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%d %B %Y}: {self.problem or 'all was well'}"
