"""Today and now, from one place.

The sample is a story told on 5 July 2016, so the business date can be fixed by a setting
(``EARLYHELP_TODAY``), which production refuses. Dates that people work by come from here, and so
do the moments that the record shows; sessions, throttles and one-time codes use real time, and
events are ordered by their sequence.
"""

import datetime as dt

from django.conf import settings
from django.utils import timezone


def today() -> dt.date:
    """The date that due dates, late returns and appointments are held against."""
    return settings.BUSINESS_DATE or timezone.localdate()


def now() -> dt.datetime:
    """The moment that goes on record: the time of day is real, the day is today's."""
    if settings.BUSINESS_DATE is None:
        return timezone.now()
    time = timezone.localtime().time()
    return timezone.make_aware(dt.datetime.combine(settings.BUSINESS_DATE, time))
