"""A page as people read it, and as a browser posts it again."""

import datetime as dt
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any


def written(html: str) -> str:
    """Some HTML, without what keeps a year whole."""
    return re.sub(r'<span class="eh-nowrap">([^<]*)</span>', r"\1", html)


def plain(html: str) -> str:
    """The words of some HTML, as one line; what keeps a year whole parts nothing."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", written(html))).split())


def text(response: Any, status: int = 200) -> str:
    """The words of a page that was answered so, as one line."""
    assert response.status_code == status, response.status_code
    return plain(response.content.decode())


def hidden(response: Any) -> dict[str, list[str]]:
    """What a page would post again without being touched: its hidden fields."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", response.content.decode()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] != "csrfmiddlewaretoken":
            found.setdefault(unescape(name[1]), []).append(unescape(value[1]))
    return found


def box(response: Any, name: str) -> str:
    """What stands in an input."""
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return unescape(found[1])


# -- forms as a browser posts them -----------------------------------------------------------


@dataclass
class PageForm:
    """One form of a page: where it goes, and what it would post without being touched.

    ``kinds`` says of each box what kind it is: an input's type, ``select`` or ``textarea``.
    """

    attributes: dict[str, str]
    boxes: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, list[str]]:
        """What a browser sends: it ends the lines of longer texts in its own way."""
        return {
            name: [re.sub(r"\r?\n", "\r\n", value) for value in held]
            if self.kinds.get(name) == "textarea"
            else held
            for name, held in self.boxes.items()
        }

    @property
    def typed_into(self) -> dict[str, str]:
        """The boxes that people see, with their kind."""
        return {name: kind for name, kind in self.kinds.items() if kind != "hidden"}


def forms_of(response: Any) -> list[PageForm]:
    """Every form of a page, as a browser would post it."""
    reader = _Forms()
    reader.feed(response.content.decode())
    return reader.forms


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.inside = False
        self.select: str = ""
        self.options: list[tuple[str, bool]] = []
        self.several = False
        self.textarea: str | None = None
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(PageForm(of))
            self.inside = True
        elif not self.inside or "disabled" in of:
            return
        elif tag == "option" and self.select:
            self.options.append((of.get("value", ""), "selected" in of))
        elif of.get("name"):
            self._begin(tag, of)

    def _begin(self, tag: str, of: dict[str, str]) -> None:
        if tag == "input":
            self._input(of)
        elif tag == "select":
            self.select, self.options, self.several = of["name"], [], "multiple" in of
        elif tag == "textarea":
            self.textarea, self.words = of["name"], ""

    def _input(self, of: dict[str, str]) -> None:
        kind, value = of.get("type", "text"), of.get("value", "")
        if kind in ("submit", "image", "button", "reset"):
            return
        form = self.forms[-1]
        form.kinds[of["name"]] = kind
        held = form.boxes.setdefault(of["name"], [])
        if kind in ("checkbox", "radio"):
            held += [of.get("value", "on")] if "checked" in of else []
        else:
            held.append(_as_held(kind, value))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            chosen = [value for value, is_chosen in self.options if is_chosen]
            if not chosen and not self.several:
                chosen = [value for value, _ in self.options[:1]]
            self._put(self.select, "select", chosen)
            self.select = ""
        elif tag == "textarea" and self.textarea is not None:
            self._put(self.textarea, "textarea", [self.words.removeprefix("\n")])
            self.textarea = None

    def _put(self, name: str, kind: str, values: list[str]) -> None:
        self.forms[-1].kinds[name] = kind
        self.forms[-1].boxes.setdefault(name, []).extend(values)


def _as_held(kind: str, value: str) -> str:
    """What a browser's box holds: one for numbers or days drops what is neither."""
    if kind == "number":
        return value if re.fullmatch(r"-?\d+(\.\d+)?", value) else ""
    if kind == "date":
        try:
            return dt.date.fromisoformat(value).isoformat()
        except ValueError:
            return ""
    return value
