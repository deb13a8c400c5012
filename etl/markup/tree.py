"""Markup to one lxml tree that is safe to walk: shallow enough for every recursive reader."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import cast

import lxml.html
from lxml import etree
from lxml.etree import _Element

from etl.schema.problems import UnreadablePageError
from etl.schema.vocabulary import ProblemCode

# libxml2 stops at 256 levels by default, and recursive readers (deep copies among
# them) use the C stack: deeper pages are flattened to this before they are parsed again.
_MAX_DEPTH = 200
_LEAF_ROOM = 20
_LEAVES = frozenset(["p", "h1", "h2", "h3", "li", "a", "time", "figcaption", "title"])
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^<>]*?(/?)>")
_RAW = re.compile(r"<(script|style|template|svg)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "keygen",
        "frame",
    ]
)


def parse(text: str, utf8: bytes | None = None) -> _Element:
    """Parse a page, comments and processing instructions left out.

    Args:
        text: the markup.
        utf8: the text as UTF-8, where the caller has it.

    Returns:
        The root of the tree, at most some 220 levels deep.

    Raises:
        UnreadablePageError: ``no_markup`` where nothing in the text makes an element.
        MemoryError: the process may not take as much memory as the tree needs.
    """
    tree, is_cut = _parse(_encoded(text) if utf8 is None else utf8, huge=False)
    if is_cut:
        tree, _ = _parse(_encoded(_flatten(text)), huge=True)
    if tree is None:
        raise UnreadablePageError(ProblemCode.NO_MARKUP, "the markup holds no element")
    return tree


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _parse(content: bytes, *, huge: bool) -> tuple[_Element | None, bool]:
    # Not lxml.html's parser: its elements are made by a lookup in Python, one call for each.
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=huge, remove_comments=True, remove_pis=True, collect_ids=False
    )
    try:
        tree = etree.fromstring(content, parser=parser)
    except etree.ParserError:
        tree = None
    except etree.XMLSyntaxError:
        tree = None
    last = parser.error_log.last_error  # what stops the parser comes last
    if last is not None and last.type_name == "ERR_NO_MEMORY":
        raise MemoryError
    return tree, last is not None and last.type_name == "ERR_RESOURCE_LIMIT"


def _flatten(text: str) -> str:
    """The markup without scripts and without the tags that lie deeper than ``_MAX_DEPTH``."""
    text = _RAW.sub(" ", text)
    parts: list[str] = []
    kept: list[bool] = []  # of the open tags
    depth = position = 0
    for tag in _TAG.finditer(text):
        parts.append(text[position : tag.start()])
        position = tag.end()
        name = tag.group(2).lower()
        keeps = True
        if tag.group(1):
            keeps = kept.pop() if kept else True
            depth -= keeps and depth > 0
        elif not tag.group(3) and name not in _VOID:
            keeps = depth < _MAX_DEPTH + (_LEAF_ROOM if name in _LEAVES else 0)
            kept.append(keeps)
            depth += keeps
        parts.append(tag.group() if keeps else "\n")
    parts.append(text[position:])
    return "".join(parts)


# All attributes of one element; to look up one by its name takes half as long as all do.
own_attributes = cast("Callable[[_Element], list[tuple[str, str]]]", _Element.items)


def having(tree: _Element, attribute: str) -> list[_Element]:
    """Find the elements that bear an attribute, in page order; fast where few elements do."""
    return all_found(_bearers(attribute), tree)


def all_found(path: etree.XPath, tree: _Element) -> list[_Element]:
    """Find the elements of an XPath, in page order."""
    found = path(tree)
    return [e for e in found if isinstance(e, _Element)] if isinstance(found, list) else []


@lru_cache(maxsize=256)
def _bearers(attribute: str) -> etree.XPath:
    # Not ``//*[@name]``: libxml2 evaluates a predicate for every element, two to six times as slow.
    return etree.XPath(f"//@{attribute}/..")


def html_copy(tree: _Element) -> lxml.html.HtmlElement:
    """Copy a tree for libraries that want elements of lxml.html, and change them."""
    parser = lxml.html.HTMLParser(encoding="utf-8", collect_ids=False)
    content = etree.tostring(tree, encoding="utf-8", method="html")
    return lxml.html.document_fromstring(content, parser=parser)


def text_of(element: _Element) -> str:
    """Join all text inside an element, as it stands."""
    return "".join(str(part) for part in element.itertext())
