"""JSON-LD: every block of a page, also broken ones, and the node that describes its article."""

import json
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import TypeAlias

from lxml.etree import _Element

from etl.extract.shared.text import key

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Node: TypeAlias = dict[str, Json]

_PAGE = re.compile(r"^(?:WebPage|ItemPage|AboutPage|MedicalWebPage)$")
# Under these keys an object lists or names other articles than the one it describes.
_OTHERS = frozenset(
    ["itemListElement", "hasPart", "relatedLink", "relatedArticle", "citation", "mentions",
     "significantLink", "isBasedOn", "blogPost", "blogPosts", "subjectOf", "workExample"]
)  # fmt: skip
_ARTICLE = re.compile(r"(Article|BlogPosting|Report|SocialMediaPosting|Review|Recipe)$", re.I)
_MAX_NODES = 5000
_DEEPEST = 20
_SURROGATES = re.compile("[\ud800-\udfff]")  # JSON can write half a letter
_SCRAPS = "@scraps"  # marks a node read from a block that no parser takes
_COMMENTS = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*.{0,40}?\*/)|"
                       r"(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$", re.S)  # fmt: skip
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_QUOTE = re.compile(r'\\.|"', re.S)
_STRING_END = re.compile(r"\s*(?:[:}\]]|,\s*(?:[\"{\[\d-]|true|false|null)|$)")
# What a block that no parser takes still says in so many words.
_PAIR = re.compile(
    r'"(@type|headline|datePublished|dateModified|dateCreated|articleSection|url|'
    r'isAccessibleForFree|name)"\s*:\s*(?:"((?:[^"\\\n]|\\.){0,2000})"|(true|false))'
)
_AUTHOR = re.compile(r'"(?:author|creator)"\s*:\s*\[?\s*(\{[^{}]{0,600}\}|"[^"]{1,200}")')
_IMAGE = re.compile(r'"image"\s*:\s*(?:\[\s*)?(?:\{[^{}]{0,400}?"url"\s*:\s*)?"([^"]{8,600})"')


@dataclass(frozen=True, slots=True)
class LinkedData:
    """All nodes of a page's JSON-LD, in order.

    Attributes:
        nodes: the nodes.
        listed: those of them that another node lists: related items, mostly.
        is_broken: whether a block had to be mended.
        by_id: the nodes by ``@id``.
    """

    nodes: tuple[Node, ...] = ()
    listed: tuple[Node, ...] = ()
    is_broken: bool = False
    by_id: dict[str, Node] = field(default_factory=dict)

    def resolve(self, value: Json) -> Json:
        """Follow a reference of the form ``{"@id": …}`` to the node it names."""
        if isinstance(value, dict) and set(value) <= {"@id", "@type"}:
            target = self.by_id.get(str(value.get("@id")))
            if target is not None and len(target) > len(value):
                return target
        return value

    def of_type(self, pattern: re.Pattern[str]) -> Iterator[Node]:
        """The nodes with a matching type, in page order."""
        return (node for node in self.nodes if any(pattern.search(t) for t in types(node)))

    def article(
        self, urls: tuple[str, ...], title: str | None, shown: tuple[str, ...]
    ) -> Node | None:
        """Find the node of the page's article: one that says so, else the first with a headline.

        Args:
            urls: the page's addresses.
            title: its title in OpenGraph.
            shown: its titles elsewhere on the page.

        Returns:
            The node; None where the nodes are those of other articles.
        """
        own = {_url_key(url) for url in urls if url}
        titles = {key(text) for text in (title, *shown) if text}
        named, titled, others, headlines = [], [], [], set()
        listed = {id(node) for node in self.listed}
        for node in self.of_type(_ARTICLE):
            addresses = {_url_key(url) for url in _own_urls(node)}
            headline = key(next(texts(node.get("headline")), None))
            if own & addresses:
                named.append(node)
            elif headline and any(headline in text for text in titles):
                titled.append(node)
            else:
                headlines.add(headline)
                if id(node) not in listed and not _leads_away(addresses, own):
                    others.append(node)
        if not (named or titled) and len(headlines) > 1:
            return None  # several articles, none of them this page's
        nodes = named or titled or others
        same = [n for n in nodes if title and n.get("headline") == title]
        dated = [n for n in nodes if n.get("datePublished")]
        nodes = same or [n for n in dated if n.get("headline")] or dated or nodes
        return nodes[0] if nodes else None

    def page(self, urls: tuple[str, ...]) -> Node | None:
        """Find the node of the page as such: the one that names it, else the only one."""
        nodes = [n for n in self.of_type(_PAGE) if n.get("datePublished")]
        own = {_url_key(url) for url in urls if url}
        named = [n for n in nodes if own & {_url_key(u) for u in _own_urls(n)}]
        return named[0] if named else nodes[0] if len(nodes) == 1 else None


def _leads_away(addresses: set[str], own: set[str]) -> bool:
    """Tell whether a node's addresses are other pages of the same site."""
    hosts = {_host(address) for address in own}
    return bool(addresses and own) and all(
        _host(address) in hosts and not _is_near(address, own) for address in addresses
    )


