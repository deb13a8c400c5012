"""Persons that an article names: found by titles, known names and the way they speak.

Bangla has no capitals. A run of words is taken for a name where a title stands before it, where
its words are names by ``seeds/name_words.csv``, or where the sentence lets it speak (… বলেন).
Forms of one name are joined: the longest stands for all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.bangla.text import normal_form
from etl.schema.records import Mention
from etl.schema.words import EntityKind
from etl.transform.coding_reference import Layer, Reference
from etl.transform.coding_text import Document, Match, longest_first
from etl.transform.entities import Found
from etl.transform.inflection import Case, stems
from etl.transform.persons_spelling import is_part_of

_LONGEST_NAME = 6
_VERB = re.compile(
    "(?:"
    + "|".join(
        normal_form(ending)
        for ending in (
            "েছে েছেন েছিল েছিলেন চ্ছে চ্ছেন চ্ছিল য়েছে য়েছেন বেন ছিলেন াননি েননি েনি ানো ানোর িয়ে ভাবে মূলক "
            "কারী কারীর কারীরা কারীদের গুলো গুলোর গুলোতে গুলি সমূহ ীয় জনক ত্ব ত্বের সমূহের যুক্ত যোগ্য শীল হীন বাদী বাদ "
            "জনিত স্বরূপ সংক্রান্ত ব্যাপী ভিত্তিক কালে কালীন ধর্মী প্রাপ্ত বিষয়ক গামী পন্থী পন্থি দের দেরকে বোধ"
        ).split()
    )
    + ")$"
)
_SPEECH = frozenset(
    normal_form(word)
    for word in (
        "বলেন বলেছেন জানান জানিয়েছেন বললেন বলছেন জানালেন জানিয়েছিলেন বলেছিলেন লেখেন লিখেছেন মনে দাবি অভিযোগ "
        "উল্লেখ মন্তব্য করেন"
    ).split()
)
_INITIAL = re.compile(
    "(?:[অ-হ]|এম|কে|এ|এস|বি|সি|ডি|ই|এফ|জি|এইচ|আই|জে|এল|এন|ও|পি|কিউ|আর|টি|ইউ|ভি|ওয়াই|এবিএম|এএসএম|আ|এমএ|এসএম|"
    "একেএম|এএফএম|এটিএম|এএইচএম|জে)$".replace("য়", normal_form("য়"))
)
_GAP = re.compile(r"[ ]+|\. ?|[-–]| ‘| \(অব\.?\) |\.? ?\(অব\.?\) ")
_AFTER_TITLE_GAP = re.compile(r"\.? ?| ?\(অব\.?\) ?| ‘| “")
_TWO = 2


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


class _Finder:
    """Reads names word by word in one document."""

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
        self._index = {start: i for i, (start, _, _) in enumerate(document.words)}
        self._vocabulary = {word for _, _, word in document.words}
        self._taken: dict[int, Found] = {}
        for item in found:
            for start, _, _ in document.words_between(item.match.start, item.match.end):
                self._taken[start] = item
        self._titles = titles
        self._title_starts = {match.start for match in titles}

    def stem(self, word: str) -> tuple[str, Case]:
        """A word of a name without its case ending, as far as the document tells."""
        if word in self._reference.name_words:
            return word, Case.PLAIN
        for stem, case in stems(word):
            if case is Case.PLAIN:
                break
            if stem in self._reference.name_words or stem in self._vocabulary:
                return stem, case
        for stem, case in stems(word):
            ending = word[len(stem) :]
            if case is Case.LOCATIVE or len(stem) < _TWO:
                continue
            if ending == "র" and stem.endswith(("া", "ে")) and word + "ের" in self._vocabulary:
                continue
            return stem, case
        return word, Case.PLAIN

    def is_name_word(self, word: str) -> bool:
        return word in self._reference.name_words or self.stem(word)[0] in (
            self._reference.name_words
        )

    def is_plausible(self, index: int) -> bool:
        """Whether a word may be part of a name at all."""
        start, _, word = self._words[index]
        item = self._taken.get(start)
        if item is not None and item.entry.layer is not Layer.LEADER:
            return False
        if word in self._reference.name_words:
            return True
        if start in self._title_starts or word[0].isdigit() or "০" <= word[0] <= "৯":
            return False
        if word in self._reference.common_words or _VERB.search(word):
            return False
        return self.stem(word)[0] not in self._reference.common_words

    def _joined(self, index: int, gap: re.Pattern[str] = _GAP) -> bool:
        """Whether a word follows the one before it without a break."""
        between = self._document.text[self._words[index - 1][1] : self._words[index][0]]
        return gap.fullmatch(between) is not None

    def read(self, first: int, longest: int = _LONGEST_NAME) -> Person | None:
        """The name that begins at a word."""
        parts: list[str] = []
        index, case, end = first, Case.PLAIN, 0
        while index < len(self._words) and len(parts) < longest:
            start, word_end, word = self._words[index]
            if parts and not self._joined(index):
                break
            is_initial = _INITIAL.match(word) is not None and index + 1 < len(self._words)
            if is_initial and (word in self._reference.common_words or word == "ও") and parts:
                break
            if not is_initial and not self.is_plausible(index):
                break
            if is_initial and not (self._joined(index + 1) and self._can_follow(index + 1)):
                break
            stem, case = (word, Case.PLAIN) if is_initial else self.stem(word)
            parts.append(stem)
            end = start + len(stem)
            index += 1
            if case is not Case.PLAIN:
                break
        if not parts or (len(parts) == 1 and len(parts[0]) < _TWO):
            return None
        begin = self._words[first][0]
        return Person(begin, end, self._document.text[begin:end], case)

    def _can_follow(self, index: int) -> bool:
        word = self._words[index][2]
        return _INITIAL.match(word) is not None or self.is_plausible(index)

    def after_titles(self) -> list[Person]:
        """Names that follow a title or an office (প্রধানমন্ত্রী …)."""
        people: list[Person] = []
        for title in self._titles:
            if title.case is not Case.PLAIN or title.word_end != title.end:
                continue
            following = self._document.words_between(title.end, title.end + 16)
            if not following:
                continue
            index = self._index[following[0][0]]
            between = self._document.text[title.end : following[0][0]]
            if _AFTER_TITLE_GAP.fullmatch(between) is None or following[0][0] in self._title_starts:
                continue
            person = self.read(index)
            if person is None:
                continue
            entry = title.entry(Layer.TITLE)
            is_strong = entry is not None and entry.kind in ("office", "rank", "honorific")
            known = any(self.is_name_word(word) for word in person.words)
            if known or (is_strong and self._is_sound(person)):
                people.append(person)
        return people

    def _is_sound(self, person: Person) -> bool:
        return all(len(word) > 1 or _INITIAL.match(word) for word in person.words)

    def by_words(self) -> list[Person]:
        """Runs of words of which at least two are known names."""
        people: list[Person] = []
        index = 0
        while index < len(self._words):
            start, _, word = self._words[index]
            if not self.is_name_word(word) or start in self._title_starts:
                index += 1
                continue
            first = index
            while (
                first > 0
                and _INITIAL.match(self._words[first - 1][2])
                and self._joined(first)
                and self._words[first - 1][2] not in ("ও", "এ")
            ):
                first -= 1
            person = self.read(first)
            if person is not None:
                known = sum(self.is_name_word(word) for word in person.words)
                if known >= _TWO and len(person.words) - known <= _TWO:
                    people.append(person)
            index += max(1, len(person.words) - (index - first) if person is not None else 1)
        return people

    def by_speech(self) -> list[Person]:
        """Two to four words that open a sentence and then speak (… বলেন)."""
        people: list[Person] = []
        for sentence in self._document.sentences:
            words = self._document.words_between(sentence.start, sentence.end)
            if len(words) < _TWO + 1:
                continue
            person = self.read(self._index[words[0][0]], 4)
            if person is None or person.case is not Case.PLAIN or len(person.words) < _TWO:
                continue
            count = len(self._document.words_between(person.start, person.end))
            if count < len(words) and words[count][2] in _SPEECH and self._is_sound(person):
                people.append(person)
        return people


def _leaders(found: Sequence[Found]) -> list[Person]:
    return [
        Person(
            item.match.start,
            item.match.end,
            item.match.name,
            item.match.case,
            item.entry.actor,
            item.entry.key,
        )
        for item in found
        if item.entry.layer is Layer.LEADER
    ]


def _longest(people: Sequence[Person]) -> list[Person]:
    """Mentions that overlap reduced to the longest of them, in order."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda p: (p.start, -p.end)):
        if kept and person.start < kept[-1].end:
            if person.end > kept[-1].end and person.start == kept[-1].start:
                kept[-1] = person
            elif person.canonical and not kept[-1].canonical:
                last = kept[-1]
                kept[-1] = Person(
                    last.start, last.end, last.name, last.case, person.actor, person.canonical
                )
            continue
        kept.append(person)
    return kept


