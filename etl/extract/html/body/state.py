"""Text that a page holds only in the state of its scripts: ``__NEXT_DATA__`` and the like.

Read where it is plain: an object of the state that has the page's title or address, or the only
one with a text of its own. A page that shows no text and holds none so has to be rendered.
"""

import json
import re
from collections import deque
from collections.abc import Iterator

from lxml.etree import _Element

from etl.bangla.lexicon import read_lexicon
from etl.extract.html.blocks.walk import read_blocks
from etl.extract.metadata.jsonld import Json, Node, texts
from etl.extract.shared.patterns import one_of
from etl.extract.shared.text import clean, key
from etl.markup.tree import having, parse, text_of
from etl.schema.problems import UnreadablePageError

_KEYS = read_lexicon("metadata_keys")
_BODIES = _KEYS["state_body"]
_TITLES = frozenset(_KEYS["state_title"])
_ADDRESSES = frozenset(_KEYS["state_address"])
_PIECES = ("text", "html", "content", "value", "body", "children")
_ASSIGNED = re.compile(
    r"(?:window|self|globalThis)\s*(?:\.\s*\w+|\[\s*[\"']\w+[\"']\s*\])\s*=\s*(?=[{\[])"
)
_TAG = re.compile(r"<(?:p|br|div|h\d|li|ul|blockquote|span|strong|em|a)\b[^<>]*>", re.I)
_SHELL = re.compile(f"^{one_of('class_names', 'app_shell')}$", re.I)
_SCRIPTED = re.compile(one_of("page_furniture", "needs_script"), re.I)
_LEAST = 200  # characters of a text; descriptions are shorter
_MOST_NODES = 50_000
_DEEPEST = 12
_EMPTY = 200  # characters in the box that a script fills, at most


def embedded_text(tree: _Element, title: str | None, url: str | None) -> list[str]:
    """Read the article's text from the page's embedded state.

    Args:
        tree: the page.
        title: its title.
        url: its address.

    Returns:
        The paragraphs; empty where no object of the state is the article for certain.
    """
    found = [node for state in _states(tree) for node in _with_text(state)]
    own = [node for node in found if _is_own(node, key(title), url)]
    candidates = own or (found if len(found) == 1 else [])
    best: list[str] = []
    for node in candidates:
        paragraphs = _text(node)
        if sum(map(len, paragraphs)) > sum(map(len, best)):
            best = paragraphs
    return best


def needs_rendering(tree: _Element) -> bool:
    """Tell whether a page shows no text because a script has to bring it."""
    if next((s for s in tree.iter("script") if s.get("src") or s.text), None) is None:
        return False
    if any(_SCRIPTED.search(text_of(e)) for e in tree.iter("noscript")):
        return True
    return any(
        _SHELL.match(e.get("id") or "") and len(text_of(e).strip()) <= _EMPTY
        for e in having(tree, "id")
    )


def _states(tree: _Element) -> Iterator[Json]:
    decoder = json.JSONDecoder(strict=False)
    for script in tree.iter("script"):
        text = script.text
        kind = (script.get("type") or "").lower()
        if not text or len(text) < _LEAST or "ld+json" in kind:
            continue
        start = 0
        if "json" not in kind:
            assigned = _ASSIGNED.search(text)
            if assigned is None:
                continue
            start = assigned.end()
        try:
            yield decoder.raw_decode(text, start if start else len(text) - len(text.lstrip()))[0]
        except (ValueError, RecursionError):
            continue


def _with_text(state: Json) -> Iterator[Node]:
    """Yield the objects that have a text, outer before inner."""
    queue: deque[Json] = deque([state])
    for _ in range(_MOST_NODES):
        if not queue:
            return
        value = queue.popleft()
        if isinstance(value, list):
            queue.extend(v for v in value if isinstance(v, (dict, list)))
        elif isinstance(value, dict):
            if sum(map(len, _text(value))) >= _LEAST and _TITLES & value.keys():
                yield value
            queue.extend(v for v in value.values() if isinstance(v, (dict, list)))


def _text(node: Node) -> list[str]:
    """The text of one object: a string, or pieces in a list."""
    best: list[str] = []
    for name in _BODIES:
        paragraphs = list(_paragraphs(node.get(name), 0))
        if sum(map(len, paragraphs)) > sum(map(len, best)):
            best = paragraphs
    return best


def _paragraphs(value: Json, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        for text in texts(value):
            yield from (t for line in _lines(text) if (t := clean(line)))
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            yield from _paragraphs(item, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name in _PIECES:
            if isinstance(value.get(name), (str, list, dict)):
                yield from _paragraphs(value[name], depth + 1)
                return


def _lines(text: str) -> list[str]:
    if not _TAG.search(text):
        return text.splitlines()
    try:
        return [block.text for block in read_blocks(parse(text), lambda *_: False)]
    except UnreadablePageError:
        return []


def _is_own(node: Node, title: str, url: str | None) -> bool:
    titles = {key(t) for name in _TITLES for t in texts(node.get(name))}
    if title and title in titles:
        return True
    parts = (url or "").rstrip("/").rpartition("/")[2]
    addresses = {
        t.rstrip("/").rpartition("/")[2] for name in _ADDRESSES for t in texts(node.get(name))
    }
    return len(parts) > 1 and parts in addresses
