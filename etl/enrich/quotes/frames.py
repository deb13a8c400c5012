"""Who said what: quotations, direct and reported, with their speakers.

Four frames are read, all with words of ``seeds/lexicon/quotes.csv``: a verb of speech before what
is said (… বলেন, ‘…’), বলে between what is said and the verb (… বলে জানান …), a passive whose
report or office speaks (… প্রতিবেদনে বলা হয়, …) and a view (…র মতে, …). A direct quotation ends
with its closing mark, a reported one with its sentence.
"""

import re
from collections.abc import Iterator, Sequence

from etl.bangla.inflection import Case, stems
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import BANGLA_CHARACTERS, has_bangla_letter, normal_form
from etl.enrich.document import Document, Match, Sentence
from etl.enrich.entities.mentions import Found
from etl.enrich.gazetteer import Reference
from etl.enrich.persons.names import Person
from etl.enrich.quotes.speakers import PRONOUNS, Speaker, SpeakerReader
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
# The first words of all frames: a sentence without one and without a mark holds no quotation.
_CUES = frozenset(
    text.split()[0]
    for name in ("say", "say_after", "passive", "view")
    for text in (*_WORDS[name], normal_form("বলে"), normal_form("বলেও"))
)
_LEAST_WORDS = 3
_LEAST_DIRECT = 6  # words of a direct quotation without a verb of speech
_LONGEST_QUOTE = 2_000  # characters


class _QuoteReader(SpeakerReader):
    """Reads the quotations of one document, in order."""

    _covered = 0  # what earlier quotations hold

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
        speaker: Speaker | None
        if found.group("say"):
            speaker = self.quoted(begin, found.start()) or self.speaker(begin, found.start())
        else:
            speaker = self.reporter(begin, found.start())
        if speaker is not None and self.is_medium(begin, found.start()):
            inner = _FORWARD.search(self._document.text, found.end(), sentence.end)
            if inner is not None and inner.group("say"):  # the medium says that somebody says
                said = self.speaker(found.end(), inner.start())
                if said is not None:
                    return self._made(sentence, said, inner.end(), inner.group("say"))
        return self._made(
            sentence, speaker, found.end(), found.group("say") or found.group("passive")
        )

    def _direct(self, sentence: Sentence, found: re.Match[str], begin: int) -> Quote | None:
        """A direct quotation behind a clause without a verb of speech (তাঁর কথা পরিষ্কার, ‘…’)."""
        speaker = self.subject(begin, found.start()) or (
            self._last_person
            if any(w in PRONOUNS for _, _, w in self._document.words_between(begin, found.start()))
            else None
        )
        quote = self._made(sentence, speaker, found.start("mark"), None)
        return quote if quote is not None and len(quote.words.split()) >= _LEAST_DIRECT else None

    def _view(self, sentence: Sentence, found: re.Match[str], begin: int) -> Quote | None:
        """…র মতে, what is said."""
        words = self._document.words_between(begin, found.start())
        if not words or not (
            words[-1][2] in PRONOUNS or any(c is Case.GENITIVE for _, c in stems(words[-1][2]))
        ):
            return None
        speaker = self.speaker(begin, found.start(), Case.GENITIVE)
        return self._made(sentence, speaker, found.end(), found.group("view"))

    def _made(
        self, sentence: Sentence, speaker: Speaker | None, start: int, verb: str | None
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
        self.remember(speaker)
        return Quote(
            speaker=speaker.name,
            speaker_id=speaker.entity_id,
            words=words,
            is_direct=mark in _CLOSE,
            verb=verb,
            evidence=sentence.text,
            position=start,
        )

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
            speaker = self.speaker(found.start("after"), found.end("after"), is_behind=True)
            speaker = speaker or self.speaker(found.start("before"), found.end("before"))
            verb, least = found.group("verb"), _LEAST_WORDS
        if speaker is None or len(words.split()) < least:
            return None
        self.remember(speaker)
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
        speaker = self.speaker(found.start("after"), found.end("after"), is_behind=True)
        speaker = speaker or self.speaker(found.start("between"), found.end("between"))
        if speaker is None:
            opening = self.opening_subject(begin, found.start())
            if opening is None:
                return None
            speaker, start = opening
        words = self._document.text[start : found.start()].strip(" ,‘’“”")
        if len(words.split()) < _LEAST_WORDS:
            return None
        self._covered = max(self._covered, sentence.end)
        self.remember(speaker)
        return Quote(
            speaker.name,
            speaker.entity_id,
            words,
            False,
            found.group("verb"),
            sentence.text,
            start,
        )


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
    if not has_bangla_letter(document.text):  # the verbs of speech are Bangla
        return ()
    return tuple(_QuoteReader(document, found, titles, persons, reference).read())
