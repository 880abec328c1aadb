"""Asks a production site what the proxy in front would hand on to it; signs somebody in by the form."""

import re
from http.client import HTTPConnection
from urllib.parse import urlencode

HOST = "figures.council.gov.uk"
PASSWORD = "twelve green bottles on a wall"
EMAIL = "a@council.example"
# Somebody who may look at something, for the shell of a new site.
SOMEBODY = f"""
import datetime as dt
from teams.models import Appointment, Locality, Team, TeamType, User
one = User.objects.create_user("{EMAIL}", "{PASSWORD}", name="A contributor")
place = Locality.objects.create(code="north", name="North")
kind = TeamType.objects.create(code="family", name="Family team")
team = Team.objects.create(code="one", name="Team one", type=kind)
Appointment.objects.create(person=one, role="contributor", team=team, starts=dt.date(2020, 1, 1))
"""


def ask(
    port: int, path: str, cookies: str = "", form: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """The status, the page and the cookies that a request gets."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.7"}
    headers |= {"Cookie": cookies, "Referer": f"https://{HOST}/"}
    body = None
    if form is not None:
        body, headers["Content-Type"] = urlencode(form), "application/x-www-form-urlencoded"
    connection.request("POST" if body else "GET", path, body, headers)
    answer = connection.getresponse()
    given = "; ".join(
        re.findall(r"^Set-Cookie: ([^;]+)", str(answer.headers), re.MULTILINE | re.IGNORECASE)
    )
    return answer.status, answer.read().decode(errors="replace"), given


def is_there(port: int) -> bool:
    """Whether the site answers."""
    try:
        return ask(port, "/live")[0] == 200
    except OSError:
        return False


def signed_in_page(port: int, email: str = EMAIL, password: str = PASSWORD) -> str:
    """The home page of somebody who signed in by the form, with its style."""
    _, page, cookies = ask(port, "/accounts/login/")
    style = re.search(r'href="(/static/earlyhelp\.[0-9a-f]+\.css)"', page)[1]
    assert ask(port, style)[0] == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    typed = {"login": email, "password": password, "csrfmiddlewaretoken": token}
    status, _, session = ask(port, "/accounts/login/", cookies, typed)
    assert (status, "__Host-session=" in session) == (302, True)
    status, page, _ = ask(port, "/", session)
    assert (status, "/accounts/logout/" in page) == (200, True)
    return page
