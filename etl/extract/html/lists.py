"""Headline lists next to an article, and the article links of a listing or home page.

A list is known by its heading ("সর্বশেষ", "most read"), also where headings are tabs that point to
their panes; a profile may name the box that holds a list instead. What follows the heading, up to
the next heading or the end of the box that they share, are its items.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from lxml.etree import _Element

from etl.addresses import host_of, join_url, split_url
from etl.extract.html.blocks.walk import Block
from etl.extract.html.context import PageContext
from etl.extract.metadata.facts import without_tracking
from etl.extract.shared.lexicon import HEADINGS
from etl.extract.shared.patterns import one_of
from etl.extract.shared.text import clean, key, own_text
from etl.markup.tree import having
from etl.outlets.profiles import Outlet
from etl.schema.records import DeclaredLink, SidebarItem
from etl.schema.vocabulary import ListKind

_KICKER = re.compile(rf"\b{one_of('class_names', 'list_kicker')}\b|_kicker|-shoulder", re.I)
_ASIDE = re.compile(rf"\b{one_of('class_names', 'list_extra')}\b", re.I)
_ACTIVE = re.compile(rf"(?:^|[\s_-]){one_of('class_names', 'active_tab')}(?:$|\s)", re.I)
_TITLE = re.compile(r"\btitle\b|headline|heading", re.I)
_SLASHED = re.compile(r"^(?P<kicker>[^/]{2,60}?) / (?P<headline>.{8,})$")
# A list's kind, its heading where it is known by one, and its links.
_Headed = tuple[ListKind, _Element | None, list[_Element]]
_CARD_LEVELS = 5
_LONGEST_HEADING = 40
_LONGEST_HEADLINE = 300
_LONGEST_REMEMBERED = 300
# Addresses that mean the same on all pages of a site.
_FROM_ROOT = re.compile(r"(?:https?:)?//[^/?#]|/(?!/)")
_NOT_ARTICLE_PATH = re.compile(
    f"^/?$|^/{one_of('addresses', 'no_article_path')}(?:/|$)|"
    rf"\.{one_of('addresses', 'no_article_file')}$",
    re.I,
)


def sidebar(page: PageContext) -> list[SidebarItem]:
    """Read all headline lists of a page.

    Returns:
        The items; ranks count from 1 inside a kind, in which each headline comes once.
    """
    found: dict[ListKind, list[tuple[str, str | None, str | None]]] = {}
    for kind, elements in _boxes(page):
        found.setdefault(kind, []).extend(_items(elements, page.base))
    result: list[SidebarItem] = []
    for kind, items in found.items():
        seen: set[str] = set()
        for headline, kicker, url in items:
            if (k := key(headline)) and k not in seen:
                seen.add(k)
                result.append(SidebarItem(kind, len(seen), headline, kicker, url))
    return result


def heading_kind(text: str, outlet: Outlet | None) -> ListKind | None:
    """Tell which list a heading stands over, if any.

    Args:
        text: a line in normal form.
        outlet: the page's outlet, whose profile may name further headings.
    """
    line = text.strip(" :»›|-–")
    for kind, words in outlet.text.headings.items() if outlet else ():
        if line in words:
            return kind
    return _common_kind(line)


@lru_cache(maxsize=20_000)
def _common_kind(line: str) -> ListKind | None:
    return next((kind for kind, pattern in HEADINGS.items() if pattern.fullmatch(line)), None)


def _boxes(page: PageContext) -> list[tuple[ListKind, list[_Element]]]:
    """The lists of a page by their links."""
    boxes = [(kind, list(box.iter("a"))) for kind, selectors in page.hints.lists.items()
             for box in page.index.first_match(selectors)]  # fmt: skip
    under: list[_Headed] = [(kind, None, links) for kind, links in boxes]
    if boxes:
        # The profile names some lists of the page; of the others the headings are enough.
        known = {link for _, links in boxes for link in links}
        headings = [(h, k) for h, k in _heading_tags(page) if k not in page.hints.lists]
    else:
        known = set()
        headings = _headings(page.blocks.all, page.outlet)
    marks = {heading for heading, _ in headings}
    for heading, kind in headings:
        target = _pane(page.tree, heading)
        links = list(target.iter("a")) if target is not None else _following(heading, marks)
        if links and known.isdisjoint(links):
            under.append((kind, heading, links))
    return _told_apart(under)


def _heading_tags(page: PageContext) -> Iterator[tuple[_Element, ListKind]]:
    for element in page.tree.iter("h2", "h3", "h4", "h5", "h6"):
        text = own_text(element)
        if text and len(text) <= _LONGEST_HEADING and (kind := heading_kind(text, page.outlet)):
            yield element, kind


def _told_apart(lists: list[_Headed]) -> list[tuple[ListKind, list[_Element]]]:
    """Give each list its own heading where several stand over the same links, as tabs do.

    Panes in the order of their tabs are a list each. A single list is that of the tab which is
    marked as active; where none is, its kind is not known.
    """
    result: list[tuple[ListKind, list[_Element]]] = []
    same: dict[tuple[str, ...], list[_Headed]] = {}
    for each in lists:
        same.setdefault(tuple(link.get("href") or "" for link in each[2]), []).append(each)
    for group in same.values():
        kinds = list(dict.fromkeys(kind for kind, _, _ in group))
        links = group[0][2]
        panes = _panes(links, len(group)) if len(kinds) > 1 else None
        if panes is not None:
            result += [(kind, pane) for (kind, _, _), pane in zip(group, panes, strict=True)]
            continue
        active = [kind for kind, heading, _ in group if heading is not None and _is_active(heading)]
        is_known = len(kinds) == 1 or len(active) == 1
        result.append(((active or kinds)[0] if is_known else ListKind.UNKNOWN, links))
    return result


def _panes(links: list[_Element], count: int) -> list[list[_Element]] | None:
    """Split links by the boxes of one level that hold two or more each, if there are so many."""
    inside = set(links)
    for box in islice(links[0].iterancestors(), _CARD_LEVELS + 3):
        panes = [[a for a in child.iter("a") if a in inside] for child in box]
        panes = [pane for pane in panes if len({a.get("href") for a in pane}) >= 2]
        if len(panes) == count and sum(map(len, panes)) == len(links):
            return panes
    return None


def _is_active(heading: _Element) -> bool:
    """Tell whether a tab is marked as the one that is shown."""
    around = (heading, *heading.iter("a", "button"), *islice(heading.iterancestors(), 2))
    return any(
        element.get("aria-selected") == "true" or _ACTIVE.search(element.get("class") or "")
        for element in around
        if element.tag not in ("ul", "ol", "nav")
    )


def _headings(blocks: Sequence[Block], outlet: Outlet | None) -> list[tuple[_Element, ListKind]]:
    """Find the blocks whose entire text is a list's heading."""
    result: list[tuple[_Element, ListKind]] = []
    for block in blocks:
        if len(block.text) > _LONGEST_HEADING or not (kind := heading_kind(block.text, outlet)):
            continue
        if not any(a.tag in ("nav", "footer") for a in block.element.iterancestors()):
            result.append((block.element, kind))
    return result


