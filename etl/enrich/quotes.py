"""Who said what: quotations, direct and reported, with their speakers.

Four frames are read, all with words of ``seeds/lexicon/quotes.csv``: a verb of speech before what
is said (… বলেন, ‘…’), বলে between what is said and the verb (… বলে জানান …), a passive whose
report or office speaks (… প্রতিবেদনে বলা হয়, …) and a view (…র মতে, …). A direct quotation ends
with its closing mark, a reported one with its sentence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.bangla.inflection import Case, stems
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import BANGLA_CHARACTERS, normal_form
from etl.enrich.document import Document, Match, Sentence
from etl.enrich.entities.mentions import Found
from etl.enrich.gazetteer import Layer, Reference
from etl.enrich.persons.mentions import longest_form, person_id
from etl.enrich.persons.names import Person
from etl.schema.records import Quote

_WORDS = read_lexicon("quotes")
_END = f"(?![{BANGLA_CHARACTERS}])"
_START = f"(?<![{BANGLA_CHARACTERS}])"
_SAY = f"(?:{any_of(_WORDS['say'])})"
_PASSIVE = f"(?:{any_of(_WORDS['passive'])})"
_OPEN = "‘“\"'"
_CLOSE = {"‘": "’", "“": "”", '"': '"', "'": "'"}
# What follows the verb and opens what is said.
_OPENING = f"(?P<opening>(?: যে)?,|(?: যে)?:| যে(?= )|(?= [{_OPEN}]))"
_FORWARD = re.compile(f"{_START}(?:(?P<say>{_SAY})|(?P<passive>{_PASSIVE})){_END}{_OPENING}")
_VIEW = re.compile(f"{_START}(?P<view>{any_of(_WORDS['view'])}){_END},")
_BACKWARD = re.compile(
    f" বলে(?:ও|ই)? (?P<between>[^,।:]{{0,90}}?){_START}"
    f"(?P<verb>{_SAY}|(?:{any_of(_WORDS['say_after'])})){_END}(?P<after>[^।,:]{{0,90}})"
)
_AFTER_QUOTE = re.compile(
    f"[’”\"'][,।]? ?[—–-]? ?(?P<before>[^।,‘“\"']{{0,60}}?){_START}(?P<verb>{_SAY}){_END}"
    f"(?P<after>[^।,‘“\"']{{0,60}})"
)
_DIRECT = re.compile(f"[,:—–-] ?(?P<mark>[{_OPEN}])")
_SAID = re.compile(f"{_START}{_SAY}{_END}")
_QUOTED = re.compile(any_of(_WORDS["quoted"]))
_REPORT = re.compile(any_of(_WORDS["report"]))
_FROM = normal_form(" থেকে")
_SIDE = re.compile(f"{any_of(' ' + side for side in _WORDS['side'])}|{_FROM}")
_VERB = re.compile(f"(?:{any_of(_WORDS['verb_ending'])})$")
_SOURCES = frozenset({Layer.SOURCE})
_PLURAL = frozenset(_WORDS["plural_pronoun"])
_SOME = frozenset(_WORDS["some"])
_PRONOUNS = frozenset(_WORDS["pronoun"])
_ADJUNCTS = frozenset(_WORDS["adjunct"])
_OPENINGS = frozenset(_WORDS["opening"])
_COUNTED_ONE = frozenset(_WORDS["one"])  # … এক কর্মকর্তা: part of who speaks
# The first words of all frames: a sentence without one and without a mark holds no quotation.
_CUES = frozenset(
    text.split()[0]
    for name in ("say", "say_after", "passive", "view")
    for text in (*_WORDS[name], normal_form("বলে"), normal_form("বলেও"))
)
_LEAST_WORDS = 3
_LEAST_DIRECT = 6  # words of a direct quotation without a verb of speech
_SHORTEST_NAME = 2  # letters
_LONGEST_SPEAKER = 7  # words
_LONGEST_QUOTE = 2_000  # characters
_BREAK = re.compile('[,;:।\n‘’“”"—]')


@dataclass(frozen=True, slots=True)
class _Speaker:
    name: str
    entity_id: str | None

    @property
    def is_person(self) -> bool:
        return self.entity_id is not None and self.entity_id.startswith("person:")


class _QuoteReader:
    """Reads the quotations of one document, in order; a pronoun means the speaker before."""

    def __init__(
        self,
        document: Document,
        found: Sequence[Found],
        titles: Sequence[Match],
        persons: Sequence[Sequence[Person]],
        reference: Reference,
    ) -> None:
        self._document = document
        self._people: list[tuple[Person, _Speaker]] = sorted(
            (
                (person, _Speaker(longest_form(group), person_id(group, reference)))
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
        self._last: _Speaker | None = None
        self._last_person = self._headline_speaker()
        self._last_source: _Speaker | None = None
        self._covered = 0

    def _office_holders(self) -> dict[str, _Speaker]:
        """Who bears each title: the person that it first stands before."""
        holders: dict[str, _Speaker] = {}
        ends = {title.start: title.word_end for title in self._titles}
        starts = {person.start: speaker for person, speaker in self._people}
        for title in self._titles:
            behind = title.word_end + 1
            while behind in ends:
                behind = ends[behind] + 1
            if behind in starts:
                holders.setdefault(title.name, starts[behind])
        return holders

    def _names_by_word(self) -> dict[str, _Speaker]:
        """The persons by each word of their names: later an article calls them by one."""
        words: dict[str, _Speaker] = {}
        for person, speaker in self._people:
            for word in person.words:
                if len(word) > _SHORTEST_NAME:
                    words.setdefault(word, speaker)
        return words

    def _headline_speaker(self) -> _Speaker | None:
        """Who speaks in a headline (… হবে: X, … হবে, বললেন X)."""
        headline = self._document.text[: self._document.title_end]
        if ":" not in headline and _SAID.search(headline) is None:
            return None
        named = [s for person, s in self._people if person.start < self._document.title_end]
        return named[-1] if named else None

    def read(self) -> Iterator[Quote]:
        """Yield the quotations by their places, each once."""
        seen: set[str] = set()
        speaking = {
            self._document.sentence_at(start).start
            for start, _, word in self._document.words
            if word in _CUES
        }
        for sentence in self._document.sentences:
            if sentence.is_title or sentence.end <= self._covered:
                continue
            if sentence.start not in speaking and not any(map(sentence.text.__contains__, _OPEN)):
                continue
            quote = self._quote(sentence)
            if quote is not None and quote.words not in seen:
                seen.add(quote.words)
                yield quote

    def _quote(self, sentence: Sentence) -> Quote | None:
        text, begin = self._document.text, max(sentence.start, self._covered)
        forward = _FORWARD.search(text, begin, sentence.end)
        if forward is not None:
            return self._forward(sentence, forward, begin)
        view = _VIEW.search(text, begin, sentence.end)
        if view is not None:
            return self._view(sentence, view, begin)
        if sentence.text[:1] in _CLOSE and begin == sentence.start:
            return self._before_speaker(sentence)
        backward = _BACKWARD.search(text, begin, sentence.end)
        if backward is not None:
            return self._backward(sentence, backward, begin)
        direct = _DIRECT.search(text, begin, sentence.end)
        return self._direct(sentence, direct, begin) if direct is not None else None

    def _forward(self, sentence: Sentence, found: re.Match[str], begin: int) -> Quote | None:
        """… বলেন, what is said."""
        speaker: _Speaker | None
        if found.group("say"):
            speaker = self._quoted(begin, found.start()) or self._speaker(begin, found.start())
        else:
            speaker = self._reporter(begin, found.start())
        if speaker is not None and self._is_medium(begin, found.start()):
            inner = _FORWARD.search(self._document.text, found.end(), sentence.end)
            if inner is not None and inner.group("say"):  # the medium says that somebody says
                said = self._speaker(found.end(), inner.start())
                if said is not None:
                    return self._made(sentence, said, inner.end(), inner.group("say"))
        return self._made(
            sentence, speaker, found.end(), found.group("say") or found.group("passive")
        )

    def _is_medium(self, begin: int, end: int) -> bool:
        return any(begin <= match.start < end for match in self._sources)

    def _quoted(self, begin: int, end: int) -> _Speaker | None:
        """Whom a medium quotes: পেসকভকে উদ্ধৃত করে … জানায়."""
        found = _QUOTED.search(self._document.text, begin, end)
        if found is None:
            return None
        for person, speaker in reversed(self._people):
            if begin <= person.start < found.start() and person.case is Case.OBJECTIVE:
                return speaker
        return None

    def _direct(self, sentence: Sentence, found: re.Match[str], begin: int) -> Quote | None:
        """A direct quotation behind a clause without a verb of speech (তাঁর কথা পরিষ্কার, ‘…’)."""
        speaker = self._subject(begin, found.start()) or (
            self._last_person
            if any(w in _PRONOUNS for _, _, w in self._document.words_between(begin, found.start()))
            else None
        )
        quote = self._made(sentence, speaker, found.start("mark"), None)
        return quote if quote is not None and len(quote.words.split()) >= _LEAST_DIRECT else None

    def _view(self, sentence: Sentence, found: re.Match[str], begin: int) -> Quote | None:
        """…র মতে, what is said."""
        words = self._document.words_between(begin, found.start())
        if not words or not (
            words[-1][2] in _PRONOUNS or any(c is Case.GENITIVE for _, c in stems(words[-1][2]))
        ):
            return None
        speaker = self._speaker(begin, found.start(), Case.GENITIVE)
        return self._made(sentence, speaker, found.end(), found.group("view"))

    def _made(
        self, sentence: Sentence, speaker: _Speaker | None, start: int, verb: str | None
    ) -> Quote | None:
        """The quotation that begins behind a verb."""
        text = self._document.text
        while start < len(text) and text[start] == " ":
            start += 1
        mark = text[start : start + 1]
        if mark in _CLOSE:
            start += 1
            end = self._closing(start, _CLOSE[mark])
        else:
            end = sentence.end
        self._covered = max(self._covered, end)
        words = text[start:end].strip(" ।,’”\"'")
        if speaker is None or len(words.split()) < _LEAST_WORDS:
            return None
        self._remember(speaker)
        return Quote(
            speaker=speaker.name,
            speaker_id=speaker.entity_id,
            words=words,
            is_direct=mark in _CLOSE,
            verb=verb,
            evidence=sentence.text,
            position=start,
        )

    def _remember(self, speaker: _Speaker) -> None:
        self._last = speaker
        if speaker.is_person:
            self._last_person = speaker

    def _closing(self, start: int, mark: str) -> int:
        """Where a direct quotation ends: at its mark, or with its paragraph."""
        text = self._document.text
        paragraph = text.find("\n", start)
        limit = min(start + _LONGEST_QUOTE, paragraph if paragraph >= 0 else len(text))
        end = text.find(mark, start, limit)
        while end >= 0 and re.match(f"[{BANGLA_CHARACTERS}]", text[end + 1 : end + 2]):
            end = text.find(mark, end + 1, limit)
        return end if end >= 0 else limit

    def _before_speaker(self, sentence: Sentence) -> Quote | None:
        """‘What is said’, বলেন X; without a verb the words of who spoke last."""
        text = self._document.text
        mark = text[sentence.start]
        end = self._closing(sentence.start + 1, _CLOSE[mark])
        found = _AFTER_QUOTE.match(text, end)
        words = text[sentence.start + 1 : end].strip(" ।,")
        self._covered = max(self._covered, end)
        if found is None:
            speaker, verb, least = self._last_person, None, _LEAST_DIRECT
        else:
            speaker = self._speaker(found.start("after"), found.end("after"), is_behind=True)
            speaker = speaker or self._speaker(found.start("before"), found.end("before"))
            verb, least = found.group("verb"), _LEAST_WORDS
        if speaker is None or len(words.split()) < least:
            return None
        self._remember(speaker)
        return Quote(
            speaker.name,
            speaker.entity_id,
            words,
            True,
            verb,
            sentence.text,
            sentence.start + 1,
        )

    def _backward(self, sentence: Sentence, found: re.Match[str], begin: int) -> Quote | None:
        """What is said বলে জানান X; the subject may also open the sentence."""
        start = begin
        speaker = self._speaker(found.start("after"), found.end("after"), is_behind=True)
        speaker = speaker or self._speaker(found.start("between"), found.end("between"))
        if speaker is None:
            opening = self._opening_subject(begin, found.start())
            if opening is None:
                return None
            speaker, start = opening
        words = self._document.text[start : found.start()].strip(" ,‘’“”")
        if len(words.split()) < _LEAST_WORDS:
            return None
        self._covered = max(self._covered, sentence.end)
        self._remember(speaker)
        return Quote(
            speaker.name,
            speaker.entity_id,
            words,
            False,
            found.group("verb"),
            sentence.text,
            start,
        )

    def _opening_subject(self, begin: int, end: int) -> tuple[_Speaker, int] | None:
        """The person or pronoun in the plain case near the beginning of a sentence."""
        for person, speaker in self._people:
            if begin <= person.start < min(begin + 60, end) and person.case is Case.PLAIN:
                return speaker, person.end
        for _, word_end, word in self._document.words_between(begin, min(begin + 60, end)):
            if word in _PRONOUNS:
                meant = self._meant(word, begin)
                return (meant, word_end) if meant is not None else None
        return None

    def _subject(self, begin: int, end: int) -> _Speaker | None:
        """The first person of a stretch in the plain case, by the full name or a word of it."""
        for person, speaker in self._people:
            if begin <= person.start < end and person.case is Case.PLAIN:
                return speaker
        words = (word for _, _, word in self._document.words_between(begin, end))
        return next((self._by_word[word] for word in words if word in self._by_word), None)

    def _meant(self, pronoun: str, position: int) -> _Speaker | None:
        """Whom a pronoun means: a person, or with তারা whoever spoke last."""
        if pronoun in _PLURAL:
            return self._last
        return self._last_person or self._person_before(position)

    def _speaker(
        self, begin: int, end: int, case: Case = Case.PLAIN, *, is_behind: bool = False
    ) -> _Speaker | None:
        """Who speaks in a stretch of text that a verb ends (or, ``is_behind``, begins)."""
        sentence_begin = begin
        begin = begin if is_behind else self._clause(begin, end)
        words = list(self._document.words_between(begin, end))
        for person, speaker in reversed(self._people):
            if begin <= person.start < end and person.case in (case, Case.PLAIN):
                return speaker
        pronoun = next((word for _, _, word in words if word in _PRONOUNS), None)
        if pronoun is not None and not any(word in _SOME for _, _, word in words):
            return self._meant(pronoun, begin)
        if not words:
            return None if is_behind else self._last or self._person_before(begin)
        phrase = self._noun_phrase(words, case)
        if not phrase:
            return self._subject(sentence_begin, end) or (None if is_behind else self._last)
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

    def _body(self, start: int, end: int, case: Case) -> _Speaker:
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
                return _Speaker(match.name, None)
        if case is Case.GENITIVE:
            stem = next((s for s, c in readings if c is Case.GENITIVE), words[-1])
            text = " ".join([*words[:-1], stem])
        for item in self._bodies:
            if item.match.start >= start and item.match.word_end == end:
                kind = "country" if item.entry.layer is Layer.COUNTRY else "organisation"
                return _Speaker(text, f"{kind}:{item.entry.key}")
        return _Speaker(text, None)

    def _holder(self, title: str) -> _Speaker | None:
        """Who bears a title, whatever stands before it (সেনাবাহিনীর প্রধান, সেনাপ্রধান)."""
        return self._holders.get(title) or next(
            (s for name, s in self._holders.items() if title.endswith(name)), None
        )

    def _person_before(self, position: int) -> _Speaker | None:
        """The first person in the plain case of the nearest sentence before a position."""
        nearest: dict[int, _Speaker] = {}
        for person, speaker in self._people:
            if person.start >= position:
                break
            if person.case is Case.PLAIN:
                nearest.setdefault(self._document.sentence_at(person.start).start, speaker)
        return nearest[max(nearest)] if nearest else None

    def _reporter(self, begin: int, end: int) -> _Speaker | None:
        """Who stands behind a report: its medium, else the body before it."""
        for match in self._sources:
            if begin <= match.start < end:
                self._last_source = _Speaker(match.name, None)
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
        if not words or words[-1][2] in _PRONOUNS:
            return self._last if words else self._last_source
        phrase = words[-_LONGEST_SPEAKER:]
        for index in range(len(phrase) - 2, -1, -1):
            if phrase[index][2] in _OPENINGS:
                phrase = phrase[index + 1 :]
                break
        return self._body(phrase[0][0], phrase[-1][1], Case.PLAIN if is_plain else Case.GENITIVE)


def find_quotes(
    document: Document,
    found: Sequence[Found],
    titles: Sequence[Match],
    persons: Sequence[Sequence[Person]],
    reference: Reference,
) -> tuple[Quote, ...]:
    """Find what the article says that somebody said.

    Args:
        document: the article.
        found: its mentions of countries, organisations, places and leaders.
        titles: its titles, offices and ranks.
        persons: its persons, each with all mentions.
        reference: the reference tables.

    Returns:
        The quotations by their places in the text; none without a speaker.
    """
    return tuple(_QuoteReader(document, found, titles, persons, reference).read())
