"""The headline, and the outlet's names that templates put next to it."""

import re
from html import unescape

from etl.addresses import host_of
from etl.extract.metadata.facts import Facts
from etl.extract.metadata.jsonld import is_scraps, texts
from etl.extract.shared.text import clean, key, own_text
from etl.outlets.profiles import Outlet

_SUFFIX = re.compile(r"\s+(?:[|\u2502•·»«–—-]|::|:)\s+|\s*[|ㅣ]\s*")
_SITE = re.compile(r"^(?:WebSite|Organization|NewsMediaOrganization)$")
_SEPARATORS = tuple("|-–—•·:»ㅣ")
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,8}\d?);")
_TAG = re.compile(r"</?(?:i|b|em|strong|br|span|u|sup|sub|font|p|wbr|q|cite)\b[^<>]*>", re.I)
_CUT_MARKS = ("...", "…", "…]", "...]")
_LEAST = 12  # characters of a headline; a shorter common part may be a section or a name
_LEAST_CUT = 20


def title(facts: Facts, outlet: Outlet | None, picked: str | None) -> str | None:
    """Return the headline, without the outlet's name at its end.

    It is the profile's, else JSON-LD's, OpenGraph's, the page's heading, the window's title.
    Heading and window are last because templates put site names, sections and kickers into them.

    Args:
        facts: what the page says about itself.
        outlet: the page's outlet, if it is known.
        picked: the headline that the profile's selectors found.
    """
    names = site_names(facts, outlet)
    if picked and key(picked) not in names:
        return picked
    names |= _logos(facts)

    def usable(text: str | None) -> str | None:
        stripped = strip_name(plain, names) if (plain := unmarked(text)) else None
        return stripped if stripped and key(stripped) not in (*names, "") else None

    heading = next((t for h in facts.dom.headings if (t := usable(own_text(h)))), None)
    graph = usable(facts.dom.first("og:title"))
    linked = usable(next(texts(facts.node("headline")), None))
    marked = [usable(own_text(e)) for e, _ in facts.dom.itemprops.get("headline", ())]
    window = usable(facts.dom.title)
    card = usable(facts.dom.first("twitter:title", "dc.title"))
    # JSON-LD that no parser takes may break off in the middle.
    first, last = (None, linked) if is_scraps(facts.article) else (linked, None)
    found = [t for t in (first, graph, *marked, heading, last, card, window) if t]
    if not found:
        return None
    chosen = found[0]
    if not any((heading, graph, linked, *marked)):
        chosen = _shown_part(facts, chosen)
    # What JSON-LD and OpenGraph both have at the end is the headline's.
    return _uncut(chosen if chosen == linked == graph else _bare(chosen, found), found)


def unmarked(text: str | None) -> str | None:
    """Undo entities that were escaped twice, and drop tags of letters that stand in attributes."""
    if text is None:
        return None
    for _ in range(2):
        if _ENTITY.search(text):
            text = unescape(text)
    return clean(_TAG.sub(" ", text) if "<" in text else text)


def _logos(facts: Facts) -> frozenset[str]:
    """The names that headings give the site: its logo, or one side of the window's title.

    The first heading is the site's name where it is what stands on one side of a separator there,
    and another heading is what stands on the other.
    """
    names = {key(logo) for logo in facts.dom.logos}
    window = clean(facts.dom.title) or ""
    name = key(own_text(facts.dom.headings[0])) if facts.dom.headings else ""
    for mark in _SUFFIX.finditer(window) if name else ():
        sides = key(window[: mark.start()]), key(window[mark.end() :])
        if name in sides:
            other = sides[1 - sides.index(name)]
            if any(key(own_text(heading)) == other for heading in facts.dom.lower_headings):
                names.add(name)
    return frozenset(names - {""})


def _shown_part(facts: Facts, window: str) -> str:
    """The part of the window's title that a heading of the page says too."""
    shown = {key(own_text(heading)) for heading in facts.dom.lower_headings}
    for mark in reversed(list(_SUFFIX.finditer(window))):
        for part in (window[: mark.start()], window[mark.end() :]):
            if key(part) in shown and len(part) > _LEAST:
                return part.strip()
    return window


def _bare(chosen: str, found: list[str]) -> str:
    """Drop what follows a separator where another source ends before it."""
    for other in found:
        rest = chosen[len(other) :].lstrip()
        if len(other) > _LEAST and chosen.startswith(other) and rest[:1] in _SEPARATORS and rest:
            return other
    return chosen


def _uncut(chosen: str, found: list[str]) -> str:
    """Complete a headline that a source cuts short: with an ellipsis, or in the middle of a word.

    One that ends with a word may be a shorter headline, unless two other sources go on after it.
    """
    cut = chosen.rstrip(". …[]")
    longer = [
        f for f in found if len(f) > len(cut) and f.startswith(cut) and not f.endswith(_CUT_MARKS)
    ]
    if len(cut) < _LEAST_CUT or not longer:
        return chosen
    if chosen.endswith(_CUT_MARKS):
        return longer[0]
    going_on = [f for f in longer if f[len(cut) :].lstrip()[:1].isalnum()]
    in_word = [f for f in going_on if f[len(cut)].isalnum() and cut[-1].isalnum()]
    if in_word:
        return in_word[0]
    return going_on[0] if len(going_on) > 1 and len(set(map(key, going_on))) == 1 else chosen


def site_names(facts: Facts, outlet: Outlet | None) -> frozenset[str]:
    """Collect the outlet's names as keys.

    Those of the profile, of og:site_name, of the publisher and the site in JSON-LD, and the name in
    the host.
    """
    names: list[str | None] = [facts.dom.first("og:site_name", "application-name", "twitter:site")]
    names += texts(facts.node("publisher"))
    for node in facts.linked.of_type(_SITE):
        names += texts(node.get("name"))
    names += host_of(facts.url).removeprefix("www.").split(".")[:1]
    if outlet is not None:
        names += [outlet.name_bn, outlet.name_en, *outlet.hosts]
    return frozenset(k for n in names if n and (k := key(clean(n))))


def strip_name(text: str, names: frozenset[str]) -> str:
    """Drop the outlet from ``Title | Outlet`` and ``Outlet | Title``.

    Args:
        text: a headline as a template writes it.
        names: the outlet's names as keys.
    """
    cut = text
    while True:
        marks = list(_SUFFIX.finditer(cut))
        if not marks:
            return cut
        last = marks[-1]
        tail = key(cut[last.end() :])
        if tail in names or any(len(n) > 4 and tail.startswith(n) and len(tail) < len(n) + 12
                                for n in names):  # fmt: skip
            cut = cut[: last.start()].rstrip()
            continue
        first = marks[0]
        if key(cut[: first.start()]) in names and cut[first.end() :].strip():
            return cut[first.end() :].strip()
        return cut
