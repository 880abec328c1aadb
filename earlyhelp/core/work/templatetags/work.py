"""What a page says of jobs."""

import datetime as dt

from django import template

from earlyhelp.core.work.jobs import undelivered_since

register = template.Library()


@register.simple_tag
def nothing_delivers_since() -> dt.datetime | None:
    """Since when mail and other jobs wait that nobody does; None while all is well."""
    return undelivered_since()
