"""Names that what stands next to them gives away: an age, kin, a verb of speech, other names.

No word of such a name has to be known: a suspect or a witness is named once, in a frame that
holds nothing but names (জসিম মিয়া (৩৫), … আলীর ছেলে মুরাদ, … নামে, ক, খ ও গ). A word that is an
everyday word, a title, a country or a medium ends the name.
"""

import re
from collections.abc import Iterator, Sequence

from etl.bangla.inflection import Case
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import BANGLA_CHARACTERS, normal_form
from etl.enrich.persons.finder import NameFinder
from etl.enrich.persons.names import INITIAL, STRONG_CASES, TWO, Person

_WORDS = read_lexicon("persons")
_AGE = re.compile(r" ?\([০-৯]{1,3}\)")
_NAMING = re.compile(f" (?:{any_of(_WORDS['naming'])})(?![{BANGLA_CHARACTERS}])")
_ALIAS = f" {normal_form('ওরফে')} "
_KIN = frozenset(_WORDS["kin"])
_SPEECH = frozenset(_WORDS["speech_verb"])
_SEPARATOR = re.compile(f" ?[,;] ?| {normal_form('ও')} | {normal_form('এবং')} ")
_LONGEST = 4  # words


class ContextFinder(NameFinder):
    """Finds the names of one document that their surroundings give away."""

    def by_context(self) -> list[Person]:
        """Names before an age, before নামে, around ওরফে, next to kin and before verbs of speech."""
        people: list[Person] = []
        text = self._document.text
        if "(" in text:
            people.extend(self._ending_at(_AGE.finditer(text), 1))
        people.extend(self._ending_at(_NAMING.finditer(text), TWO))
        if _ALIAS in text:
            people.extend(self._aliases(text))
        people.extend(self._by_kin())
        people.extend(self._speakers())
        people.extend(self._subjects())
        return people

    def in_lists(self, people: Sequence[Person]) -> list[Person]:
        """Names that stand in one list with names that were found (ক, খ ও গ).

        Args:
            people: the mentions found so far, in order.
        """
        added: list[Person] = []
        taken = {person.start for person in people}
        for person in people:
            current: Person | None = person
            while current is not None and current.case is Case.PLAIN:
                current = self._next_in_list(current)
                if current is None or current.start in taken:
                    break
                taken.add(current.start)
                added.append(current)
            before = self._previous_in_list(person)
            while before is not None and before.start not in taken:
                taken.add(before.start)
                added.append(before)
                before = self._previous_in_list(before)
        return added

    def _is_open(self, index: int) -> bool:
        """Whether a word may be part of a name here and bears no case ending."""
        return (
            self.is_plausible(index)
            and self._words[index][0] not in self._title_starts
            and not self._begins_leader(index)
            and (
                self._words[index][2] in self._reference.name_words
                or self.stem(index)[1] is Case.PLAIN
            )
        )

    def _first_of(self, last: int) -> int:
        """Where the name begins that ends with a word."""
        first = last
        while (
            first > 0
            and last - first < _LONGEST - 1
            and self._joined(first)
            and self._is_open(first - 1)
        ):
            first -= 1
        return first

    def _named(self, first: int, last: int, case: Case = Case.PLAIN) -> Person | None:
        begin = self._words[first][0]
        end = (
            self._words[last][0] + len(self.stem(last)[0])
            if case is not Case.PLAIN
            else (self._words[last][1])
        )
        name = self._document.text[begin:end]
        return Person(begin, end, name, case) if len(name) > TWO else None

    def _last_word(self, position: int) -> int | None:
        """The number of the word that ends at a position."""
        words = self._document.words_between(max(0, position - 24), position)
        if not words or words[-1][1] != position:
            return None
        return self._index[words[-1][0]]

    def _ending_at(self, marks: Iterator[re.Match[str]], shortest: int) -> Iterator[Person]:
        """Names that end where a mark begins."""
        for mark in marks:
            last = self._last_word(mark.start())
            if last is None or not self._is_open(last):
                continue
            first = self._first_of(last)
            known = any(self.is_name_word(index) for index in range(first, last + 1))
            person = self._named(first, last)
            if person is not None and (last - first + 1 >= shortest or known):
                yield person

    def _aliases(self, text: str) -> Iterator[Person]:
        position = text.find(_ALIAS)
        while position >= 0:
            last = self._last_word(position)
            if last is not None and self._is_open(last):
                person = self._named(self._first_of(last), last)
                if person is not None:
                    yield person
            position = text.find(_ALIAS, position + 1)

    def _by_kin(self) -> Iterator[Person]:
        """X's son Y: the father in the genitive before the word, the son behind it."""
        if _KIN.isdisjoint(self._vocabulary):
            return
        for index, (_, _, word) in enumerate(self._words):
            if word not in _KIN:
                continue
            if index > 0 and self._joined(index) and self.stem(index - 1)[1] is Case.GENITIVE:
                last = index - 1
                if self.is_plausible(last):
                    first = self._first_of(last)
                    known = any(self.is_name_word(i) for i in range(first, last + 1))
                    person = self._named(first, last, Case.GENITIVE)
                    if person is not None and known and first < last:
                        yield person
            follows = index + 1 < len(self._words) and self._joined(index + 1)
            if follows and self._is_open(index + 1):
                person = self.read(index + 1)
                if person is not None and self._is_sound(person):
                    count, known_words = self._known_words(index + 1, person)
                    if known_words or (
                        count <= TWO and self._stops(index + count) and self._is_rare(index + 1)
                    ):
                        yield person

    def _is_rare(self, index: int) -> bool:
        """Whether a word is long enough for a name that no table knows."""
        return len(self._words[index][2]) > TWO

    def _stops(self, index: int) -> bool:
        """Whether a comma, a stop or a conjunction follows a word."""
        if index + 1 >= len(self._words):
            return True
        between = self._document.text[self._words[index][1] : self._words[index + 1][0]]
        return (
            bool(between.strip(" "))
            or _SEPARATOR.match(self._document.text, self._words[index][1]) is not None
        )

    def _speakers(self) -> Iterator[Person]:
        """Two to four words of a name before a verb of speech, wherever they stand."""
        if _SPEECH.isdisjoint(self._vocabulary):
            return
        for index, (_, _, word) in enumerate(self._words):
            if word not in _SPEECH or index == 0 or not self._joined(index):
                continue
            last = index - 1
            if not self._is_open(last) or INITIAL.match(self._words[last][2]):
                continue
            first = self._first_of(last)
            person = self._named(first, last)
            if first < last and person is not None and self._is_sound(person):
                yield person

    def _subjects(self) -> Iterator[Person]:
        """Two or three words between a verb in the polite form and a stop (পেলেন … ।)."""
        for index in range(1, len(self._words) - 1):
            if not self._follows_verb(index) or not self._joined(index):
                continue
            last = index
            while (
                last - index < TWO
                and last + 1 < len(self._words)
                and self._joined(last + 1)
                and self._is_open(last)
            ):
                last += 1
            if last == index or not self._is_open(last) or not self._stops(last):
                continue
            person = self._named(index, last)
            if person is not None and self._is_sound(person):
                yield person

    def _next_in_list(self, person: Person) -> Person | None:
        separator = _SEPARATOR.match(self._document.text, person.end)
        if separator is None:
            return None
        following = self._document.words_between(separator.end(), separator.end() + 1)
        if not following:
            return None
        index = self._index[following[0][0]]
        if not self._is_open(index) and self.stem(index)[1] not in STRONG_CASES:
            return None
        found = self.read(index)
        if found is None or not self._is_sound(found):
            return None
        count, known = self._known_words(index, found)
        last = index + count - 1
        ends = found.case in STRONG_CASES or self._stops(last)
        return found if (known or count > 1) and (ends or (known and count > 1)) else None

    def _previous_in_list(self, person: Person) -> Person | None:
        """The item before a person where it fills its place in the list."""
        index = self._index.get(person.start)
        if index is None or index == 0:
            return None
        end = self._words[index - 1][1]
        separator = _SEPARATOR.fullmatch(self._document.text, end, person.start)
        if separator is None or not self._is_open(index - 1):
            return None
        first = self._first_of(index - 1)
        before = (
            self._document.text[self._words[first - 1][1] : self._words[first][0]]
            if (first > 0)
            else "."
        )
        opens = bool(before.strip(" ")) or (
            _SEPARATOR.fullmatch(before) is not None or self._words[first - 1][2] in ("ও", "এবং")
        )
        known = sum(self.is_name_word(i) for i in range(first, index))
        if not opens or (index - first == 1 and not known):
            return None
        found = self._named(first, index - 1)
        return found if found is not None and self._is_sound(found) else None
