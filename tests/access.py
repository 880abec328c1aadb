"""How the access table (docs/access.md) is put to the test: an example for every address.

An example is a row of North or something about it, in the state in which the request makes
sense; and what a page's form would send.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from earlyhelp.core.actor import Route
from earlyhelp.core.events.models import Event
from measures.corrections import actions as corrections
from measures.exchange import actions as loading
from measures.models import Correction, Figure, ReportingQuarter, Return
from measures.quarters import actions as quarters
from measures.releases import actions as releases
from measures.returns.answers import GivenAnswer
from teams.actions import appoint, appoint_cover
from teams.authority import command_actor
from teams.confirmations.actions import ask_for_address, token_of
from teams.cover.pages import coverable
from teams.models import AddressChange, Locality
from teams.roles import Role
from tests.audits import access as audits_access
from tests.breaking import OF_THE_VISIT, WRITTEN
from tests.cast import HISTORY, OPEN, TODAY, Cast, explain
from tests.examples import Example
from tests.measures.framework import access as framework_access
from tests.report import access as report_access
from tests.report.fetching import fetched

DOCUMENT = Path(__file__).parent.parent / "docs" / "access.md"
PERSONAS = [
    "anonymous",
    "contributor",
    "manager",
    "other manager",
    "head",
    "other head",
    "director",
    "officer",
    "auditor",
    "board member",
    "administrator",
    "leaver",
]
YES, NO, NOT_FOUND, SIGN_IN, REFUSED = "yes", "no", "not found", "sign in", "refused"
NO_SUCH_METHOD, ERROR_PAGE = "no such method", "error page"


# -- reading the table ----------------------------------------------------------------------


def tables() -> Iterator[tuple[list[str], list[list[str]]]]:
    """Every table of the document: its heading cells and its rows."""
    lines: list[list[str]] = []
    for line in [*DOCUMENT.read_text().splitlines(), ""]:
        if line.startswith("|"):
            lines.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
        elif lines:
            yield lines[0], lines[2:]
            lines = []


def cells() -> dict[tuple[str, str], dict[str, str]]:
    """What the document says, by address name and method, then by kind of person."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for heading, rows in tables():
        if heading[:2] != ["page", "method"]:
            continue
        for row in rows:
            name, method, *words = row
            assert (name, method) not in found, f"{name} {method} stands twice"
            said = dict(zip(heading[2:], words, strict=True))
            if "signed in" in said:
                everybody = dict.fromkeys(PERSONAS[1:], said["signed in"])
                said = {"anonymous": said["not signed in"], **everybody}
            assert list(said) == PERSONAS, f"{name} {method} lacks somebody"
            found[name, method] = said
    return found


def kept_pages() -> dict[str, dict[str, set[str]]]:
    """The document's rule for the administration pages: by kind of row, who may do what."""
    for heading, rows in tables():
        if heading[0] == "kept in administration":
            return {
                row[0]: {
                    persona: set(filter(None, words.replace("nothing", "").split(", ")))
                    for persona, words in zip(heading[1:], row[1:], strict=True)
                }
                for row in rows
            }
    raise AssertionError("The document has no table for the administration pages")


