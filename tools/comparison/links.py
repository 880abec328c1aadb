"""Where a page leads: its links, and its forms with what they would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

Fields = list[tuple[str, str]]

# What somebody might type where a form says nothing yet.
_TEXT = "Counted again: so it is."
_KINDS = {"url": "https://example.org/", "email": "somebody@example.org", "date": "2016-07-07"}
_NOT_SENT = "csrfmiddlewaretoken"
_DATE = {"_0": "7", "_1": "7", "_2": "2016"}


@dataclass
class Form:
    """A form as it stands on a page.

    ``fields`` is what it would send; ``others`` every other value of its choices; ``empty`` the
    names of those that say nothing yet, with what they take; ``buttons`` those with a name.
    """

    method: str
    action: str
    fields: Fields = field(default_factory=list)
    others: Fields = field(default_factory=list)
    empty: dict[str, str] = field(default_factory=dict)
    buttons: Fields = field(default_factory=list)

    def queries(self) -> Iterator[str]:
        """Where a form that asks with GET leads: as it stands, and with each other choice."""
        path = self.action.partition("?")[0]
        asked = [self.fields]
        for name, value in self.others:
            asked.append([(n, value if n == name else v) for n, v in self.fields])
        for fields in asked:
            yield f"{path}?{urlencode(fields)}" if fields else path

    def filled(self) -> Fields:
        """What it would send once somebody has answered whatever it asks."""
        fields = [(name, value or self.empty.get(name, "")) for name, value in self.fields]
        answered = {name for name, _ in fields}
        for name, value in self.others:
            if name not in answered:
                answered.add(name)
                fields.append((name, value))
        return fields


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._select: str | None = None
        self._text: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.forms.append(self._form)
            self._by_id[given.get("id", "")] = self._form
        form = self._by_id.get(given["form"]) if "form" in given else self._form
        if form is not None and "disabled" not in given:
            self._control(tag, given, form)

    def _control(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._option(self._select, value, form, chosen="selected" in given)
        elif tag == "textarea" and name:
            self._text = name, []
        elif tag == "button" and name and given.get("type", "submit") == "submit":
            form.buttons.append((name, value))
        elif tag == "input" and name:
            self._input(name, value, given, form)

    @staticmethod
    def _input(name: str, value: str, given: dict[str, str], form: Form) -> None:
        kind = given.get("type", "text")
        if kind in {"radio", "checkbox"}:
            value = given.get("value", "on")
            (form.fields if "checked" in given else form.others).append((name, value))
        elif kind in {"submit", "image"}:
            form.buttons.append((name, value))
        elif kind not in {"reset", "file"} and name != _NOT_SENT:
            form.fields.append((name, value))
            if kind != "hidden":
                number = kind == "number" or given.get("inputmode") in {"numeric", "decimal"}
                text = _KINDS.get(kind, "1" if number else _TEXT)
                form.empty[name] = _DATE.get(name[-2:], text)

    @staticmethod
    def _option(select: str, value: str, form: Form, *, chosen: bool) -> None:
        """The first option stands until one comes that is selected."""
        standing = [(name, other) for name, other in form.fields if name == select]
        if chosen or not standing:
            form.fields = [pair for pair in form.fields if pair not in standing]
            form.others += standing
            form.fields.append((select, value))
        else:
            form.others.append((select, value))
        if value:
            form.empty.setdefault(select, value)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and self._text is not None:
            name, typed = self._text
            self._text = None
            if self._form is not None:
                self._form.fields.append((name, "".join(typed).strip()))
                self._form.empty[name] = _TEXT


@dataclass(frozen=True)
class Post:
    """A form to send: where to, what it holds, what somebody would fill in, with which button."""

    address: str
    rendered: Fields
    filled: Fields
    button: str = ""

    def without(self, refused: set[str]) -> Fields:
        """What was filled in, but where that was refused what the form holds."""
        held = dict(self.rendered)
        return [(n, held.get(n, "") if n in refused else value) for n, value in self.filled]

    @property
    def stale(self) -> Fields:
        """What is filled in, sent from a page that somebody else's change has overtaken."""
        return [
            (name, str(int(value) - 1) if name.endswith("version") and value.isdigit() else value)
            for name, value in self.filled
        ]


@dataclass(frozen=True)
class Leads:
    """The addresses on this site that a page leads to, and the forms that it posts."""

    addresses: list[str]
    posts: list[Post]
    # The fields that the summary of what is wrong leads to.
    refused: set[str]


def leads(page: str, address: str) -> Leads:
    """Read a page that stands at ``address``."""
    reader = _Reader()
    reader.feed(page)
    asked = [*reader.links]
    posts = []
    for form in reader.forms:
        if form.method != "post":
            asked += form.queries()
            continue
        for where in here([form.action], address):
            for button in form.buttons or [("", "")]:
                pressed = [button] if button[0] else []
                name = "=".join(button).strip("=")
                posts.append(Post(where, form.fields, form.filled() + pressed, name))
    refused = {link[4:] for link in reader.links if link.startswith("#id_")}
    return Leads(here(asked, address), posts, refused)


def here(links: list[str], address: str) -> list[str]:
    """Links of a page as paths of this site, each once; static files and other sites left out."""
    found: dict[str, None] = {}
    for link in links:
        parts = urlsplit(urljoin(f"http://localhost{address}", link))
        if parts.netloc == "localhost" and not parts.path.startswith("/static/"):
            found[f"{parts.path}{'?' if parts.query else ''}{parts.query}"] = None
    return list(found)