def _pane(tree: _Element, heading: _Element) -> _Element | None:
    """Find the pane of a tab: what its ``href="#id"`` or ``data-…target`` names."""
    for element in (heading, *heading.iter("a", "button"), heading.getparent()):
        if element is None:
            continue
        target = element.get("href") or ""
        if not target.startswith("#") or len(target) < 2:
            target = element.get("data-bs-target") or element.get("data-target") or ""
        name = target.removeprefix("#")
        if target.startswith("#") and name:
            for pane in having(tree, "id"):
                if pane.get("id") == name:
                    return pane
    return None


def _following(heading: _Element, marks: set[_Element]) -> list[_Element]:
    """Collect the links after a heading inside the nearest box that has several of them."""
    inside = list(heading.iter("a"))
    if len({link.get("href") for link in inside}) >= 3:
        return inside  # the heading is bare text in the box of its list
    node = heading
    for _ in range(5):
        parent = node.getparent()
        if parent is None or parent.tag in ("body", "html"):
            return []
        links: list[_Element] = []
        for sibling in node.itersiblings():
            stop = False
            for element in sibling.iter():
                if element in marks:
                    stop = True
                    break
                if element.tag == "a":
                    links.append(element)
            if stop:
                break
        if len({link.get("href") for link in links}) >= 2:
            return links
        node = parent
    return []


def _items(
    links: Iterable[_Element], base: str | None
) -> Iterator[tuple[str, str | None, str | None]]:
    groups: dict[str, list[_Element]] = {}
    for link in links:
        href = (link.get("href") or "").strip()
        if href and not href.startswith(("#", "javascript:", "mailto:")):
            groups.setdefault(href, []).append(link)
    for href, same in groups.items():
        headline, kicker = _headline(same)
        if headline and 6 <= len(headline) <= _LONGEST_HEADLINE:
            yield headline, kicker, absolute(href, base)


def _headline(links: list[_Element]) -> tuple[str | None, str | None]:
    """Read an item: the longest of its links' texts; a link laid over a card names the card's."""
    best: _Element | None = None
    text = ""
    for link in links:
        candidate = _plain(link)
        if len(candidate) > len(text):
            best, text = link, candidate
    if best is None:
        card = _card(links[0])
        best = card if card is not None else links[0]
        if not _plain(best):
            return clean(links[0].get("title") or links[0].get("aria-label")), None
    return _split(best)


