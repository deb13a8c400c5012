"""The body of a page that no profile describes: find the box that holds it, keep its text."""

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

from etl.extract.html_blocks import Block

_HINT = re.compile(
    r"article-?_?-?(?:body|content|text)|(?:story|post|entry|news|page|main|single|detail|content)"
    r"[-_]{0,2}(?:body|content|text|entry|article)|body-?(?:text|copy|content)|articulo|artikel"
    r"|field--?name-(?:body|field-body)|^(?:article|story|post|content)$",
    re.I,
)
# Never the article, unless nearly all of the page's text is inside.
_HARD = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus\w*|respond|related\w*|recommend\w*|newsletter\w*|"
    r"subscri\w*|promos?|promo-\w*|advert\w*|ads?|adbox|adslot|sponsor\w*|outbrain|taboola|footer|"
    r"nav|navbar|navigation|breadcrumbs?|cookies?|consent|trending|popular|cli-\w*|gdpr|"
    r"most-?(?:read|popular|viewed)|more-?(?:stories|news|from|on|articles|posts)|pagination|pager|"
    r"read-?(?:more|next|also)|see-?also|skip|hidden|hide|visually-?hidden|screen-?reader\w*|"
    r"sr-only|print-?only|noprint|twitter-tweet|instagram-media|tiktok-embed|fb-post|dfp|gpt|"
    r"latest-?\w*|teasers?|captions?|credits?|disclaimer|copyright)(?:$|[\s_-])|"
    r"[a-z](?:Comments?|Related|Newsletter|Promo|Footer|Breadcrumbs?|Advert\w*|Ad|Teasers?|"
    r"Recommend\w*|Caption|Credit)(?:$|[\s_A-Z-])"
)
# Often furniture, but also used on wrappers of articles.
_SOFT = re.compile(
    r"(?:^|[\s_-])(?:share|sharing|sharebar|shares|social\w*|sidebar\w*|side-?bar|menu\w*|modal|"
    r"popup|overlay|login|signup|paywall|tags|tag-?list|taglist|topics|toolbar|tools|meta|byline|"
    r"dateline|timestamp|author\w*|bio|gallery|slideshow|carousel|slider|next|prev|widget\w*|"
    r"rating\w*|banner\w*|embed\w*|infobox|factbox|inset|pullquote|aside|toc)(?:$|[\s_-])|"
    r"[a-z](?:Share|Social|Sidebar|Nav|Menu|Byline|Author|Tags)(?:$|[\s_A-Z-])"
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SKIPPED_TAGS = frozenset(["nav", "aside", "footer", "form", "figure"])
_ROLES = frozenset(["navigation", "complementary", "banner", "contentinfo", "search", "dialog"])
_PARTS = frozenset(
    ["p", "li", "ul", "ol", "dl", "dt", "dd", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6",
     "td", "th", "tr", "tbody", "thead", "table", "pre", "center"]
)  # fmt: skip
_MARKED = 0.3  # what is left of a block's weight for each marked box round it
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])


@dataclass(slots=True)
class Body:
    """The box chosen and its blocks, and the share of the page's good text that it holds."""

    container: HtmlElement
    blocks: list[Block]
    confidence: float


def is_furniture(element: HtmlElement, tag: str) -> bool | None:
    """Tell whether an element's tag, names or style speak against it; None: it is never text."""
    if tag == "figure":
        return None
    if tag in _SKIPPED_TAGS:
        return True
    get = element.get
    names = f"{get('class') or ''} {get('id') or ''}"
    if len(names) > 1 and (_HARD.search(names) or _SOFT.search(names)):
        return True
    style = get("style")
    if style and _HIDDEN_STYLE.search(style):
        return True
    return get("hidden") is not None or get("aria-hidden") == "true" or get("role") in _ROLES


def find_body(tree: HtmlElement, blocks: list[Block]) -> Body | None:
    """Find the article's body among the page's blocks.

    A name such as "related" or "sidebar" tells much about a box inside an article and nothing
    about a wrapper of the whole page. So marked boxes count little while the container is looked
    for, and only marks below the container decide what is left out of it.
    """
    root = tree.find("body")
    root = tree if root is None else root
    weights: dict[HtmlElement, float] = {}
    scores: dict[HtmlElement, float] = {}
    for block in blocks:
        weight = _weight(block)
        if weight <= 0:
            continue
        element = block.element
        while element.tag in _PARTS and element is not root:
            element = element.getparent()
        factor = 1.0
        while element is not None:
            weights[element] = weights.get(element, 0.0) + weight
            if factor > 0.1:
                scores[element] = scores.get(element, 0.0) + weight * factor
                factor /= 2
            if element is root:
                break
            element = element.getparent()
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
    return Body(container, kept, weights[container] / weights[root])


def _weight(block: Block) -> float:
    length = len(block.text)
    if block.link_share > 0.5 or block.tag in _HEADINGS or length < 40:
        return 0.0
    weight = min(length, 1000) * (1 - block.link_share) * _MARKED ** len(block.marks)
    return weight if block.tag == "p" else weight * 0.7


def _choose(
    root: HtmlElement, weights: dict[HtmlElement, float], scores: dict[HtmlElement, float]
) -> HtmlElement:
    whole = weights[root]
    node = max(scores, key=lambda e: scores[e])
    hinted = [
        e for e, w in weights.items() if w >= 0.5 * whole and e.tag != "body" and _is_hinted(e)
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
        if extra > 0.15 * weights[node] and not _is_hinted(node) and node.tag != "article":
            node = parent
            continue
        break
    return _one_article(node, weights)


def _one_article(node: HtmlElement, weights: dict[HtmlElement, float]) -> HtmlElement:
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


def _is_hinted(element: HtmlElement) -> bool:
    get = element.get
    if "articleBody" in (get("itemprop") or ""):
        return True
    return any(_HINT.search(n) for n in f"{get('class') or ''} {get('id') or ''}".split())
