"""Quality and speed of extraction on real pages that nobody here wrote (``../shared/bench``).

``python -m evaluation.extraction`` prints one JSON object a line. Nothing of the
pages or of their truth is printed but counts.
"""

import gzip
import json
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from etl.extract.page import extract_page
from etl.outlets.profiles import Outlets, load_outlets
from etl.schema.problems import UnreadablePageError
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource
from etl.settings import PROJECT
from evaluation.measure import Measure

BENCH = PROJECT.parent / "shared" / "bench"
MAX_BYTES = 10_000_000
_TOKEN = re.compile(r"\w+")
_AND = re.compile(r"\s*(?:,|;|&|\||/|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bi\b|\bog\b|\boch\b)\s*")


@dataclass(frozen=True)
class Article:
    """One page of ``aeb`` with the body that people marked."""

    key: str
    content: bytes
    body: str


@dataclass(frozen=True)
class Story:
    """One page of ``newsrooms`` with its truth."""

    key: str
    content: bytes
    title: str | None
    published_at: datetime | None
    authors: tuple[str, ...]


def capture_of(content: bytes) -> Capture:
    """One page as a capture without an address."""
    return Capture(
        capture_id="bench",
        source="bench",
        url=None,
        outlet_id=None,
        captured_at=datetime(2026, 11, 1, tzinfo=UTC),
        captured_at_source=CaptureTimeSource.SIDECAR,
        content=content,
        content_type="text/html",
    )


def read(content: bytes, outlets: Outlets) -> Page | None:
    """Extract one page; None where it can't be read."""
    try:
        return extract_page(capture_of(content), outlets, MAX_BYTES)
    except UnreadablePageError:
        return None


def articles(every: int = 1) -> list[Article]:
    """Return the pages of ``aeb``, or every so many of them."""
    truth = json.loads((BENCH / "aeb" / "ground-truth.json").read_text(encoding="utf-8"))
    return [
        Article(key, gzip.decompress((BENCH / "aeb/html" / f"{key}.html.gz").read_bytes()),
                truth[key]["articleBody"])
        for key in sorted(truth)[::every]
    ]  # fmt: skip


def stories(every: int = 1) -> list[Story]:
    """Return the pages of ``newsrooms``: the n-th version of the truth is the n-th page's."""
    found: list[Story] = []
    for truth in sorted((BENCH / "newsrooms").glob("*/*.json")):
        pages = sorted(truth.parent.glob(f"{truth.stem}_*.html.gz"))
        versions = list(json.loads(truth.read_text(encoding="utf-8")).values())
        for page, version in zip(pages, versions, strict=True):
            at = version.get("publishing_date")
            found.append(
                Story(
                    page.name.removesuffix(".html.gz"),
                    gzip.decompress(page.read_bytes()),
                    version.get("title"),
                    datetime.fromisoformat(at) if at else None,
                    tuple(version.get("authors") or ()),
                )
            )
    return found[::every]


def real_pages(count: int) -> list[tuple[str, bytes]]:
    """Name and markup of so many pages of both sets."""
    pages = [(page.key, page.content) for page in articles()]
    pages += [(page.key, page.content) for page in stories()]
    return pages[:count]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Count the 4-token shingles, as the benchmark's authors do."""
    tokens = _TOKEN.findall(text)
    if len(tokens) < 4:
        return Counter([tuple(tokens)]) if tokens else Counter()
    return Counter(tuple(tokens[i : i + 4]) for i in range(len(tokens) - 3))


def body_f1(pairs: list[tuple[str, str]]) -> float:
    """F1 of precision and recall, each averaged over pages of (truth, prediction)."""
    precision = recall = 0.0
    for truth, found in pairs:
        wanted, given = shingles(truth), shingles(found)
        shared = (wanted & given).total()
        precision += shared / given.total() if given else float(not wanted)
        recall += shared / wanted.total() if wanted else 1.0
    precision, recall = precision / len(pairs), recall / len(pairs)
    return 2 * precision * recall / (precision + recall)


