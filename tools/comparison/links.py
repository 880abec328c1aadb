"""Where a page leads: its links, and its forms with what they would send as they stand."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

Fields = list[tuple[str, str]]


@dataclass
class _Form:
    method: str
    action: str
    fields: Fields = field(default_factory=list)
    # Every other value of a choice: name, value.
    others: Fields = field(default_factory=list)

    def addresses(self) -> list[str]:
        """Where a form that asks with GET leads: as it stands, and with each other choice."""
        path = self.action.partition("?")[0]
        asked = [self.fields]
        for name, value in self.others:
            asked.append([(n, value if n == name else v) for n, v in self.fields])
        return [f"{path}?{urlencode(fields)}" if fields else path for fields in asked]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            method = given.get("method", "get").lower()
            self._form = _Form(method, given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            self._control(tag, given, self._form)

    def _control(self, tag: str, given: dict[str, str], form: _Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag in {"input", "button"} and "formaction" in given:
            self.forms.append(_Form(given.get("formmethod", form.method), given["formaction"]))
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._option(self._select, value, form, chosen="selected" in given)
        elif tag == "input" and name:
            kind = given.get("type", "text")
            if kind in {"radio", "checkbox"}:
                (form.fields if "checked" in given else form.others).append((name, value))
            elif kind not in {"submit", "image", "reset", "file"}:
                form.fields.append((name, value))

    @staticmethod
    def _option(select: str, value: str, form: _Form, *, chosen: bool) -> None:
        """The first option stands until one comes that is selected."""
        standing = [(name, other) for name, other in form.fields if name == select]
        if chosen or not standing:
            form.fields = [field for field in form.fields if field not in standing]
            form.others += standing
            form.fields.append((select, value))
        else:
            form.others.append((select, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None


@dataclass(frozen=True)
class Leads:
    """The addresses on this site that a page leads to, and those that it posts to."""

    addresses: list[str]
    posts: list[str]


def leads(page: str, address: str) -> Leads:
    """Read a page that stands at ``address``."""
    reader = _Reader()
    reader.feed(page)
    asked = [*reader.links]
    posts = []
    for form in reader.forms:
        if form.method == "post":
            posts.append(form.action)
        else:
            asked += form.addresses()
    return Leads(here(asked, address), here(posts, address))


def here(links: list[str], address: str) -> list[str]:
    """Links of a page as paths of this site, each once; static files and other sites left out."""
    found: dict[str, None] = {}
    for link in links:
        parts = urlsplit(urljoin(f"http://localhost{address}", link))
        if parts.netloc == "localhost" and not parts.path.startswith("/static/"):
            found[f"{parts.path}{'?' if parts.query else ''}{parts.query}"] = None
    return list(found)
