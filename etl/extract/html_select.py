"""CSS selectors of the profiles, on the tree that is parsed already.

lxml needs a further package for CSS and selectolax would parse the page a second time, so the
small part of CSS that profiles use (``etl.outlets.HtmlHints``) is turned into XPath here.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree
from lxml.etree import _Element

from etl.errors import UsageError
from etl.extract.html_tree import find_all

_TOKEN = re.compile(
    r"""\s*(?P<child>>)\s*|(?P<below>\s+)|(?P<tag>[a-zA-Z][a-zA-Z0-9]*|\*)|\.(?P<cls>[\w-]+)|"""
    r"""\#(?P<id>[\w-]+)|\[(?P<attr>[\w-]+)(?:(?P<op>[~^$*]?=)"(?P<value>[^"]*)")?\]"""
)


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
    return etree.XPath(to_xpath(selector))


def to_xpath(selector: str) -> str:
    """Translate one selector.

    :raises UsageError: it uses more of CSS than profiles may.
    """
    steps: list[str] = [".//"]
    tag, conditions, position = "*", "", 0
    selector = selector.strip()
    while position < len(selector):
        token = _TOKEN.match(selector, position)
        if token is None:
            raise UsageError(f"can't read the selector {selector!r} at {selector[position:]!r}")
        position = token.end()
        if token["child"] or token["below"]:
            steps.append(f"{tag}{conditions}{'/' if token['child'] else '//'}")
            tag, conditions = "*", ""
        elif token["tag"]:
            tag = token["tag"].lower()
        elif token["cls"]:
            conditions += f"[{_word('class', token['cls'])}]"
        elif token["id"]:
            conditions += f'[@id="{token["id"]}"]'
        else:
            conditions += f"[{_attribute(token)}]"
    return f"{''.join(steps)}{tag}{conditions}"


def _word(name: str, word: str) -> str:
    return f'contains(concat(" ",normalize-space(@{name})," ")," {word} ")'


def _attribute(token: re.Match[str]) -> str:
    name, value = token["attr"], token["value"]
    match token["op"]:
        case None:
            return f"@{name}"
        case "=":
            return f'@{name}="{value}"'
        case "~=":
            return _word(name, value)
        case "^=":
            return f'starts-with(@{name},"{value}")'
        case "*=":
            return f'contains(@{name},"{value}")'
        case _:
            tail = f"substring(@{name},string-length(@{name})-{len(value) - 1})"
            return f'{tail}="{value}"'
