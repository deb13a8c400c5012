"""Quality and cost of coding on labelled articles.

``python -m evaluation.coding`` prints one JSON object a line: first for the articles in
``evaluation/corpus`` and the sample pages, both written for this project, then for real ones in
``../shared/gold`` where that folder exists. Labels named ``*_optional`` are neither rewarded nor
punished; stories count every pair of labelled articles. Nothing of the articles is printed but
counts.
"""

import csv
import itertools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from etl.bangla.clock import DHAKA
from etl.bangla.text import normal_form
from etl.enrich.article import Reference, code_article, load_reference
from etl.enrich.citations import fold_source
from etl.resources import LEXICON
from etl.schema.records import Article, Event, Page, StoryText
from etl.schema.vocabulary import EntityKind, EventType, Modality, PageKind
from etl.settings import PROJECT
from etl.stories.relink import link_stories
from evaluation.golden import sample_pages
from evaluation.measure import Measure

CORPUS = Path(__file__).with_name("corpus")
SHARED = PROJECT.parent / "shared"
GOLD = SHARED / "gold"
# Undated articles of the sample were all scraped on this day; only near-copies link without one.
_SCRAPED_AT = datetime(2025, 12, 30, 6, tzinfo=UTC)

Row = dict[str, Any]


@dataclass
class Tally:
    """Right predictions, all predictions and all labels of one measure."""

    right: int = 0
    predicted: int = 0
    labelled: int = 0

    @property
    def precision(self) -> float:
        """The share of predictions that are right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of labels that were found."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.predicted + self.labelled
        return 2 * self.right / total if total else 0.0

    def add(self, predicted: set[str], labelled: set[str], optional: set[str]) -> None:
        """Count one article; optional labels that aren't labels proper drop out."""
        predicted = predicted - (optional - labelled)
        self.right += len(predicted & labelled)
        self.predicted += len(predicted)
        self.labelled += len(labelled)


