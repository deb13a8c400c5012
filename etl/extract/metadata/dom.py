"""What the tree says about its article outside JSON-LD: meta, links, microdata, time tags.

One walk over the tree collects all of it; nothing here decides which source is right.
"""

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import _Element

from etl.extract.html.tree import having, own_attributes, whole_text

_NEAR = 4  # boxes from a heading to what it shares with its time
_UPDATED_WORDS = re.compile(r"updat|modif|edited", re.I)
_OTHER_PLACE = re.compile(
    r"relat|comment|sidebar|widget|latest|popular|most|recent|teaser|card|promo|list-item|footer|"
    r"header-date|masthead|topbar|nav|ticker|recommend",
    re.I,
)


@dataclass(slots=True)
class DomFacts:
    """Raw values by key, in page order."""

    meta: dict[str, list[str]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    itemprops: dict[str, list[tuple[_Element, str]]] = field(default_factory=dict)
    times: list[tuple[_Element, str]] = field(default_factory=list)
    headings: list[_Element] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)  # item types of microdata
    title: str | None = None
    base: str | None = None
    language: str | None = None

    def first(self, *keys: str) -> str | None:
        """The first value of the first key that has one."""
        for key in keys:
            if values := self.meta.get(key):
                return values[0]
        return None

    def every(self, *keys: str) -> list[str]:
        """All values of all keys."""
        return [value for key in keys for value in self.meta.get(key, ())]


def read(tree: _Element) -> DomFacts:
    """Collect the facts."""
    facts = DomFacts(language=(tree.get("lang") or tree.get("xml:lang") or None))
    for element in tree.iter("meta"):
        own = dict(own_attributes(element))
        content = own.get("content")
        if content and (content := content.strip()):
            for name in ("property", "name", "itemprop", "http-equiv"):
                if key := own.get(name):
                    facts.meta.setdefault(key.strip().lower(), []).append(content)
    for element in tree.iter("link", "base"):
        href = element.get("href")
        if not href:
            continue
        if element.tag == "base":
            facts.base = facts.base or href.strip()
        elif rel := element.get("rel"):
            facts.links.setdefault(rel.strip().lower(), href.strip())
    for element in tree.iter("title"):
        text = whole_text(element).strip()
        if text and next(element.iterancestors("svg"), None) is None:
            facts.title = text
            break
    for element in tree.iter("h1", "time"):
        if element.tag == "h1":
            facts.headings.append(element)
        else:
            facts.times.append((element, str(element.get("datetime") or "").strip()))
    if facts.headings:
        _drop_masthead_times(facts)
    facts.scopes += [str(e.get("itemtype")) for e in having(tree, "itemtype") if _is_shown(e)]
    for element in having(tree, "itemprop"):
        if _is_shown(element):
            own = dict(own_attributes(element))
            value = own.get("content") or own.get("datetime") or own.get("href") or ""
            for key in own["itemprop"].lower().split():
                facts.itemprops.setdefault(key, []).append((element, value.strip()))
    return facts


def _is_shown(element: _Element) -> bool:
    return next(element.iterancestors("body"), None) is not None


def _drop_masthead_times(facts: DomFacts) -> None:
    """Leave out the times before the first heading that stand in no box with it.

    They are the masthead's: the day of the capture.
    """
    near = set(islice(facts.headings[0].iterancestors(), _NEAR))
    for above in list(near):
        if above.tag in ("body", "html", "form"):
            near.discard(above)
    order = {e: n for n, e in enumerate(facts.headings[0].getroottree().iter("h1", "time"))}
    first = order[facts.headings[0]]
    facts.times = [
        (element, value)
        for element, value in facts.times
        if order[element] > first or near & set(islice(element.iterancestors(), _NEAR))
    ]


def time_role(element: _Element, levels: int = 4) -> str | None:
    """``published``, ``updated``, or None where the time belongs to something else.

    A time tag says little by itself: its own words and those of the boxes round it decide.
    """
    own = _words(element)
    role = "published"
    if _UPDATED_WORDS.search(own):
        role = "updated"
    box = element.getparent()
    for _ in range(levels):
        if box is None or box.tag in ("body", "article", "main"):
            break
        words = _words(box)
        if box.tag in ("aside", "footer", "nav", "li") or _OTHER_PLACE.search(words):
            return None
        if box.tag == "header" and box.find(".//nav") is not None:
            return None  # the site's masthead: the day of the capture
        if (
            role == "published"
            and _UPDATED_WORDS.search(words)
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
