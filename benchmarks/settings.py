"""The site's settings with one database for each size of council.

``default`` is whichever council is being measured (``benchmarks.councils.council_of``).
"""

import copy
import datetime as dt
import os

from benchmarks import councils
from benchmarks.councils import SERVED, SMALL, address
from earlyhelp import environment as env

os.environ.update(
    env.instead(DATABASE_URL=address(os.environ.get("BENCH_COUNCIL", SMALL)))  # read below
)

from earlyhelp.settings import *  # noqa: F403
from earlyhelp.settings import DATABASES

# As the site's own is asked, engine and options included; only where it is differs.
_WHERE = ("NAME", "USER", "PASSWORD", "HOST", "PORT")
for _size in (*councils.DATABASES, SERVED):
    _there = env.database("", address(_size))
    DATABASES[_size] = copy.deepcopy(DATABASES["default"]) | {key: _there[key] for key in _WHERE}

ROOT_URLCONF = "benchmarks.urls"
BUSINESS_DATE = dt.date(2020, 4, 5)
SECOND_FACTOR_REQUIRED = False
DEBUG = False
