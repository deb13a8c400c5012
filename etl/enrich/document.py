"""An article as one string with its sentences, words and found names: what the rules read."""

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter

from etl.bangla.inflection import Case, detached_ending, ending_case
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import WORD_CHARACTERS, normal_form, sentences
from etl.enrich.gazetteer import Layer, Named, Reference

_WORDS = read_lexicon("articles")
_WORD = re.compile(f"([{WORD_CHARACTERS}\u200c\u200d]+)")
# Teasers and what closes a page: the colon of a teaser makes the rest of its sentence part of it.
_READ_ON = _WORDS["read_on"]
_TEASER = re.compile(f"(?:{any_of(_WORDS['more'])}) (?:{any_of(_READ_ON)})(?: ?: ?[^।?!\n]*)?")
_SOURCE_LABEL = any_of(read_lexicon("citations")["source_label"])
_SIGN_OFF = re.compile(
    rf"(?<=[।\s’”\"'?!])(?! ?(?:{_SOURCE_LABEL}))"
    r"/?[\u0980-\u09ff. ]{1,20}(?:/[\u0980-\u09ff. ]{1,20})+/?"
    rf"(?:\s*(?:{any_of(_WORDS['related'])}))?\s*$"
)
_SPORT = frozenset(_WORDS["sport"])
_SPORT_WORDS = 6
_BYLINE = re.compile(r"^[^।\n]{0,70}(?:\|\||॥) ")


@dataclass(frozen=True, slots=True)
class Match:
    """One name found in the text. ``end`` excludes the case ending, ``word_end`` includes it."""

    start: int
    end: int
    word_end: int
    name: str
    case: Case
    entries: tuple[Named, ...]
    layers: frozenset[Layer]

    def is_in(self, layers: frozenset[Layer]) -> bool:
        """Whether a table of one of these layers holds the name."""
        return not self.layers.isdisjoint(layers)

    def entry(self, *layers: Layer) -> Named | None:
        """The first reading of the name in one of these layers."""
        for entry in self.entries:
            if entry.layer in layers:
                return entry
        return None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, its place in the text, and whether it is the headline."""

    start: int
    end: int
    text: str
    is_title: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One article ready for the rules."""

    text: str
    title_end: int
    sentences: tuple[Sentence, ...]
    words: tuple[tuple[int, int, str], ...]
    matches: tuple[Match, ...]
    word_starts: tuple[int, ...]
    word_numbers: dict[int, int]  # by where the word starts
    sentence_starts: tuple[int, ...]

    def words_between(self, start: int, end: int) -> tuple[tuple[int, int, str], ...]:
        """The words that begin in a stretch of the text."""
        first = bisect_right(self.word_starts, start - 1)
        last = bisect_right(self.word_starts, end - 1)
        return self.words[first:last]

    def sentence_at(self, position: int) -> Sentence:
        """The sentence that holds a position."""
        index = bisect_right(self.sentence_starts, position) - 1
        return self.sentences[max(index, 0)]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _without_boilerplate(paragraph: str) -> str:
    """Teasers, sign-offs and inline bylines blanked out; every position stays what it was."""
    if any(word in paragraph for word in _READ_ON):
        paragraph = _TEASER.sub(_blank, paragraph)
    if "/" in paragraph[-60:]:
        paragraph = _SIGN_OFF.sub(_blank, paragraph)
    if "||" in paragraph or "॥" in paragraph:
        paragraph = _BYLINE.sub(_blank, paragraph)
    return paragraph


def _find_sentences(parts: Sequence[str], title: str) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    offset = 0
    for index, part in enumerate(parts):
        cursor = 0
        for sentence in sentences(part):
            start = part.find(sentence, cursor)
            cursor = start + len(sentence)
            found.append(
                Sentence(offset + start, offset + cursor, sentence, bool(title) and index == 0)
            )
        offset += len(part) + 1
    return tuple(found)


def _find_words(text: str) -> tuple[tuple[int, int, str], ...]:
    """The words of a text with start and end; no Python is run for each, as there are hundreds."""
    parts = _WORD.split(text)
    edges = [0, *accumulate(map(len, parts))]
    return tuple(zip(edges[1::2], edges[2::2], parts[1::2], strict=False))


def find_names(
    text: str,
    words: Sequence[tuple[int, int, str]],
    numbers: Mapping[int, int],
    reference: Reference,
) -> tuple[Match, ...]:
    """Find all names of the tables in a text, with their case endings.

    A name begins where a word begins and ends where what is left of the word is a case ending.

    Args:
        text: in its normal form.
        words: its words with start and end.
        numbers: the places of the words in ``words``, by where they start in the text.
        reference: the reference tables.

    Returns:
        The matches by start, of one start the longest first; they may overlap.
    """
    found: list[Match] = []
    for last, (length, name, entries, layers) in reference.automaton.iter(text):
        start, end = last + 1 - length, last + 1
        number = numbers.get(start)
        if number is None:
            continue
        while words[number][1] < end and number + 1 < len(words) and words[number + 1][0] < end:
            number += 1
        word_end = max(words[number][1], end)
        rest = text[end:word_end]
        case = ending_case(name, rest) if rest else Case.PLAIN
        if case is None:
            continue
        if not rest and text[end : end + 1] in ("’", "'", "-", "‘"):
            tail = words[number + 1][1] if number + 1 < len(words) else end
            detached = detached_ending(text, end, tail)
            if detached is not None:
                case, word_end = detached, tail
        found.append(Match(start, end, word_end, name, case, entries, layers))
    found.sort(key=lambda match: (match.start, -match.end))
    return tuple(found)


def names_in(text: str, reference: Reference) -> tuple[Match, ...]:
    """Find all names of the tables in a stretch of text that stands for itself."""
    words = _find_words(text)
    numbers = {start: number for number, (start, _, _) in enumerate(words)}
    return find_names(text, words, numbers, reference)


def read_document(title: str | None, paragraphs: Sequence[str], reference: Reference) -> Document:
    """Join title and body paragraphs into one document; captions and sidebars are no part of it."""
    headline = normal_form(title or "")
    parts = [headline, *(_without_boilerplate(normal_form(part)) for part in paragraphs)]
    text = "\n".join(parts)
    words = _find_words(text)
    starts = tuple(map(itemgetter(0), words))
    numbers = dict(zip(starts, range(len(starts)), strict=True))
    found = _find_sentences(parts, headline)
    return Document(
        text=text,
        title_end=len(headline),
        sentences=found,
        words=words,
        matches=find_names(text, words, numbers, reference),
        word_starts=starts,
        word_numbers=numbers,
        sentence_starts=tuple(sentence.start for sentence in found),
    )


def longest_first(matches: Sequence[Match]) -> list[Match]:
    """Drop the matches that begin inside another.

    Args:
        matches: ordered by start and, of one start, the longest first.
    """
    kept: list[Match] = []
    covered = -1
    for match in matches:
        if match.start >= covered:
            kept.append(match)
            covered = match.word_end
    return kept


def is_sport(document: Document) -> bool:
    """Whether an article is about sport: teams bear the names of states and cities there."""
    return sum(map(_SPORT.__contains__, [word for _, _, word in document.words])) >= _SPORT_WORDS
