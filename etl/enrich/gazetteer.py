"""The reference tables of coding (``seeds/lexicon/*.csv``), read and checked once.

Every name is kept in the normal form. One automaton finds all names of all tables in one pass
over a text; what a name stands for depends on its table (``Layer``).
"""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import ahocorasick

from etl.bangla.lexicon import read_table
from etl.bangla.name_spelling import name_key
from etl.enrich.topic_words import TopicWords, load_topic_words
from etl.errors import UsageError
from etl.schema.vocabulary import EventType


class Layer(Enum):
    """What kind of thing a found name is."""

    COUNTRY = "country"
    ORGANISATION = "organisation"
    PLACE = "place"
    LEADER = "leader"
    SOURCE = "source"
    TITLE = "title"
    EVENT = "event"
    NOTHING = "nothing"  # a false friend: takes the place of whatever lies inside it


class NameKind(Enum):
    """What a name says of its country."""

    NAME = "name"
    ADJECTIVE = "adjective"
    CAPITAL = "capital"
    SEAT = "seat"


class Guard(Enum):
    """What the text must show before the name of a place counts as the place."""

    NONE = ""
    DISTRICT = "district"  # its district is named, or উপজেলা or থানা follows
    CUE = "cue"  # a word of another meaning too: its district stands next to it, or a cue follows
    SADAR = "sadar"  # not before হাসপাতাল, which is the district's
    CLUB = "club"  # a club bears the name: not in sport
    CAPITAL = "capital"  # counts where the country's capital does


