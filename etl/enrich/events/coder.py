"""Interactions between states that an article reports, in PLOVER's root categories.

A phrase of ``seeds/lexicon/event_phrases.csv`` says what happened; its frame says which parts of
the sentence the two actors play. The score of an event multiplies the phrase's weight by how
plainly the actors were found and how near the sentence is to the article's beginning; its
confidence is the share of right ones among labelled events of that score.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, log

from etl.bangla.inflection import Case
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import BANGLA_CHARACTERS, normal_form
from etl.enrich.document import Document, Match, Sentence, is_sport, longest_first
from etl.enrich.entities.mentions import Found
from etl.enrich.events.actors import Actor, ActorReader, Part
from etl.enrich.events.dates import resolve_day
from etl.enrich.gazetteer import EventPhrase, Layer, NameKind, Reference
from etl.enrich.persons.names import Person
from etl.schema.records import Event
from etl.schema.vocabulary import EventType, Modality

_WORDS = read_lexicon("events")
_FIRST: dict[str, tuple[Part, ...]] = {
    "with": (Part.SUBJECT, Part.BETWEEN, Part.OF),
    "visit": (Part.SUBJECT, Part.OF),
    "at": (Part.SUBJECT, Part.OF),
    "warn": (Part.SUBJECT, Part.OF),
    "to": (Part.SUBJECT, Part.FROM, Part.OF),
    "from": (Part.SUBJECT, Part.TO, Part.PLACE, Part.OF),
    "claim": (),
}
_SECOND: dict[str, tuple[Part, ...]] = {
    "with": (Part.WITH, Part.BETWEEN, Part.AT, Part.SUBJECT, Part.OF),
    "visit": (Part.PLACE, Part.WITH),
    "at": (Part.AT, Part.TO, Part.PLACE, Part.WITH, Part.FROM, Part.OF),
    "warn": (Part.AT, Part.TO),
    "to": (Part.AT, Part.TO, Part.WITH, Part.PLACE, Part.OF),
    "from": (Part.FROM, Part.AT, Part.OF),
    "claim": (Part.SUBJECT, Part.OF),
}
# Who is blamed for an act stands before it: লেবাননে ইসরায়েলের হামলার নিন্দা blames Israel.
_BLAMED = (Part.AT, Part.OF, Part.TO, Part.PLACE, Part.WITH, Part.FROM, Part.SUBJECT)
# Whose accusation or offer is refused: ইরানের অভিযোগ অস্বীকার করেছে ….
_REFUSED = (Part.AT, Part.OF, Part.TO, Part.WITH, Part.FROM, Part.PLACE)
# Acts that a government tells of itself in the passive (… জানিয়েছে, সেনা মোতায়েন করা হয়েছে).
_OWN_ACTS = frozenset(
    {EventType.MOBILIZE, EventType.SANCTION, EventType.AID, EventType.COERCE, EventType.CONCEDE}
)
_PASSIVE = re.compile(f" {normal_form('হয়')}")
# How plainly a part names the actor, by its rank in the frame's list.
_BY_RANK = (1.0, 0.97, 0.93, 0.88, 0.8, 0.75, 0.7)
_UNLISTED_PARTNER = 0.7  # two subjects of one sentence that no list joins
_CONTEXT = 0.7  # the actor stands in an earlier sentence, a pronoun here
_OWN_CLAIM = 0.8  # who tells of the act is who did it
_GUESSED = 0.6  # the actor stands in an earlier sentence, nothing here says so
_LEAD_SENTENCES = 4
_LATER = 0.9
_MUCH_LATER = 0.8
_MUCH_LATER_FROM = 12
_BACKGROUND = 0.5
_LEAST = 0.5  # score below which four of five events are wrong
# Score to confidence: the share of right events among labelled ones of that score, by a logistic
# curve over 196 articles. By cross-validation (five folds of articles) 49 events have 0.8 or
# more, and .90 of them are right. ``python -m evaluation.calibration`` fits it.
_SLOPE, _OFFSET = 7.39, -4.01
_MOST_EVENTS = 4  # an article's main events; background beyond them is mostly wrong


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(any_of(_WORDS[name]))


_NO_LETTER = f"(?![{BANGLA_CHARACTERS}])"
_BACKGROUND_WORDS = _pattern("background")
_PLANNED = re.compile(f"(?:{any_of(_WORDS['planned'])}){_NO_LETTER}")
# A verb that ends in the particle of negation (চালায়নি, করেননি), or a denial.
_DENIED = re.compile(
    f"{normal_form('অস্বীকার')}|(?:{any_of(read_lexicon('endings')['negated_verb'])}){_NO_LETTER}"
)
# A sentence about the report itself names the report's day, not the act's.
_CLAUSE_END = re.compile("[,;।]")
_REPORT = _pattern("report")
_CLAIMED = _pattern("claimed")
_BOTH = _pattern("both_sides")
_SELVES = re.compile(f"(?:{any_of(_WORDS['own_side'])}){_NO_LETTER}")
# What makes an attack a mere object: it is condemned, threatened or feared, not reported.
_AS_OBJECT = _pattern("as_object")
_ABOUT = _pattern("about")  # … নিয়ে হুঁশিয়ারি
_ALLEGED = _pattern("alleged")  # … দিচ্ছে বলে অভিযোগ রয়েছে: nobody says who
# What stands for an actor of an earlier sentence: a pronoun, or a passive that leaves it out.
_PRONOUN = _pattern("pronoun")
_OBJECT = _pattern("object_pronoun")
# A participle behind the phrase tells what someone is known for, not the news.
_PARTICIPLE = re.compile(
    f" ?(?:{normal_form('করা')}(?! {normal_form('হ')})|{normal_form('করার')} |{normal_form('করায়')})"
)
_EVENTS = frozenset({Layer.EVENT})
_ENVOY = _pattern("envoy")
_HOME = "BD"
_FOREIGN_OUTLETS = frozenset(_WORDS["foreign_outlet"])
# Acts that consist in saying: who speaks is who acts.
# Acts towards somebody: who it is may stand in an earlier sentence.
_NEEDS_OTHER = frozenset(
    {
        EventType.ACCUSE,
        EventType.ASSAULT,
        EventType.MOBILIZE,
        EventType.REJECT,
        EventType.REQUEST,
        EventType.THREATEN,
    }
)
_PLAIN_ACT = 0.75  # weight from which a phrase tells of an act by itself
_SAID = frozenset(
    {
        EventType.ACCUSE,
        EventType.AGREE,
        EventType.REJECT,
        EventType.REQUEST,
        EventType.SUPPORT,
        EventType.THREATEN,
    }
)


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
        self._phrases: dict[int, list[Match]] = {}
        phrases = [m for m in document.matches if m.is_in(_EVENTS)]
        for match in longest_first(phrases):
            start = document.sentence_at(match.start).start
            self._phrases.setdefault(start, []).append(match)
        self._recent: list[str] = []  # actors of earlier sentences, the last named first

    def candidates(self) -> list[_Candidate]:
        found: list[_Candidate] = []
        for number, sentence in enumerate(self._document.sentences):
            actors = self._reader.in_sentence(sentence)
            coded: dict[tuple[str, str], _Candidate] = {}
            for match in self._phrases.get(sentence.start, ()):
                phrase = self._reference.events[match.name]
                if self._is_object(match):
                    continue
                for candidate in self._coded(match, phrase, sentence, number, actors):
                    # What a sentence reports of a pair is its finite verb, not a noun before it.
                    pair = (candidate.event.actor1, candidate.event.actor2)
                    other = coded.get(pair)
                    if other is None or candidate.event.confidence >= other.event.confidence:
                        coded[pair] = candidate
            found.extend(coded.values())
            for actor in sorted(actors, key=lambda a: a.part is Part.SUBJECT):
                if actor.part is not Part.TOPIC:
                    self._recent = [actor.code, *(c for c in self._recent if c != actor.code)]
        return found

    def _is_object(self, match: Match) -> bool:
        """Whether an act is only what is condemned, feared or warned of (হামলার নিন্দা)."""
        behind = self._document.text[match.word_end : match.word_end + 30].lstrip()
        if _ALLEGED.match(behind) is not None:
            return True
        return (
            match.case in (Case.GENITIVE, Case.PLAIN, Case.LOCATIVE)
            and (_AS_OBJECT if match.case is Case.GENITIVE else _ABOUT).match(behind) is not None
        )

    def _coded(
        self,
        match: Match,
        phrase: EventPhrase,
        sentence: Sentence,
        number: int,
        actors: Sequence[Actor],
    ) -> list[_Candidate]:
        firsts, first_score = self._firsts(match, phrase, sentence, actors)
        coded: list[_Candidate] = []
        for first in firsts:
            seconds, second_score = self._seconds(phrase, first, sentence, actors)
            score = phrase.weight * first_score * second_score
            score *= self._place_score(match, sentence, number)
            for second in seconds:
                one, other = self._caller_first(phrase, first, second, actors)
                event = self._event(match, phrase, sentence, number, one, other, score)
                coded.append(_Candidate(event, match.start))
        return coded

    def _caller_first(
        self, phrase: EventPhrase, first: str, second: str, actors: Sequence[Actor]
    ) -> tuple[str, str]:
        """The actors of a meeting with the envoy first: who comes is actor 1."""
        if phrase.type is not EventType.CONSULT or phrase.frame != "with":
            return first, second
        envoys = {
            actor.code
            for actor in actors
            if _ENVOY.search(self._document.text, actor.start, actor.end)
        }
        return (second, first) if second in envoys and first not in envoys else (first, second)

    def _listed(self, chosen: Actor, actors: Sequence[Actor]) -> list[Actor]:
        """An actor and those that one list joins to it."""
        group, others = [chosen], [actor for actor in actors if actor.part is chosen.part]
        for actor in sorted(others, key=lambda one: abs(one.start - chosen.start)):
            if actor.code not in {member.code for member in group} and any(
                self._reader.are_listed(actor, member) for member in group
            ):
                group.append(actor)
        return group

    def _firsts(
        self, match: Match, phrase: EventPhrase, sentence: Sentence, actors: Sequence[Actor]
    ) -> tuple[list[str], float]:
        """Who acts; several where a list acts together."""
        if phrase.frame == "claim":
            speaker = next((actor.code for actor in actors if actor.is_speaker), None)
            if speaker is not None:
                return [speaker], 1.0
            others = {actor.code for actor in actors}
            recent = next((code for code in self._recent if code not in others), None)
            return ([recent], _CONTEXT) if recent is not None else ([], 0.0)
        for rank, part in enumerate(_FIRST[phrase.frame]):
            having = [actor for actor in actors if actor.part is part]
            if part is Part.SUBJECT and phrase.type not in _SAID:
                speakers = [actor for actor in having if actor.is_speaker]
                having = [actor for actor in having if not actor.is_speaker]
                if (
                    len(speakers) == 1
                    and not having
                    and (
                        self._claims_it(match, sentence)
                        or (phrase.type in _OWN_ACTS and _PASSIVE.search(match.name))
                    )
                ):
                    return [speakers[0].code], _OWN_CLAIM
            if not having or (part is Part.OF and len(actors) == 1):
                continue
            behind = [actor for actor in having if actor.start >= match.end]
            before = [actor for actor in having if actor.start < match.end]
            if behind and part is Part.SUBJECT:
                chosen = behind[0]
            elif phrase.type is EventType.ACCUSE and before:
                chosen = before[0]  # … বলে অভিযোগ: who is blamed stands nearer
            else:
                chosen = (before or behind)[-1]
            if phrase.frame in ("with", "visit"):
                return [chosen.code], _BY_RANK[rank]
            return [actor.code for actor in self._listed(chosen, actors)], _BY_RANK[rank]
        if self._recent and (actors or _BOTH.search(sentence.text)):
            plain = _PRONOUN.search(sentence.text) is not None
            return [self._recent[0]], _CONTEXT if plain else _GUESSED
        return [], 0.0

    def _claims_it(self, match: Match, sentence: Sentence) -> bool:
        """Whether a speaker tells of an act of his own (… দাবি করেছে, … ভূপাতিত করেছে তারা)."""
        near = self._document.text[max(sentence.start, match.start - 40) : match.word_end + 20]
        return _SELVES.search(near) is not None

    def _seconds(
        self, phrase: EventPhrase, first: str, sentence: Sentence, actors: Sequence[Actor]
    ) -> tuple[list[str], float]:
        """Towards whom."""
        is_blame = phrase.type is EventType.ACCUSE and phrase.frame == "at"
        is_refusal = phrase.type is EventType.REJECT and phrase.frame == "at"
        parts = _BLAMED if is_blame else _REFUSED if is_refusal else _SECOND[phrase.frame]
        for rank, part in enumerate(parts):
            having = [actor for actor in actors if actor.part is part and actor.code != first]
            if not having:
                continue
            if part is Part.SUBJECT and is_blame:
                return [having[-1].code], _UNLISTED_PARTNER
            if part is Part.SUBJECT and phrase.frame != "claim":
                ours = [actor for actor in actors if actor.code == first and actor.part is part]
                listed = [h for h in having if any(self._reader.are_listed(h, o) for o in ours)]
                if listed:
                    return [listed[0].code], 1.0
                return [having[0].code], _UNLISTED_PARTNER
            return [
                actor.code for actor in self._listed(having[0], having) if actor.code != first
            ], _BY_RANK[rank]
        other = next((code for code in self._recent if code != first), None)
        if other is not None and phrase.frame != "visit" and _BOTH.search(sentence.text):
            return [other], _CONTEXT
        if other is not None and phrase.frame in ("at", "to"):
            if _OBJECT.search(sentence.text):
                return [other], _CONTEXT
            if phrase.type in _NEEDS_OTHER and phrase.weight >= _PLAIN_ACT:
                return [other], _GUESSED
        return [], 0.0

    def _place_score(self, match: Match, sentence: Sentence, number: int) -> float:
        score = 1.0
        if _PARTICIPLE.match(self._document.text[match.word_end : match.word_end + 12]):
            score = _BACKGROUND
        if number > _MUCH_LATER_FROM:
            score *= _MUCH_LATER
        elif number > _LEAD_SENTENCES:
            score *= _LATER
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
        kind = phrase.type
        modality = self._modality(match, kind, sentence)
        if kind in _SAID and modality is Modality.REPORTED:
            modality = Modality.DONE  # the saying itself is the act
        if kind is EventType.CONSULT and modality is Modality.PLANNED:
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

    def _modality(self, match: Match, kind: EventType, sentence: Sentence) -> Modality:
        text = self._document.text
        clause_end = _CLAUSE_END.search(text, match.word_end, sentence.end)
        clause = text[match.start : clause_end.start() if clause_end else sentence.end]
        behind = clause if kind is not EventType.REJECT else clause[match.word_end - match.start :]
        if _DENIED.search(behind):
            return Modality.DENIED
        if _PLANNED.search(text[match.start : sentence.end]):
            return Modality.PLANNED
        if _CLAIMED.search(sentence.text):
            return Modality.REPORTED
        return Modality.DONE

    def _day(self, sentence: Sentence, number: int) -> date | None:
        """The day named in the sentence; a headline or lead may leave it to the next two."""
        day = resolve_day(sentence.text, self._published)
        if day is None and number <= 1:
            for following in self._document.sentences[number + 1 : number + 3]:
                if _REPORT.search(following.text) is None:
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


def _joined(candidates: Sequence[_Candidate]) -> _Candidate:
    """The most confident report of one event, with the day and place that any report gives."""
    best = max(candidates, key=lambda candidate: candidate.event.confidence)
    reports = [best.event, *(candidate.event for candidate in candidates)]
    return replace(
        best,
        event=replace(
            best.event,
            date=next((event.date for event in reports if event.date), None),
            place=next((event.place for event in reports if event.place), None),
        ),
    )


def confidence_of(score: float) -> float:
    """The share of right events among labelled ones of a score.

    Args:
        score: from 0 to 1.
    """
    return round(1 / (1 + exp(-(_SLOPE * score + _OFFSET))), 3)


def score_of(confidence: float) -> float:
    """The score that a confidence was made of."""
    return (log(confidence / (1 - confidence)) - _OFFSET) / _SLOPE


def find_events(
    document: Document,
    found: Sequence[Found],
    titles: Sequence[Match],
    persons: Sequence[Sequence[Person]],
    reference: Reference,
    published: date | None,
    outlet_id: str | None,
) -> tuple[Event, ...]:
    """Find the article's main events.

    Args:
        document: the article.
        found: its mentions of countries, organisations, places and leaders.
        titles: its titles and offices.
        persons: its persons, each with all mentions.
        reference: the reference tables.
        published: the day of publication, by which days are resolved.
        outlet_id: in an outlet of Bangladesh an office without a country is Bangladesh's.

    Returns:
        At most four events, the most confident of each pair and category, in text order; none in
        an article about sport.
    """
    if is_sport(document):
        return ()
    home = None if outlet_id in _FOREIGN_OUTLETS else _HOME
    reader = ActorReader(document, found, titles, persons, home)
    coder = _Coder(document, found, reader, reference, published)
    reported: dict[tuple[frozenset[str], EventType], list[_Candidate]] = {}
    for candidate in coder.candidates():
        event = candidate.event
        if event.confidence >= _LEAST:
            key = (frozenset((event.actor1, event.actor2)), event.type)
            reported.setdefault(key, []).append(candidate)
    best = {key: _joined(candidates) for key, candidates in reported.items()}
    chosen = sorted(best.values(), key=lambda c: (-c.event.confidence, c.position))[:_MOST_EVENTS]
    return tuple(
        replace(c.event, confidence=confidence_of(c.event.confidence))
        for c in sorted(chosen, key=lambda c: c.position)
    )