@dataclass
class Measured:
    """All measures of one run."""

    articles: int = 0
    milliseconds: list[float] = field(default_factory=list)
    countries: Tally = field(default_factory=Tally)
    sources: Tally = field(default_factory=Tally)
    persons: Tally = field(default_factory=Tally)
    events: Tally = field(default_factory=Tally)

    @property
    def median_milliseconds(self) -> float:
        """CPU time of the median article, the first one left out."""
        times = sorted(self.milliseconds[1:])
        return times[len(times) // 2] if times else 0.0


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def corpus_articles() -> Iterator[tuple[Page, Row]]:
    """Yield the articles written for this project, each with its labels."""
    for row in _rows(CORPUS / "articles.jsonl"):
        yield _page(row, row["paragraphs"]), row


def sample_articles() -> Iterator[tuple[Page, Row]]:
    """Yield the sample pages with their labels, which name the main events and no persons."""
    for label, page in sample_pages():
        events = [
            {**event, "directed": event["type"] != EventType.CONSULT, "alt_types": []}
            for event in label["events"]
        ]
        yield page, {**label, "events": events, "events_optional": []}


def shared_articles() -> Iterator[tuple[Page, Row]]:
    """Yield the real development articles and the five page dumps, each with its labels."""
    for row in _rows(GOLD / "articles_dev.jsonl"):
        yield _page(row, [row["body"]]), row
    dumps = json.loads((SHARED / "seeds" / "gold.json").read_text(encoding="utf-8"))
    for row in dumps.values():
        yield _page(row, row["body"]), row


def _page(row: Row, paragraphs: list[str]) -> Page:
    published = row["published_at"]
    return Page(
        kind=PageKind.ARTICLE,
        outlet_id=row["outlet"],
        title=row["title"],
        paragraphs=tuple(paragraphs),
        published_at=datetime.fromisoformat(published) if published else None,
    )


def _source_key() -> Callable[[str], str]:
    """The medium that a name means, spellings folded; the folded name where no table has it."""
    ids: dict[str, str] = {}
    with (LEXICON / "sources.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["name_bn"], *row["aliases"].split("|")):
                ids[fold_source(name)] = row["source_id"]
    return lambda name: ids.get(fold_source(name), fold_source(name))


def _person_key(name: str) -> str:
    return normal_form(name).replace("\u200c", "").replace("\u200d", "")


def _is_hit(event: Event, label: Row) -> bool:
    pair, labelled = (event.actor1, event.actor2), (label["actor1"], label["actor2"])
    same = pair == labelled or (not label["directed"] and pair[::-1] == labelled)
    return same and event.type in (label["type"], *label["alt_types"])


def _count_events(tally: Tally, events: Iterable[Event], row: Row) -> None:
    labels, optional = list(row["events"]), [*row["events"], *row["events_optional"]]
    tally.labelled += len(labels)
    for event in events:
        hit = next((label for label in labels if _is_hit(event, label)), None)
        if hit is not None:
            labels.remove(hit)
            tally.right += 1
        elif any(_is_hit(event, label) for label in optional):
            continue
        tally.predicted += 1


def _count(measured: Measured, article: Article, row: Row, key: Callable[[str], str]) -> None:
    def optional(name: str) -> list[str]:
        return list(row.get(f"{name}_optional", []))

    codes = {m.iso_code for m in article.mentions if m.kind is EntityKind.COUNTRY and m.iso_code}
    names = {_person_key(m.name_bn) for m in article.mentions if m.kind is EntityKind.PERSON}
    measured.countries.add(codes, set(row["countries"]), set(optional("countries")))
    if "persons" in row:
        measured.persons.add(
            names, set(map(_person_key, row["persons"])), set(map(_person_key, optional("persons")))
        )
    measured.sources.add(
        {citation.source_id for citation in article.citations},
        set(map(key, row["cited_sources"])),
        set(map(key, optional("cited_sources"))),
    )
    if "events" in row:
        told = [event for event in article.events if event.modality is not Modality.DENIED]
        _count_events(measured.events, told, row)


def measure_articles(articles: Iterable[tuple[Page, Row]], reference: Reference) -> Measured:
    """Code labelled articles and count what is right.

    Args:
        articles: pages with their labels.
        reference: the tables of names and phrases.
    """
    measured, key = Measured(), _source_key()
    for page, row in articles:
        started = time.process_time()
        article = code_article(page, reference)
        measured.milliseconds.append((time.process_time() - started) * 1000)
        measured.articles += 1
        _count(measured, article, row, key)
    return measured


def _instant(raw: str | None, otherwise: datetime) -> datetime:
    if not raw:
        return otherwise
    try:
        instant = datetime.fromisoformat(raw)
    except ValueError:
        instant = parsedate_to_datetime(raw)
    return instant if instant.tzinfo else instant.replace(tzinfo=DHAKA)


def _outlet(host: str) -> str:
    """One name for an outlet that the sample calls by its host or its name."""
    return host.removeprefix("www.").split(".")[0].removeprefix("daily")


def measure_sample_stories() -> Tally:
    """Link the sample pages and count the pairs that share a story."""
    texts: list[StoryText] = []
    labels: dict[str, str | None] = {}
    for number, (label, page) in enumerate(sample_pages()):
        # Versions of one article are one member, as in the lake.
        article_id = label["article_id"] or f"sample:{number}"
        if article_id in labels:
            continue
        labels[article_id] = label["story"]
        captured_at = label["captured_at"]
        first_seen_at = datetime.fromisoformat(captured_at) if captured_at else _SCRAPED_AT
        texts.append(
            StoryText(
                article_id,
                page.outlet_id or "",
                page.published_at,
                page.title or "",
                normal_form(" ".join(page.paragraphs)),
                (page.published_at or first_seen_at).date(),
            )
        )
    together = {
        frozenset((one, other))
        for one, other in itertools.combinations(labels, 2)
        if labels[one] is not None and labels[one] == labels[other]
    }
    predicted = set(_linked_pairs(texts))
    return Tally(len(predicted & together), len(predicted), len(together))


def _linked_pairs(texts: list[StoryText]) -> Iterator[frozenset[str]]:
    stories: dict[str, list[str]] = {}
    for member in link_stories(texts):
        stories.setdefault(member.story_id, []).append(member.article_id)
    for members in stories.values():
        yield from map(frozenset, itertools.combinations(members, 2))


def measure_stories() -> Tally:
    """Link the real articles of one day and count pairs of labelled articles."""
    texts: dict[str, StoryText] = {}
    for row in _rows(GOLD / "news_2025-12-30.jsonl"):
        outlet = _outlet(row["url"].split("/")[2])
        published = _instant(row["publication_date"], _SCRAPED_AT)
        texts[row["url"]] = StoryText(
            row["url"],
            outlet,
            published,
            row["headline"],
            normal_form(row["article"]),
            published.date(),
        )

    def add(member: Row) -> str:
        url: str = member["url"]
        if url not in texts:
            day = _SCRAPED_AT if member["ref"] != "tsv" else _SCRAPED_AT - timedelta(days=9)
            published = _instant(member.get("pubdate_raw"), day)
            texts[url] = StoryText(
                url, _outlet(member["outlet"]), published, member["title"], "", published.date()
            )
        return url

    together: set[frozenset[str]] = set()
    unscored: set[frozenset[str]] = set()
    in_groups: set[str] = set()
    optional: set[str] = set()
    for group in _rows(GOLD / "stories.jsonl"):
        members = [add(member) for member in group["members"]]
        doubtful = [add(member) for member in group["members_optional"]]
        in_groups.update(members)
        optional.update(doubtful)
        together.update(frozenset(pair) for pair in itertools.combinations(members, 2))
        unscored.update(frozenset((a, b)) for a in [*members, *doubtful] for b in doubtful)
    apart = {
        frozenset((add(row["a"]), add(row["b"])))
        for row in _rows(GOLD / "stories_hard_negatives.jsonl")
    }
    labelled = in_groups.union(*apart)
    predicted = {
        pair
        for pair in _linked_pairs(list(texts.values()))
        if pair <= labelled
        and pair not in unscored
        and not pair & (optional - in_groups)
        and (pair & in_groups or pair in apart)
    }
    return Tally(len(predicted & together), len(predicted), len(together))


def _tally_measure(name: str, value: float, aim: float, tally: Tally) -> Measure:
    note = f"{tally.right} right of {tally.predicted} predicted, {tally.labelled} labelled"
    return Measure(name, value, "share", tally.labelled, aim, f"{note}; baseline: the aim")


def _article_measures(prefix: str, measured: Measured) -> Iterator[Measure]:
    yield _tally_measure(f"{prefix}_countries_f1", measured.countries.f1, 0.96, measured.countries)
    yield _tally_measure(f"{prefix}_sources_f1", measured.sources.f1, 0.88, measured.sources)
    yield _tally_measure(f"{prefix}_persons_f1", measured.persons.f1, 0.80, measured.persons)
    events = measured.events
    yield _tally_measure(f"{prefix}_events_precision", events.precision, 0.75, events)
    yield _tally_measure(f"{prefix}_events_recall", events.recall, 0.50, events)


def measures() -> Iterator[Measure]:
    """Yield all measures: of the corpus, then of the real articles where they are present."""
    reference = load_reference(LEXICON)
    yield from _article_measures("corpus", measure_articles(corpus_articles(), reference))
    sample, stories = measure_articles(sample_articles(), reference), measure_sample_stories()
    yield _tally_measure("sample_countries_f1", sample.countries.f1, 0.96, sample.countries)
    yield _tally_measure("sample_sources_f1", sample.sources.f1, 0.88, sample.sources)
    yield _tally_measure("sample_events_recall", sample.events.recall, 0.50, sample.events)
    yield _tally_measure("sample_stories_precision", stories.precision, 0.95, stories)
    yield _tally_measure("sample_stories_recall", stories.recall, 0.70, stories)
    if not GOLD.is_dir():
        return
    measured = measure_articles(shared_articles(), reference)
    yield from _article_measures("coding", measured)
    stories = measure_stories()
    yield _tally_measure("coding_stories_precision", stories.precision, 0.95, stories)
    yield _tally_measure("coding_stories_recall", stories.recall, 0.70, stories)
    yield Measure(
        "coding_cpu",
        measured.median_milliseconds,
        "ms",
        measured.articles,
        5.0,
        "CPU of the median article: mentions, citations and events; baseline: the aim",
    )


if __name__ == "__main__":
    for measure in measures():
        print(measure.line(), flush=True)
