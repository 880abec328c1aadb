"""What the site is made of: a bill of materials (CycloneDX 1.5) from the lock, on standard output.

::

    python tools/sbom.py > early-help.cdx.json     # make sbom
    python tools/sbom.py --licences                # each licence with what stands under it

Names, versions and hashes are those of ``requirements.txt``; licences are what the installed
packages say of themselves. What the lock has for other platforms is not installed, and says none.
"""

import argparse
import json
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UNSAID = "not said"


@dataclass(frozen=True)
class LockedPackage:
    """One package of the lock, with the licence that it gives itself."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str


def packages(lock: str) -> Iterator[LockedPackage]:
    """The packages of a lock."""
    for line in lock.replace("\\\n", " ").splitlines():
        if found := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)", line):
            hashes = tuple(re.findall("--hash=sha256:([0-9a-f]{64})", line))
            yield LockedPackage(found[1], found[2], hashes, licence_of(found[1]))


def licence_of(name: str) -> str:
    """What an installed package says of its licence."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return UNSAID
    named = [one for one in said.get_all("Classifier", []) if one.startswith("License ::")]
    classified = "; ".join(one.rpartition(" :: ")[2] for one in named)
    expression, *_ = said.get_all("License-Expression", []) or [""]
    words = "\n".join(said.get_all("License", [])).strip().splitlines()
    return expression or classified or (words[0] if words else UNSAID)


def bill(version: str, listed: list[LockedPackage]) -> dict[str, Any]:
    """The bill of materials of a version."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": "early-help", "version": version}
        },
        "components": [
            {
                "type": "library",
                "name": one.name,
                "version": one.version,
                "purl": f"pkg:pypi/{one.name}@{one.version}",
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in one.hashes],
                "licenses": [{"license": {"name": one.licence}}],
            }
            for one in listed
        ],
    }


def main(arguments: list[str]) -> int:
    """Print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--licences", action="store_true", help="by licence, for people")
    given = parser.parse_args(arguments)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = list(packages((ROOT / "requirements.txt").read_text(encoding="utf-8")))
    if not given.licences:
        print(json.dumps(bill(project["version"], listed), indent=1))
        return 0
    under: dict[str, set[str]] = defaultdict(set)
    for one in listed:
        under[one.licence].add(one.name)
    for licence, names in sorted(under.items()):
        print(f"{licence}: {', '.join(sorted(names))}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
