"""One name, read word by word: which words may belong to it and where it ends.

Bangla has no capitals. What may stand in a name is decided by ``seeds/lexicon/name_words.csv``,
by what the word is otherwise (an everyday word, a verb, a title, a country) and by its
surroundings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.bangla.inflection import ENDING_SIGNS, Case, stems
from etl.bangla.lexicon import any_of, read_lexicon
from etl.enrich.document import Document, Match
from etl.enrich.entities.mentions import Found
from etl.enrich.gazetteer import Layer, Reference

_WORDS = read_lexicon("persons")
_SOURCES = frozenset({Layer.SOURCE})
_LONGEST_NAME = 6
_NOT_OF_NAMES = re.compile(f"(?:{any_of(read_lexicon('endings')['not_of_names'])})$")
INITIAL = re.compile(f"(?:[অ-হ]|{any_of(_WORDS['initial'])})$")
# Latin letters spelt out (এসএসপি, জিডিআই): a rank or a body, no name.
ABBREVIATION = re.compile(f"(?:{any_of(_WORDS['letter'])}){{3,}}$")
_GAP = re.compile(r"[ ]+|\. ?|[-–]| ‘| \(অব\.?\) |\.? ?\(অব\.?\) ")
TWO = 2
_SHORTEST_STEM = 3
STRONG_CASES = frozenset({Case.GENITIVE, Case.OBJECTIVE, Case.MODIFIER})
_WEAK_ENDINGS = frozenset({"র", "ও", "ই"})
# After these a last র belongs to many foreign and some Bangla names (স্টারমার, সরদার, পিটার).
_OFTEN_BEFORE_R = frozenset("াে")
AND = "ও"
_AR = "আর"
_AFTER_GENITIVE = frozenset(_WORDS["after_genitive"])
_INSTITUTIONS = frozenset(_WORDS["institution"])
_NO_STOP = re.compile(r"[^\s,;:।()]* ?")
_PARTICLES = frozenset(_WORDS["particle"])
_MIDDLE_INITIALS = frozenset(_WORDS["middle_initial"])
_DASHES = ("-", "–")
_FORENAMES_BEFORE_OTHERS = frozenset(_WORDS["forename"])
CLOSING = frozenset((AND, "এবং", *_WORDS["speech_verb"]))


@dataclass(frozen=True, slots=True)
class Person:
    """One mention of a person: the words of the name without the case ending."""

    start: int
    end: int
    name: str
    case: Case
    actor: str | None = None
    canonical: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the name."""
        return tuple(self.name.split())