def same_text(one: str | None, other: str | None) -> bool:
    """Compare after NFKC, white space and typographic quotes folded."""
    return _folded(one) == _folded(other)


def _folded(text: str | None) -> str:
    text = unicodedata.normalize("NFKC", text or "")
    text = text.translate(str.maketrans("‘’“”–—\u00ad", "''\"\"--\u200b")).replace("\u200b", "")
    return " ".join(text.split()).casefold()


def same_authors(byline: str | None, truth: tuple[str, ...]) -> bool:
    """Compare the sets of names."""
    given = {_folded(p) for p in _AND.split(byline or "") if p.strip()}
    wanted = {_folded(p) for name in truth for p in _AND.split(name) if p.strip()}
    return given == wanted


def newsroom_measures(pages: list[Story], outlets: Outlets) -> Iterator[Measure]:
    """Measure title, publish time to the minute and authors."""
    title = at = authors = dated = named = 0
    for story in pages:
        page = read(story.content, outlets)
        title += page is not None and same_text(page.title, story.title)
        if story.published_at is not None and _has_clock(story.published_at):
            dated += 1
            at += page is not None and _same_minute(page.published_at, story.published_at)
        if story.authors:
            named += 1
            authors += page is not None and same_authors(page.byline, story.authors)
    yield Measure("newsrooms_title", title / len(pages), "share", len(pages))
    yield Measure("newsrooms_published_at", at / dated, "share", dated, note="to the minute")
    yield Measure("newsrooms_authors", authors / named, "share", named, note="the set of names")


def _has_clock(at: datetime) -> bool:
    """A truth at midnight without a zone is a day, not a time."""
    return at.tzinfo is not None or (at.hour, at.minute, at.second) != (0, 0, 0)


def _same_minute(found: datetime | None, truth: datetime) -> bool:
    """Compare instants; wall clocks where the truth names no zone."""
    if found is None:
        return False
    if truth.tzinfo is None:
        return found.replace(tzinfo=None, second=0, microsecond=0) == truth.replace(
            second=0, microsecond=0
        )
    return abs((found.astimezone(UTC) - truth.astimezone(UTC)).total_seconds()) < 60


def aeb_measures(pages: list[Article], outlets: Outlets) -> Iterator[Measure]:
    """Measure bodies and speed, both against trafilatura with its metadata in the same run.

    The two take turns page by page, so that what else the machine does weighs on both.
    """
    import trafilatura

    read(pages[0].content, outlets)
    trafilatura.bare_extraction(pages[0].content, with_metadata=True)
    our_time = their_time = 0.0
    ours: list[tuple[str, str]] = []
    theirs: list[tuple[str, str]] = []
    for article in pages:
        start = time.process_time()
        page = read(article.content, outlets)
        middle = time.process_time()
        document = trafilatura.bare_extraction(article.content, with_metadata=True)
        their_time += time.process_time() - middle
        our_time += middle - start
        ours.append((article.body, "\n".join(page.paragraphs) if page else ""))
        theirs.append((article.body, str(getattr(document, "text", "") or "")))
    note = "baseline: trafilatura.bare_extraction(with_metadata=True)"
    yield Measure(
        "aeb_body_f1", body_f1(ours), "4-gram shingle F1", len(pages), body_f1(theirs), note
    )
    count = len(pages)
    yield Measure(
        "extraction_speed",
        count / our_time,
        "pages per CPU second",
        count,
        count / their_time,
        note,
    )


def measures() -> Iterator[Measure]:
    """Yield all measures; none where the pages are not present."""
    if BENCH.is_dir():
        outlets = load_outlets(PROJECT / "seeds" / "outlets.yml")
        yield from aeb_measures(articles(), outlets)
        yield from newsroom_measures(stories(), outlets)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    for measure in measures():
        print(measure.line(), flush=True)
