"""What the tree says about its article outside JSON-LD: meta, links, microdata, time tags.

Nothing here decides which source is right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from etl.addresses import split_url
from etl.extract.shared.patterns import one_of
from etl.extract.shared.text import key
from etl.markup.tree import having, own_attributes, text_of

_LARGEST_CARD = 400  # characters, a teaser's text included
_HEADLINE = 20  # characters of a headline; names of authors and sections are shorter
_HEADLINE_SPACES = 3
_OUTERMOST = frozenset(["body", "html", "form"])
_HATOM = re.compile(one_of("class_names", "time_hatom"), re.I)
_LOGO = re.compile(rf"(?:^|[\s_-]){one_of('class_names', 'logo')}(?:$|[\s_-])")
_LOWER_HEADINGS = 12
_NEAR = 4  # boxes from a heading to what it shares with its time
_UPDATED = re.compile(one_of("class_names", "time_updated"), re.I)
_OWN_FOOTER = re.compile(one_of("class_names", "own_footer"), re.I)
_ELSEWHERE = re.compile(one_of("class_names", "time_elsewhere"), re.I)


@dataclass(frozen=True, slots=True)
class DomFacts:
    """Raw values by key, in page order.

    Attributes:
        meta: contents of ``<meta>`` by property, name or itemprop in lower case.
        links: addresses of ``<link>`` by relation.
        itemprops: elements with microdata or RDFa and their values, by property.
        times: ``<time>`` elements and their ``datetime``, and the like of hAtom
            (``<abbr class="published" title="…">``), without those of the masthead.
        headings: the ``<h1>`` elements, without the site's logo.
        lower_headings: the first ``<h2>`` and ``<h3>`` elements.
        logos: what the headings say that are the site's logo.
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
    lower_headings: tuple[_Element, ...]
    logos: tuple[str, ...]
    scopes: tuple[str, ...]
    title: str | None
    base: str | None
    language: str | None

    def first(self, *keys: str) -> str | None:
        """Return the first value of the first key that has one."""
        for name in keys:
            if values := self.meta.get(name):
                return values[0]
        return None

    def every(self, *keys: str) -> list[str]:
        """Return all values of all keys."""
        return [value for name in keys for value in self.meta.get(name, ())]


def read(tree: _Element) -> DomFacts:
    """Collect the facts of a page's tree."""
    links, base = _links(tree)
    headings: list[_Element] = []
    lower: list[_Element] = []
    logos: list[str] = []
    times: list[tuple[_Element, str]] = []
    for element in tree.iter("h1", "h2", "h3", "time", "abbr"):
        if element.tag == "h1":
            if _is_logo(element):
                logos.append(text_of(element).strip())
            else:
                headings.append(element)
        elif element.tag in ("h2", "h3"):
            lower.append(element)
        elif element.tag == "time":
            times.append((element, str(element.get("datetime") or "").strip()))
        elif (title := element.get("title")) and _HATOM.search(element.get("class") or ""):
            times.append((element, title.strip()))
    if headings:
        times = _without_masthead(times, headings)
    return DomFacts(
        meta=_meta(tree),
        links=links,
        itemprops=_itemprops(tree),
        times=tuple(times),
        headings=tuple(headings),
        lower_headings=tuple(lower[:_LOWER_HEADINGS]),
        logos=tuple(logos),
        scopes=tuple(str(e.get("itemtype")) for e in having(tree, "itemtype") if _is_shown(e)),
        title=_title(tree),
        base=base,
        language=tree.get("lang") or tree.get("xml:lang") or None,
    )


def _is_logo(heading: _Element) -> bool:
    """Tell whether a heading is the site's name: by its class, or as a link to the front page."""
    parent = heading.getparent()
    names = _words(heading) + (_words(parent) if parent is not None else "")
    if _LOGO.search(names.lower()):
        return True
    links = [link for link in heading.iter("a") if _is_root(link.get("href") or "")]
    if not links:
        return False
    text = text_of(heading).strip()
    return any(text_of(link).strip() == text for link in links)


