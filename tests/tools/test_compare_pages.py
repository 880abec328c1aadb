"""The parts of ``tools/compare_pages.py``: what a page leads to, what is evened out, what differs."""

import io
import zipfile
from pathlib import Path

import pytest

import compare_pages
from comparison.archive import Answer, Archive
from comparison.differences import Intended, compare, differences, report
from comparison.links import leads
from comparison.normalise import body_text, text_of

PAGE = """
<a href="/returns/?quarter=2015-16&amp;x=1#top">Returns</a> <a href="new/">New</a>
<a href="https://elsewhere.example/">Elsewhere</a> <a href="mailto:x@example.org">Mail</a>
<a href="/static/a.css">Style</a>
<form action="/choose/?old=1">
  <select name="year"><option value="1">1</option><option value="2" selected>2</option></select>
  <input type="radio" name="by" value="a" checked><input type="radio" name="by" value="b">
  <input name="word" value="x y"><input name="off" value="1" disabled><button>Go</button>
</form>
<form method="post" id="send">
  <input type="hidden" name="csrfmiddlewaretoken" value="a token"><input name="version" value="3">
  <select name="year"><option value=""></option><option value="1">1</option></select>
  <input type="radio" name="by" value="a"><input type="radio" name="by" value="b">
  <input name="held" value="x"><input name="on_0"><input name="count" inputmode="numeric">
  <textarea name="why"></textarea><button name="then" value="stay">Stay</button>
</form>
<button form="send" name="then" value="leave">Leave</button> <a href="#id_count">Too few</a>
"""


def test_a_page_leads_where_its_links_and_forms_do() -> None:
    found = leads(PAGE, "/returns/4/")
    assert found.addresses == [
        "/returns/?quarter=2015-16&x=1",
        "/returns/4/new/",
        "/returns/4/",
        "/choose/?year=2&by=a&word=x+y",
        "/choose/?year=1&by=a&word=x+y",
        "/choose/?year=2&by=b&word=x+y",
    ]
    assert found.refused == {"count"}
    assert [(post.address, post.button) for post in found.posts] == [
        ("/returns/4/", "then=stay"),
        ("/returns/4/", "then=leave"),
    ]


def test_a_form_is_filled_where_it_says_nothing_and_can_be_sent_stale_or_without_a_part() -> None:
    post = leads(PAGE, "/returns/4/").posts[0]
    filled = {
        "version": "3",
        "year": "1",
        "held": "x",
        "on_0": "7",
        "count": "1",
        "why": "Counted again: so it is.",
        "by": "a",
        "then": "stay",
    }
    assert dict(post.filled) == filled
    assert dict(post.without({"count", "held"})) == filled | {"count": ""}
    assert dict(post.stale) == filled | {"version": "2"}


def test_what_changes_by_itself_is_evened_out() -> None:
    def page(token: str, version: str, digest: str) -> str:
        body = (
            f'<script nonce="{token}" src="/static/a/b.{digest}.js"></script>'
            f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
            f'<input name="version" value="{version}"> 5 July 2016'
        )
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Security-Policy", f"script-src 'nonce-{token}'"),
            ("Set-Cookie", token),
        ]
        return text_of(200, headers, body.encode())

    even = page("one", "1", "0123456789ab")
    assert even == page("two", "22", "ba9876543210")
    assert "5 July 2016" in even
    assert even != page("one", "1", "0123456789ab").replace("July", "June")


def workbook(value: str, moment: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("xl/sheet.xml", f"<row><c>{value}</c></row>")
        packed.writestr("docProps/core.xml", f"<dcterms:created>{moment}</dcterms:created>")
    return file.getvalue()


def test_a_workbook_is_compared_by_its_parts_and_not_by_when_it_was_packed() -> None:
    before = body_text(workbook("1", "2016-07-05T10:00:00Z"))
    assert before == body_text(workbook("1", "2025-01-01T00:00:00Z"))
    (changed, _around), *more = differences(
        before, body_text(workbook("2", "2016-07-05T10:00:00Z"))
    )
    assert (changed.removed, changed.added) == (("<c>1</c>",), ("<c>2</c>",))
    assert more == []


def record(path: Path, pages: dict[tuple[str, str], str]) -> Path:
    with Archive(path, create=True) as archive:
        archive.add(
            Answer.of(who, "GET", address, name="x", status=200, text=text)
            for (who, address), text in pages.items()
        )
    return path


def test_the_same_difference_on_many_pages_is_told_once(tmp_path: Path) -> None:
    pages = {(who, address): f"top\n{address}\nend" for who in "ab" for address in ("/1/", "/2/")}
    before = record(tmp_path / "before", pages | {("a", "/gone/"): ""})
    changed = {key: text.replace("top", "head") for key, text in pages.items()}
    after = record(
        tmp_path / "after", changed | {("b", "/1/"): pages["b", "/1/"], ("a", "/new/"): ""}
    )
    with Archive(before) as old, Archive(after) as new:
        found = compare(old, new, Intended())
    assert (found.compared, found.identical, len(found.differing)) == (4, 1, 3)
    assert found.only_before == [("a", "GET", "/gone/")]
    assert found.only_after == [("a", "GET", "/new/")]
    (keys,) = found.hunks.values()
    assert len(keys) == 3
    told = "\n".join(report(found, 20))
    assert told.count("-top\n+head") == 1
    assert "@@ 3 answers" in told


@pytest.mark.parametrize(
    ("ignored", "status"),
    [("", 1), ("^top$ => head\n@ /2/$", 0), ("top|head\n@^. GET /2/", 0), ("end\n@ /2/$", 1)],
)
def test_only_what_is_meant_to_differ_is_let_through(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ignored: str, status: int
) -> None:
    before = record(tmp_path / "before", {("a", "/1/"): "top\nend", ("a", "/2/"): "x"})
    after = record(tmp_path / "after", {("a", "/1/"): "head\nend", ("a", "/2/"): "y"})
    (tmp_path / "meant").write_text(f"# what is meant\n\n{ignored}\n", encoding="utf-8")
    arguments = ["diff", str(before), str(after), "--ignore", str(tmp_path / "meant")]
    assert compare_pages.main(arguments) == status
    assert "answers compared" in capsys.readouterr().out


def test_a_recording_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Archive(tmp_path / "none")