@dataclass(frozen=True, slots=True)
class Place:
    """Where a place lies; ``district_id`` is the ``place_id`` of its district in Bangladesh."""

    guard: Guard
    district_id: str | None
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Named:
    """One entry of a table: who or what a name stands for."""

    layer: Layer
    key: str
    name_bn: str
    name_en: str | None = None
    kind: str = ""
    actor: str | None = None


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A name that means something else in a text with a cue, unless the text has a counter-cue."""

    cues: tuple[str, ...]
    unless: tuple[str, ...]
    becomes: Named | None


@dataclass(frozen=True, slots=True)
class EventPhrase:
    """A phrase that reports an interaction, and how it is read (see docs/analyst/coding.md)."""

    type: EventType
    frame: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reference:
    """All tables, ready for matching."""

    automaton: ahocorasick.Automaton
    countries: dict[str, Named]
    places: dict[str, Place]
    leader_keys: dict[str, str]
    ambiguities: dict[str, Ambiguity]
    name_words: dict[str, str]
    common_words: frozenset[str]
    media_words: frozenset[str]
    media_words_before: frozenset[str]
    club_words: frozenset[str]
    events: dict[str, EventPhrase]
    topics: TopicWords


def _split(cell: str) -> list[str]:
    return [name for part in cell.split("|") if (name := part.strip())]


class _Names:
    """Collects the names of all tables for the automaton."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Named]] = {}

    def add(self, names: list[str], entry: Named) -> None:
        for name in names:
            entries = self._entries.setdefault(name, [])
            if entry not in entries:
                entries.append(entry)

    def automaton(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        for name, entries in self._entries.items():
            layers = frozenset(entry.layer for entry in entries)
            automaton.add_word(name, (len(name), name, tuple(entries), layers))
        automaton.make_automaton()
        return automaton


def _read_countries(folder: Path, names: _Names) -> dict[str, Named]:
    columns = ("iso_code", "name_bn", "name_en", "names", "adjectives", "capitals", "seats")
    countries: dict[str, Named] = {}
    for line, (iso, name_bn, name_en, *cells) in read_table(folder / "countries.csv", columns):
        if len(iso) != 2 or not iso.isascii() or not iso.isupper():
            raise UsageError(
                f"{folder / 'countries.csv'}, line {line}: {iso!r} is no two-letter code."
            )
        entry = Named(Layer.COUNTRY, iso, name_bn, name_en, NameKind.NAME.value, iso)
        countries[iso] = entry
        names.add([name_bn, name_en], entry)
        for kind, cell in zip(NameKind, cells, strict=True):
            names.add(_split(cell), Named(Layer.COUNTRY, iso, name_bn, name_en, kind.value, iso))
    return countries


def _read_others(folder: Path, names: _Names) -> dict[str, Named]:
    columns: tuple[str, ...]
    organisations: dict[str, Named] = {}
    columns = ("organisation_id", "name_bn", "name_en", "actor", "aliases")
    for _, (key, name_bn, name_en, actor, aliases) in read_table(
        folder / "organisations.csv", columns
    ):
        entry = Named(Layer.ORGANISATION, key, name_bn, name_en or None, "", actor or None)
        organisations[key] = entry
        names.add([name_bn, *_split(aliases)], entry)
    columns = ("source_id", "name_bn", "name_en", "source_kind", "aliases")
    for _, (key, name_bn, name_en, kind, aliases) in read_table(folder / "sources.csv", columns):
        entry = Named(Layer.SOURCE, key, name_bn, name_en or None, kind)
        names.add([name_bn, *_split(aliases)], entry)
    columns = ("title", "kind", "office_id", "office_name_en")
    for _, (title, kind, office, name_en) in read_table(folder / "titles.csv", columns):
        names.add([title], Named(Layer.TITLE, office, title, name_en or None, kind))
    columns = ("phrase", "note")
    for _, (phrase, _note) in read_table(folder / "false_friends.csv", columns):
        names.add([phrase], Named(Layer.NOTHING, phrase, phrase))
    return organisations


def _read_leaders(folder: Path, names: _Names) -> dict[str, str]:
    """Leaders' own names by the keys of all spellings of two and more words."""
    keys: dict[str, str] = {}
    columns = ("actor", "name_bn", "aliases")
    for line, (actor, name_bn, aliases) in read_table(
        folder / "leaders.csv", columns, key=("name_bn",)
    ):
        spellings = [name_bn, *_split(aliases)]
        names.add(spellings, Named(Layer.LEADER, name_bn, name_bn, None, "", actor))
        for spelling in spellings:
            other = keys.setdefault(name_key(spelling), name_bn) if " " in spelling else name_bn
            if other != name_bn:
                raise UsageError(
                    f"{folder / 'leaders.csv'}, line {line}: {spelling!r} is {other!r} already."
                )
    return keys


_PLACE_COLUMNS = (
    "place_id", "name_bn", "name_en", "place_kind", "iso_code", "district_id", "latitude",
    "longitude", "guard", "aliases",
)  # fmt: skip


def _read_places(folder: Path, names: _Names) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for line, cells in read_table(folder / "places.csv", _PLACE_COLUMNS):
        key, name_bn, name_en, kind, iso, district, latitude, longitude, guard, aliases = cells
        try:
            place = Place(Guard(guard), district or None, float(latitude), float(longitude))
        except ValueError as error:
            raise UsageError(f"{folder / 'places.csv'}, line {line}: {error}.") from None
        places[key] = place
        entry = Named(Layer.PLACE, key, name_bn, name_en or None, kind, iso or None)
        names.add([name_bn, *_split(aliases)], entry)
    return places


def _event_phrase(kind: str, frame: str, weight: float, path: Path, line: int) -> EventPhrase:
    try:
        return EventPhrase(EventType(kind), frame, weight)
    except ValueError as error:
        raise UsageError(f"{path}, line {line}: {error}.") from None


def _read_verbs(path: Path) -> dict[str, list[tuple[str, float]]]:
    """The forms of each verb, with what each leaves of a phrase's weight."""
    verbs: dict[str, list[tuple[str, float]]] = {}
    columns = ("verb", "form", "factor")
    for line, (verb, form, factor) in read_table(path, columns, key=columns[:2]):
        verbs.setdefault(verb, []).append((form, _number(factor, path, line)))
    return verbs


def _number(cell: str, path: Path, line: int) -> float:
    try:
        return float(cell)
    except ValueError:
        raise UsageError(f"{path}, line {line}: {cell!r} is no number.") from None


def _read_events(folder: Path, names: _Names) -> dict[str, EventPhrase]:
    """All phrases: those written out, and the actions with each form of their verbs.

    A finite action is emphasised by ও on its noun (হুমকিও দিয়েছে); a phrase written out comes
    first.
    """
    phrases: dict[str, EventPhrase] = {}
    path = folder / "event_phrases.csv"
    columns: tuple[str, ...] = ("phrase", "event_type", "frame", "weight")
    for line, (phrase, kind, frame, weight) in read_table(path, columns):
        phrases[phrase] = _event_phrase(kind, frame, _number(weight, path, line), path, line)
    verbs = _read_verbs(folder / "event_verbs.csv")
    path, columns = folder / "event_actions.csv", ("phrase", "verbs", *columns[1:])
    for line, (noun, cell, kind, frame, weight) in read_table(path, columns):
        for verb in _split(cell):
            if verb not in verbs:
                raise UsageError(f"{path}, line {line}: event_verbs.csv has no verb {verb!r}.")
            for form, factor in verbs[verb]:
                whole = _number(weight, path, line)
                entry = _event_phrase(kind, frame, round(whole * factor, 3), path, line)
                phrases.setdefault(f"{noun} {form}", entry)
                if factor == 1.0:
                    phrases.setdefault(f"{noun}ও {form}", entry)
    for phrase in phrases:
        names.add([phrase], Named(Layer.EVENT, phrase, phrase))
    return phrases


def _read_words(path: Path) -> frozenset[str]:
    return frozenset(word for _, (word,) in read_table(path, ("word",)))


def load_reference(folder: Path) -> Reference:
    """Read the reference tables of a folder.

    Raises:
        UsageError: a table is missing or broken; names the file and the line.
    """
    names = _Names()
    countries = _read_countries(folder, names)
    organisations = _read_others(folder, names)
    places = _read_places(folder, names)
    leader_keys = _read_leaders(folder, names)
    events = _read_events(folder, names)
    ambiguities = {
        name: Ambiguity(
            tuple(_split(cues)),
            tuple(_split(unless)),
            countries.get(becomes) or organisations.get(becomes.removeprefix("organisation:")),
        )
        for _, (name, cues, unless, becomes, _note) in read_table(
            folder / "ambiguous_names.csv", ("name", "cues", "unless", "becomes", "note")
        )
    }
    columns = ("word", "position")
    media_words = list(read_table(folder / "media_words.csv", columns, key=columns))
    return Reference(
        automaton=names.automaton(),
        countries=countries,
        places=places,
        leader_keys=leader_keys,
        ambiguities=ambiguities,
        name_words={
            word: origin
            for _, (word, origin) in read_table(folder / "name_words.csv", ("word", "origin"))
        },
        common_words=_read_words(folder / "common_words.csv"),
        media_words=frozenset(word for _, (word, position) in media_words if position == "after"),
        media_words_before=frozenset(
            word for _, (word, position) in media_words if position == "before"
        ),
        club_words=_read_words(folder / "club_words.csv"),
        events=events,
        topics=load_topic_words(folder),
    )
