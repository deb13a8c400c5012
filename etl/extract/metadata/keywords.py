"""The tags of an article."""

import re
from collections.abc import Iterable

from etl.extract.metadata.facts import Facts
from etl.extract.metadata.jsonld import Json, texts
from etl.extract.shared.text import clean, key


def keywords(facts: Facts, picked: Iterable[str]) -> tuple[str, ...]:
    """Read the tags: the profile's, else JSON-LD's, else the meta tags'.

    Args:
        facts: what the page says about itself.
        picked: the tags that the profile's selectors found.

    Returns:
        The tags, each once.
    """
    for source in (
        picked,
        _split(facts.node("keywords")),
        facts.dom.every("article:tag", "og:article:tag", "parsely-tags"),
        (k for value in facts.dom.every("news_keywords", "keywords") for k in _split(value)),
    ):
        found = {key(k): k for raw in source if (k := clean(raw)) and len(k) <= 80}
        found.pop("", None)
        if found:
            return tuple(found.values())
    return ()


def _split(value: Json) -> list[str]:
    return [part for text in texts(value) for part in re.split(r"[,;،]", text)]
