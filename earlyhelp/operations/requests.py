"""Every request: a number of its own, a line in the log without words, and its count.

The number stands in the answer (``X-Request-ID``) and in every line of the log that the request
gives rise to. One that a proxy gave is kept. Addresses are logged by the names of their pages: what
stands in them may say whose page it was.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from earlyhelp.logs import request_id
from earlyhelp.operations.metrics import REQUESTS, SECONDS

log = logging.getLogger("earlyhelp.requests")
_GIVEN = re.compile("[A-Za-z0-9-]{8,64}")
HEADER = "X-Request-ID"
UNKNOWN = "none"
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})


def numbered(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the first of all, so that it sees what comes of everything."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        before = request_id.set(number)
        begun = time.perf_counter()
        try:
            response = get_response(request)
            _count(request, response.status_code, time.perf_counter() - begun)
            response.headers[HEADER] = number
        finally:
            request_id.reset(before)
        return response

    return middleware


def _count(request: HttpRequest, status: int, seconds: float) -> None:
    match = request.resolver_match
    page = (match.view_name or match.route) if match else UNKNOWN
    method = request.method if request.method in _METHODS else UNKNOWN
    REQUESTS.labels(method, page, str(status)).inc()
    SECONDS.labels(page).observe(seconds)
    told = {"method": method, "page": page, "status": status, "ms": round(seconds * 1000)}
    log.info("request", extra={"told": told})
