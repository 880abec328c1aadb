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

_how = {
    key: value for key, value in DATABASES["default"].items() if key in ("OPTIONS", "CONN_MAX_AGE")
}
for _size in (*councils.DATABASES, SERVED):
    DATABASES[_size] = {**env.database("", address(_size)), **copy.deepcopy(_how)}

ROOT_URLCONF = "benchmarks.urls"
BUSINESS_DATE = dt.date(2020, 4, 5)
SECOND_FACTOR_REQUIRED = False
DEBUG = False
