"""CSS selectors on a parsed tree.

An XPath over classes looks at every element's names, and a profile has some twenty selectors: that
was a third of a page's time. So the classes and ids of a tree are indexed once, and a selector
tries only the elements that bear its last name. Selectors with pseudo-classes, sibling combinators
or commas go by XPath.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from cssselect import HTMLTranslator, parse
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Tree
from lxml import etree
from lxml.etree import _Element

from etl.markup.tree import all_found, having

_NAME = re.compile(r"[^ \t\r\n]+")


@lru_cache(maxsize=20_000)
def _names(value: str) -> tuple[str, ...]:
    """The names in a ``class``, each once."""
    return tuple(dict.fromkeys(_NAME.findall(value)))


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "=": lambda have, want: have == want,
    "~=": lambda have, want: want in _names(have),
    "^=": lambda have, want: bool(want) and have.startswith(want),
    "$=": lambda have, want: bool(want) and have.endswith(want),
    "*=": lambda have, want: bool(want) and want in have,
}


@dataclass(frozen=True, slots=True)
class _Compound:
    """What one element must be: a tag, classes, an id, attributes; all of it."""

    tag: str | None
    classes: tuple[str, ...]
    name: str | None
    attributes: tuple[tuple[str, str, str], ...]  # attribute, operator, value

    @property
    def is_named(self) -> bool:
        """Whether it says more than a tag."""
        return bool(self.classes or self.name is not None or self.attributes)

    def fits(self, element: _Element) -> bool:
        if self.tag is not None and element.tag != self.tag:
            return False
        get = element.get
        if self.name is not None and get("id") != self.name:
            return False
        if self.classes:
            names = _names(get("class") or "")
            if not all(name in names for name in self.classes):
                return False
        for attribute, operator, value in self.attributes:
            have = get(attribute)
            if have is None or (operator != "exists" and not _TESTS[operator](have, value)):
                return False
        return True


# A compound, then the combinator and compound to its left, and so on; and the classes of them all.
_Steps = tuple[_Compound, tuple[tuple[str, _Compound], ...], tuple[str, ...]]


def _stands_in(element: _Element, rest: tuple[tuple[str, _Compound], ...]) -> bool:
    """Whether the elements above fit what stands to the left in the selector."""
    if not rest:
        return True
    (combinator, compound), *further = rest
    above: Iterator[_Element] = element.iterancestors()
    if combinator == ">":
        parent = next(above, None)
        above = iter(() if parent is None else (parent,))
    return any(compound.fits(box) and _stands_in(box, tuple(further)) for box in above)


class ElementIndex:
    """Finds elements of one tree by CSS selectors.

    The tree must not change while it is in use: its names are indexed at the first selector.
    """

    def __init__(self, tree: _Element) -> None:
        self.tree = tree
        self._having: dict[str, list[_Element]] = {}

    def first_match(self, selectors: Iterable[str]) -> list[_Element]:
        """Find the elements of the first selector that matches any.

        Args:
            selectors: CSS selectors, tried in order.

        Returns:
            The elements in page order; empty where no selector matches.
        """
        for selector in selectors:
            if found := self._matches(selector):
                return found
        return []

    def all_matches(self, selectors: Iterable[str]) -> list[_Element]:
        """Find the elements of all selectors.

        Returns:
            The elements selector by selector, each selector's in page order.
        """
        return [element for selector in selectors for element in self._matches(selector)]

    def with_class(self, is_wanted: Callable[[str], bool]) -> list[_Element]:
        """Find the elements that have a class of some kind.

        Args:
            is_wanted: says of a class whether it is; called once for each class of the page.

        Returns:
            The elements in page order.
        """
        places = {
            place
            for name, written in self._places.items()
            if is_wanted(name)
            for some in written
            for place in some
        }
        return [self._elements[place] for place in sorted(places)]

    def _matches(self, selector: str) -> list[_Element]:
        steps = _steps(selector)
        if steps is None:
            return find_all(self.tree, selector)
        last, rest, classes = steps
        if not all(map(self._places.__contains__, classes)):
            return []
        return self._select(last, rest)

    def _select(self, last: _Compound, rest: tuple[tuple[str, _Compound], ...]) -> list[_Element]:
        if not rest or last.is_named:
            return [e for e in self._candidates(last) if last.fits(e) and _stands_in(e, rest)]
        # Only a tag: what stands to the left of it is found first, since few elements are inside.
        (combinator, outer), *further = rest
        boxes = dict.fromkeys(self._select(outer, tuple(further)))
        inside = dict.fromkeys(
            e for box in boxes for e in box.iter(last.tag or "*") if e is not box
        )
        return [e for e in inside if combinator == " " or e.getparent() in boxes]

    def _candidates(self, compound: _Compound) -> Iterable[_Element]:
        """The elements that may fit: all that do are among them."""
        if compound.classes:
            ways = self._places.get(compound.classes[0], ())
            return [self._elements[place] for place in sorted(chain.from_iterable(ways))]
        if compound.name is not None:
            return self._with("id")
        if compound.attributes and compound.tag is None:
            return self._with(compound.attributes[0][0])
        return self.tree.iter(compound.tag or "*")

    def _with(self, attribute: str) -> list[_Element]:
        if attribute not in self._having:
            self._having[attribute] = having(self.tree, attribute)
        return self._having[attribute]

    @cached_property
    def _elements(self) -> list[_Element]:
        return list(self.tree.iter())

    @cached_property
    def _places(self) -> dict[str, list[list[int]]]:
        """By class: the places of the elements, a list for each ``class`` that it is written in."""
        written: defaultdict[str, list[int]] = defaultdict(list)
        for place, element in enumerate(self._elements):
            if css := element.get("class"):
                written[css].append(place)
        found: defaultdict[str, list[list[int]]] = defaultdict(list)
        for css, places in written.items():
            for name in _names(css):
                found[name].append(places)
        return dict(found)


def find_all(tree: _Element, selector: str) -> list[_Element]:
    """Find the elements of one selector by XPath, in page order."""
    return all_found(_compiled(selector), tree)


@lru_cache(maxsize=4096)
def _steps(selector: str) -> _Steps | None:
    """Take a selector apart, from its last element leftwards; None where it goes by XPath."""
    parsed = parse(selector)
    if len(parsed) != 1 or parsed[0].pseudo_element is not None:
        return None
    node: Tree = parsed[0].parsed_tree
    combinators: list[str] = []
    compounds: list[_Compound | None] = []
    while isinstance(node, CombinedSelector):
        combinators.append(node.combinator)
        compounds.append(_compound(node.subselector))
        node = node.selector
    compounds.append(_compound(node))
    plain = [compound for compound in compounds if compound is not None]
    if len(plain) < len(compounds) or not set(combinators) <= {" ", ">"}:
        return None
    classes = tuple(name for compound in plain for name in compound.classes)
    return plain[0], tuple(zip(combinators, plain[1:], strict=True)), classes


def _compound(node: Tree) -> _Compound | None:
    classes: list[str] = []
    attributes: list[tuple[str, str, str]] = []
    name: str | None = None
    while not isinstance(node, Element):
        if isinstance(node, Class):
            classes.append(node.class_name)
        elif isinstance(node, Hash) and name in (None, node.id):
            name = node.id
        elif isinstance(node, Attrib) and node.namespace is None:
            if node.operator != "exists" and node.operator not in _TESTS:
                return None
            value = "" if node.value is None else str(node.value.value)
            attributes.append((node.attrib.lower(), node.operator, value))
        else:
            return None
        node = node.selector
    if node.namespace is not None:
        return None
    tag = node.element.lower() if node.element else None
    return _Compound(tag, tuple(classes), name, tuple(attributes))


@lru_cache(maxsize=4096)
def _compiled(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))
