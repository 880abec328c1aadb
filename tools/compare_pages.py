"""Every page and file of the sample, for everybody, before a change and after it.

``record`` fills a fresh database with the sample and visits the site of the checkout that it is
run in as every person of the sample; ``diff`` compares two recordings::

    cd BEFORE && python path/to/tools/compare_pages.py record ../before.sqlite3
    cd AFTER && python tools/compare_pages.py record ../after.sqlite3
    python tools/compare_pages.py diff ../before.sqlite3 ../after.sqlite3

It visits what each person's pages lead to, the administration and the downloads included; then, as
everybody, what anybody's pages lead to and every address of the URL resolver (so refusals are
compared); then sends each form that they can open, empty, filled in and stale, and takes it back.
Nothing of the project is imported by name, so it works in a tree in which modules have moved.

``record OUT --like BEFORE`` asks again for what an earlier recording has, and no more; with
``--person`` and ``--name`` for a part of it, which takes a minute.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from comparison import crawl, site
from comparison.archive import Answer, Archive, Request
from comparison.crawl import Bounds, Walk
from comparison.differences import Intended, compare, report
from comparison.site import Person


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 1 where two recordings differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="visit the site of this checkout")
    recording.add_argument("out", type=Path)
    recording.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    for name, default in vars(Bounds()).items():
        recording.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")
    recording.add_argument("--like", type=Path, metavar="BEFORE", help="ask for the same again")
    recording.add_argument("--person", default="", metavar="REGEX", help="only as these")
    recording.add_argument("--name", default="", metavar="REGEX", help="only these URL names")
    comparing = commands.add_parser("diff", help="compare two recordings")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.add_argument("--most", type=int, default=20, help="differences printed (default 20)")
    comparing.add_argument("--ignore", type=Path, metavar="FILE", help="what is meant to differ")
    given = parser.parse_args(arguments)
    if given.command == "diff":
        return diff(given.before, given.after, given.ignore, given.most)
    if (given.person or given.name) and not given.like:
        parser.error("--person and --name choose from an earlier recording: --like BEFORE")
    bounds = Bounds(given.links, given.queries, given.shared, given.posts)
    with tempfile.TemporaryDirectory() as folder, Archive(given.out, create=True) as archive:
        recorder = Recorder(archive, Path(folder), given.jobs)
        if given.like:
            recorder.record_again(given.like, given.person, given.name)
        else:
            recorder.record(bounds)
    return 0


def diff(before: Path, after: Path, ignore: Path | None, most: int) -> int:
    """Print what differs between two recordings; 1 where anything does."""
    intended = Intended.read(ignore) if ignore else Intended()
    with Archive(before) as old, Archive(after) as new:
        found = compare(old, new, intended)
    print("\n".join(report(found, most)))
    return 0 if found.same else 1


class Recorder:
    """Visits to the site of the checkout in the current folder, over several processes."""

    def __init__(self, archive: Archive, folder: Path, jobs: int) -> None:
        """Fill the database: DATABASE_URL's, or a file of its own in ``folder``."""
        self._archive, self._began = archive, time.monotonic()
        tree, database = Path.cwd(), os.environ.get("DATABASE_URL", "")
        file = None
        if not database or database.startswith("sqlite"):
            file = folder / "sample.sqlite3"
            database = f"sqlite:///{file}"
        os.environ["PYTHONHASHSEED"] = "0"  # for the processes: sets keep their order
        # A process of its own, so that everybody visits a database that nobody has open.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            answers, self._people = alone.submit(_load, tree, database, folder).result()
        archive.add(answers)
        archive.note(tree=_commit(tree), people=[person.name for person in self._people])
        self._say(f"the sample is loaded; {len(self._people)} people")
        # On a server rows of one database get their numbers in turn: one process.
        self._pool = ProcessPoolExecutor(
            jobs if file else 1,
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(tree, file, database, folder),
        )

    def record(self, bounds: Bounds) -> None:
        """Everybody's own way first, then what anybody saw; keeps answers as they come."""
        with self._pool:
            walks = [self._pool.submit(crawl.walk, who, bounds) for who in self._people]
            walked: list[Walk] = []
            for done in walks:
                walked.append(done.result())
                self._archive.add(walked[-1].answers)
            self._say(f"{sum(len(way.answers) for way in walked)} links followed")
            seen = {address: place for way in walked for address, place in way.seen.items()}
            shared, without = self._pool.submit(crawl.shared_addresses, seen, bounds).result()
            if without:
                print(f"No address could be made for: {', '.join(sorted(without))}")
            self._say(f"{len(seen)} addresses seen; {len(shared)} that everybody asks for")
            for ask in [self._pool.submit(crawl.ask_shared, way, shared, bounds) for way in walked]:
                self._archive.add(ask.result())
        self._archive.note(bounds=vars(bounds), addresses=len(seen))
        self._finish()

    def record_again(self, like: Path, person: str, name: str) -> None:
        """What an earlier recording asked for, or a part of it."""
        asked: dict[str, list[Request]] = defaultdict(list)
        with Archive(like) as before:
            for request in before.requests():
                if re.search(person, request.person) and re.search(name, request.name):
                    asked[request.person].append(request)
        with self._pool:
            for done in [
                self._pool.submit(crawl.ask_again, who, asked[who.name]) for who in self._people
            ]:
                self._archive.add(done.result())
        self._archive.note(again=True)
        self._finish()

    def _finish(self) -> None:
        for what, count in self._archive.counts().items():
            print(f"{count:>8} {what}")
        self._say("recorded")

    def _say(self, what: str) -> None:
        print(f"{time.monotonic() - self._began:6.0f} s  {what}", flush=True)


def _load(tree: Path, database: str, folder: Path) -> tuple[list[Answer], list[Person]]:
    site.start(tree, database, folder / "var")
    answers = list(site.load())
    people = site.sign_in()
    answers += crawl.set_stage(people)
    site.close()
    return answers, people


def _begin(tree: Path, file: Path | None, database: str, folder: Path) -> None:
    """In each process first: a copy of the database, and the tree's Django."""
    if file is not None:
        own = file.with_name(f"{os.getpid()}.sqlite3")
        shutil.copy(file, own)
        database = f"sqlite:///{own}"
    site.start(tree, database, folder / "var")


def _commit(tree: Path) -> str:
    """The checkout's commit, where it has one."""
    done = subprocess.run(
        ["git", "-C", str(tree), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
