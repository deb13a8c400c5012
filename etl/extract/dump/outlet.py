"""Which outlet's page a dump is, by the signs that profiles name."""

import re
from dataclasses import dataclass
from functools import lru_cache

from etl.bangla.dateline.parse import find_dateline
from etl.bangla.lexicon import read_lexicon
from etl.bangla.text import normal_form, to_latin_digits
from etl.extract.dump.lines import DATELINES, Line, Role
from etl.extract.shared import lexicon
from etl.extract.shared.patterns import line_pattern, one_of
from etl.outlets.profiles import Outlet, Outlets

# Points of a sign. One that names the outlet is enough; a layout must match completely.
_ENOUGH = 3
_NAMED, _HOST, _CREDIT, _LAYOUT, _SHAPE, _DESK, _CREDITED = 3, 3, 2, 3, 1, 1, 1
_TOP = 6
_DIGITS = re.compile(r"\d+")
_MONTH = re.compile(r"\d+ [^\s\d,|]+,? \d{4}")
_CREDITING = one_of("page_bylines", "crediting_verb")
_FOREIGN_DESK = read_lexicon("page_bylines")["foreign_desk"]
# Case endings that a name may carry (কালবেলার, সমকালকে).
_ENDINGS = "(?:র|এর|ের|য়ের|কে|ে|তে)?"


@dataclass(frozen=True, slots=True)
class Signs:
    """What a profile's outlet is known by, compiled."""

    outlet_id: str
    name: re.Pattern[str]
    host: re.Pattern[str]
    credited: re.Pattern[str] | None
    promos: tuple[re.Pattern[str], ...]
    desks: tuple[re.Pattern[str], ...]
    layouts: tuple[re.Pattern[str], ...]
    shapes: frozenset[str]
    own_name_is_common: bool


@lru_cache(maxsize=8)
def signs_of(outlets: Outlets) -> tuple[Signs, ...]:
    """Compile the signs of all profiles."""
    return tuple(_signs(outlet) for outlet in outlets.all)


@lru_cache(maxsize=8)
def _any_name(outlets: Outlets) -> re.Pattern[str]:
    """Whatever names any outlet: all lines times all profiles took a third of a page's time."""
    listed = [part for signs in signs_of(outlets) for part in (signs.name, signs.host)]
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern in listed), re.IGNORECASE)


def _signs(outlet: Outlet) -> Signs:
    text = outlet.text
    names = {normal_form(name) for name in (outlet.name_bn, outlet.name_en, *text.names) if name}
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    hosts = "|".join(re.escape(host) for host in (*outlet.hosts, *outlet.mirror_hosts))
    credited = rf"(?<![ঀ-৿]){re.escape(outlet.name_bn)}কে {_CREDITING}" if outlet.name_bn else ""
    return Signs(
        outlet.id,
        line_pattern(rf"(?<![ঀ-৿\w])(?:{listed}){_ENDINGS}(?![ঀ-৿\w])"),
        re.compile(rf"(?<![\w-])(?:{hosts})(?![\w-])", re.I),
        line_pattern(credited) if credited else None,
        tuple(line_pattern(promo) for promo in text.promos),
        tuple(line_pattern(desk) for desk in text.desks),
        tuple(re.compile(layout) for layout in text.layouts),
        frozenset(dateline_shape(example) for example in outlet.datelines),
        text.own_name_is_common,
    )


def dateline_shape(text: str) -> str:
    """Reduce a publish line to its form: numbers and months made equal, no spaces."""
    text = to_latin_digits(normal_form(text))
    return _DIGITS.sub("9", _MONTH.sub("9 M 9", text)).replace(" ", "")


def recognise(lines: list[Line], outlets: Outlets) -> str | None:
    """Recognise the outlet, or None where the signs are too few or point to two.

    Names in furniture (byline, promo line, footer, sign-off) decide. Only a page without any is
    known by its layout, and not where a desk that isn't among the profiles signs it.
    """
    all_signs = signs_of(outlets)
    any_name = _any_name(outlets)
    telling = [
        (number, line)
        for number, line in enumerate(lines)
        if line.role is Role.PROMO or any_name.search(line.text.replace("/", " "))
    ]
    named = {signs.outlet_id: _naming(telling, signs) for signs in all_signs}
    best = _best(named, _ENOUGH)
    if best is not None or any(points >= _ENOUGH for points in named.values()):
        return best
    if _has_foreign_desk(lines):
        return None
    layout = " ".join(line.role.value for line in lines if line.role not in _UNSEEN)
    points = {
        signs.outlet_id: named[signs.outlet_id] + _looks(lines, layout, signs)
        for signs in all_signs
    }
    return _best(points, _ENOUGH)


_UNSEEN = frozenset((Role.CLOSE, Role.NUMBER))


def _best(points: dict[str, int], enough: int) -> str | None:
    ranked = sorted(points.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < enough:
        return None
    if len(ranked) > 1 and ranked[1][1] == ranked[0][1]:
        return None
    return ranked[0][0]


def _naming(lines: list[tuple[int, Line]], signs: Signs) -> int:
    """Points of the signs that name the outlet, each counted once."""
    found: dict[str, int] = {}
    for number, line in lines:
        text = line.text
        match line.role:
            case Role.BYLINE:
                is_desk = lexicon.DESK_OF.fullmatch(text) or not signs.own_name_is_common
                if is_desk and signs.name.match(text):
                    found["byline"] = _NAMED
            case Role.PROMO | Role.FOOTER | Role.COMMENT | Role.SHARE:
                if signs.name.search(text) or any(promo.fullmatch(text) for promo in signs.promos):
                    found["furniture"] = _NAMED
            case Role.SIGNOFF:
                if signs.name.search(text.replace("/", " ")):
                    found["signoff"] = _NAMED
            case Role.CAPTION:
                credit = lexicon.CREDIT.fullmatch(text)
                if credit and signs.name.fullmatch(credit["credit"].strip(" ।")):
                    found["credit"] = _CREDIT
            case Role.TEXT | Role.SENTENCE | Role.OTHER_HEADING if number < _TOP:
                # The page's own name at its top, as the logo's text.
                if signs.name.fullmatch(text) and not signs.own_name_is_common:
                    found["logo"] = _NAMED
            case _:
                if signs.credited and signs.credited.search(text):
                    found["credited"] = _CREDITED
        if line.role not in (Role.BODY, Role.TITLE, Role.ITEM) and signs.host.search(text):
            found["host"] = _HOST
    return sum(found.values())


def _looks(lines: list[Line], layout: str, signs: Signs) -> int:
    """Points of the signs that don't name it: layout, form of the publish line, desks."""
    points = 0
    if any(pattern.fullmatch(layout) for pattern in signs.layouts):
        points += _LAYOUT
    found = (find_dateline(line.text) for line in lines if line.role in DATELINES)
    if any(dateline and dateline_shape(dateline.text) in signs.shapes for dateline in found):
        points += _SHAPE
    bylines = [line.text for line in lines if line.role is Role.BYLINE]
    if any(desk.fullmatch(byline) for byline in bylines for desk in signs.desks):
        points += _DESK
    return points


def _has_foreign_desk(lines: list[Line]) -> bool:
    """A desk called after an outlet (… ডেস্ক) that no profile knows."""
    for line in lines:
        if line.role is not Role.BYLINE:
            continue
        desk = lexicon.DESK_OF.fullmatch(line.text)
        if (
            desk
            and len(desk["who"].split()) <= 3
            and not lexicon.GENERIC_DESK.fullmatch(desk["who"])
        ):
            return line.text.endswith(_FOREIGN_DESK)
    return False
