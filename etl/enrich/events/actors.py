"""Who acts in a sentence and in which part: states and international bodies by their phrases.

A state acts through a phrase that a country's name opens: ইরানের সশস্ত্র বাহিনীর প্রধান …
বাকেরির সঙ্গে is one phrase of the actor IR whose last case ending, with the word behind it, says
its part (here: the partner). A person once introduced that way stands for the state afterwards.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from etl.bangla.inflection import Case, stems
from etl.bangla.lexicon import any_of, read_lexicon
from etl.bangla.text import normal_form
from etl.enrich.document import Document, Match, Sentence
from etl.enrich.entities.mentions import Found
from etl.enrich.gazetteer import Layer, NameKind
from etl.enrich.persons.names import Person

_WORDS = read_lexicon("events")


class Part(Enum):
    """The part that an actor plays in its sentence."""

    SUBJECT = "subject"
    AT = "at"  # …কে, …র ওপর, …র বিরুদ্ধে, …র প্রতি
    TO = "to"  # …র কাছে, …র জন্য, …র পাশে
    WITH = "with"  # …র সঙ্গে
    FROM = "from"  # … থেকে
    BETWEEN = "between"  # …র মধ্যে
    PLACE = "place"  # …এ, … সফর
    OF = "of"  # …র, or an adjective
    TOPIC = "topic"  # ইউক্রেন যুদ্ধ, … প্রসঙ্গে: no actor at all


@dataclass(frozen=True, slots=True)
class Actor:
    """One phrase that stands for an actor."""

    start: int
    end: int
    code: str
    part: Part
    is_person: bool = False
    is_speaker: bool = False  # … জানান: acts in what is said only where saying is the act


_HEADS = frozenset(_WORDS["head"])
_BRIDGES = frozenset(_WORDS["bridge"])
_POSTPOSITIONS = {
    word: part
    for part in (Part.WITH, Part.AT, Part.TO, Part.FROM, Part.BETWEEN, Part.SUBJECT, Part.PLACE)
    for word in _WORDS[f"postposition_{part.value}"]
}
_HOME_OFFICES = frozenset(_WORDS["home_office"])
_OTHERS_OFFICE = frozenset(_WORDS["others_office"])  # দেশটির, সাবেক: of another state, or no more
_TOPICS = frozenset(_WORDS["topic"])
_SPEECH = frozenset(_WORDS["speech"])
_COORDINATED = re.compile(f"(?: ?,| {normal_form('ও')}| {normal_form('এবং')}|-|–) ?")
_GAP = re.compile(r" ?[ ‘’“”'\"(–-]? ?(?:\(?অব\.?\) )?")
_NEAR = normal_form("কাছ")  # … কাছ থেকে
_SIDES = frozenset(_WORDS["side"])  # … পক্ষ থেকে
_WEAPON = re.compile(f"(?:{any_of(_WORDS['weapon'])}) ?{normal_form('হামলা')}")
_PARTS = {
    Case.PLAIN: Part.SUBJECT,
    Case.GENITIVE: Part.OF,
    Case.OBJECTIVE: Part.AT,
    Case.LOCATIVE: Part.PLACE,
    Case.MODIFIER: Part.OF,
}
_CAPITAL = normal_form("রাজধানী")
_LONGEST_PHRASE = 12  # words


class ActorReader:
    """Reads the actors of one document; persons keep the state they were introduced with."""

    def __init__(
        self,
        document: Document,
        found: Sequence[Found],
        titles: Sequence[Match],
        persons: Sequence[Sequence[Person]],
        home: str | None,
    ) -> None:
        """Read a document.

        Args:
            document: the article.
            found: its mentions of countries, organisations, places and leaders.
            titles: its titles and offices.
            persons: its persons, each with all mentions.
            home: the state that an office without a country belongs to.
        """
        self._document = document
        self._found = found
        self._home = home
        self._titles = {match.start: match for match in titles}
        self._people = {person.start: person for group in persons for person in group}
        self._group_of = {
            person.start: index for index, group in enumerate(persons) for person in group
        }
        self._codes: dict[int, str] = {}
        for index, group in enumerate(persons):
            code = next((person.actor for person in group if person.actor), None)
            if code is not None:
                self._codes[index] = code
        self._actor_starts = {
            item.match.start for item in found if item.actor and item.entry.layer is not Layer.PLACE
        }
        self._by_sentence: dict[int, list[Actor]] = {}
        for actor in self._read():
            start = document.sentence_at(actor.start).start
            self._by_sentence.setdefault(start, []).append(actor)

    def _word_end(self, start: int, end: int) -> int:
        """The end of the word that a name ends in, its case ending included."""
        words = self._document.words_between(start, end)
        return max(words[-1][1], end) if words else end

    def _phrase(self, item: Found) -> tuple[int, Case, int | None, bool]:
        """Where the phrase of a country ends, its case, its person, and whether it has a head."""
        end, case = item.match.word_end, item.match.case
        has_head, head_word = False, ""
        is_open = case in (Case.GENITIVE, Case.MODIFIER) or (
            item.entry.kind == NameKind.ADJECTIVE.value
        )
        if not is_open:
            return end, case, None, True
        limit = self._document.sentence_at(item.match.start).end
        position, end_of_head = end, end
        head_case: Case = case if case is not Case.PLAIN else Case.MODIFIER
        for _ in range(_LONGEST_PHRASE):
            following = self._document.words_between(position, min(position + 24, limit))
            if not following:
                break
            start, word_end, word = following[0]
            if _GAP.fullmatch(self._document.text[position:start]) is None:
                break
            person = self._people.get(start)
            if person is not None:
                return (
                    self._word_end(person.start, person.end),
                    person.case,
                    self._group_of[start],
                    True,
                )
            if start in self._actor_starts:
                break
            title = self._titles.get(start)
            if title is not None:
                position = end_of_head = title.word_end
                head_case, has_head = title.case, True
            else:
                head = next(((s, c) for s, c in stems(word) if s in _HEADS), None)
                if head is not None and _WEAPON.match(self._document.text, start):
                    break  # ইসরায়েলের বিমান হামলা: the state's attack, not its aircraft
                if head is not None:
                    position = end_of_head = word_end
                    head_case, has_head, head_word = head[1], True, head[0]
                elif word in _BRIDGES:
                    position = word_end
                    continue
                else:
                    break
            if head_case in (Case.OBJECTIVE, Case.LOCATIVE):
                break
        if not has_head and item.entry.kind == NameKind.ADJECTIVE.value:
            rest = self._document.words_between(end, limit)
            if len(rest) == 1:
                return rest[0][1], Case.PLAIN, None, True  # … করেছে মার্কিন (noun).
        if head_word == _CAPITAL and head_case is Case.PLAIN:
            return end, Case.GENITIVE, None, True  # পাকিস্তানের রাজধানী ইসলামাবাদে
        return end_of_head, head_case, None, has_head

    def _speaks(self, end: int, sentence: Sentence) -> bool:
        """Whether the phrase is followed by a verb of speech, or closes a headline (…: ল্যাভরভ)."""
        following = self._document.words_between(end, min(end + 20, sentence.end))
        if following:
            return following[0][2] in _SPEECH
        start = max(sentence.start, end - 60)
        return sentence.is_title and ":" in self._document.text[start:end]

    def _part(self, start: int, end: int, case: Case, sentence: Sentence) -> Part:
        """The part that a case ending and the word behind the phrase give."""
        following = self._document.words_between(end, end + 20)
        text = self._document.text
        if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
            return Part.TOPIC  # an abbreviation of what stands before it
        if following and text[end : following[0][0]].strip(" ’‘'-") == "":
            word = following[0][2]
            if word == _NEAR:
                return Part.FROM
            if word in _SIDES:
                return Part.SUBJECT
            if word in _TOPICS and case in (Case.PLAIN, Case.MODIFIER):
                return Part.TOPIC
            part = _POSTPOSITIONS.get(word)
            if part is not None and (
                case is Case.GENITIVE or part in (Part.FROM, Part.PLACE) or case is Case.PLAIN
            ):
                return part
        if case is Case.GENITIVE and text[end : sentence.end].strip(" ।’”\"'") == "":
            return Part.SUBJECT  # a headline's last word: … হুমকি ট্রাম্পের
        return _PARTS[case]

    def _read(self) -> tuple[Actor, ...]:
        actors: list[Actor] = []
        covered = -1
        for item in self._found:
            if item.match.start < covered or item.actor is None:
                continue
            if item.entry.layer is Layer.PLACE:
                actors.extend(self._city(item))
                continue
            is_person = item.entry.layer is Layer.LEADER
            if is_person:
                end, case, group = item.match.word_end, item.match.case, None
            else:
                end, case, group, _ = self._phrase(item)
            if group is not None:
                self._codes.setdefault(group, item.actor)
                is_person = True
            sentence = self._document.sentence_at(item.match.start)
            part = self._part(item.match.start, end, case, sentence)
            speaks = part is Part.SUBJECT and self._speaks(end, sentence)
            actors.append(Actor(item.match.start, end, item.actor, part, is_person, speaks))
            covered = end
        actors.extend(self._later_mentions(actors))
        actors.extend(self._home_offices(actors))
        actors.sort(key=lambda actor: actor.start)
        return tuple(self._coordinated(actors))

    def _city(self, item: Found) -> Iterator[Actor]:
        """A city abroad stands for its state as the place of an act."""
        match = item.match
        if match.case is Case.LOCATIVE and item.actor and item.actor != self._home:
            yield Actor(match.start, match.word_end, item.actor, Part.PLACE)

    def _home_offices(self, actors: Sequence[Actor]) -> Iterator[Actor]:
        """Offices without a country: of the state that had them last, else of the outlet's own."""
        if self._home is None or not any(item.actor == self._home for item in self._found):
            return
        spans = sorted((actor.start, actor.end, actor.code) for actor in actors)
        holders: dict[str, str] = {}
        for title in sorted(self._titles.values(), key=lambda match: match.start):
            entry = title.entry(Layer.TITLE)
            if entry is None or entry.name_bn not in _HOME_OFFICES:
                continue
            around = next((code for a, b, code in spans if a <= title.start < b), None)
            if around is not None:
                holders[title.name] = around
                continue
            before = self._document.words_between(max(0, title.start - 16), title.start)
            if before and before[-1][2] in _OTHERS_OFFICE:
                continue
            code = holders.get(title.name, self._home)
            end = title.word_end
            person = self._people.get(end + 1)
            if person is not None:
                end, case = self._word_end(person.start, person.end), person.case
                if any(a <= person.start < b for a, b, _ in spans):
                    continue
            else:
                case = title.case
            sentence = self._document.sentence_at(title.start)
            part = self._part(title.start, end, case, sentence)
            speaks = part is Part.SUBJECT and self._speaks(end, sentence)
            yield Actor(title.start, end, code, part, True, speaks)

    def _later_mentions(self, actors: Sequence[Actor]) -> list[Actor]:
        """Persons that were introduced with their state, named again without it."""
        spans = [(actor.start, actor.end) for actor in actors]
        later: list[Actor] = []
        for start, person in self._people.items():
            code = self._codes.get(self._group_of[start])
            if code is None or any(first <= start < end for first, end in spans):
                continue
            end = self._word_end(person.start, person.end)
            sentence = self._document.sentence_at(start)
            part = self._part(start, end, person.case, sentence)
            speaks = part is Part.SUBJECT and self._speaks(end, sentence)
            later.append(Actor(start, end, code, part, True, speaks))
        return later

    def _coordinated(self, actors: list[Actor]) -> list[Actor]:
        """Actors of a list share the part of its last one (ক, খ ও গ-র সঙ্গে)."""
        for index in range(len(actors) - 2, -1, -1):
            one, following = actors[index], actors[index + 1]
            between = self._document.text[one.end : following.start]
            if one.part in (Part.SUBJECT, Part.OF) and _COORDINATED.fullmatch(between):
                if following.part is Part.PLACE and following.is_person:
                    continue
                actors[index] = replace(one, part=following.part)
        return actors

    def are_listed(self, one: Actor, other: Actor) -> bool:
        """Whether two actors stand side by side in one list."""
        first, second = sorted((one, other), key=lambda actor: actor.start)
        between = self._document.text[first.end : second.start]
        return _COORDINATED.fullmatch(between) is not None

    def in_sentence(self, sentence: Sentence) -> list[Actor]:
        """The actors of one sentence, in order."""
        return self._by_sentence.get(sentence.start, [])