class NameReader:
    """Reads names word by word in one document: which words may belong to one, where it ends."""

    def __init__(
        self,
        document: Document,
        found: Sequence[Found],
        titles: Sequence[Match],
        reference: Reference,
    ) -> None:
        self._document = document
        self._reference = reference
        self._words = document.words
        self._index = document.word_numbers
        self._vocabulary = {word for _, _, word in document.words}
        self._taken: dict[int, Found] = {}
        for item in found:
            for start, _, _ in document.words_between(item.match.start, item.match.end):
                self._taken[start] = item
        self._plausible: dict[int, bool] = {}
        self._stems: dict[int, tuple[str, Case]] = {}
        known = set(filter(reference.name_words.__contains__, self._vocabulary))
        known |= {w for w in self._vocabulary if w[-1] in ENDING_SIGNS and self._has_known_stem(w)}
        self._known: set[int] = set()
        if known:
            self._known = {i for i, (_, _, word) in enumerate(document.words) if word in known}
        self._known |= {self._index[start] for start in self._taken if self._is_leader(start)}
        self._sources = {m.start for m in document.matches if m.is_in(_SOURCES)}
        self._titles = titles
        leaders = {item.match.start for item in found if item.entry.layer is Layer.LEADER}
        self._honorifics = {
            match.start: match
            for match in titles
            if any(e.layer is Layer.TITLE and e.kind == "honorific" for e in match.entries)
            or match.word_end + 1 in leaders  # আমির শফিকুর রহমান: a title, though a name elsewhere
        }
        self._title_starts = {
            start
            for match in titles
            for start, _, _ in document.words_between(match.start, match.word_end)
        }

    def stem(self, index: int) -> tuple[str, Case]:
        """A word of a name without its case ending, as far as its surroundings tell."""
        known = self._stems.get(index)
        if known is None:
            known = self._stems[index] = self._read_stem(index)
        return known

    def _read_stem(self, index: int) -> tuple[str, Case]:
        start, end, word = self._words[index]
        names, vocabulary = self._reference.name_words, self._vocabulary
        item = self._taken.get(start)
        if item is not None and item.entry.layer is Layer.LEADER:
            is_last = item.match.end <= end
            return (
                (self._document.text[start : min(end, item.match.end)], item.match.case)
                if (is_last)
                else (word, Case.PLAIN)
            )
        readings = stems(word)
        if word in names:
            for stem, case in readings[:-1]:
                if stem in names and stem in vocabulary and case in STRONG_CASES:
                    return stem, case
            return word, Case.PLAIN
        for stem, case in readings[:-1]:
            if case in STRONG_CASES and (stem in names or stem in vocabulary):
                return stem, case
        for stem, case in readings[:-1]:
            if case not in STRONG_CASES or len(stem) < _SHORTEST_STEM:
                continue
            if word[len(stem) :] in _WEAK_ENDINGS and not self._is_governed(index, stem):
                continue
            return stem, case
        return word, Case.PLAIN

    def _is_governed(self, index: int, stem: str) -> bool:
        """Whether a last র, ও or ই is an ending and not part of the name (সরদার, তুগ্গার)."""
        following = self._words[index + 1][2] if index + 1 < len(self._words) else ""
        if following in _AFTER_GENITIVE:
            return True
        return stem[-1] not in _OFTEN_BEFORE_R and not (
            index + 1 < len(self._words)
            and self._joined(index + 1)
            and self.is_plausible(index + 1)
        )

    def is_name_word(self, index: int) -> bool:
        """Whether the tables know a word as part of names."""
        return index in self._known

    def _is_leader(self, start: int) -> bool:
        return self._taken[start].entry.layer is Layer.LEADER

    def _has_known_stem(self, word: str) -> bool:
        names = self._reference.name_words
        for stem, case in stems(word):  # identity is much cheaper than hashing a case
            if stem in names and case is not Case.PLAIN and case is not Case.LOCATIVE:
                return True
        return False

    def is_plausible(self, index: int) -> bool:
        """Whether a word may be part of a name at all."""
        known = self._plausible.get(index)
        if known is None:
            known = self._plausible[index] = self._judge(index)
        return known

    def _judge(self, index: int) -> bool:
        start, _, word = self._words[index]
        item = self._taken.get(start)
        if item is not None:
            return item.entry.layer is Layer.LEADER
        if word in self._reference.name_words:
            return True
        if start in self._sources or word[0].isdigit() or word in self._reference.club_words:
            return False
        if self.is_name_word(index):
            return True
        if start in self._title_starts or _NOT_OF_NAMES.search(word) or ABBREVIATION.match(word):
            return False
        return not any(
            stem in self._reference.common_words or stem in _INSTITUTIONS for stem, _ in stems(word)
        )

    def _joined(self, index: int, gap: re.Pattern[str] = _GAP) -> bool:
        """Whether a word follows the one before it without a break."""
        between = self._document.text[self._words[index - 1][1] : self._words[index][0]]
        return gap.fullmatch(between) is not None

    def read(self, first: int, longest: int = _LONGEST_NAME) -> Person | None:
        """The name that begins at a word."""
        index, case, end = first, Case.PLAIN, 0
        while index < len(self._words) and index - first < longest:
            if index > first and not self._joined(index):
                break
            start, _, word = self._words[index]
            if (
                index > first
                and INITIAL.match(word)
                and not (self._may_have_initial(index - 1) or self._is_middle_initial(index))
            ):
                break  # … শান্ত আর তানজিদ, … ক্রো এ রায়: and, this
            if index - first >= TWO and self._begins_other(index):
                break
            if self._is_initial(index):
                stem, case = word, Case.PLAIN
            elif self.is_plausible(index) and (index == first or self._extends(first, index)):
                stem, case = self.stem(index)
            else:
                break
            end = start + len(stem)
            index += 1
            if case is not Case.PLAIN:
                break
        if index == first:
            return None
        begin = self._words[first][0]
        name = self._document.text[begin:end]
        if case is Case.PLAIN and self.names_institution(end):
            return None
        return Person(begin, end, name, case) if len(name) > TWO else None

    def names_institution(self, end: int) -> bool:
        """Whether a road, a college and so on bears the name that ends there."""
        following = self._document.words_between(end, end + 12)
        if not following or not _NO_STOP.fullmatch(self._document.text[end : following[0][0]]):
            return False
        return following[0][2] in self._reference.club_words or any(
            stem in _INSTITUTIONS for stem, _ in stems(following[0][2])
        )

    def _is_middle_initial(self, index: int) -> bool:
        """Whether a letter stands between two words of names (আহসান এইচ মনসুর)."""
        return (
            self._words[index][2] in _MIDDLE_INITIALS
            and index + 1 < len(self._words)
            and self._joined(index + 1)
            and self.is_name_word(index - 1)
            and self.is_plausible(index + 1)
        )

    def _begins_other(self, index: int) -> bool:
        """Whether a dash joins another name to the one before it (রহিম-ইয়াসির, but উজ-জামান)."""
        before, word = self._words[index - 1], self._words[index]
        if self._document.text[before[1] : word[0]] not in _DASHES:
            return False
        return (
            self._document.text[self._words[index - 2][1] : before[0]] not in _DASHES
            and before[2] not in _PARTICLES
            and word[2] not in _PARTICLES
        )

    def _is_conjunction(self, index: int) -> bool:
        """Whether আর is a word for and: it is an initial only next to others (এ আর রহমান)."""
        return (
            self._words[index][2] == _AR
            and not (index > 0 and self._may_have_initial(index - 1))
            and INITIAL.match(self._words[index + 1][2]) is None
        )

    def _may_have_initial(self, index: int) -> bool:
        """Whether an initial may follow a word: it stands at the head of a name."""
        word = self._words[index][2]
        return INITIAL.match(word) is not None or word in _FORENAMES_BEFORE_OTHERS

    def _is_initial(self, index: int) -> bool:
        """Whether a word is an initial of the name that follows (এস. এম., আ ক ম)."""
        return (
            index + 1 < len(self._words)
            and self._words[index][2] != AND
            and INITIAL.match(self._words[index][2]) is not None
            and not self._is_conjunction(index)
            and self._joined(index + 1)
            and (
                self.is_plausible(index + 1) or INITIAL.match(self._words[index + 1][2]) is not None
            )
        )

    def _extends(self, first: int, index: int) -> bool:
        """Whether a word continues a name; after a known name an unknown word must close it."""
        word, before = self._words[index][2], self._words[index - 1][2]
        if self._ends_leader(index - 1) and self._is_everyday(index):
            return False  # শেখ হাসিনা সরকারের পতন
        if self._words[first][2] in _FORENAMES_BEFORE_OTHERS:
            first += 1
        if index - first < TWO or before in _PARTICLES or word in _PARTICLES:
            return True
        if before in _FORENAMES_BEFORE_OTHERS and word not in self._reference.common_words:
            return True
        if INITIAL.match(before):
            return True
        if self._begins_leader(index) or self._ends_leader(index - 1):
            return word in self._reference.name_words and not self._begins_leader(index)
        if self.is_name_word(index) or not self.is_name_word(index - 1):
            return True
        return self._closes(index)

    def _begins_leader(self, index: int) -> bool:
        item = self._taken.get(self._words[index][0])
        return item is not None and item.match.start == self._words[index][0]

    def _ends_leader(self, index: int) -> bool:
        start, end, _ = self._words[index]
        item = self._taken.get(start)
        return item is not None and item.match.end <= end

    def _closes(self, index: int) -> bool:
        """Whether a name may end with this word: a case ending, a stop or a verb of speech."""
        if self.stem(index)[1] in STRONG_CASES:
            return True
        if index + 1 >= len(self._words):
            return True
        between = self._document.text[self._words[index][1] : self._words[index + 1][0]]
        return bool(between.strip(" :")) or self._words[index + 1][2] in CLOSING

    def _known_words(self, first: int, person: Person) -> tuple[int, int]:
        """How many words a name has, and how many of them are known."""
        count = len(self._document.words_between(person.start, person.end))
        span = range(first, first + count)
        known = sum(self.is_name_word(index) for index in span)
        if known == sum(self._is_everyday(index) for index in span):
            return count, 0
        return count, known + sum(self._words[index][2] in _PARTICLES for index in span)

    def _is_everyday(self, index: int) -> bool:
        """Whether a known name is an everyday word as well (সরকার, মিত্র): proves no name alone."""
        return self._reference.name_words.get(self._words[index][2]) == "everyday" or (
            self._reference.name_words.get(self.stem(index)[0]) == "everyday"
        )
