"""Which place a name means where it stands; None where it means none.

Names of places are names of much else: of villages, rivers, persons, clubs and everyday words
(তালা, ভাঙা, বন্দর), and three upazilas are called কালীগঞ্জ. ``seeds/lexicon/places.csv`` gives every place
a guard that says what the text must show before the name counts (``Guard``).
"""

from bisect import bisect_right
from collections.abc import Sequence

from etl.bangla.inflection import Case, stems
from etl.bangla.lexicon import read_lexicon
from etl.enrich.document import Document, Match, is_sport
from etl.enrich.gazetteer import Guard, Layer, Named, Place, Reference

_WORDS = read_lexicon("entities")
_PLACES = frozenset({Layer.PLACE})
_ZILLA = frozenset({"division", "district"})
# What makes an upazila or a town of the name before it.
_CUES = frozenset(_WORDS["town"])
# What bears the name of a place without being it.
_OTHERS = frozenset(_WORDS["named_after_place"])
_FIRMS = frozenset(_WORDS["firm"])
# Leagues whose teams are called by their cities: there a city is a place in the locative only.
_LEAGUES = frozenset(_WORDS["league"])
# The district's hospital and court bear the name of the upazila they stand in.
_DISTRICTS_OWN = frozenset(_WORDS["district_office"])
_DISTRICT = "জেলা"
_NEAR = 24  # characters between a district's name and the upazila next to it


class PlaceReader:
    """Decides for the names of places of one document."""

    def __init__(self, document: Document, reference: Reference) -> None:
        self._document = document
        self._reference = reference
        self._districts: list[tuple[int, Match, str]] | None = None
        self._is_sport: bool | None = None
        self._is_league: bool | None = None

    def resolve(self, match: Match) -> Named | None:
        """The place that a name stands for."""
        following = self._following(match)
        if match.case is Case.PLAIN and following & (self._reference.club_words | _FIRMS):
            return None
        if match.case is not Case.LOCATIVE and self._league():
            return None
        candidates = [
            (entry, place)
            for entry in match.entries
            if entry.layer is Layer.PLACE
            and (place := self._reference.places[entry.key]).guard is not Guard.CAPITAL
        ]
        guarded = [pair for pair in candidates if pair[1].guard not in (Guard.NONE, Guard.CLUB)]
        adjacent = [pair for pair in guarded if pair[1].district_id in self._adjacent(match)]
        if adjacent and not (match.case is Case.PLAIN and following & _OTHERS):
            return adjacent[0][0]
        free = next((pair for pair in candidates if pair[1].guard is Guard.NONE), None)
        if free is not None:
            return free[0]
        return self._guarded(match, candidates, following)

    def _guarded(
        self, match: Match, candidates: Sequence[tuple[Named, Place]], following: frozenset[str]
    ) -> Named | None:
        if match.case is Case.PLAIN and following & _OTHERS:
            return None
        is_cued = bool(following & _CUES)
        named = [pair for pair in candidates if pair[1].district_id in self._named_districts()]
        for entry, place in named or candidates:
            if place.guard is Guard.CLUB:
                is_meant = is_cued or not self._sport()
            elif place.guard is Guard.SADAR:
                is_meant = not following & _DISTRICTS_OWN
            elif place.guard is Guard.CUE:
                is_meant = is_cued and (bool(named) or len(candidates) == 1)
            else:
                is_meant = bool(named) or (is_cued and len(candidates) == 1)
            if is_meant:
                return self._nearest(match, named) if len(named) > 1 else entry
        return None

    def _nearest(self, match: Match, named: Sequence[tuple[Named, Place]]) -> Named:
        """Of places of one name the one whose district was named last before."""
        districts = self._all_districts()
        before = bisect_right([start for start, _, _ in districts], match.start)
        for _, _, district_id in reversed(districts[:before]):
            for entry, place in named:
                if place.district_id == district_id:
                    return entry
        return named[0][0]

    def _sport(self) -> bool:
        if self._is_sport is None:
            self._is_sport = is_sport(self._document)
        return self._is_sport

    def _league(self) -> bool:
        if self._is_league is None:
            self._is_league = self._sport() and any(
                word in _LEAGUES for _, _, word in self._document.words
            )
        return self._is_league

    def _following(self, match: Match) -> frozenset[str]:
        """The word behind a name, with and without its case ending."""
        following = self._document.words_between(match.word_end, match.word_end + 20)
        text = self._document.text
        if not following or text[match.word_end : following[0][0]].strip(" -–") != "":
            return frozenset()
        return frozenset(stem for stem, _ in stems(following[0][2]))

    def _all_districts(self) -> list[tuple[int, Match, str]]:
        """The districts that the text names, in order."""
        if self._districts is None:
            self._districts = [
                (match.start, match, entry.key)
                for match in self._document.matches
                if match.is_in(_PLACES)
                for entry in match.entries
                if entry.layer is Layer.PLACE and entry.kind in _ZILLA
            ]
        return self._districts

    def _named_districts(self) -> frozenset[str]:
        return frozenset(district_id for _, _, district_id in self._all_districts())

    def _adjacent(self, match: Match) -> frozenset[str]:
        """Districts that the name stands next to: ফরিদপুরের ভাঙ্গায়, তালা (সাতক্ষীরা)."""
        text, found = self._document.text, set[str]()
        for _, district, district_id in self._all_districts():
            if 0 <= match.start - district.word_end <= _NEAR:
                between = text[district.word_end : match.start].split()
                is_of = district.case is Case.GENITIVE and not between
                if is_of or (len(between) == 1 and self._is_of_district(between[0])):
                    found.add(district_id)
            elif text[match.word_end : max(district.start, match.word_end)].strip(" ") == "(":
                found.add(district_id)
        return frozenset(found)

    def _is_of_district(self, word: str) -> bool:
        return any(stem == _DISTRICT and case is Case.GENITIVE for stem, case in stems(word))
