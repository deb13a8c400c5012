"""Where a query's words stand in a text, so that they can be marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.search.syntax import Term
from etl.search.words import Word, words

_LONGEST_SENTENCE = 300  # characters; a longer one is cut around its first match
_BEFORE_MATCH = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of a text, and whether it matches."""

    text: str
    is_match: bool


def mark(text: str, terms: Sequence[Term]) -> tuple[Mark, ...]:
    """Divide a text into pieces that match and pieces that don't."""
    found = words(text)
    matched = sorted({place for term in terms for place in _places(found, term)})
    pieces: list[Mark] = []
    end = 0
    for place in matched:
        word = found[place]
        if word.start > end:
            pieces.append(Mark(text[end : word.start], is_match=False))
        pieces.append(Mark(text[word.start : word.end], is_match=True))
        end = word.end
    if end < len(text) or not pieces:
        pieces.append(Mark(text[end:], is_match=False))
    return tuple(pieces)


def marked_sentence(sentences: Sequence[str], terms: Sequence[Term]) -> tuple[Mark, ...]:
    """Return the sentence in which most terms are found, the first of several, marked.

    Args:
        sentences: of a text, in order.
        terms: those of a query; with none, the first sentence is returned.
    """
    if not sentences:
        return ()
    best, most = sentences[0], 0
    stems = {stem for term in terms for word in term.words for stem in word}
    has_prefix = any(term.is_prefix for term in terms)
    for sentence in sentences:
        found = words(sentence)
        # Most sentences match nothing: that is found out at one look at each word.
        if not has_prefix and all(stems.isdisjoint(word.stems) for word in found):
            continue
        count = sum(bool(_places(found, term)) for term in terms)
        if count > most:
            best, most = sentence, count
            if most == len(terms):
                break
    return mark(_cut(best, terms), terms)


def plain(marks: Sequence[Mark], before: str = "", after: str = "") -> str:
    """Join pieces to a text, with signs around those that match."""
    return "".join(
        f"{before}{piece.text}{after}" if piece.is_match else piece.text for piece in marks
    )


def _cut(sentence: str, terms: Sequence[Term]) -> str:
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence
    found = words(sentence)
    first = min((place for term in terms for place in _places(found, term)), default=0)
    start = max(0, found[first].start - _BEFORE_MATCH) if found else 0
    if start:
        start = sentence.find(" ", start) + 1
    end = start + _LONGEST_SENTENCE
    if end < len(sentence):
        end = max(sentence.rfind(" ", start, end), start + 1)
    shown = sentence[start:end]
    return ("… " if start else "") + shown + (" …" if end < len(sentence) else "")


def _places(found: Sequence[Word], term: Term) -> list[int]:
    """The numbers of the words that match a term, all words of a phrase."""
    length = len(term.words)
    places: list[int] = []
    for first in range(len(found) - length + 1):
        if all(_is_match(found[first + i], term, i) for i in range(length)):
            places.extend(range(first, first + length))
    return places


def _is_match(word: Word, term: Term, place: int) -> bool:
    stems = term.words[place]
    if term.is_prefix and place == len(term.words) - 1:
        return any(stem.startswith(stems[0]) for stem in word.stems)
    return not set(stems).isdisjoint(word.stems)
