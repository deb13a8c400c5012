"""Who speaks in a stretch of text: a person, an office, a body or whoever the words name.

A later mention by one word of a name is the person; an office means whoever bore it in the
article; a pronoun the person who spoke last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from etl.bangla.inflection import Case, stems
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import BANGLA_CHARACTERS, normal_form
from etl.enrich.document import Document, Match
from etl.enrich.entities.mentions import Found
from etl.enrich.gazetteer import Layer, Reference
from etl.enrich.persons.mentions import longest_form, person_id
from etl.enrich.persons.names import Person

_WORDS = read_lexicon("quotes")
_SAID = re.compile(
    f"(?<![{BANGLA_CHARACTERS}])(?:{any_of(_WORDS['say'])})(?![{BANGLA_CHARACTERS}])"
)
_QUOTED = re.compile(any_of(_WORDS["quoted"]))
_REPORT = re.compile(any_of(_WORDS["report"]))
_FROM = normal_form(" থেকে")
_SIDE = re.compile(f"{any_of(' ' + side for side in _WORDS['side'])}|{_FROM}")
_VERB = re.compile(f"(?:{any_of(_WORDS['verb_ending'])})$")
_SOURCES = frozenset({Layer.SOURCE})
_PLURAL = frozenset(_WORDS["plural_pronoun"])
_SOME = frozenset(_WORDS["some"])
PRONOUNS = frozenset(_WORDS["pronoun"])
_ADJUNCTS = frozenset(_WORDS["adjunct"])
_OPENINGS = frozenset(_WORDS["opening"])
_COUNTED_ONE = frozenset(_WORDS["one"])  # … এক কর্মকর্তা: part of who speaks
_SHORTEST_NAME = 2  # letters
_LONGEST_SPEAKER = 7  # words
_BREAK = re.compile('[,;:।\n‘’“”"—]')


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the name, and the entity where it is one of the article's."""

    name: str
    entity_id: str | None

    @property
    def is_person(self) -> bool:
        """Whether the speaker is a person of the article."""
        return self.entity_id is not None and self.entity_id.startswith("person:")


