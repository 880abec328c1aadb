"""Today, from one place.

The sample is a story told on 5 July 2016, so the business date can be fixed by a setting
(``EARLYHELP_TODAY``), which production refuses. Only dates that people work by come from
here; sessions, throttles and the order of events use real time.
"""

import datetime as dt

from django.conf import settings
from django.utils import timezone


def today() -> dt.date:
    """The date that due dates, late returns and appointments are held against."""
    return settings.BUSINESS_DATE or timezone.localdate()
