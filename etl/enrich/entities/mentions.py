"""Countries, organisations and places that an article names, with false friends kept out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from etl.bangla.inflection import Case, ending_case, stems
from etl.bangla.lexicon import read_lexicon
from etl.enrich.document import Document, Match
from etl.enrich.entities.places import PlaceReader
from etl.enrich.gazetteer import Layer, Named, NameKind, Reference
from etl.schema.records import Mention, PlaceFacts
from etl.schema.vocabulary import EntityKind

_WORDS = read_lexicon("entities")
_KINDS = {
    Layer.COUNTRY: EntityKind.COUNTRY,
    Layer.ORGANISATION: EntityKind.ORGANISATION,
    Layer.PLACE: EntityKind.PLACE,
}
_LAYERS = frozenset({*_KINDS, Layer.LEADER, Layer.SOURCE, Layer.NOTHING})
_CURRENCIES = frozenset(_WORDS["currency"])
_STREETS = frozenset(_WORDS["street"])


@dataclass(frozen=True, slots=True)
class Found:
    """One mention of one entity, or of a leader, at one place of the text."""

    match: Match
    entry: Named

    @property
    def actor(self) -> str | None:
        """The ISO code or ``INT`` that the entity acts for."""
        return self.entry.actor


def _next_word(document: Document, position: int) -> str:
    following = document.words_between(position, position + 24)
    if following and document.text[position : following[0][0]].strip(" ") == "":
        return following[0][2]
    return ""


def _is_medium(document: Document, match: Match, reference: Reference) -> bool:
    """Whether a name is part of a medium's that no table knows (জাপান টাইমস, রেডিও তেহরান)."""
    if match.case is Case.PLAIN and _next_word(document, match.word_end) in reference.media_words:
        return True
    return (
        match.case in (Case.PLAIN, Case.GENITIVE)
        and _word_before(document, match) in reference.media_words_before
    )


def _is_street(document: Document, match: Match) -> bool:
    """Whether a street or a building bears the name (কানাডা রোডে)."""
    return match.case is Case.PLAIN and any(
        stem in _STREETS for stem, _ in stems(_next_word(document, match.word_end) or "-")
    )


def _word_before(document: Document, match: Match) -> str:
    before = document.words_between(max(0, match.start - 20), match.start)
    if before and document.text[before[-1][1] : match.start].strip(" .") == "":
        return before[-1][2]
    return ""


def _is_named_so(document: Document, match: Match, reference: Reference) -> bool:
    """Whether a word of a person's name stands next to it (মো. রিয়াদ, রিয়াদ হোসেন)."""
    neighbours = (_next_word(document, match.word_end), _word_before(document, match))
    return any(word in reference.name_words for word in neighbours)


def _is_named(document: Document, cue: str) -> bool:
    """Whether the text holds a cue, in any case."""
    if " " in cue or cue not in document.text:
        return cue in document.text
    return any(
        word.startswith(cue) and ending_case(cue, word[len(cue) :]) is not None
        for _, _, word in document.words
    )


def _resolve(document: Document, match: Match, entry: Named, reference: Reference) -> Named | None:
    """The country that a name means where it stands; None where it means none."""
    following = _next_word(document, match.word_end)
    if following in _CURRENCIES:
        return None
    if entry.kind in (NameKind.NAME.value, NameKind.CAPITAL.value) and (
        _is_medium(document, match, reference) or _is_street(document, match)
    ):
        return None
    if entry.kind == NameKind.CAPITAL.value and following in reference.club_words:
        return None
    if match.name in reference.name_words and _is_named_so(document, match, reference):
        return None
    return _meant(document, match, entry, reference)


def _meant(document: Document, match: Match, entry: Named, reference: Reference) -> Named | None:
    """What an ambiguous name means by the cues in the text; any other means its entry."""
    ambiguity = reference.ambiguities.get(match.name)
    if ambiguity is None:
        return entry
    if not any(_is_named(document, cue) for cue in ambiguity.cues) or any(
        _is_named(document, cue) for cue in ambiguity.unless
    ):
        return entry
    return ambiguity.becomes


def find_entities(document: Document, reference: Reference) -> tuple[Found, ...]:
    """Find every mention of a country, organisation, place or leader, longest names first.

    The name of a place that is none where it stands gives way to a shorter one (ফেনী সদর
    হাসপাতাল is in ফেনী); any other name that means nothing hides what lies inside it.
    """
    places = PlaceReader(document, reference)
    found: list[Found] = []
    covered = -1
    for match in document.matches:
        if match.start < covered or not match.is_in(_LAYERS):
            continue
        entry = match.entry(Layer.COUNTRY)
        if entry is not None:
            entry = _resolve(document, match, entry, reference)
        elif match.entry(Layer.NOTHING) is None or match.entry(Layer.PLACE) is not None:
            entry = match.entry(Layer.LEADER, Layer.ORGANISATION)
            if entry is not None:
                entry = _meant(document, match, entry, reference)
            elif match.entry(Layer.PLACE) is not None:
                entry = _place(document, match, places, reference)
                if entry is None:
                    continue
        if entry is not None:
            found.append(Found(match, entry))
        covered = match.word_end
    return tuple(found)


def _place(
    document: Document, match: Match, places: PlaceReader, reference: Reference
) -> Named | None:
    if match.name in reference.name_words and _is_named_so(document, match, reference):
        return None
    if _is_medium(document, match, reference):
        return None
    return places.resolve(match)


def _entries(item: Found) -> Iterator[Named]:
    """What one mention names: a capital is a place as well as the country it stands for."""
    yield item.entry
    if item.entry.kind == NameKind.CAPITAL.value and item.entry.layer is Layer.COUNTRY:
        for entry in item.match.entries:
            if entry.layer is Layer.PLACE:
                yield entry


def entity_mentions(
    document: Document, found: Sequence[Found], reference: Reference
) -> list[Mention]:
    """One mention a country, organisation or place, in the order of first appearance."""
    grouped: dict[str, tuple[Named, list[Match]]] = {}
    for item in found:
        for entry in _entries(item):
            kind = _KINDS.get(entry.layer)
            if kind is not None:
                entity_id = f"{kind.value}:{entry.key}"
                grouped.setdefault(entity_id, (entry, []))[1].append(item.match)
    mentions: list[Mention] = []
    for entity_id, (entry, matches) in grouped.items():
        place = reference.places.get(entry.key) if entry.layer is Layer.PLACE else None
        mentions.append(
            Mention(
                entity_id=entity_id,
                kind=_KINDS[entry.layer],
                name_bn=entry.name_bn,
                name_en=entry.name_en,
                iso_code=entry.key if entry.layer is Layer.COUNTRY else None,
                count=len(matches),
                first_position=matches[0].start,
                is_in_title=matches[0].start < document.title_end,
                evidence=document.text[matches[0].start : matches[0].word_end],
                place=PlaceFacts(
                    entry.kind, entry.actor, place.district_id, place.latitude, place.longitude
                )
                if place
                else None,
            )
        )
    return mentions
