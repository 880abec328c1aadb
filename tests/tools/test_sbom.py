"""The bill of materials is the lock: every package, with its version, its hashes, its licence."""

import json
import re
from pathlib import Path

import pytest

import sbom

LOCK = (Path(__file__).parent.parent.parent / "requirements.txt").read_text(encoding="utf-8")


def test_everything_in_the_lock_is_in_the_bill(capsys: pytest.CaptureFixture[str]) -> None:
    assert sbom.main([]) == 0
    bill = json.loads(capsys.readouterr().out)
    pinned = re.findall(r"^([a-z0-9._-]+)[^=\n]*==([^ ;\\]+)", LOCK, re.MULTILINE)
    assert [(one["name"], one["version"]) for one in bill["components"]] == pinned
    assert sum(len(one["hashes"]) for one in bill["components"]) == LOCK.count("--hash=sha256:")
    assert bill["specVersion"] == "1.5"


def test_licences_are_told_of_what_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert sbom.licence_of("django") == "BSD-3-Clause"
    assert sbom.licence_of("no-such-package") == sbom.UNSAID
    assert sbom.main(["--licences"]) == 0
    assert "MIT" in capsys.readouterr().out
