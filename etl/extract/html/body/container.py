"""The body of a page that no profile describes: find the box that holds it, keep its text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.etree import _Element

from etl.extract.html.blocks.walk import Block

_HINT = re.compile(
    r"article-?_?-?(?:body|content|text)|(?:story|post|entry|news|page|main|single|detail|content)"
    r"[-_]{0,2}(?:body|content|text|entry|article)|body-?(?:text|copy|content)|articulo|artikel"
    r"|field--?name-(?:body|field-body)|^(?:article|story|post|content)$",
    re.I,
)
_PARTS = frozenset(
    ["p", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
     "td", "th", "tr", "tbody", "thead", "table", "pre", "center"]
)  # fmt: skip
_LEVELS = 5  # from a piece of an article to the box of all its pieces
_MARKED = 0.3  # what is left of a block's weight for each marked box around it
_LEAST_DECLARED = 150  # characters in a box marked as the body, for it to be no teaser
_ENTRY = 0.1  # what is left where paragraphs are in list items: comments, teasers
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@dataclass(frozen=True, slots=True)
class Body:
    """The box chosen and its blocks."""

    container: _Element
    blocks: list[Block]


def find_body(tree: _Element, blocks: Sequence[Block]) -> Body | None:
    """Find the article's body among the page's blocks.

    A name such as "related" or "sidebar" tells much about a box inside an article and nothing
    about a wrapper of the entire page. So marked boxes count little while the container is looked
    for, and only marks below the container decide what is left out of it.

    Args:
        tree: the page.
        blocks: all of its blocks.

    Returns:
        The box, or None where no block reads like text of an article.
    """
    root = tree.find("body")
    root = tree if root is None else root
    weights: dict[_Element, float] = {}
    scores: dict[_Element, float] = {}
    # A box with the page's heading in it is a wrapper, whatever its name.
    heading = next((b.element for b in blocks if b.tag == "h1" and b.link_share < 0.5), None)
    wrappers = set(heading.iterancestors()) if heading is not None else set()
    for block in blocks:
        weight = _weight(block, wrappers)
        if weight <= 0:
            continue
        box: _Element | None = block.element
        while box is not None and box.tag in _PARTS and box is not root:
            box = box.getparent()
        if is_entry(block):
            weight *= _ENTRY
        factor = 1.0
        while box is not None:
            weights[box] = weights.get(box, 0.0) + weight
            if factor > 0.1:
                scores[box] = scores.get(box, 0.0) + weight * factor
                factor /= 2
            if box is root:
                break
            box = box.getparent()
    if not weights:
        return None
    container = _choose(root, weights, scores)
    inside = set(container.iter())
    limit = 0.5 * weights[container]
    kept = [
        block
        for block in blocks
        if block.element in inside
        and not any(
            mark in inside and mark is not container and weights.get(mark, 0.0) < limit
            for mark in block.marks
        )
    ]
    return Body(container, kept)


def is_entry(block: Block) -> bool:
    """Tell whether a block is a paragraph in an item of a list, as comments and teasers are."""
    above = islice(block.element.iterancestors(), _LEVELS)
    return block.tag != "li" and any(element.tag == "li" for element in above)


def _weight(block: Block, wrappers: set[_Element]) -> float:
    length = len(block.text)
    if block.link_share > 0.5 or block.tag in _HEADINGS or length < 40:
        return 0.0
    weight = (
        min(length, 1000)
        * (1 - block.link_share)
        * _MARKED ** sum(1 for mark in block.marks if mark not in wrappers)
    )
    return weight if block.tag == "p" else weight * 0.7


def _choose(
    root: _Element, weights: dict[_Element, float], scores: dict[_Element, float]
) -> _Element:
    total = weights[root]
    declared = [e for e in weights if "articleBody" in (e.get("itemprop") or "")]
    if len(declared) == 1 and weights[declared[0]] >= max(_LEAST_DECLARED, 0.1 * total):
        return declared[0]
    node = max(scores, key=lambda e: scores[e])
    hinted = [
        e for e, w in weights.items() if w >= 0.5 * total and e.tag != "body" and _is_hinted(e)
    ]
    if hinted:
        deepest = max(hinted, key=lambda e: sum(1 for _ in e.iterancestors()))
        if weights[deepest] > weights[node]:
            node = deepest
    while node is not root:
        parent = node.getparent()
        if parent is None or parent.tag == "body":
            break
        extra = weights[parent] - weights[node]
        if extra <= 0.15 * weights[node] or _is_hinted(node) or node.tag == "article":
            break
        node = parent
    return _one_article(_with_siblings(node, weights), weights)


def _with_siblings(node: _Element, weights: dict[_Element, float]) -> _Element:
    """Climb to the box of all pieces where a page cuts its article into several like boxes."""
    piece: _Element | None = node
    for _ in range(_LEVELS):
        parent = piece.getparent() if piece is not None else None
        if piece is None or parent is None or piece.tag in ("article", "body", "html"):
            break
        name = (piece.get("class") or "").split()[:1]
        like = [
            other
            for other in parent
            if other is not piece
            and other.tag == piece.tag
            and name
            and (other.get("class") or "").split()[:1] == name
            and weights.get(other, 0.0) >= 0.2 * weights[piece]
        ]
        if like:
            node = parent
        piece = parent
    return node


def _one_article(node: _Element, weights: dict[_Element, float]) -> _Element:
    """Of several articles in one box (endless pages, digests), take the one with the title."""
    articles = [e for e in node.iter("article") if e is not node and weights.get(e, 0.0) > 0]
    outer = [e for e in articles if not any(a.tag == "article" for a in e.iterancestors())]
    if len(outer) < 2:
        return node
    inside = sum(weights[e] for e in outer)
    if inside < 0.8 * weights[node]:
        return node
    titled = [e for e in outer if next(e.iter("h1"), None) is not None]
    return titled[0] if titled else outer[0]


def _is_hinted(element: _Element) -> bool:
    get = element.get
    if "articleBody" in (get("itemprop") or ""):
        return True
    return any(_HINT.search(n) for n in f"{get('class') or ''} {get('id') or ''}".split())
