"""The section that an article stands in."""

from collections.abc import Iterable

from etl.bangla.lexicon import read_lexicon
from etl.extract.metadata.facts import Facts
from etl.extract.metadata.jsonld import texts, types
from etl.extract.shared.text import clean, key

_HOME = frozenset(map(key, read_lexicon("page_furniture")["home_crumb"]))


def section(facts: Facts, crumbs: Iterable[str]) -> str | None:
    """Read the section: the breadcrumb's steps, else what the metadata names.

    Args:
        facts: what the page says about itself.
        crumbs: the steps of the breadcrumb that the page shows.

    Returns:
        The steps after the home page, joined by ``>``.
    """
    trail = [c for c in crumbs if c and key(c) not in _HOME]
    if not trail:
        trail = _linked_crumbs(facts)
    if not trail:
        named = facts.dom.first("article:section", "og:article:section", "parsely-section")
        first = clean(next(texts(facts.node("articleSection")), None)) or clean(named)
        trail = [first] if first else []
    headline = key(next(texts(facts.node("headline")), None) or facts.dom.first("og:title"))
    trail = [c for c in trail if key(c) != headline]
    return " > ".join(dict.fromkeys(trail)) or None


def _linked_crumbs(facts: Facts) -> list[str]:
    for node in facts.linked.nodes:
        items = node.get("itemListElement")
        if "BreadcrumbList" not in types(node) or not isinstance(items, list):
            continue
        names = []
        for item in items:
            if isinstance(item, dict):
                inner = item.get("item")
                name = next(texts(item.get("name")), None) or (
                    next(texts(inner), None) if isinstance(inner, dict) else None
                )
                if (name := clean(name)) and key(name) not in _HOME:
                    names.append(name)
        if names:
            return names
    return []
