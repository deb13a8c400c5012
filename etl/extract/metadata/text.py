"""Title, byline, section, keywords and picture of an article, by the same trust as times."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urljoin

from lxml.etree import _Element

from etl.bangla.text import normal_form
from etl.extract.html.tree import whole_text
from etl.extract.metadata.facts import Facts
from etl.extract.metadata.jsonld import Json, texts, types
from etl.outlets.profiles import Outlet

_SUFFIX = re.compile(r"\s+(?:[|\u2502•·»«–—-]|::|:)\s+|\s*\|\s*")
_SEPARATORS = tuple("|-–—•·:»ㅣ")
_HOME = frozenset(("হোম", "প্রচ্ছদ", "মূলপাতা", "home", "homepage", "start", "startseite", "inicio",
                   "accueil", "প্রথম পাতা"))  # fmt: skip


def clean(text: str | None) -> str | None:
    """Return the text on one line in normal form, or None where nothing is left."""
    if not text:
        return None
    line = " ".join(text.split())
    if not (line.isascii() and line.isprintable()):
        line = normal_form(line)
    return line or None


def own_text(element: _Element) -> str | None:
    """The element's text on one line."""
    return clean(whole_text(element))


def key(text: str | None) -> str:
    """Reduce a text to what two writings of it have in common: letters and digits, no case."""
    if not text:
        return ""
    form = text if text.isascii() else normal_form(text)
    return "".join(filter(str.isalnum, form)).casefold()


def same_as(text: str) -> Callable[[str], bool]:
    """Return what tells of a line whether it says the same as a text."""
    wanted, length = key(text), len(text)
    # Normal forms differ from what is written by some joiners and dots, not by more.
    reach = 4 + length // 8
    return lambda line: abs(len(line) - length) <= reach and key(line) == wanted


def title(facts: Facts, outlet: Outlet | None, picked: str | None) -> str | None:
    """Return the headline, without the outlet's name at its end.

    The profile's; else JSON-LD, OpenGraph, the page's heading, the window's title. Heading and
    window are last because templates put site names, sections and kickers into them.
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
    return _whole(_bare(found[0], found), found)


def _bare(chosen: str, found: list[str]) -> str:
    """Drop what follows a separator where another source ends before it."""
    for other in found:
        rest = chosen[len(other) :].lstrip()
        if len(other) > 12 and chosen.startswith(other) and rest[:1] in _SEPARATORS and rest:
            return other
    return chosen


def _whole(chosen: str, found: list[str]) -> str:
    """Take the whole of a headline that a source cuts short."""
    cut = chosen.rstrip(". …")
    if len(cut) > 20 and len(cut) < len(chosen) and chosen.endswith(("...", "…")):
        return next((f for f in found if len(f) > len(chosen) and f.startswith(cut)), chosen)
    return chosen


def site_names(facts: Facts, outlet: Outlet | None) -> frozenset[str]:
    """The outlet's names as keys: of the profile, of og:site_name, of the publisher."""
    names: list[str | None] = [facts.dom.first("og:site_name", "application-name", "twitter:site")]
    names += texts(facts.node("publisher"))
    if outlet is not None:
        names += [outlet.name_bn, outlet.name_en, *outlet.hosts]
    return frozenset(k for n in names if n and (k := key(clean(n))))


def strip_name(text: str, names: frozenset[str]) -> str:
    """``Title | Outlet`` without the outlet, where the last part is a name of the outlet."""
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


def section(facts: Facts, crumbs: Iterable[str]) -> str | None:
    """The breadcrumb after the home page, or what the metadata names as the section."""
    trail = [c for c in crumbs if c and key(c) not in map(key, _HOME)]
    if not trail:
        trail = _linked_crumbs(facts)
    if not trail:
        named = facts.dom.first("article:section", "og:article:section", "parsely-section")
        first = clean(next(texts(facts.node("articleSection")), None)) or clean(named)
        trail = [first] if first else []
    headline = key(next(texts(facts.node("headline")), None) or facts.dom.first("og:title"))
    trail = [c for c in trail if key(c) != headline]
    return " > ".join(dict.fromkeys(trail)) or None


def _linked_crumbs(facts: Facts) -> list[str]:
    for node in facts.linked.nodes:
        items = node.get("itemListElement")
        if "BreadcrumbList" not in types(node) or not isinstance(items, list):
            continue
        names = []
        for item in items:
            if isinstance(item, dict):
                inner = item.get("item")
                name = next(texts(item.get("name")), None) or (
                    next(texts(inner), None) if isinstance(inner, dict) else None
                )
                if (name := clean(name)) and key(name) not in map(key, _HOME):
                    names.append(name)
        if names:
            return names
    return []


def keywords(facts: Facts, picked: Iterable[str]) -> tuple[str, ...]:
    """The tags: the profile's, else JSON-LD's, else the meta tags'; each once."""
    for source in (
        picked,
        _split(facts.node("keywords")),
        facts.dom.every("article:tag", "og:article:tag", "parsely-tags"),
        (k for value in facts.dom.every("news_keywords", "keywords") for k in _split(value)),
    ):
        found = {key(k): k for raw in source if (k := clean(raw)) and len(k) <= 80}
        found.pop("", None)
        if found:
            return tuple(found.values())
    return ()


def _split(value: Json) -> list[str]:
    return [part for text in texts(value) for part in re.split(r"[,;،]", text)]


def image_url(facts: Facts, picked: str | None) -> str | None:
    """The article's picture, absolute: og:image, JSON-LD, the profile's."""
    for candidate in (
        facts.dom.first("og:image", "og:image:url", "og:image:secure_url"),
        _image(facts.node("image")),
        _image(facts.node("thumbnailUrl")),
        facts.dom.first("twitter:image", "twitter:image:src"),
        picked,
    ):
        if candidate and (candidate := candidate.strip()) and not candidate.startswith("data:"):
            try:
                return urljoin(facts.url or facts.dom.base or "", candidate)
            except ValueError:
                continue
    return None


def _image(value: Json) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return next(texts(value), None)