def _host(address: str) -> str:
    return address.partition("/")[0].removeprefix("www.")


def _is_near(address: str, own: set[str]) -> bool:
    """Tell whether one path is in the other, as the root's, a print page's and AMP's are."""
    path = address.partition("/")[2]
    paths = [other.partition("/")[2] for other in own]
    return any(path in other or other in path for other in paths)


def read(tree: _Element) -> LinkedData:
    """Read all blocks. A broken one gives what can be read of it."""
    nodes: list[Node] = []
    listed: list[Node] = []
    is_broken = False
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = script.text
        if not text or not text.strip():
            continue
        block, mended = _load(text)
        is_broken |= mended
        _collect(block, nodes, listed)
    by_id = {str(node["@id"]): node for node in reversed(nodes) if "@id" in node and len(node) > 2}
    return LinkedData(tuple(nodes), tuple(listed), is_broken, by_id)


def is_scraps(node: Node | None) -> bool:
    """Tell whether a node was pieced together from a broken block."""
    return node is not None and _SCRAPS in node


def types(node: Node) -> tuple[str, ...]:
    """The node's types, without the vocabulary's address."""
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return tuple(str(v).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for v in values if v)


def texts(value: Json, depth: int = 0) -> Iterator[str]:
    """Yield the plain strings of a value, of a list or of an object's ``name``/``@value``."""
    if isinstance(value, str):
        if text := _SURROGATES.sub("", unescape(value)).strip():
            yield text
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif depth < _DEEPEST and isinstance(value, list):
        for item in value[:200]:
            yield from texts(item, depth + 1)
    elif depth < _DEEPEST and isinstance(value, dict):
        yield from texts(value.get("name") or value.get("@value"), depth + 1)


def _load(text: str) -> tuple[Json, bool]:
    try:
        return json.loads(text, strict=False), False
    except (ValueError, RecursionError):
        pass
    mended = _TRAILING_COMMA.sub(r"\1", _COMMENTS.sub("", text).strip().rstrip(";"))
    for candidate in (mended, unescape(mended)):
        try:
            return json.JSONDecoder(strict=False).raw_decode(candidate)[0], candidate is not mended
        except (ValueError, RecursionError):
            continue
    return _scraps(_with_quotes_escaped(mended)), True


def _with_quotes_escaped(text: str) -> str:
    """Escape the quotes inside strings: those that no sign of JSON follows."""
    parts: list[str] = []
    is_open = False
    position = 0
    for quote in _QUOTE.finditer(text):
        parts.append(text[position : quote.start()])
        position = quote.end()
        if quote.group() != '"':
            parts.append(quote.group())  # an escape
        elif not is_open or _STRING_END.match(text, position):
            parts.append('"')
            is_open = not is_open
        else:
            parts.append('\\"')
    parts.append(text[position:])
    return "".join(parts)


def _scraps(text: str) -> Json:
    """What single key-value pairs of a broken block say, if it speaks of an article."""
    node: Node = {}
    kinds: list[Json] = []
    for name, quoted, literal in _PAIR.findall(text[:400_000]):
        value: Json = literal == "true" if literal else _unquote(quoted)
        if name == "@type":
            kinds.append(value)
        elif name not in node and name not in ("name", "url"):
            node[name] = value
    article = next((k for k in kinds if isinstance(k, str) and _ARTICLE.search(k)), None)
    if article is None:
        return None
    node["@type"] = article
    node[_SCRAPS] = True
    if author := _AUTHOR.search(text):
        names = re.findall(r'"name"\s*:\s*"([^"]+)"', author.group(1))
        node["author"] = [_unquote(n) for n in names] or _unquote(author.group(1).strip('"{}'))
    if image := _IMAGE.search(text):
        node["image"] = _unquote(image.group(1))
    return node


def _unquote(quoted: str) -> str:
    try:
        return str(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return quoted


def _collect(block: Json, nodes: list[Node], listed: list[Node]) -> None:
    """Collect all objects that have a type, outer before inner, without recursion."""
    queue: deque[tuple[Json, bool]] = deque([(block, False)])
    while queue and len(nodes) < _MAX_NODES:
        value, is_listed = queue.popleft()
        if isinstance(value, list):
            queue.extendleft((v, is_listed) for v in reversed(value) if isinstance(v, (dict, list)))
        elif isinstance(value, dict):
            if "@type" in value or "@graph" in value:
                nodes.append(value)
                if is_listed:
                    listed.append(value)
            queue.extend(
                (v, is_listed or name in _OTHERS)
                for name, v in value.items()
                if isinstance(v, (dict, list))
            )


def _own_urls(node: Node) -> Iterator[str]:
    for name in ("url", "@id", "mainEntityOfPage"):
        value = node.get(name)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            yield value


def _url_key(url: str) -> str:
    return url.partition("#")[0].partition("?")[0].partition("://")[2].rstrip("/").lower()
