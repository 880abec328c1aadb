"""``manage.py export_report``: an edition's very bytes, a draft where one is asked for."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from earlyhelp.report.files import file_of
from earlyhelp.report.publishing import actions as publishing
from measures.querysets import Audience
from tests.cast import Cast
from tests.report import making

pytestmark = pytest.mark.django_db


def written(folder: Path, *asked: str, form: str = "html") -> bytes:
    file = folder / "report"
    call_command("export_report", making.CODE, "--format", form, *asked, "--output", str(file))
    return file.read_bytes()


@pytest.mark.parametrize("audience", Audience.values)
def test_an_edition_is_written_as_it_is_kept(audience: str, council: Cast, tmp_path: Path) -> None:
    edition = making.published(council)
    asked = [] if audience == Audience.INTERNAL else ["--audience", audience]
    content = written(tmp_path, *asked)
    assert content == bytes(file_of(edition, audience, "html").content)
    assert written(tmp_path, *asked, "--edition", "1") == content


def test_a_draft_is_marked_and_outsiders_are_told_of_no_team(council: Cast, tmp_path: Path) -> None:
    making.begun(council, "There were {{closed}} in North {{helped in North}}.")
    for audience in Audience.values:
        asked = ("--draft", "--audience", audience)
        assert b"DRAFT: not approved, and not to be quoted" in written(tmp_path, *asked)
        content = written(tmp_path, *asked, form="csv")
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            head, *rows = csv.reader(io.StringIO(packed.read("figures.csv").decode()))
        assert ",".join(head) == (
            "ref,section,text,measure,area,period,shown,"
            "numerator,denominator,answered,expected,missing,basis"
        )
        assert rows
        if audience == Audience.EXTERNAL:
            assert {dict(zip(head, row, strict=True))["missing"] for row in rows} == {""}


def test_what_is_not_published_is_refused_saying_so(council: Cast, tmp_path: Path) -> None:
    def refused(said: str, *asked: str) -> None:
        with pytest.raises(CommandError, match=said):
            written(tmp_path, *asked)

    refused("There is no report “2015-16”. There are: none.")
    edition = making.approved(council)
    refused("has no published edition: --draft writes it as it stands")
    refused("Edition 1 of “Early help” is not published: it is approved", "--edition", "1")
    refused("has no edition 2", "--edition", "2")
    refused("A draft is not an edition", "--draft", "--edition", "1")
    publishing.publish(edition, by=council.actor("officer"))
    publishing.withdraw(edition, reason="A name stands in it", by=council.actor("director"))
    refused("has no published edition")
    refused("is not published: it is withdrawn", "--edition", "1")


def test_a_file_that_cannot_be_written_is_told(council: Cast, tmp_path: Path) -> None:
    making.published(council)
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        written(tmp_path / "nowhere")
