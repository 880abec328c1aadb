"""Somebody with a browser that keeps its cookies, who reads what they have just saved."""

from http.cookiejar import CookieJar
from itertools import count
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.concurrency.crowd import Reply
from tests.running.people import PASSWORD, version_shown

_NUMBERS = count(1)


class _AsItIs(HTTPRedirectHandler):
    """Leads nowhere by itself."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """Nothing."""


class Surfer:
    """Signs in by the form; looks at pages, and sends forms as the page before had them."""

    def __init__(self, server: str, email: str, password: str = PASSWORD) -> None:
        self.server = server
        self.jar = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.jar), _AsItIs())
        self.get("/accounts/login/")
        self.reply = self.post("/accounts/login/", {"login": email, "password": password})

    def get(self, address: str) -> Reply:
        """Look at a page."""
        return self._ask(self.server + address)

    def post(self, address: str, fields: dict[str, Any]) -> Reply:
        """Send a form with the token of a page that was seen."""
        token = next(one.value for one in self.jar if one.name == "csrftoken")
        headers = {"X-CSRFToken": token or "", "Content-Type": MULTIPART_CONTENT}
        return self._ask(self.server + address, encode_multipart(BOUNDARY, fields), headers)

    def reads(self, words: str) -> bool:
        """Whether the plan of actions has these words."""
        reply = self.get("/actions/")
        assert reply.status == 200, reply.text[:2000]
        return words in reply.text

    def _ask(self, url: str, body: bytes | None = None, headers: Any = None) -> Reply:
        request = Request(url, body, headers or {})  # noqa: S310  # the test's own server
        try:
            with self._opener.open(request, timeout=120) as answer:
                return Reply(answer.status, answer.read().decode(), "")
        except HTTPError as answer:
            said = answer.read().decode(errors="replace")
            return Reply(answer.code, said, answer.headers.get("Location", ""))


class Planner(Surfer):
    """Saves one wording of an action of the plan after the other, and looks for each on the plan."""

    def __init__(self, server: str, email: str, action: int) -> None:
        super().__init__(server, email)
        self.address = f"/actions/action/{action}/edit/"
        self.words = ""
        self.version = version_shown(self.get(self.address))

    def save(self) -> None:
        """Save a wording that nobody ever wrote; it was acknowledged."""
        self.words = f"The wording of number {next(_NUMBERS)}."
        form = {"version": self.version, "text": self.words, "roles": "performance-officer"}
        reply = self.post(self.address, form)
        assert reply.status == 302, reply.text[:2000]
        self.version += 1

    def save_and_read(self, times: int) -> int:
        """How often the plan did not have what was saved just before."""
        stale = 0
        for _ in range(times):
            self.save()
            stale += not self.reads(self.words)
        return stale