def addresses() -> Iterator[tuple[str, str]]:
    """Every address that the site answers: its name, with that of its namespace, and pattern."""

    def walk(patterns: list[Any], namespace: str, prefix: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            where = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
                yield from walk(one.url_patterns, inner, where)
            elif isinstance(one, URLPattern):
                yield (f"{namespace}{one.name}" if one.name else "", where)

    seen = set()
    for name, where in walk(get_resolver().url_patterns, "", ""):
        # One without a name is called by its pattern. Of two with one name ours comes first.
        key = name or where
        if key not in seen:
            seen.add(key)
            yield key, where


def parts_of(name: str) -> tuple[str, str]:
    """A row's address and its query; an address called by its pattern has none."""
    if "/" in name:
        return name, ""
    address, _, query = name.partition("?")
    return address, query


# -- asking ---------------------------------------------------------------------------------


def client_of(persona: str, sessions: dict[str, str]) -> Client:
    """A browser in which this person is signed in, or nobody."""
    client = Client()
    if persona in sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[persona]
    return client


def send(client: Client, method: str, name: str, example: Example) -> HttpResponseBase:
    """Make the request."""
    name, query = parts_of(name)
    if query:
        example = replace(example, query=dict(parse_qsl(query)) | example.query)
    if "/" in name:  # an address without a name stands in the table by its pattern
        address = "/" + name.replace("(?P<url>.*)$", "nothing-of-ours/")
    else:
        address = reverse(name, kwargs=example.kwargs or None)
    if example.query:
        address += "?" + urlencode(example.query)
    return fetched(client, address) if method == "GET" else client.post(address, example.data)


def word_for(response: HttpResponseBase, client: Client) -> str:
    """The table's word for an answer."""
    if response.status_code in (301, 302, 303):
        where = response.headers["Location"].split("?")[0]
        if where == reverse("account_login"):
            return SIGN_IN
        if where == reverse("admin:login"):
            return word_for(client.get(response.headers["Location"]), client)
        return YES
    words = {401: ERROR_PAGE, 403: NO, 404: NOT_FOUND, 405: NO_SUCH_METHOD}
    return words.get(
        response.status_code, YES if response.status_code < 300 else str(response.status_code)
    )


@dataclass
class Answer:
    """What came back, whether the record grew, and the tables that a statement wrote to."""

    word: str
    recorded: bool
    body: bytes
    wrote: frozenset[str] = frozenset()


def ask(persona: str, method: str, name: str, example: Example, sessions: dict[str, str]) -> Answer:
    """Send the request as this person; whatever it wrote is taken back."""
    with transaction.atomic():
        before = Event.objects.count()
        client = client_of(persona, sessions)
        with writing() as wrote:
            response = send(client, method, name, example)
            body = b"".join(response) if getattr(response, "streaming", False) else response.content  # type: ignore[attr-defined]
        word, recorded = word_for(response, client), Event.objects.count() != before
        answer = Answer(word, recorded, body, frozenset(wrote))
        transaction.set_rollback(True)
    return answer


@contextmanager
def writing() -> Iterator[set[str]]:
    """The tables that any statement tries to write to; what a visit keeps of itself is none."""
    tables: set[str] = set()

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITTEN.match(sql):
            tables.add(found[1])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield tables
    tables -= {model._meta.db_table for model in OF_THE_VISIT}


def model_of(kind: str) -> Any:
    """The model behind a kind of administration page: ``teams_locality``."""
    app, _, model = kind.partition("_")
    return apps.get_model(app, model)


# -- the examples ---------------------------------------------------------------------------

TEAM = "north-family"


def _draft(cast: Cast) -> Return:
    made = cast.made(TEAM)
    return made if made.version else cast.fill_in(TEAM)


def _submitted(cast: Cast) -> Return:
    return cast.submit(TEAM)


def _signed(cast: Cast) -> Return:
    return cast.sign_off(TEAM)


def _of_draft(cast: Cast) -> Example:
    return Example({"pk": _draft(cast).pk})


def _of_submitted(cast: Cast) -> Example:
    made = _submitted(cast)
    return Example({"pk": made.pk}, {"version": made.version, "reason": "Please look again"})


def _ticked(cast: Cast) -> Example:
    made = _submitted(cast)
    return Example(data={"return": f"{made.pk}-{made.version}"})


def _owed(cast: Cast) -> Example:
    return Example(data={"return": _draft(cast).pk, "then": "late"})


def _of_signed(cast: Cast) -> Example:
    made = _signed(cast)
    return Example({"pk": made.pk}, {"version": made.version, "reason": "Please look again"})


def _quarter(_: Cast) -> Example:
    return Example({"slug": slug(OPEN)})


def slug(quarter: Any) -> str:
    """A quarter as addresses write it."""
    return str(quarter).replace(" ", "-").lower()


def _planned(cast: Cast) -> Example:
    quarters.plan_quarter(OPEN + 1, due_on=dt.date(2016, 10, 14), by=command_actor())
    return Example({"slug": slug(OPEN + 1)})


def _closed_unsigned(cast: Cast) -> Example:
    made = _draft(cast)
    row = ReportingQuarter.objects.get(pk=OPEN.index)
    quarters.finish(row, reason="The board meets", early=True, by=command_actor())
    return Example({"pk": made.pk}, {"reason": "The manager was ill"})


def a_correction(cast: Cast, by: str = "officer") -> Correction:
    """A correction of North's first quarter that waits."""
    made = cast.made(TEAM, HISTORY[0])
    figure = Figure.objects.of(made).get(item__code="open-cases")
    return corrections.propose(
        {figure.pk: GivenAnswer(value=41)},
        reason="Counted twice",
        by=cast.actor(by),
    )


def _of_correction(cast: Cast) -> Example:
    return Example({"pk": a_correction(cast).pk}, {"reason": "It was right"})


def _filled_in(cast: Cast) -> Example:
    made = _draft(cast)
    data: dict[str, Any] = {"version": made.version, "then": "leave"}
    for figure in Figure.objects.of(made):
        data[f"value-{figure.item.code}"] = str(figure.value)
    data["value-open-cases"] = "47"
    return Example({"pk": made.pk}, data)


def _filled_in_together(cast: Cast) -> Example:
    alone = _filled_in(cast)
    return _on_a_sheet(alone, {"then": "leave"})


def _complete_together(cast: Cast) -> Example:
    return _on_a_sheet(_complete(cast), {})


def _on_a_sheet(alone: Example, shared: dict[str, str]) -> Example:
    """The example of one return, as a sheet of several sends it."""
    prefix = f"t{alone.kwargs['pk']}-"
    own = {name: value for name, value in alone.data.items() if name not in shared}
    data = {f"{prefix}{name}": str(value) for name, value in own.items()}
    return Example({"slug": slug(OPEN)}, data | shared)


def _complete(cast: Cast) -> Example:
    made = _draft(cast)
    explain(made)
    return Example({"pk": made.pk}, {"version": made.version})


def _from_an_extract(cast: Cast) -> Example:
    line = loading.FigureLine(cast.team[TEAM], OPEN, cast.item["open-cases"].pk, GivenAnswer(41))
    loading.load_figures([line], signed_off=False, by=command_actor(Route.IMPORT))
    made = cast.made(TEAM)
    return Example({"pk": made.pk}, {"version": made.version})


def _new_correction(cast: Cast) -> Example:
    made = cast.made(TEAM, HISTORY[0])
    figure = Figure.objects.of(made).get(item__code="open-cases")
    data = {f"value-{figure.pk}": "41", "reason": "Counted twice", "kind": "error"}
    return Example({}, data, query={"return": made.pk})


def _a_file(_: Cast) -> Example:
    lines = f"team,quarter,item,value,answer,note\n{TEAM},{OPEN},open-cases,41,,\n"
    file = SimpleUploadedFile("figures.csv", lines.encode())
    return Example({}, {"file": file, "becomes": "drafts"})


def _figure(cast: Cast) -> Example:
    return Example({"pk": _draft(cast).pk, "item": "open-cases"})


def _due(_: Cast) -> Example:
    day = {"due_on_0": "21", "due_on_1": "7", "due_on_2": "2016"}
    return Example({"slug": slug(OPEN)}, {**day, "reason": "Fair week"})


def _new_quarter(_: Cast) -> Example:
    day = {"due_on_0": "14", "due_on_1": "10", "due_on_2": "2016"}
    return Example({}, {"quarter": str(OPEN + 1), **day})


def _closing(_: Cast) -> Example:
    return Example({"slug": slug(OPEN)}, {"reason": "The board meets", "early": ["on"]})


def _closed(_: Cast) -> Example:
    row = ReportingQuarter.objects.get(pk=OPEN.index)
    quarters.finish(row, reason="The board meets", early=True, by=command_actor())
    return Example({"slug": slug(OPEN)}, {"reason": "It was the wrong quarter"})


def _release(_: Cast) -> Example:
    row = ReportingQuarter.objects.get(pk=OPEN.index)
    quarters.finish(row, reason="The board meets", early=True, by=command_actor())
    return Example({"slug": slug(OPEN)})


def _leave_out(_: Cast) -> Example:
    kwargs = {"slug": slug(OPEN), "code": "helped"}
    return Example(kwargs, {"reason": "Too much would be hidden for it"})


def _take_in(cast: Cast) -> Example:
    left_out = releases.leave_out(
        cast.measure["helped"], reason="Too much is hidden", by=cast.actor("director")
    )
    return Example({"slug": slug(OPEN), "pk": left_out.pk})


def _new_cover(cast: Cast) -> Example:
    first = {"starts_0": "6", "starts_1": "7", "starts_2": "2016"}
    last = {"ends_0": "20", "ends_1": "7", "ends_2": "2016"}
    post = coverable(cast.person["head"], TODAY)[0]
    who = cast.person["auditor"].pk
    return Example({}, {"person": who, "post": post.key, "reason": "Leave", **first, **last})


def _cover(cast: Cast) -> Example:
    made = appoint_cover(
        person=cast.person["auditor"],
        role=Role.HEAD_OF_SERVICE,
        starts=TODAY,
        ends=TODAY,
        by=cast.actor("head"),
        reason="Leave",
        locality_id=cast.locality["north"].pk,
    )
    return Example({"pk": made.pk})


def _waiting_appointment(cast: Cast) -> Example:
    made = appoint(
        person=cast.person["leaver"],
        role=Role.PERFORMANCE_OFFICER,
        starts=TODAY,
        by=cast.actor("administrator"),
    )
    return Example({"pk": made.pk}, {"reason": "Nobody told me"})


def _waiting(cast: Cast) -> Example:
    _waiting_appointment(cast)
    return Example()


def _changed_address(cast: Cast) -> AddressChange:
    head, by = cast.person["head"], cast.actor("administrator")
    made = ask_for_address(head, "new.head@testshire.example", by=by)
    assert made is not None
    return made


def _waiting_address(cast: Cast) -> Example:
    return Example({"pk": _changed_address(cast).pk}, {"reason": "Nobody told me"})


def _address_link(cast: Cast) -> Example:
    return Example({"token": token_of(_changed_address(cast))})


def _key(_: Cast) -> Example:
    return Example({"key": "not-a-key"})


def _reset_key(_: Cast) -> Example:
    return Example({"uidb36": "1", "key": "not-a-key"})


def _provider(_: Cast) -> Example:
    return Example({"provider_id": "council"})


def _app(_: Cast) -> Example:
    return Example({"app_label": "teams"})


def _shortcut(cast: Cast) -> Example:
    kind = ContentType.objects.get_for_model(Locality).pk
    return Example({"content_type_id": kind, "object_id": cast.locality["north"].pk})


def _locality(cast: Cast) -> Example:
    cast.submit(TEAM)
    return Example({"code": "north"})


def _team(cast: Cast) -> Example:
    cast.submit(TEAM)
    return Example({"code": TEAM})


def _measure(_: Cast) -> Example:
    return Example({"code": "helped"})


def _made_of(_: Cast) -> Example:
    return Example(query={"measure": "helped"})


def _commentary(_: Cast) -> Example:
    kwargs = {"measure": "helped", "area": "north", "quarter": slug(OPEN)}
    return Example(kwargs, {"text": "More families answered.", "version": "0"})


def _plain(_: Cast) -> Example:
    return Example()


# By address name, and by name and method where the two differ. Without one: no arguments.
EXAMPLES: dict[str, Callable[[Cast], Example]] = {
    "return": _of_draft,
    "return-history": _of_draft,
    "figure-history": _figure,
    "return-fill-in": _of_draft,
    "return-fill-in POST": _filled_in,
    "return-confirm": _from_an_extract,
    "return-ready": _complete,
    "returns-together": _filled_in_together,
    "returns-together-check": _quarter,
    "returns-together-submit": _complete_together,
    "returns-together-receipt": _quarter,
    "return-check": _complete,
    "return-submit": _complete,
    "return-receipt": _of_submitted,
    "return-review": _of_submitted,
    "review-sign-together": _ticked,
    "returns-remind": _owed,
    "return-sign-off": _of_submitted,
    "return-send-back": _of_submitted,
    "return-reopen": _of_signed,
    "return-accept-late": _closed_unsigned,
    "quarter": _quarter,
    "quarter-new POST": _new_quarter,
    "quarter-open": _planned,
    "quarter-due-date": _due,
    "quarter-close": _closing,
    "quarter-undo-closing": _closed,
    "release": _quarter,
    "release-work-out": _quarter,
    "release-make": _release,
    "release-leave-out": _leave_out,
    "release-take-in": _take_in,
    "correction": _of_correction,
    "correction-countersign": _of_correction,
    "correction-decline": _of_correction,
    "correction-new POST": _new_correction,
    "import-figures POST": _a_file,
    "cover-new POST": _new_cover,
    "cover-withdraw": _cover,
    "confirmations": _waiting,
    "appointment-waiting": _waiting_appointment,
    "appointment-confirm": _waiting_appointment,
    "appointment-decline": _waiting_appointment,
    "address-waiting": _waiting_address,
    "address-confirm": _waiting_address,
    "address-decline": _waiting_address,
    "address-by-link": _address_link,
    "address-by-link-confirm": _address_link,
    "address-by-link-decline": _address_link,
    "account_confirm_email": _key,
    "account_reset_password_from_key": _reset_key,
    "openid_connect_login": _provider,
    "openid_connect_callback": _provider,
    "performance-locality": _locality,
    "performance-locality-teams": _locality,
    "performance-team": _team,
    "performance-compare": _measure,
    "performance-measure": _measure,
    "performance-made-of": _made_of,
    "commentary-edit": _commentary,
    "admin:app_list": _app,
    "admin:view_on_site": _shortcut,
    **audits_access.EXAMPLES,
    **framework_access.EXAMPLES,
    **report_access.EXAMPLES,
}


def example_for(cast: Cast, name: str, method: str) -> Example:
    """What the request of this row asks for."""
    plain, _ = parts_of(name)
    # What is kept of an address with this query comes before what is kept of any.
    sought = [f"{plain} {method}", plain] if name == plain else [name, f"{plain} {method}", plain]
    make = next((EXAMPLES[one] for one in sought if one in EXAMPLES), _plain)
    return make(cast)
