"""Title, byline, section, keywords and picture of an article, by the same trust as times."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin

from etl.bangla.text import normal_form
from etl.extract.metadata import Facts
from etl.extract.metadata_jsonld import Json, texts, types
from etl.outlets import Outlet

_SUFFIX = re.compile(r"\s+(?:[|\u2502•·»«–—-]|::|:)\s+|\s*\|\s*")
_NOT_LETTERS = re.compile(r"[\W_]+")
_SPACES = re.compile(r"\s+")
_HOME = frozenset(("হোম", "প্রচ্ছদ", "মূলপাতা", "home", "homepage", "start", "startseite", "inicio",
                   "accueil", "প্রথম পাতা"))  # fmt: skip


def clean(text: str | None) -> str | None:
    """One line in normal form, or None where nothing is left."""
    if not text:
        return None
    return _SPACES.sub(" ", normal_form(text)).strip() or None


def own_text(element: object) -> str | None:
    """The element's text on one line."""
    return clean("".join(element.itertext()))  # type: ignore[attr-defined]


def key(text: str | None) -> str:
    """Reduce a text to what two writings of it have in common: letters and digits, no case."""
    if not text:
        return ""
    return _NOT_LETTERS.sub("", text if text.isascii() else normal_form(text)).casefold()


def title(facts: Facts, outlet: Outlet | None, picked: str | None) -> str | None:
    """The headline: the profile's, the page's heading where a second source agrees, JSON-LD,
    OpenGraph, the only heading, the window title; without the outlet's name at its end.
    """
    names = site_names(facts, outlet)
    if picked:
        return picked
    headline = clean(next(texts(facts.node("headline")), None))
    graph = clean(facts.dom.first("og:title", "twitter:title", "dc.title"))
    window = clean(facts.dom.title)
    headings = [h for h in map(own_text, facts.dom.headings) if h and key(h) not in names]
    marked = [own_text(e) for e, _ in facts.dom.itemprops.get("headline", ())]
    others = [strip_name(o, names) for o in (headline, graph, window) if o]
    for heading in (*headings, *(m for m in marked if m)):
        if any(_same_title(heading, other) for other in others):
            return strip_name(heading, names)
    for candidate in (headline, graph):
        if candidate and key(candidate) not in names:
            return strip_name(candidate, names)
    if len(headings) == 1:
        return strip_name(headings[0], names)
    if window and key(window) not in names:
        return strip_name(window, names)
    return headings[0] if headings else None


def _same_title(one: str, other: str) -> bool:
    a, b = key(one), key(other)
    return bool(a) and (a == b or (len(a) > 15 and len(b) > 15 and (a in b or b in a)))


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
        return next((u for item in value if (u := _image(item))), None)
    if isinstance(value, dict):
        return _image(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value if isinstance(value, str) else None
