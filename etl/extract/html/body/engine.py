"""The only use of trafilatura: a second look at pages whose body is short or unsure.

Its own metadata and date search and its fallback extractors stay off: the first are read better
in ``metadata``, the second cost a quarter of its time and add nothing on the benchmark pages.
"""

import warnings
from copy import copy
from functools import cache

from lxml import etree
from lxml.etree import _Element

from etl.markup.tree import html_copy

with warnings.catch_warnings():
    # Its downloader, which is not used here, warns of a proxy library that it does without.
    warnings.simplefilter("ignore")
    from trafilatura import bare_extraction
    from trafilatura.settings import DEFAULT_CONFIG, Extractor

# What it has been seen to raise, or may, on markup that nobody meant as a page.
_DEFECTS = (ValueError, TypeError, AttributeError, LookupError, RecursionError, etree.LxmlError)
_BLOCKS = frozenset(("p", "head", "quote", "item", "row", "lb", "code", "list", "table", "cell"))


@cache
def _defaults() -> Extractor:
    return Extractor(config=DEFAULT_CONFIG, output_format="python", fast=True, comments=False)


def body_blocks(tree: _Element) -> list[str]:
    """The main text of the page, block by block, white space not yet folded."""
    try:
        document = bare_extraction(html_copy(tree), options=copy(_defaults()))
    except _DEFECTS:
        return []
    if document is None or isinstance(document, dict):
        return []
    blocks: list[str] = []
    parts: list[str] = []

    def flush() -> None:
        if parts:
            blocks.append("".join(parts))
            parts.clear()

    stack = [(child, False) for child in reversed(document.body)]
    while stack:
        element, is_left = stack.pop()
        if is_left:
            if element.tag in _BLOCKS:
                flush()
        else:
            if element.tag in _BLOCKS:
                flush()
            if element.text:
                parts.append(element.text)
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
            continue
        if element.tail:
            parts.append(element.tail)
    flush()
    return [block for block in blocks if block.strip()]
