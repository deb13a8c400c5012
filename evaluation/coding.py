"""Quality and cost of coding on labelled articles.

``python -m evaluation.coding`` prints one JSON object a line: first for the real articles in
``../shared/gold`` that no rule was written against, where that folder exists; then for those in
``evaluation/corpus`` and the sample pages, both written for this project; last for the real ones
that were read while the rules were written. Labels named ``*_optional`` are neither rewarded nor
punished; stories count every pair of labelled articles. Nothing of the articles is printed but
counts.
"""

import csv
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import normal_form
from etl.enrich.article import Reference, code_article, load_reference
from etl.enrich.citations import fold_source
from etl.resources import LEXICON
from etl.schema.records import Article, Event, Page
from etl.schema.vocabulary import COUNTED_CONFIDENCE, EntityKind, Modality
from evaluation.labelled import (
    GOLD,
    Row,
    corpus_articles,
    sample_articles,
    shared_articles,
    unseen_articles,
)
from evaluation.measure import Measure
from evaluation.quotes import count_quotes
from evaluation.stories import (
    measure_sample_stories,
    measure_second_stories,
    measure_stories,
)
from evaluation.tally import Tally

_ARTICLE = re.compile(f"^(?:{any_of(read_lexicon('citations')['article'])}) ")


@dataclass
class Measured:
    """All measures of one run."""

    articles: int = 0
    milliseconds: list[float] = field(default_factory=list)
    countries: Tally = field(default_factory=Tally)
    sources: Tally = field(default_factory=Tally)
    persons: Tally = field(default_factory=Tally)
    events: Tally = field(default_factory=Tally)
    quotes: Tally = field(default_factory=Tally)
    speakers: Tally = field(default_factory=Tally)
    topics: Tally = field(default_factory=Tally)

    @property
    def median_milliseconds(self) -> float:
        """CPU time of the median article, the first one left out."""
        times = sorted(self.milliseconds[1:])
        return times[len(times) // 2] if times else 0.0


def _source_key() -> Callable[[str], str]:
    """The medium that a name means, spellings folded; the folded name where no table has it."""
    ids: dict[str, str] = {}
    with (LEXICON / "sources.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in (row["name_bn"], *row["aliases"].split("|")):
                ids[_folded(name)] = row["source_id"]
    return lambda name: ids.get(_folded(name), _folded(name))


def _folded(name: str) -> str:
    """A source's name, spelling folded, without the article before it."""
    return fold_source(_ARTICLE.sub("", normal_form(name)))


def _person_key(name: str) -> str:
    return normal_form(name).replace("\u200c", "").replace("\u200d", "")


def is_hit(event: Event, label: Row) -> bool:
    """Whether a coded event is the labelled one: its actors, and a category that is right."""
    pair, labelled = (event.actor1, event.actor2), (label["actor1"], label["actor2"])
    same = pair == labelled or (not label["directed"] and pair[::-1] == labelled)
    return same and event.type in (label["type"], *label["alt_types"])


def _count_events(tally: Tally, events: Iterable[Event], row: Row) -> None:
    labels, optional = list(row["events"]), [*row["events"], *row["events_optional"]]
    tally.labelled += len(labels)
    for event in events:
        hit = next((label for label in labels if is_hit(event, label)), None)
        if hit is not None:
            labels.remove(hit)
            tally.right += 1
        elif any(is_hit(event, label) for label in optional):
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
        {key(citation.name_as_written) for citation in article.citations},
        set(map(key, row["cited_sources"])),
        set(map(key, optional("cited_sources"))),
    )
    if "events" in row:
        counted = [
            event
            for event in article.events
            if event.modality is not Modality.DENIED and event.confidence >= COUNTED_CONFIDENCE
        ]
        _count_events(measured.events, counted, row)
    if "quotes" in row:
        count_quotes(measured.quotes, measured.speakers, article.quotes, row["quotes"])
        topic = {article.topic.value} if article.topic else set()
        measured.topics.add(topic, {row["topic"]}, set())


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


def _tally_measure(name: str, value: float, aim: float, tally: Tally) -> Measure:
    note = f"{tally.right} right of {tally.predicted} predicted, {tally.labelled} labelled"
    return Measure(name, value, "share", tally.labelled, aim, f"{note}; baseline: the aim")


# What is aimed at on articles that no rule was written against.
_AIMS = {
    "countries_f1": 0.97,
    "sources_f1": 0.85,
    "persons_f1": 0.87,
    "events_precision": 0.75,
    "events_recall": 0.50,
    "quotes_precision": 0.80,
    "quotes_recall": 0.50,
    "topics_right": 0.80,
    "stories_precision": 0.90,
    "stories_recall": 0.85,
}


def _article_measures(prefix: str, measured: Measured) -> Iterator[Measure]:
    values = [
        ("countries_f1", measured.countries.f1, measured.countries),
        ("sources_f1", measured.sources.f1, measured.sources),
        ("persons_f1", measured.persons.f1, measured.persons),
        ("events_precision", measured.events.precision, measured.events),
        ("events_recall", measured.events.recall, measured.events),
        ("quotes_precision", measured.quotes.precision, measured.quotes),
        ("quotes_recall", measured.quotes.recall, measured.quotes),
        ("topics_right", measured.topics.recall, measured.topics),
    ]
    for name, value, tally in values:
        if tally.labelled:
            yield _tally_measure(f"{prefix}_{name}", value, _AIMS[name], tally)


def _story_measures(prefix: str, tally: Tally) -> Iterator[Measure]:
    for name, value in (
        ("stories_precision", tally.precision),
        ("stories_recall", tally.recall),
    ):
        yield _tally_measure(f"{prefix}_{name}", value, _AIMS[name], tally)


def _unseen_measures(reference: Reference) -> Iterator[Measure]:
    """Figures on articles that no rule was written against; they stand before all others."""
    unseen = measure_articles(unseen_articles(), reference)
    yield from _article_measures("unseen", unseen)
    speakers = unseen.speakers
    yield _tally_measure("unseen_speakers_right", speakers.precision, 0.80, speakers)
    across, of_one = measure_second_stories()
    yield from _story_measures("unseen_across_outlets", across)
    yield from _story_measures("unseen_of_one_outlet", of_one)
    yield Measure(
        "unseen_cpu",
        unseen.median_milliseconds,
        "ms",
        unseen.articles,
        2.0,
        "CPU of the median article, all that is coded; baseline: the aim",
    )


def measures() -> Iterator[Measure]:
    """Yield all measures: on unseen articles first, where the real ones are present."""
    reference = load_reference(LEXICON)
    if GOLD.is_dir():
        yield from _unseen_measures(reference)
    yield from _article_measures("corpus", measure_articles(corpus_articles(), reference))
    yield from _article_measures("sample", measure_articles(sample_articles(), reference))
    yield from _story_measures("sample", measure_sample_stories())
    if GOLD.is_dir():
        yield from _article_measures("coding", measure_articles(shared_articles(), reference))
        yield from _story_measures("coding", measure_stories())


if __name__ == "__main__":
    for measure in measures():
        print(measure.line(), flush=True)
