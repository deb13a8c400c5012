"""The tables of topics (``seeds/lexicon/topic_*.csv``), read and checked once."""

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from etl.bangla.lexicon import read_table
from etl.bangla.text import normal_form
from etl.errors import UsageError
from etl.schema.vocabulary import Topic

_TOPICS = {topic.value: topic for topic in Topic}


@dataclass(frozen=True, slots=True)
class TopicWords:
    """The tables of topics: of sections by their folded names, and the weights of words."""

    sections: dict[str, Topic | None]
    weights: dict[str, tuple[tuple[Topic, float], ...]]


def folded_section(section: str) -> str:
    """The name of a section in the form in which the table has it."""
    return normal_form(section).lower()


def load_topic_words(folder: Path) -> TopicWords:
    """Read the tables of topics of a folder.

    Raises:
        UsageError: a table is missing or broken; names the file and the line.
    """
    sections: dict[str, Topic | None] = {}
    path = folder / "topic_sections.csv"
    for line, (section, topic) in read_table(path, ("section", "topic")):
        sections[folded_section(section)] = _topic(topic, path, line) if topic else None
    weights: dict[str, list[tuple[Topic, float]]] = {}
    path, columns = folder / "topic_words.csv", ("topic", "word", "weight")
    for line, (topic, word, weight) in read_table(path, columns, key=columns[:2]):
        try:
            weights.setdefault(word, []).append((_topic(topic, path, line), float(weight)))
        except ValueError as error:
            raise UsageError(f"{path}, line {line}: {error}.") from None
    # A word of several topics says less of each.
    return TopicWords(
        sections,
        {
            word: tuple((topic, weight / sqrt(len(entries))) for topic, weight in entries)
            for word, entries in weights.items()
        },
    )


def _topic(name: str, path: Path, line: int) -> Topic:
    topic = _TOPICS.get(name)
    if topic is None:
        raise UsageError(f"{path}, line {line}: {name!r} is no topic.")
    return topic
