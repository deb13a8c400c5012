"""Pages of made outlets, loaded batch by batch as a build does after validation."""

import json
import random
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from hashlib import sha256

from etl.enrich.article import code_article, load_reference
from etl.lake.connection import open_lake
from etl.load.batch import load_facts
from etl.outlets.profiles import load_outlets
from etl.resources import LEXICON
from etl.schema.records import Capture, DeclaredLink, Page, SidebarItem
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.schema.vocabulary import CaptureTimeSource, ListKind, PageKind
from etl.settings import PROJECT, Settings
from etl.transform.rows import CaptureRow, Staging
from tests.factories.table_rows import insert_row

FIRST = datetime(2026, 3, 20, tzinfo=UTC)
OUTLETS = ("kalbela", "samakal", "ittefaq")
SECTIONS = (None, "বিশ্ব", "বিশ্ব > এশিয়া", "খেলা")
BYLINES = (None, "নিজস্ব প্রতিবেদক", "বাসস", "কালবেলা ডেস্ক")

known_names = cache(partial(load_reference, LEXICON))


@dataclass(frozen=True)
class Fetched:
    """A page, and when it was fetched."""

    page: Page
    seen_at: datetime

    @property
    def capture_id(self) -> str:
        """What the capture is called: address and time."""
        return f"{self.page.url}-{self.seen_at.isoformat()}"


def load(settings: Settings, fetched: Iterable[Fetched], rejected: Collection[str] = ()) -> None:
    """Load one batch; the captures named are kept out as rejected ones are."""
    outlets, reference = load_outlets(settings.outlets), known_names()
    staging = Staging(outlets, "batch", "run", "1")
    for one in fetched:
        name = one.capture_id
        capture = Capture(
            name, name, one.page.url, None, one.seen_at, CaptureTimeSource.HTTP, name.encode()
        )
        result = code_article(one.page, reference)
        staging.add(CaptureRow(capture, sha256(name.encode()).hexdigest()), result)
    with open_lake(settings) as lake, lake.write("batch"):
        known = lake.execute("SELECT capture_id FROM lake.raw.page_capture").fetchall()
        for name in staging.tables()["capture"]["capture_id"].to_pylist():
            if (name,) not in known:
                insert_row(lake.connection, PAGE_CAPTURE, capture_id=name, batch_id="batch")
        load_facts(lake.connection, staging.tables(), rejected, outlets)


class Press:
    """Outlets that publish what articles of the corpus say, copy each other, and revise."""

    def __init__(self, seed: int) -> None:
        corpus = PROJECT / "evaluation" / "corpus" / "articles.jsonl"
        self._chance = random.Random(seed)
        self._told = [json.loads(line) for line in corpus.read_text("utf-8").splitlines()]
        self._count = 1000
        self.published: list[Fetched] = []

    def batch(self, size: int) -> list[Fetched]:
        """Pages fetched together: new ones, copies, revised ones and such that did not change."""
        found = [self._one() for _ in range(size)]
        self.published += found
        return found

    def _one(self) -> Fetched:
        chance = self._chance
        if self.published and chance.random() < 0.3:
            return self._again(chance.choice(self.published))
        told = chance.choice(self._told)
        self._count += 1
        outlet = chance.choice(OUTLETS)
        at = FIRST + timedelta(hours=chance.randrange(24 * 50))
        paragraphs = (*told["paragraphs"], *chance.choice(self._told)["paragraphs"][:1])
        title = told["title"]
        if self.published and chance.random() < 0.4:
            copied = chance.choice(self.published)
            title, paragraphs = copied.page.title or "", copied.page.paragraphs
            at = copied.seen_at + timedelta(hours=chance.randrange(60))
        page = Page(
            PageKind.ARTICLE if chance.random() < 0.9 else PageKind.LISTING,
            outlet_id=outlet,
            url=f"https://www.{outlet}.com/news/{self._count}",
            title=title,
            byline=chance.choice(BYLINES),
            section=chance.choice(SECTIONS),
            published_at=at if chance.random() < 0.9 else None,
            published_date=at.date() if chance.random() < 0.5 else None,
            paragraphs=paragraphs,
            sidebar=tuple(self._sidebar()),
            links=tuple(self._links(outlet)),
        )
        return Fetched(page, at + timedelta(minutes=chance.randrange(10, 3000)))

    def _again(self, before: Fetched) -> Fetched:
        chance, page = self._chance, before.page
        change = chance.choice(("title", "body", "time", "section", "nothing", "nothing"))
        if change == "title":
            page = replace(page, title=f"{page.title} {chance.randrange(9)}")
        elif change == "body":
            page = replace(page, paragraphs=(*page.paragraphs, "পরে আরও জানানো হয়।"))
        elif change == "time" and page.published_at:
            page = replace(page, published_at=page.published_at + timedelta(days=20))
        elif change == "section":
            page = replace(page, section=chance.choice(SECTIONS))
        return Fetched(page, before.seen_at + timedelta(minutes=chance.randrange(-9, 5000)))

    def _sidebar(self) -> Iterator[SidebarItem]:
        for rank in range(1, self._chance.randrange(1, 4)):
            yield SidebarItem(ListKind.LATEST, rank, f"শিরোনাম {self._chance.randrange(12)}")

    def _links(self, outlet: str) -> Iterator[DeclaredLink]:
        for rank in range(1, self._chance.randrange(1, 3)):
            number = 1000 + self._chance.randrange(120)
            yield DeclaredLink(rank, f"https://www.{outlet}.com/news/{number}", "শিরোনাম")
