"""The headline, and the outlet's names that templates put next to it."""

import re

from etl.extract.metadata.facts import Facts
from etl.extract.metadata.jsonld import texts
from etl.extract.shared.text import clean, key, own_text
from etl.outlets.profiles import Outlet

_SUFFIX = re.compile(r"\s+(?:[|\u2502•·»«–—-]|::|:)\s+|\s*\|\s*")
_SEPARATORS = tuple("|-–—•·:»ㅣ")


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
    marked = [own_text(e) for e, _ in facts.dom.itemprops.get("headline", ())]
    headings = [own_text(h) for h in facts.dom.headings]
    raw = (
        clean(next(texts(facts.node("headline")), None)),
        clean(facts.dom.first("og:title")),
        *marked,
        *(headings if len(headings) == 1 else headings[:1]),
        clean(facts.dom.first("twitter:title", "dc.title")),
        clean(facts.dom.title),
    )
    found = [t for r in raw if r and key(t := strip_name(r, names)) not in (*names, "")]
    if not found:
        return None
    return _uncut(_bare(found[0], found), found)


def _bare(chosen: str, found: list[str]) -> str:
    """Drop what follows a separator where another source ends before it."""
    for other in found:
        rest = chosen[len(other) :].lstrip()
        if len(other) > 12 and chosen.startswith(other) and rest[:1] in _SEPARATORS and rest:
            return other
    return chosen


def _uncut(chosen: str, found: list[str]) -> str:
    """Complete a headline that a source cuts short."""
    cut = chosen.rstrip(". …")
    if len(cut) > 20 and len(cut) < len(chosen) and chosen.endswith(("...", "…")):
        return next((f for f in found if len(f) > len(chosen) and f.startswith(cut)), chosen)
    return chosen


def site_names(facts: Facts, outlet: Outlet | None) -> frozenset[str]:
    """Collect the outlet's names as keys: of the profile, of og:site_name, of the publisher."""
    names: list[str | None] = [facts.dom.first("og:site_name", "application-name", "twitter:site")]
    names += texts(facts.node("publisher"))
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
