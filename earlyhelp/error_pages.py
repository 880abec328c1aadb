"""Pages for what went wrong: what happened, what became of what was typed, what to do now.

A page for an error of ours asks nothing of the database, which may be what failed; it holds what
was typed, and sends it again. A form's key has it done once, whatever came of the first.
"""

import sys
from collections.abc import Callable

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from earlyhelp.signin.resume import typed_fields

_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_READ_ONLY = "25006"  # what PostgreSQL calls a transaction that may only read
_SECONDS = 120


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What could not be read (400), or was too large to be (413)."""
    status = 413 if isinstance(exception, _TOO_LARGE) else 400
    return render(request, f"{status}.html", status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """An error of ours (500), or a database that cannot be reached or written to (503)."""
    status = 503 if _is_out_of_order(sys.exc_info()[1]) else 500
    context = {"csrf_token": get_token(request), "path": request.get_full_path()}
    page = render_to_string(f"{status}.html", context | {"fields": _to_send_again(request)})
    headers = {"Retry-After": str(_SECONDS)} if status == 503 else {}
    return HttpResponse(page, status=status, headers=headers)


_METHODS = ("GET", "HEAD", "POST", "OPTIONS")


def wrong_method(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A page where an address is not for what was asked (405); Django's answer is empty.

    No address is for anything but looking and sending a form, the sign-in library's too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        known = request.method in _METHODS
        response = get_response(request) if known else HttpResponseNotAllowed(_METHODS)
        if response.status_code == 405 and not response.streaming and not response.content:
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware


def _is_out_of_order(error: BaseException | None) -> bool:
    """Whether the database was the cause: locked, full, gone, or open for reading only."""
    while error is not None:
        if isinstance(error, OperationalError) or getattr(error, "pgcode", "") == _READ_ONLY:
            return True
        error = error.__cause__ or error.__context__
    return False


def _to_send_again(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed; nothing of signing in, and nothing where it could not be read."""
    if request.method != "POST" or request.path.startswith("/accounts/"):
        return []
    try:
        return typed_fields(request)
    except (OSError, SuspiciousOperation, MultiPartParserError):
        return []
