"""The topic of an article: by the section that the page prints, else by its words.

The topics are the 17 top terms of the IPTC Media Topics. ``seeds/lexicon/topic_sections.csv`` maps
sections of all outlets to them; one that says where and not what (বিশ্ব, জাতীয়) has none there, and
the words decide. ``seeds/lexicon/topic_words.csv`` weighs words of topics; those of the headline
and of the beginning count again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log1p, sqrt

from etl.bangla.inflection import stems
from etl.bangla.text import has_bangla_letter
from etl.enrich.document import Document
from etl.enrich.topic_words import TopicWords, folded_section
from etl.schema.vocabulary import Topic, TopicSource

_LEAD = 600  # characters
# Added to the length of a part's scores: a few words say less than many. Tried from 1 to 10.
_SMOOTHING = 5.0
_SEPARATOR = ">"


def find_topic(
    section: str | None, document: Document, words: TopicWords
) -> tuple[Topic | None, TopicSource | None]:
    """Find what an article is about.

    Args:
        section: the breadcrumb that the page prints, levels joined by `` > ``.
        document: the article.
        words: the tables of topics.

    Returns:
        The topic and what gave it; None twice where neither section nor words tell.
    """
    for level in reversed(section.split(_SEPARATOR) if section else ()):
        topic = words.sections.get(folded_section(level))
        if topic is not None:
            return topic, TopicSource.SECTION
    topic = _by_words(document, words)
    return topic, TopicSource.WORDS if topic is not None else None


def _by_words(document: Document, words: TopicWords) -> Topic | None:
    """The topic whose words weigh most in headline, beginning and all, each by its own length."""
    if not has_bangla_letter(document.text):  # the words of topics are Bangla
        return None
    known: dict[str, str] = {}
    for word in {word for _, _, word in document.words}:
        for stem, _ in stems(word):
            if stem in words.weights:
                known[word] = stem
                break
    found = [(start, known[word]) for start, _, word in document.words if word in known]
    title_end = document.title_end
    parts = (
        [word for start, word in found if start < title_end],
        [word for start, word in found if title_end <= start < title_end + _LEAD],
        [word for start, word in found if start >= title_end],
    )
    total: defaultdict[Topic, float] = defaultdict(float)
    for part in parts:
        scores = _scores(part, words)
        length = sqrt(sum(score * score for score in scores.values())) + _SMOOTHING
        for topic, score in scores.items():
            total[topic] += score / length
    return max(total, key=lambda topic: (total[topic], topic)) if total else None


def _scores(part: Iterable[str], words: TopicWords) -> dict[Topic, float]:
    scores: defaultdict[Topic, float] = defaultdict(float)
    for word, count in Counter(part).items():
        for topic, weight in words.weights[word]:
            scores[topic] += weight * log1p(count)
    return scores