def find_titles(document: Document) -> list[Match]:
    """Titles, offices and ranks, the longest names first."""
    return longest_first([m for m in document.matches if m.entry(Layer.TITLE) is not None])


def find_persons(
    document: Document,
    found: Sequence[Found],
    titles: Sequence[Match],
    reference: Reference,
) -> list[list[Person]]:
    """The persons of an article, each with all mentions, by first appearance."""
    finder = _Finder(document, found, titles, reference)
    people = _longest(
        [*_leaders(found), *finder.after_titles(), *finder.by_words(), *finder.by_speech()]
    )
    groups: list[list[Person]] = []
    for person in sorted(people, key=lambda p: (-len(p.words), p.start)):
        home = next(
            (
                group
                for group in groups
                if (person.canonical and person.canonical == group[0].canonical)
                or is_part_of(person.words, group[0].words)
            ),
            None,
        )
        if home is None:
            groups.append([person])
        else:
            home.append(person)
    for group in groups:
        group.sort(key=lambda p: p.start)
    return sorted(groups, key=lambda group: group[0].start)


def longest_form(group: Sequence[Person]) -> str:
    """The name that stands for a person: the form with the most words, the first of those."""
    return max(group, key=lambda p: (len(p.words), len(p.name), -p.start)).name


def person_mentions(document: Document, groups: Sequence[Sequence[Person]]) -> list[Mention]:
    """One mention a person; a leader keeps one id whatever the spelling."""
    mentions: dict[str, Mention] = {}
    for group in groups:
        name = longest_form(group)
        canonical = next((p.canonical for p in group if p.canonical), None)
        entity_id = f"person:{canonical or name}"
        first = group[0]
        mentions.setdefault(
            entity_id,
            Mention(
                entity_id=entity_id,
                kind=EntityKind.PERSON,
                name_bn=name,
                name_en=None,
                iso_code=None,
                count=len(group),
                first_position=first.start,
                is_in_title=first.start < document.title_end,
                evidence=document.text[first.start : first.end],
            ),
        )
    return list(mentions.values())


def office_mentions(document: Document, titles: Sequence[Match]) -> list[Mention]:
    """One mention an office (প্রেসিডেন্ট, পররাষ্ট্রমন্ত্রী) that the article names."""
    grouped: dict[str, list[Match]] = {}
    for match in titles:
        entry = match.entry(Layer.TITLE)
        if entry is not None and entry.kind == "office":
            grouped.setdefault(entry.key, []).append(match)
    mentions: list[Mention] = []
    for key, matches in grouped.items():
        first = matches[0]
        entry = first.entry(Layer.TITLE)
        assert entry is not None
        mentions.append(
            Mention(
                entity_id=f"office:{key}",
                kind=EntityKind.OFFICE,
                name_bn=entry.name_bn,
                name_en=entry.name_en,
                iso_code=None,
                count=len(matches),
                first_position=first.start,
                is_in_title=first.start < document.title_end,
                evidence=document.text[first.start : first.word_end],
            )
        )
    return mentions
