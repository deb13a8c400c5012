"""CSS selectors of the profiles, on the tree that is parsed already."""

from collections.abc import Iterable
from functools import lru_cache

from cssselect import HTMLTranslator
from lxml import etree
from lxml.etree import _Element

from etl.extract.html_tree import find_all


def first_match(tree: _Element, selectors: Iterable[str]) -> list[_Element]:
    """Return all elements of the first selector that matches any, in page order."""
    for selector in selectors:
        if found := _matches(tree, selector):
            return found
    return []


def all_matches(tree: _Element, selectors: Iterable[str]) -> list[_Element]:
    """Return the elements of all selectors."""
    return [element for selector in selectors for element in _matches(tree, selector)]


def _matches(tree: _Element, selector: str) -> list[_Element]:
    return find_all(tree, _compiled(selector))


@lru_cache(maxsize=4096)
def _compiled(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))
