"""Where names stand: behind titles, as runs of known names, before verbs of speech."""

import re
from dataclasses import replace

from etl.bangla.inflection import Case
from etl.bangla.lexicon import read_lexicon
from etl.enrich.gazetteer import Layer
from etl.enrich.persons.names import AND, INITIAL, STRONG_CASES, TWO, NameReader, Person

_WORDS = read_lexicon("persons")
_SPEECH = frozenset((*_WORDS["speech_verb"], *_WORDS["speech_phrase"]))
_AFTER_TITLE_GAP = re.compile(r"\.? ?| ?\(অব\.?\) ?| ‘| “")
_STRONG_TITLES = frozenset({"office", "rank", "honorific"})
# Words of names that seldom begin one: what stands before them belongs to the name.
_SECOND_WORDS = frozenset(_WORDS["surname"])

_LONGEST_SPEAKER = 4  # words
_POLITE = read_lexicon("endings")["polite_verb"]  # ending of verbs of whom the press respects


class NameFinder(NameReader):
    """Finds the names of one document."""

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
            if (
                known
                or (count > 1 and (is_strong or is_closed))
                or (
                    is_strong
                    and (
                        person.case in STRONG_CASES
                        or self._is_repeated(person)
                        or (is_closed and entry is not None and entry.kind == "office")
                    )
                )
            ):
                people.append(person)
        return people

    def _is_repeated(self, person: Person) -> bool:
        return self._document.text.count(person.name) > 1

    def _is_sound(self, person: Person) -> bool:
        return all(len(word) > 1 or INITIAL.match(word) for word in person.words)

    def by_words(self) -> list[Person]:
        """Runs of known names, or of a known name and one that closes the run."""
        people: list[Person] = []
        passed = 0
        for index in sorted(self._known):
            if index < passed or (
                self._words[index][0] in self._title_starts
                and self._words[index][2] not in self._reference.name_words
            ):
                continue
            first = self._beginning(index)
            person = self.read(first)
            if person is None:
                continue
            count, known = self._known_words(first, person)
            last = first + count - 1
            if (known >= TWO and count - known <= TWO) or (
                count == TWO and known == 1 and self._closes(last)
            ):
                people.append(person)
            passed = last + 1
        return people

    def _beginning(self, index: int) -> int:
        """Where the name begins that holds a known word.

        Its initials belong to it, and the unknown word before a surname in a list or behind a verb.
        """
        first = index
        while first > 0 and self._is_initial(first - 1) and self._words[first - 1][2] != AND:
            first -= 1
        if (
            first == index > 0
            and self._words[index][2] in _SECOND_WORDS
            and self.is_plausible(index - 1)
            and self._joined(index)
        ):
            return index - 1
        if first == index > 1 and self.is_plausible(index - 1) and self._joined(index):
            between = self._document.text[self._words[index - 2][1] : self._words[index - 1][0]]
            opens = between.strip(" ") in (",", ":", "।") or self._follows_verb(index - 1)
            if opens and self._closes(index):
                return index - 1
        return first

    def _follows_verb(self, index: int) -> bool:
        """Whether a verb in the polite form stands before: its subject follows (নিলেন …)."""
        return self._words[index - 1][2].endswith(_POLITE)

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

    def is_longer_name(self, person: Person, leader: Person) -> bool:
        """Whether all words of a person round a leader's name are words of names."""
        return all(
            leader.start <= start < leader.end
            or INITIAL.match(word) is not None
            or (start not in self._title_starts and self.is_name_word(self._index[start]))
            for start, _, word in self._document.words_between(person.start, person.end)
        )

    def by_speech(self) -> list[Person]:
        """Two to four words that open a sentence and then speak (… বলেন)."""
        people: list[Person] = []
        if _SPEECH.isdisjoint(self._vocabulary):
            return people
        for sentence in self._document.sentences:
            words = self._document.words_between(sentence.start, sentence.end)
            if not any(word in _SPEECH for _, _, word in words[TWO : _LONGEST_SPEAKER + 1]):
                continue
            first = self._index[words[0][0]]
            person = self.read(first, _LONGEST_SPEAKER)
            if person is None or person.case is not Case.PLAIN or len(person.words) < TWO:
                continue
            count, _ = self._known_words(first, person)
            if count < len(words) and words[count][2] in _SPEECH and self._is_sound(person):
                people.append(person)
        return people
