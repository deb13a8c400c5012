"""Bylines: who wrote an article, as names, from JSON-LD, meta tags, microdata or the page."""

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from etl.extract.metadata import Facts
from etl.extract.metadata_jsonld import Json, texts
from etl.extract.metadata_text import clean, key, own_text

_BY = re.compile(
    r"^(?:by|written by|story by|reported by|posted by|von|par|por|di|da|af|av|door|przez|oleh|text|"
    r"autor(?:in)?|author|লিখেছেন|লেখা|প্রতিবেদক|প্রতিবেদন)\b\s*:?\s*(?=\S)",
    re.I,
)
_NOT_NAME = re.compile(
    r"^(?:https?://|www\.|@)|\.(?:com|net|org)/|^(?:admin(?:istrator)?|editor|undefined|null|none|"
    r"unknown|n/?a|true|false|author|redazione web)$",
    re.I,
)
_MAIL = re.compile(r"\s*[(<\[]?\S+@\S+\.\w+[)>\]]?\s*")
_CLASSES = (
    "//*[@rel='author' or @itemprop='author' or contains(@class,'author-name') or "
    "contains(@class,'authorname') or contains(@class,'author__name') or "
    "contains(@class,'author_name') or contains(@class,'contributor-name')]",
    "//*[contains(concat(' ',normalize-space(@class),' '),' author ') or "
    "contains(@class,'byline') or contains(@class,'Byline') or contains(@class,'article-author') or "
    "contains(concat(' ',normalize-space(@class),' '),' writer ') or "
    "contains(concat(' ',normalize-space(@class),' '),' writter ') or "
    "contains(concat(' ',normalize-space(@class),' '),' reporter ')]",
)
_META = ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author",
         "sailthru.author", "cxenseparse:author", "article:author_name", "byl")  # fmt: skip
_LONGEST = 120


def byline(
    facts: Facts, tree: HtmlElement, picked: Iterable[str], printed: Iterable[str]
) -> str | None:
    """Return the authors, joined by commas.

    The profile's; JSON-LD's; those of meta tags; those that the page's markup names; a line
    that reads like a byline.
    """
    for source in (
        picked,
        _linked(facts),
        _named(facts.dom.every(*_META)),
        _marked(tree),
        printed,
    ):
        names = _names(source)
        if names:
            return ", ".join(names)
    return None


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


def _marked(tree: HtmlElement) -> Iterator[str]:
    for selector in _CLASSES:
        found = False
        for element in tree.xpath(selector)[:30]:
            if any(a.tag in ("aside", "nav", "footer", "li") for a in element.iterancestors()):
                continue
            text = own_text(element)
            if text and 2 < len(text) <= _LONGEST:
                found = True
                yield text
                break
        if found:
            return


def _names(source: Iterable[str]) -> list[str]:
    names: dict[str, str] = {}
    for raw in source:
        text = clean(_MAIL.sub(" ", raw))
        if text is None:
            continue
        text = _BY.sub("", text).strip(" ,;|·•-–—")
        if not text or len(text) > _LONGEST or _NOT_NAME.search(text):
            continue
        names.setdefault(key(text), text)
    names.pop("", None)
    return list(names.values())
