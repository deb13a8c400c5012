"""Markup to one lxml tree that is safe to walk: shallow enough for every recursive reader."""

import re

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from etl.errors import UnreadablePageError

# libxml2 stops at 256 levels unless told otherwise, and recursive readers (deep copies among
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


def parse(text: str) -> HtmlElement:
    """The page's tree, comments and processing instructions left out.

    :raises UnreadablePageError: ``no_markup`` where nothing in the text makes an element.
    """
    tree, is_cut = _parse(text, huge=False)
    if is_cut:
        tree, _ = _parse(_flatten(text), huge=True)
    if tree is None:
        raise UnreadablePageError("no_markup", "the markup holds no element")
    return tree


def _parse(text: str, *, huge: bool) -> tuple[HtmlElement | None, bool]:
    parser = lxml.html.HTMLParser(
        encoding="utf-8", huge_tree=huge, remove_comments=True, remove_pis=True, collect_ids=False
    )
    content = text.encode("utf-8", "replace")
    try:
        tree = etree.fromstring(content, parser=parser)
    except etree.ParserError:
        tree = None
    except etree.XMLSyntaxError:
        tree = None
    limit = any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)
    return tree, limit


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
