"""Interactions between states that an article reports, in PLOVER's root categories.

A phrase of ``seeds/event_phrases.csv`` says what happened; its frame says which parts of the
sentence the two actors play. The confidence of an event multiplies the phrase's weight by how
plainly the actors were found and how near the sentence is to the article's beginning.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl.bangla.text import normal_form
from etl.schema.records import Event
from etl.schema.words import EventType, Modality
from etl.transform.coding_reference import EventPhrase, Layer, NameKind, Reference
from etl.transform.coding_text import Document, Match, Sentence, longest_first
from etl.transform.entities import Found
from etl.transform.events_actors import Actor, ActorReader, Part
from etl.transform.events_dates import resolve_day
from etl.transform.inflection import Case
from etl.transform.persons import Person

_FIRST: dict[str, tuple[Part, ...]] = {
    "with": (Part.SUBJECT, Part.BETWEEN, Part.OF),
    "visit": (Part.SUBJECT, Part.OF),
    "at": (Part.SUBJECT, Part.OF, Part.FROM),
    "to": (Part.SUBJECT, Part.FROM, Part.OF),
    "from": (Part.SUBJECT, Part.TO, Part.PLACE, Part.OF),
}
_SECOND: dict[str, tuple[Part, ...]] = {
    "with": (Part.WITH, Part.BETWEEN, Part.SUBJECT, Part.AT, Part.OF),
    "visit": (Part.PLACE, Part.WITH),
    "at": (Part.AT, Part.TO, Part.PLACE, Part.WITH, Part.OF),
    "to": (Part.AT, Part.TO, Part.PLACE, Part.WITH, Part.OF),
    "from": (Part.FROM, Part.AT, Part.OF),
}
# How plainly a part names the actor, by its rank in the frame's list.
_BY_RANK = (1.0, 0.95, 0.85, 0.8, 0.7)
_CONTEXT = 0.75  # the actor stands in an earlier sentence
_LEAD_SENTENCES = 4
_LATER = 0.85
_MUCH_LATER = 0.7
_MUCH_LATER_FROM = 12
_BACKGROUND = 0.65
_LEAST = 0.5  # measured on the development articles: below it more events are wrong than right
_MOST_EVENTS = 4  # an article's main events; background beyond them is mostly wrong


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile("|".join(normal_form(word.replace("_", " ")) for word in words.split()))


_BACKGROUND_WORDS = _pattern("উল্লেখ্য প্রসঙ্গত গত_বছর এর_আগে সালে সালের শতকে দশক অতীতে ইতিহাসে")
_PLANNED = _pattern(
    "করবে করবেন যাবেন যাবে দেবে দেবেন হবে হবেন প্রস্তুত আগামী পরিকল্পনা হতে_পারে চায় চান যাচ্ছেন আসছেন বসবেন"
)
_DENIED = _pattern("করেনি করেননি হয়নি দেয়নি দেননি যাননি অস্বীকার")
_CLAIMED = _pattern("দাবি অভিযোগ বলছে জানিয়েছে_বলে")
_SPORT = frozenset(
    normal_form(word)
    for word in (
        "ম্যাচ ম্যাচে ম্যাচের গোল গোলের উইকেট রান রানের বিশ্বকাপ বিশ্বকাপে বিশ্বকাপের ফুটবল ফুটবলার ক্রিকেট ক্রিকেটার লিগ লিগের "
        "টুর্নামেন্ট শিরোপা ইনিংস ব্যাটিং বোলিং ফাইনাল সেমিফাইনাল খেলোয়াড় স্কোয়াড"
    ).split()
)
_SPORT_WORDS = 6
_SOFT_TYPES = frozenset({EventType.CONSULT})


@dataclass(frozen=True, slots=True)
class _Candidate:
    event: Event
    position: int


class _Coder:
    """Codes one document, sentence by sentence."""

    def __init__(
        self,
        document: Document,
        found: Sequence[Found],
        reader: ActorReader,
        reference: Reference,
        published: date | None,
    ) -> None:
        self._document = document
        self._found = found
        self._reader = reader
        self._reference = reference
        self._published = published
        self._phrases = longest_first(
            [m for m in document.matches if m.entry(Layer.EVENT) is not None]
        )
        self._subject: Actor | None = None

    def candidates(self) -> list[_Candidate]:
        found: list[_Candidate] = []
        for number, sentence in enumerate(self._document.sentences):
            actors = self._reader.in_sentence(sentence)
            for match in self._phrases:
                if sentence.start <= match.start < sentence.end:
                    phrase = self._reference.events[match.name]
                    found.extend(self._coded(match, phrase, sentence, number, actors))
            subject = next((a for a in actors if a.part is Part.SUBJECT), None)
            if subject is not None:
                self._subject = subject
        return found

    def _coded(
        self,
        match: Match,
        phrase: EventPhrase,
        sentence: Sentence,
        number: int,
        actors: Sequence[Actor],
    ) -> list[_Candidate]:
        firsts, first_score = self._firsts(phrase, actors)
        coded: list[_Candidate] = []
        for first in firsts:
            second, second_score = self._second(phrase, first, actors)
            if second is None:
                continue
            score = phrase.weight * first_score * second_score * self._place_score(sentence, number)
            coded.append(
                _Candidate(
                    self._event(match, phrase, sentence, number, first.code, second, score),
                    match.start,
                )
            )
        return coded

    def _firsts(self, phrase: EventPhrase, actors: Sequence[Actor]) -> tuple[list[Actor], float]:
        """Who acts; several where a list of subjects acts together."""
        for rank, part in enumerate(_FIRST[phrase.frame]):
            having = [actor for actor in actors if actor.part is part]
            if part is Part.SUBJECT and having:
                codes = {actor.code: actor for actor in reversed(having)}
                return list(reversed(codes.values())), _BY_RANK[rank]
            if having and (part is not Part.OF or len(actors) > 1):
                return having[:1], _BY_RANK[rank]
        if self._subject is not None and actors:
            return [self._subject], _CONTEXT
        return [], 0.0

    def _second(
        self, phrase: EventPhrase, first: Actor, actors: Sequence[Actor]
    ) -> tuple[str | None, float]:
        for rank, part in enumerate(_SECOND[phrase.frame]):
            for actor in actors:
                if actor.part is part and actor.code != first.code:
                    return actor.code, _BY_RANK[rank]
        if phrase.frame in ("with", "at", "to") and self._subject is not None:
            if self._subject.code != first.code:
                return self._subject.code, _CONTEXT
        return None, 0.0

    def _place_score(self, sentence: Sentence, number: int) -> float:
        score = 1.0
        if number > _MUCH_LATER_FROM:
            score = _MUCH_LATER
        elif number > _LEAD_SENTENCES:
            score = _LATER
        if _BACKGROUND_WORDS.search(sentence.text):
            score *= _BACKGROUND
        return score

    def _event(
        self,
        match: Match,
        phrase: EventPhrase,
        sentence: Sentence,
        number: int,
        first: str,
        second: str,
        score: float,
    ) -> Event:
        modality = _modality(self._document.text[match.start : sentence.end], sentence.text)
        kind = phrase.type
        if kind in _SOFT_TYPES and modality is Modality.PLANNED:
            kind = EventType.AGREE  # a meeting to come is an agreement to meet
        return Event(
            actor1=first,
            actor2=second,
            type=kind,
            date=self._day(sentence, number),
            place=self._place(sentence, number),
            modality=modality,
            evidence=sentence.text,
            confidence=round(min(score, 1.0), 3),
        )

    def _day(self, sentence: Sentence, number: int) -> date | None:
        """The day named in the sentence; a headline or lead may leave it to the next two."""
        day = resolve_day(sentence.text, self._published)
        if day is None and number <= 1:
            for following in self._document.sentences[number + 1 : number + 3]:
                day = day or resolve_day(following.text, self._published)
        return day

    def _place(self, sentence: Sentence, number: int) -> str | None:
        sentences = [sentence]
        if number <= 1:
            sentences += self._document.sentences[number + 1 : number + 3]
        for one in sentences:
            for item in self._found:
                if (
                    one.start <= item.match.start < one.end
                    and item.match.case is Case.LOCATIVE
                    and (
                        item.entry.layer is Layer.PLACE or item.entry.kind == NameKind.CAPITAL.value
                    )
                ):
                    return item.match.name
        return None


def _modality(behind: str, sentence: str) -> Modality:
    if _DENIED.search(behind):
        return Modality.DENIED
    if _PLANNED.search(behind):
        return Modality.PLANNED
    if _CLAIMED.search(sentence):
        return Modality.REPORTED
    return Modality.DONE


def _is_sport(document: Document) -> bool:
    """Teams bear the names of states and attack each other: sport has no events."""
    return sum(word in _SPORT for _, _, word in document.words) >= _SPORT_WORDS


def find_events(
    document: Document,
    found: Sequence[Found],
    titles: Sequence[Match],
    persons: Sequence[Sequence[Person]],
    reference: Reference,
    published: date | None,
) -> tuple[Event, ...]:
    """The article's main events, the most confident of each pair and category, in text order."""
    if _is_sport(document):
        return ()
    reader = ActorReader(document, found, titles, persons)
    coder = _Coder(document, found, reader, reference, published)
    best: dict[tuple[frozenset[str], EventType], _Candidate] = {}
    for candidate in coder.candidates():
        event = candidate.event
        if event.confidence < _LEAST or event.modality is Modality.DENIED:
            continue
        key = (frozenset((event.actor1, event.actor2)), event.type)
        if key not in best or event.confidence > best[key].event.confidence:
            best[key] = candidate
    chosen = sorted(best.values(), key=lambda c: (-c.event.confidence, c.position))[:_MOST_EVENTS]
    return tuple(c.event for c in sorted(chosen, key=lambda c: c.position))
