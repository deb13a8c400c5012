"""Persons that an article names: found by titles, known names and the way they speak.

Bangla has no capitals. A run of words is taken for a name where a title stands before it, where
its words are names by ``seeds/name_words.csv``, or where the sentence lets it speak (… বলেন).
Forms of one name are joined: the longest stands for all.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

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
_SHORTEST_STEM = 3
_STRONG_CASES = frozenset({Case.GENITIVE, Case.OBJECTIVE, Case.MODIFIER})
_STRONG_TITLES = frozenset({"office", "rank", "honorific"})
_WEAK_ENDINGS = frozenset({"র", "ও", "ই"})
# After these a last র belongs to many foreign and some Bangla names (স্টারমার, সরদার, পিটার).
_OFTEN_BEFORE_R = frozenset("াে")
_AND = "ও"


def _word_set(words: str) -> frozenset[str]:
    return frozenset(normal_form(word) for word in words.split())


_AFTER_GENITIVE = _word_set(
    "সঙ্গে সাথে কাছে কাছ বিরুদ্ধে প্রতি জন্য ওপর উপর পক্ষে পক্ষ মৃত্যুতে মৃত্যু নেতৃত্বে নেতৃত্বাধীন হাতে মতো মত দিকে মধ্যে মরদেহ কবর কবরের "
    "স্ত্রী ছেলে মেয়ে ভাই বাবা মা বাড়ি বাসা বাসভবন আমলে সময় সরকার সরকারের দাবি অভিযোগ বক্তব্য নির্দেশ নির্দেশে আইনজীবী পরিবার "
    "পরিবারের জানাজা দাফন সভাপতিত্বে পরিচালনায় সঞ্চালনায় মুক্তি নাম নামে শাসনামলে পতনের ভাষণ মন্তব্য"
)
_INSTITUTIONS = _word_set(
    "রোড রোডের সড়ক সড়কের এভিনিউ অ্যাভিনিউ মেডিকেল কলেজ বিশ্ববিদ্যালয় বিশ্ববিদ্যালয়ের হাসপাতাল হাসপাতালে স্কুল হল হলের বিমানবন্দর বিমানবন্দরে "
    "স্টেডিয়াম স্টেডিয়ামে ফাউন্ডেশন ট্রাস্ট ট্রাস্টের অরফানেজ চ্যারিটেবল সেতু টানেল স্মৃতি জাদুঘর উদ্যান মাদ্রাসা একাডেমি ইনস্টিটিউট আন্তর্জাতিক নগর"
)
_PARTICLES = _word_set(
    "আল আল- বিন ইবনে বিনতে ভন ফন ডের ডার ডি দি দা দে লে লা লো উন উর উল ই উজ উস তুল আস আদ ইবন অব ভান ফান ডেল দেল"
)
_FORENAMES_BEFORE_OTHERS = _word_set(
    "মো মোঃ মোহাম্মদ মুহাম্মদ মোহাম্মাদ শেখ সৈয়দ শাহ আব্দুল আবদুল মির্জা কাজী খন্দকার"
)
_CLOSING = _word_set(
    "ও এবং বলেন বলেছেন জানান জানিয়েছেন বললেন বলছেন জানালেন জানিয়েছিলেন বলেছিলেন লেখেন লিখেছেন করেন করেছেন ছিলেন হন হয়েছেন"
)


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
        self._plausible: dict[int, bool] = {}
        self._sources = {m.start for m in document.matches if m.entry(Layer.SOURCE) is not None}
        self._titles = titles
        self._honorifics = {
            match.start: match
            for match in titles
            if any(e.layer is Layer.TITLE and e.kind == "honorific" for e in match.entries)
        }
        self._title_starts = {match.start for match in titles}

    def stem(self, index: int) -> tuple[str, Case]:
        """A word of a name without its case ending, as far as its surroundings tell."""
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
                if stem in names and stem in vocabulary and case in _STRONG_CASES:
                    return stem, case
            return word, Case.PLAIN
        for stem, case in readings[:-1]:
            if case in _STRONG_CASES and (stem in names or stem in vocabulary):
                return stem, case
        for stem, case in readings[:-1]:
            if case not in _STRONG_CASES or len(stem) < _SHORTEST_STEM:
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
        start, _, word = self._words[index]
        item = self._taken.get(start)
        if item is not None and item.entry.layer is Layer.LEADER:
            return True
        return word in self._reference.name_words or (
            self.stem(index)[0] in self._reference.name_words
        )

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
        if start in self._sources or word[0].isdigit():
            return False
        if self.is_name_word(index):
            return True
        if start in self._title_starts or _VERB.search(word):
            return False
        return not any(stem in self._reference.common_words for stem, _ in stems(word))

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
        if index < len(self._words) and self._words[index][2] in _INSTITUTIONS:
            return None  # a road or a college that bears a person's name
        return Person(begin, end, name, case) if len(name) > _TWO else None

    def _is_initial(self, index: int) -> bool:
        """Whether a word is an initial of the name that follows (এস. এম., আ ক ম)."""
        return (
            index + 1 < len(self._words)
            and self._words[index][2] != _AND
            and _INITIAL.match(self._words[index][2]) is not None
            and self._joined(index + 1)
            and (
                self.is_plausible(index + 1)
                or _INITIAL.match(self._words[index + 1][2]) is not None
            )
        )

    def _extends(self, first: int, index: int) -> bool:
        """Whether a word continues a name; after a known name an unknown word must close it."""
        word, before = self._words[index][2], self._words[index - 1][2]
        if self._words[first][2] in _FORENAMES_BEFORE_OTHERS:
            first += 1
        if index - first < _TWO or before in _PARTICLES or word in _PARTICLES:
            return True
        if self.is_name_word(index) or not self.is_name_word(index - 1):
            return True
        return self._closes(index)

    def _closes(self, index: int) -> bool:
        """Whether a name may end with this word: a case ending, a stop or a verb of speech."""
        if self.stem(index)[1] in _STRONG_CASES:
            return True
        if index + 1 >= len(self._words):
            return True
        between = self._document.text[self._words[index][1] : self._words[index + 1][0]]
        return bool(between.strip(" ")) or self._words[index + 1][2] in _CLOSING

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
            if _AFTER_TITLE_GAP.fullmatch(between) is None:
                continue
            person = self.read(index)
            if person is None or not self._is_sound(person):
                continue
            count, known = self._known_words(index, person)
            entry = title.entry(Layer.TITLE)
            is_strong = entry is not None and entry.kind in _STRONG_TITLES
            is_closed = self._closes(index + count - 1)
            if known and (count > 1 or is_strong):
                people.append(person)
            elif count > 1 and (is_strong or is_closed):
                people.append(person)
            elif is_strong and (
                person.case in _STRONG_CASES
                or self._is_repeated(person)
                or (is_closed and entry is not None and entry.kind == "office")
            ):
                people.append(person)
        return people

    def _is_repeated(self, person: Person) -> bool:
        return self._document.text.count(person.name) > 1

    def _is_sound(self, person: Person) -> bool:
        return all(len(word) > 1 or _INITIAL.match(word) for word in person.words)

    def by_words(self) -> list[Person]:
        """Runs of known names, or of a known name and one that closes the run."""
        people: list[Person] = []
        index = 0
        while index < len(self._words):
            if not self.is_name_word(index) or (
                self._words[index][0] in self._title_starts
                and self._words[index][2] not in self._reference.name_words
            ):
                index += 1
                continue
            first = self._beginning(index)
            person = self.read(first)
            if person is None:
                index += 1
                continue
            count, known = self._known_words(first, person)
            last = first + count - 1
            if (known >= _TWO and count - known <= _TWO) or (
                count == _TWO and known == 1 and self._closes(last)
            ):
                people.append(person)
            index = max(index + 1, last + 1)
        return people

    def _beginning(self, index: int) -> int:
        """Where the name begins that holds a known word: its initials belong to it, and in a
        list of names the unknown word before a surname."""
        first = index
        while first > 0 and self._is_initial(first - 1) and self._words[first - 1][2] != _AND:
            first -= 1
        if first == index > 1 and self.is_plausible(index - 1) and self._joined(index):
            between = self._document.text[self._words[index - 2][1] : self._words[index - 1][0]]
            opens = between.strip(" ") in (",", ":", "।") or self._words[index - 2][2] in _CLOSING
            if opens and self._closes(index):
                return index - 1
        return first

    def without_honorific(self, person: Person) -> Person:
        """A name without the titles it begins with (বেগম খালেদা জিয়া); মো. and শেখ belong to it."""
        start = person.start
        while (title := self._honorifics.get(start)) is not None and (
            rest := self._document.words_between(title.word_end, person.end)
        ):
            start = rest[0][0]
        if start == person.start:
            return person
        return replace(person, start=start, name=self._document.text[start : person.end])

    def by_speech(self) -> list[Person]:
        """Two to four words that open a sentence and then speak (… বলেন)."""
        people: list[Person] = []
        for sentence in self._document.sentences:
            words = self._document.words_between(sentence.start, sentence.end)
            if len(words) < _TWO + 1:
                continue
            first = self._index[words[0][0]]
            person = self.read(first, 4)
            if person is None or person.case is not Case.PLAIN or len(person.words) < _TWO:
                continue
            count, _ = self._known_words(first, person)
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
    read = [*finder.after_titles(), *finder.by_words(), *finder.by_speech()]
    people = _longest([*_leaders(found), *(finder.without_honorific(p) for p in read)])
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
