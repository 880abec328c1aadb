"""Files as a browser takes them: one kind of header, and a mark at the beginning of CSV."""

from codecs import BOM_UTF8
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from django.conf import settings

from earlyhelp.core.files.downloads import bytes_download, csv_download, download
from earlyhelp.core.files.writer import FileFormat

NAMES = ["city-2015-16", "a\r\nX-Evil: 1", 'say "yes"', "Zoë", "..\\x", "\u202egnp", "a\x00b"]


def write(file: BinaryIO) -> None:
    file.write(b"a,b\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_stays_inside_its_header(name: str) -> None:
    for response in (
        csv_download(name, [b"a"]),
        download(name, FileFormat.ODS, write),
        bytes_download(name, b"a", "text/plain"),
    ):
        header = response["Content-Disposition"]
        assert header.startswith("attachment; filename")
        assert not set("\r\n\x00") & set(header)
        assert "X-Evil" not in response


def test_csv_begins_with_its_mark_and_nothing_else_does() -> None:
    streamed: Any = csv_download("x", [b"a,b\n", b"1,2\n"])
    assert b"".join(streamed.streaming_content) == BOM_UTF8 + b"a,b\n1,2\n"
    assert download("x", FileFormat.CSV, write).content == BOM_UTF8 + b"a,b\n"
    assert download("x", FileFormat.XLSX, write).content == b"a,b\n"


def test_nobody_else_makes_that_header() -> None:
    made = [
        path
        for room in ("earlyhelp", "teams", "measures", "audits")
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py")
        if any(word in path.read_text() for word in ("Content-Disposition", "FileResponse"))
    ]
    assert [path.name for path in made] == ["downloads.py"]
