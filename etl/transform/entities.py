"""Countries, organisations and places that an article names, with false friends kept out."""

from collections.abc import Sequence
from dataclasses import dataclass

from etl.schema.records import Mention
from etl.schema.words import EntityKind
from etl.transform.coding_reference import Layer, Named, NameKind, Reference
from etl.transform.coding_text import Document, Match, longest_first
from etl.transform.coding_words import word_set
from etl.transform.inflection import ending_case

_KINDS = {
    Layer.COUNTRY: EntityKind.COUNTRY,
    Layer.ORGANISATION: EntityKind.ORGANISATION,
    Layer.PLACE: EntityKind.PLACE,
}
_LAYERS = frozenset({*_KINDS, Layer.LEADER, Layer.SOURCE, Layer.NOTHING})
_CURRENCIES = word_set(
    "ডলার রুপি রুপির ডলারের ডলারে ডলারকে ইয়েন ইউয়ান ইয়েনের ইউয়ানের রুবল রুবলের রিয়াল "
    "রিয়ালের দিনার দিরহাম দিনারের দিরহামের পাউন্ড পাউন্ডের রিঙ্গিত রিঙ্গিতের লিরা লিরার "
    "ফ্রাঁ ফ্রাঁর টাকা ওন ভাট রিয়েল"
)


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
    """Whether a country's name is part of a medium's that no table knows (জাপান টাইমস)."""
    return (
        match.word_end == match.end
        and _next_word(document, match.word_end) in reference.media_words
    )


def _is_named_so(document: Document, match: Match, reference: Reference) -> bool:
    """Whether a word of a person's name stands beside it (মো. রিয়াদ, রিয়াদ হোসেন)."""
    before = document.words_between(max(0, match.start - 20), match.start)
    neighbours = [_next_word(document, match.word_end)]
    if before and document.text[before[-1][1] : match.start].strip(" .") == "":
        neighbours.append(before[-1][2])
    return any(word in reference.name_words for word in neighbours)


def _is_named(document: Document, cue: str) -> bool:
    """Whether the text holds a cue, in any case."""
    if " " in cue:
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
    if entry.kind in (NameKind.NAME.value, NameKind.CAPITAL.value) and _is_medium(
        document, match, reference
    ):
        return None
    if match.name in reference.name_words and _is_named_so(document, match, reference):
        return None
    ambiguity = reference.ambiguities.get(match.name)
    if ambiguity is None:
        return entry
    if not any(_is_named(document, cue) for cue in ambiguity.cues):
        return entry
    return reference.countries[ambiguity.becomes] if ambiguity.becomes else None


def find_entities(document: Document, reference: Reference) -> tuple[Found, ...]:
    """Every mention of a country, organisation, place or leader, longest names first."""
    matches = [match for match in document.matches if match.is_in(_LAYERS)]
    found: list[Found] = []
    for match in longest_first(matches):
        entry = match.entry(Layer.COUNTRY)
        if entry is not None:
            entry = _resolve(document, match, entry, reference)
        elif match.entry(Layer.NOTHING) is None:
            entry = match.entry(Layer.LEADER, Layer.ORGANISATION, Layer.PLACE)
        if entry is not None:
            found.append(Found(match, entry))
    return tuple(found)


def entity_mentions(document: Document, found: Sequence[Found]) -> list[Mention]:
    """One mention a country, organisation or place, in the order of first appearance."""
    grouped: dict[str, list[Found]] = {}
    for item in found:
        kind = _KINDS.get(item.entry.layer)
        if kind is not None:
            grouped.setdefault(f"{kind.value}:{item.entry.key}", []).append(item)
    mentions: list[Mention] = []
    for entity_id, items in grouped.items():
        first = items[0]
        mentions.append(
            Mention(
                entity_id=entity_id,
                kind=_KINDS[first.entry.layer],
                name_bn=first.entry.name_bn,
                name_en=first.entry.name_en,
                iso_code=first.entry.key if first.entry.layer is Layer.COUNTRY else None,
                count=len(items),
                first_position=first.match.start,
                is_in_title=first.match.start < document.title_end,
                evidence=document.text[first.match.start : first.match.word_end],
            )
        )
    return mentions