def _is_root(href: str) -> bool:
    if href in ("/", "./"):
        return True
    parts = split_url(href) if href.startswith("http") else None
    return parts is not None and not (parts.path.strip("/") or parts.query or parts.fragment)


def _meta(tree: _Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        own = dict(own_attributes(element))
        content = own.get("content")
        if content and (content := content.strip()):
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                if name := own.get(attribute):
                    found.setdefault(name.strip().lower(), []).append(content)
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
    """The elements of the body by property, RDFa's without the prefix of its vocabulary."""
    found: dict[str, list[tuple[_Element, str]]] = {}
    for attribute in ("itemprop", "property"):
        for element in having(tree, attribute):
            # OpenGraph's tags are RDFa by form, and read as meta tags.
            if (attribute == "itemprop" or element.tag != "meta") and _is_shown(element):
                own = dict(own_attributes(element))
                value = own.get("content") or own.get("datetime") or own.get("href") or ""
                if not value and element.tag == "abbr":
                    value = own.get("title") or ""
                for name in own[attribute].lower().split():
                    term = name.rpartition(":")[2]
                    found.setdefault(term, []).append((element, value.strip()))
    return found


def _is_shown(element: _Element) -> bool:
    return next(element.iterancestors("body"), None) is not None


def _without_masthead(
    times: list[tuple[_Element, str]], headings: list[_Element]
) -> list[tuple[_Element, str]]:
    """Leave out the times before the first heading that stand in no box with it.

    They are the masthead's: the day of the capture.
    """
    heading = headings[0]
    near = {a for a in islice(heading.iterancestors(), _NEAR) if a.tag not in _OUTERMOST}
    order = {e: n for n, e in enumerate(heading.getroottree().iter("h1", "time", "abbr"))}
    first = order[heading]
    return [
        (element, value)
        for element, value in times
        if order[element] > first or near & set(islice(element.iterancestors(), _NEAR))
    ]


def time_role(element: _Element, title: str, levels: int = 4) -> str | None:
    """Tell what a time tag stands for: its own names and those of the boxes around it decide.

    Args:
        element: the ``<time>``.
        title: the key of the article's title; a card with another headline has a time of its own.
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
        if box is None or box.tag in ("body", "main"):
            break
        words = _words(box)
        if box.tag == "header" and box.find(".//nav") is not None:
            return None  # the site's masthead: the day of the capture
        if next(box.iter("h1"), None) is not None:
            break  # the box of the article's heading, whatever its name
        is_other = box.tag in ("aside", "footer", "nav", "li") or _ELSEWHERE.search(
            _OWN_FOOTER.sub("", words)
        )
        if is_other or _is_card(box, title):
            return None
        if box.tag == "article":
            break
        if (
            role == "published"
            and _UPDATED.search(words)
            and not re.search("publi", own + words, re.I)
        ):
            role = "updated"
        box = box.getparent()
    return role


def is_elsewhere(box: _Element) -> bool:
    """Tell whether a box is named after things that are not the article: comments, cards, lists."""
    return _ELSEWHERE.search(_OWN_FOOTER.sub("", _words(box))) is not None


def _is_card(box: _Element, title: str) -> bool:
    """Tell whether a small box is a card: it leads to another article by that one's headline."""
    length = 0
    for text in box.itertext():
        length += len(text)
        if length > _LARGEST_CARD:
            return False
    for link in box.iter("a"):
        text = text_of(link).strip()
        is_headline = len(text) >= _HEADLINE and text.count(" ") >= _HEADLINE_SPACES
        if is_headline and link.get("rel") != "author" and key(text) not in title:
            return True
    return False


def _words(element: _Element) -> str:
    get = element.get
    return (
        f"{get('class') or ''} {get('id') or ''} {get('itemprop') or ''} {get('data-testid') or ''}"
    )