def _split(item: _Element) -> tuple[str | None, str | None]:
    kicker: str | None = None
    title = item
    if not len(item):
        return _unslashed(clean(item.text))
    for element in item.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        title = element
        break
    else:
        for element in item.iter():
            if (
                element is not item
                and _TITLE.search(element.get("class") or "")
                and _plain(element)
            ):
                title = element  # the innermost in page order
    for element in item.iter("span", "p", "div", "small", "strong", "b", "h4", "h5", "h6"):
        if element is not title and _KICKER.search(element.get("class") or ""):
            kicker = clean(_plain(element))
            break
    headline = clean(_plain(title, skip_kicker=kicker is not None))
    return _unslashed(headline) if kicker is None else (headline, kicker)


def _unslashed(headline: str | None) -> tuple[str | None, str | None]:
    """Take ``kicker / headline`` apart."""
    if headline and (slashed := _SLASHED.match(headline)):
        return slashed["headline"], slashed["kicker"]
    return headline, None


def _plain(element: _Element, *, skip_kicker: bool = False) -> str:
    """Join the text without numbers, times and pictures next to the headline."""
    text = element.text or ""
    if not len(element):
        return text.strip()
    parts = [text]
    for child in element:
        names = child.get("class") or ""
        skip = child.tag in ("small", "time", "img", "svg", "script", "style", "i", "noscript") or (
            _ASIDE.search(names) is not None
        )
        if not skip and not (skip_kicker and _KICKER.search(names)):
            parts.append(_plain(child, skip_kicker=skip_kicker))
        parts.append(child.tail or "")
    return " ".join(part for part in parts if part.strip()).strip()


def _card(link: _Element) -> _Element | None:
    """Find the largest box near a link that holds no link to elsewhere."""
    card: _Element | None = None
    own = link.get("href")
    for box in islice(link.iterancestors(), _CARD_LEVELS):
        if box.tag in ("body", "html") or any(a.get("href") != own for a in box.iter("a")):
            break
        card = box
        if box.tag in ("li", "article"):
            break
    return card


def absolute(href: str, base: str | None) -> str | None:
    """Resolve a link, without its tracking parameters.

    Args:
        href: the link as the page writes it.
        base: the address that relative links start from.

    Returns:
        The address, or None where it leads to no page.
    """
    href = href.strip()
    if len(href) <= _LONGEST_REMEMBERED and _FROM_ROOT.match(href):
        return _remembered(href, _site(base))
    return _resolved(href, base)


@lru_cache(maxsize=64)
def _site(base: str | None) -> str | None:
    """The root of the site that an address is on: all that addresses from the root on depend on."""
    parts = split_url(base)
    return f"{parts.scheme}://{parts.netloc}/" if parts and parts.netloc else base


def _resolved(href: str, base: str | None) -> str | None:
    url = join_url(base, href)
    parts = split_url(url)
    is_page = parts is not None and parts.scheme in ("http", "https")
    return without_tracking(url) if url is not None and is_page else None


_remembered = lru_cache(maxsize=4_096)(_resolved)  # lists come again on an outlet's next pages


def article_links(page: PageContext) -> tuple[DeclaredLink, ...]:
    """Read the links that lead to articles of the same site.

    Returns:
        The links in page order, each once with its longest text; ranks count from 1.
    """
    host = host_of(page.base)
    found: dict[str, str] = {}
    for link in page.tree.iter("a"):
        if any(a.tag in ("nav", "footer", "header") for a in link.iterancestors()):
            continue
        url = absolute(link.get("href") or "", page.base)
        if url is None or not _is_article(url, host, page.outlet):
            continue
        title = _headline([link])[0] or ""
        if len(title) > len(found.get(url, "")):
            found[url] = title
        else:
            found.setdefault(url, "")
    usable = [(url, title) for url, title in found.items() if len(title) >= 8]
    return tuple(DeclaredLink(n, url, title) for n, (url, title) in enumerate(usable, 1))


def _is_article(url: str, host: str, outlet: Outlet | None) -> bool:
    parts = split_url(url)
    if parts is None:
        return False
    same = (parts.hostname or "").removeprefix("www.") == host.removeprefix("www.")
    if outlet is not None:
        if outlet.url_id:
            return outlet.native_id(url) is not None
        same = same or (parts.hostname or "").endswith(outlet.hosts)
    return same and not _NOT_ARTICLE_PATH.search(parts.path) and parts.path.count("/") >= 1
