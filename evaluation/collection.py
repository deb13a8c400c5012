"""Public feeds, sitemaps, archives and robots.txt files: which are read, and why others are not.

The files lie in ``../shared/bench/collect``: the tests of feedparser, crawler-commons and warcio,
and robots.txt files of real hosts from protego's. ``python -m evaluation.collection`` prints the
table of ``docs/operator/what-is-read.md``.
"""

import gzip
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from etl.ingest.archives.reader import ArchiveCounts, ArchiveReader
from etl.ingest.sources.feeds import read_feed
from etl.ingest.sources.sitemaps import read_sitemap
from etl.ingest.web.robots import read_rules
from etl.schema.problems import UnreadableSourceError
from etl.settings import PROJECT
from evaluation.measure import Measure

CORPORA = PROJECT.parent / "shared" / "bench" / "collect"
_AT = "https://www.example.com/source"
_MAX_BYTES = 10_000_000


@dataclass(slots=True)
class Tally:
    """How the files of one corpus ended: read, refused by reason, or with an exception."""

    name: str
    files: int = 0
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    raised: list[str] = field(default_factory=list)

    def add(self, file: str, refusal: Callable[[], str | None]) -> None:
        """Read one file; ``refusal`` says why it is not read, and None where it is."""
        self.files += 1
        try:
            reason = refusal()
        except Exception as error:  # noqa: BLE001  (none is right: they are what is counted)
            self.raised.append(f"{file}: {type(error).__name__}")
            return
        if reason is None:
            self.read += 1
        else:
            self.refused[reason] += 1


def tallies() -> Iterator[Tally]:
    """Read all corpora that are there."""
    readers = {
        "feedparser-tests": ("feeds (feedparser's tests)", _feed),
        "crawler-commons-sitemaps": ("sitemaps (crawler-commons)", _sitemap),
        "crawler-commons-robots": ("robots.txt (crawler-commons)", _robots),
        "protego-robots": ("robots.txt (real hosts, protego)", _robots),
        "warcio-data": ("archives (warcio)", _archive),
    }
    for name, (title, read) in readers.items():
        packed = CORPORA / f"{name}.tar.xz"
        if not packed.exists():
            continue
        tally = Tally(title)
        with tempfile.TemporaryDirectory() as folder, tarfile.open(packed) as files:
            files.extractall(folder, filter="data")
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file():
                    tally.add(path.name, lambda path=path, read=read: read(path))  # type: ignore[misc]
        yield tally


def measures() -> Iterator[Measure]:
    """Yield the share of files that are read without an exception, a corpus each."""
    for tally in tallies():
        sound = 1 - len(tally.raised) / tally.files
        refused = ", ".join(f"{count} {reason}" for reason, count in tally.refused.most_common(5))
        note = f"{tally.read} read; refused: {refused or 'none'}"
        yield Measure(f"collect_{tally.name}", sound, "share", tally.files, 1.0, note)


def table() -> str:
    """The tallies as a Markdown table."""
    lines = ["| corpus | files | read | refused, and why | exceptions |", "|---|---|---|---|---|"]
    for tally in tallies():
        why = "; ".join(f"{count} {reason}" for reason, count in tally.refused.most_common())
        raised = len(tally.raised)
        lines.append(f"| {tally.name} | {tally.files} | {tally.read} | {why or '-'} | {raised} |")
    return "\n".join(lines)


def _feed(path: Path) -> str | None:
    try:
        read_feed(path.read_bytes(), None, _AT, UTC)
    except UnreadableSourceError as error:
        return f"`{error.problem.code}`"
    return None


def _sitemap(path: Path) -> str | None:
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    try:
        found = read_sitemap(content, _AT, UTC)
    except UnreadableSourceError as error:
        return f"`{error.problem.code}`"
    return None if found.pages or found.children else "no entries"


def _robots(path: Path) -> str | None:
    rules = read_rules(200, path.read_bytes())
    rules.refusal(f"{_AT}/1")
    return rules.problem


def _archive(path: Path) -> str | None:
    reader = ArchiveReader(path, path.name, datetime.now(UTC), _MAX_BYTES, ArchiveCounts())
    captures = list(reader.captures())
    problems = [str(c.read_error.code) for c in captures if c.read_error is not None]
    if len(problems) < len(captures) or not captures:
        return None
    return f"`{problems[0]}`"


if __name__ == "__main__":
    print(table())
