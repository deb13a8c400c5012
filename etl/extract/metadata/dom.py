"""What the tree says about its article outside JSON-LD: meta, links, microdata, time tags.

Nothing here decides which source is right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from etl.extract.shared.patterns import one_of
from etl.markup.tree import having, own_attributes, text_of

_OUTERMOST = frozenset(["body", "html", "form"])
_NEAR = 4  # boxes from a heading to what it shares with its time
_UPDATED = re.compile(one_of("class_names", "time_updated"), re.I)
_ELSEWHERE = re.compile(one_of("class_names", "time_elsewhere"), re.I)


@dataclass(frozen=True, slots=True)
class DomFacts:
    """Raw values by key, in page order.

    Attributes:
        meta: contents of ``<meta>`` by property, name or itemprop in lower case.
        links: addresses of ``<link>`` by relation.
        itemprops: elements with microdata and their values, by property.
        times: ``<time>`` elements and their ``datetime``, without those of the masthead.
        headings: the ``<h1>`` elements.
        scopes: item types of microdata.
        title: the window's title.
        base: what relative addresses start from.
        language: the language that the page declares.
    """

    meta: Mapping[str, list[str]]
    links: Mapping[str, str]
    itemprops: Mapping[str, list[tuple[_Element, str]]]
    times: tuple[tuple[_Element, str], ...]
    headings: tuple[_Element, ...]
    scopes: tuple[str, ...]
    title: str | None
    base: str | None
    language: str | None

    def first(self, *keys: str) -> str | None:
        """Return the first value of the first key that has one."""
        for key in keys:
            if values := self.meta.get(key):
                return values[0]
        return None

    def every(self, *keys: str) -> list[str]:
        """Return all values of all keys."""
        return [value for key in keys for value in self.meta.get(key, ())]


def read(tree: _Element) -> DomFacts:
    """Collect the facts of a page's tree."""
    links, base = _links(tree)
    headings: list[_Element] = []
    times: list[tuple[_Element, str]] = []
    for element in tree.iter("h1", "time"):
        if element.tag == "h1":
            headings.append(element)
        else:
            times.append((element, str(element.get("datetime") or "").strip()))
    if headings:
        times = _without_masthead(times, headings[0])
    return DomFacts(
        meta=_meta(tree),
        links=links,
        itemprops=_itemprops(tree),
        times=tuple(times),
        headings=tuple(headings),
        scopes=tuple(str(e.get("itemtype")) for e in having(tree, "itemtype") if _is_shown(e)),
        title=_title(tree),
        base=base,
        language=tree.get("lang") or tree.get("xml:lang") or None,
    )


def _meta(tree: _Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        own = dict(own_attributes(element))
        content = own.get("content")
        if content and (content := content.strip()):
            for name in ("property", "name", "itemprop", "http-equiv"):
                if key := own.get(name):
                    found.setdefault(key.strip().lower(), []).append(content)
    return found


def _links(tree: _Element) -> tuple[dict[str, str], str | None]:
    """The ``<link>`` addresses by relation, and the ``<base>``."""
    found: dict[str, str] = {}
    base: str | None = None
    for element in tree.iter("link", "base"):
        href = element.get("href")
        if not href:
            continue
        if element.tag == "base":
            base = base or href.strip()
        elif rel := element.get("rel"):
            found.setdefault(rel.strip().lower(), href.strip())
    return found, base


def _title(tree: _Element) -> str | None:
    for element in tree.iter("title"):
        text = text_of(element).strip()
        if text and next(element.iterancestors("svg"), None) is None:
            return text
    return None


def _itemprops(tree: _Element) -> dict[str, list[tuple[_Element, str]]]:
    found: dict[str, list[tuple[_Element, str]]] = {}
    for element in having(tree, "itemprop"):
        if _is_shown(element):
            own = dict(own_attributes(element))
            value = own.get("content") or own.get("datetime") or own.get("href") or ""
            for key in own["itemprop"].lower().split():
                found.setdefault(key, []).append((element, value.strip()))
    return found


def _is_shown(element: _Element) -> bool:
    return next(element.iterancestors("body"), None) is not None


def _without_masthead(
    times: list[tuple[_Element, str]], heading: _Element
) -> list[tuple[_Element, str]]:
    """Leave out the times before the first heading that stand in no box with it.

    They are the masthead's: the day of the capture.
    """
    near = {a for a in islice(heading.iterancestors(), _NEAR) if a.tag not in _OUTERMOST}
    order = {e: n for n, e in enumerate(heading.getroottree().iter("h1", "time"))}
    first = order[heading]
    return [
        (element, value)
        for element, value in times
        if order[element] > first or near & set(islice(element.iterancestors(), _NEAR))
    ]


def time_role(element: _Element, levels: int = 4) -> str | None:
    """Tell what a time tag stands for: its own names and those of the boxes around it decide.

    Args:
        element: the ``<time>``.
        levels: how many boxes around it are looked at.

    Returns:
        ``published``, ``updated``, or None where the time belongs to something else.
    """
    own = _words(element)
    role = "published"
    if _UPDATED.search(own):
        role = "updated"
    box = element.getparent()
    for _ in range(levels):
        if box is None or box.tag in ("body", "article", "main"):
            break
        words = _words(box)
        if box.tag in ("aside", "footer", "nav", "li") or _ELSEWHERE.search(words):
            return None
        if box.tag == "header" and box.find(".//nav") is not None:
            return None  # the site's masthead: the day of the capture
        if (
            role == "published"
            and _UPDATED.search(words)
            and not re.search("publi", own + words, re.I)
        ):
            role = "updated"
        box = box.getparent()
    return role


def _words(element: _Element) -> str:
    get = element.get
    return (
        f"{get('class') or ''} {get('id') or ''} {get('itemprop') or ''} {get('data-testid') or ''}"
    )
