"""Bylines: who wrote an article, as names, from JSON-LD, meta tags, microdata or the page."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml.etree import _Element

from etl.bangla.lexicon import read_lexicon
from etl.extract.metadata.facts import Facts
from etl.extract.metadata.jsonld import Json, texts
from etl.extract.metadata.title import site_names
from etl.extract.shared.patterns import one_of
from etl.extract.shared.text import clean, key, own_text
from etl.markup.tree import having
from etl.outlets.profiles import Outlet

_BY = re.compile(rf"^{one_of('page_bylines', 'by')}\b\s*:?\s*(?=\S)", re.I)
_NOT_NAME = re.compile(
    rf"^(?:https?://|www\.|@|\(?{one_of('page_bylines', 'no_name_start')}\b|\d+$)|"
    rf"\.(?:com|net|org)/|^{one_of('page_bylines', 'no_name')}$|"
    rf"(?<!\w){one_of('page_bylines', 'no_name_phrase')}(?!\w)",
    re.I,
)
_MAIL = re.compile(r"\s*[(<\[]?\S+@\S+\.\w+[)>\]]?\s*")
_META = read_lexicon("metadata_keys")["author"]
_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)$")  # initials, agency or place after the name
_POST = re.compile(rf"\s*{one_of('page_bylines', 'post')}$")
_SITE = re.compile(r"^\S+\.(?:com|net|org|de|at|ch|co\.uk|tr|lt|fr|it|es)(?:\.tr)?$|\(www\.", re.I)
_AUTHOR_PAGE = re.compile(f"/{one_of('addresses', 'author_path')}/")
_DIGITS = re.compile(r"\d{2}")  # a time or a count stands with the name
_AUTHOR_TAGS = frozenset(["a", "address", "span", "div"])  # a <link> in the head is no name
_LONGEST = 120


def byline(
    facts: Facts,
    tree: _Element,
    outlet: Outlet | None,
    picked: Iterable[str],
    named: Iterable[_Element],
    printed: Iterable[str],
) -> str | None:
    """Return the authors, joined by commas.

    The profile's; JSON-LD's; those of meta tags; those that the page's markup names; a line
    that reads like a byline.
    """
    sites = site_names(facts, outlet)
    desks: list[str] = []
    for source in (
        picked,
        _linked(facts),
        _named(facts.dom.every(*_META)),
        _marked(facts, tree, named),
        printed,
    ):
        names = _names(source)
        # Many systems name the outlet as the author where they know no person.
        persons = [name for name in names if key(name) not in sites and not _SITE.search(name)]
        if persons:
            return ", ".join(persons)
        desks = desks or names
    return ", ".join(desks) or None


def _linked(facts: Facts) -> Iterator[str]:
    for field in ("author", "creator"):
        value = facts.node(field)
        values = value if isinstance(value, list) else [value]
        for item in values[:20]:
            yield from texts(facts.linked.resolve(item))


def _named(values: Iterable[Json]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value


def _marked(facts: Facts, tree: _Element, named: Iterable[_Element]) -> Iterator[str]:
    """Read the first element that marks an author: by relation, property, name or link."""
    for elements in (
        (e for e in having(tree, "rel") if e.get("rel") == "author" and e.tag in _AUTHOR_TAGS),
        (e for e, _ in facts.dom.itemprops.get("author", ())),
        named,
        (e for e in tree.iter("a") if _AUTHOR_PAGE.search(e.get("href") or "")),
    ):
        for element in islice(elements, 30):
            if any(a.tag in ("aside", "nav", "footer") for a in element.iterancestors()):
                continue
            text = own_text(element)
            is_name = text and 2 < len(text) <= _LONGEST and not _DIGITS.search(text)
            if text and is_name and _names([text]):
                yield text
                return


def _names(source: Iterable[str]) -> list[str]:
    names: dict[str, str] = {}
    for raw in source:
        text = clean(_MAIL.sub(" ", raw))
        if text is None:
            continue
        text = _POST.sub("", _BY.sub("", _BRACKETS.sub("", text))).strip(" ,;|·•-–—")
        if not text or len(text) > _LONGEST or _NOT_NAME.search(text):
            continue
        names.setdefault(key(text), text)
    names.pop("", None)
    return list(names.values())