class SpeakerReader:
    """Reads who speaks in one document; it remembers who spoke last."""

    def __init__(
        self,
        document: Document,
        found: Sequence[Found],
        titles: Sequence[Match],
        persons: Sequence[Sequence[Person]],
        reference: Reference,
    ) -> None:
        self._document = document
        self._people: list[tuple[Person, Speaker]] = sorted(
            (
                (person, Speaker(longest_form(group), person_id(group, reference)))
                for group in persons
                for person in group
            ),
            key=lambda pair: pair[0].start,
        )
        self._bodies = [
            item for item in found if item.entry.layer in (Layer.ORGANISATION, Layer.COUNTRY)
        ]
        self._sources = [match for match in document.matches if match.is_in(_SOURCES)]
        self._titles = titles
        self._holders = self._office_holders()
        self._by_word = self._names_by_word()
        self._last: Speaker | None = None
        self._last_person = self._headline_speaker()
        self._last_source: Speaker | None = None

    def _office_holders(self) -> dict[str, Speaker]:
        """Who bears each title: the person that it first stands before."""
        holders: dict[str, Speaker] = {}
        ends = {title.start: title.word_end for title in self._titles}
        starts = {person.start: speaker for person, speaker in self._people}
        for title in self._titles:
            behind = title.word_end + 1
            while behind in ends:
                behind = ends[behind] + 1
            if behind in starts:
                holders.setdefault(title.name, starts[behind])
        return holders

    def _names_by_word(self) -> dict[str, Speaker]:
        """The persons by each word of their names: later an article calls them by one."""
        words: dict[str, Speaker] = {}
        for person, speaker in self._people:
            for word in person.words:
                if len(word) > _SHORTEST_NAME:
                    words.setdefault(word, speaker)
        return words

    def _headline_speaker(self) -> Speaker | None:
        """Who speaks in a headline (… হবে: X, … হবে, বললেন X)."""
        headline = self._document.text[: self._document.title_end]
        if ":" not in headline and _SAID.search(headline) is None:
            return None
        named = [s for person, s in self._people if person.start < self._document.title_end]
        return named[-1] if named else None

    def is_medium(self, begin: int, end: int) -> bool:
        """Whether a stretch names a medium."""
        return any(begin <= match.start < end for match in self._sources)

    def quoted(self, begin: int, end: int) -> Speaker | None:
        """Whom a medium quotes: পেসকভকে উদ্ধৃত করে … জানায়."""
        found = _QUOTED.search(self._document.text, begin, end)
        if found is None:
            return None
        for person, speaker in reversed(self._people):
            if begin <= person.start < found.start() and person.case is Case.OBJECTIVE:
                return speaker
        return None

    def remember(self, speaker: Speaker) -> None:
        """Keep who speaks: pronouns that follow mean them."""
        self._last = speaker
        if speaker.is_person:
            self._last_person = speaker

    def opening_subject(self, begin: int, end: int) -> tuple[Speaker, int] | None:
        """The person or pronoun in the plain case near the beginning of a sentence."""
        for person, speaker in self._people:
            if begin <= person.start < min(begin + 60, end) and person.case is Case.PLAIN:
                return speaker, person.end
        for _, word_end, word in self._document.words_between(begin, min(begin + 60, end)):
            if word in PRONOUNS:
                meant = self._meant(word, begin)
                return (meant, word_end) if meant is not None else None
        return None

    def subject(self, begin: int, end: int) -> Speaker | None:
        """The first person of a stretch in the plain case, by the full name or a word of it."""
        for person, speaker in self._people:
            if begin <= person.start < end and person.case is Case.PLAIN:
                return speaker
        words = (word for _, _, word in self._document.words_between(begin, end))
        return next((self._by_word[word] for word in words if word in self._by_word), None)

    def _meant(self, pronoun: str, position: int) -> Speaker | None:
        """Whom a pronoun means: a person, or with তারা whoever spoke last."""
        if pronoun in _PLURAL:
            return self._last
        return self._last_person or self._person_before(position)

    def speaker(
        self, begin: int, end: int, case: Case = Case.PLAIN, *, is_behind: bool = False
    ) -> Speaker | None:
        """Who speaks in a stretch of text that a verb ends (or, ``is_behind``, begins)."""
        sentence_begin = begin
        begin = begin if is_behind else self._clause(begin, end)
        words = list(self._document.words_between(begin, end))
        for person, speaker in reversed(self._people):
            if begin <= person.start < end and person.case in (case, Case.PLAIN):
                return speaker
        pronoun = next((word for _, _, word in words if word in PRONOUNS), None)
        if pronoun is not None and not any(word in _SOME for _, _, word in words):
            return self._meant(pronoun, begin)
        if not words:
            return None if is_behind else self._last or self._person_before(begin)
        phrase = self._noun_phrase(words, case)
        if not phrase:
            return self.subject(sentence_begin, end) or (None if is_behind else self._last)
        return self._body(phrase[0][0], phrase[-1][1], case)

    def _noun_phrase(
        self, words: list[tuple[int, int, str]], case: Case
    ) -> list[tuple[int, int, str]]:
        """The words that name who speaks, without what tells when, where and to whom."""
        while words and (words[-1][2] in _ADJUNCTS or self._is_aside(words[-1][2], case)):
            words.pop()
        if not words or _VERB.search(words[-1][2]):
            return []
        phrase = words[-_LONGEST_SPEAKER:]
        for index in range(len(phrase) - 2, -1, -1):
            word = phrase[index][2]
            is_adjunct = word in _ADJUNCTS and word not in _COUNTED_ONE
            if word in _OPENINGS or is_adjunct or self._is_aside(word, Case.PLAIN):
                return phrase[index + 1 :]
        return phrase

    def _is_aside(self, word: str, case: Case) -> bool:
        """Whether a word's case tells of whom is spoken to, or of a place."""
        readings = stems(word)[:-1]
        return case is Case.PLAIN and any(
            c in (Case.OBJECTIVE, Case.LOCATIVE) and len(stem) > _SHORTEST_NAME
            for stem, c in readings
        )

    def _clause(self, begin: int, end: int) -> int:
        """Where the clause begins that ends at a position: behind the last stop before it."""
        breaks = [found.end() for found in _BREAK.finditer(self._document.text, begin, end)]
        return breaks[-1] if breaks else begin

    def _body(self, start: int, end: int, case: Case) -> Speaker:
        """A person by one word of the name, an office, a body or whoever else the words name."""
        text = self._document.text[start:end]
        words = text.split()
        readings = stems(words[-1].strip("’”"))
        for stem, reading in readings:
            if reading in (case, Case.PLAIN) and stem in self._by_word:
                return self._by_word[stem]
        for title in self._titles:
            if title.word_end == end and title.case in (case, Case.PLAIN):
                holder = self._holder(title.name)
                if holder is not None:
                    return holder
        for match in self._sources:
            if start <= match.start and match.word_end == end:
                return Speaker(match.name, None)
        if case is Case.GENITIVE:
            stem = next((s for s, c in readings if c is Case.GENITIVE), words[-1])
            text = " ".join([*words[:-1], stem])
        for item in self._bodies:
            if item.match.start >= start and item.match.word_end == end:
                kind = "country" if item.entry.layer is Layer.COUNTRY else "organisation"
                return Speaker(text, f"{kind}:{item.entry.key}")
        return Speaker(text, None)

    def _holder(self, title: str) -> Speaker | None:
        """Who bears a title, whatever stands before it (সেনাবাহিনীর প্রধান, সেনাপ্রধান)."""
        return self._holders.get(title) or next(
            (s for name, s in self._holders.items() if title.endswith(name)), None
        )

    def _person_before(self, position: int) -> Speaker | None:
        """The first person in the plain case of the nearest sentence before a position."""
        nearest: dict[int, Speaker] = {}
        for person, speaker in self._people:
            if person.start >= position:
                break
            if person.case is Case.PLAIN:
                nearest.setdefault(self._document.sentence_at(person.start).start, speaker)
        return nearest[max(nearest)] if nearest else None

    def reporter(self, begin: int, end: int) -> Speaker | None:
        """Who stands behind a report: its medium, else the body before it."""
        for match in self._sources:
            if begin <= match.start < end:
                self._last_source = Speaker(match.name, None)
                return self._last_source
        text = self._document.text
        if _REPORT.search(text, begin, end) is None:
            return None
        side = _SIDE.search(text, begin, end)
        words = list(self._document.words_between(self._clause(begin, end), end))
        if side is not None:  # … পক্ষ থেকে, … কক্ষ থেকে
            words = [word for word in words if word[1] <= side.start()]
            is_plain = side.group() == _FROM
        else:
            is_plain = False
        while (
            words and not is_plain and not any(c is Case.GENITIVE for _, c in stems(words[-1][2]))
        ):
            words.pop()
        if not words or words[-1][2] in PRONOUNS:
            return self._last if words else self._last_source
        phrase = words[-_LONGEST_SPEAKER:]
        for index in range(len(phrase) - 2, -1, -1):
            if phrase[index][2] in _OPENINGS:
                phrase = phrase[index + 1 :]
                break
        return self._body(phrase[0][0], phrase[-1][1], Case.PLAIN if is_plain else Case.GENITIVE)
