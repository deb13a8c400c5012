"""What a page is: an article, or which of the other kinds, and by which sign."""

import re
from collections.abc import Callable, Sequence

from etl.extract.html.blocks.walk import Block
from etl.extract.html.body.boilerplate import below_links
from etl.extract.html.body.state import needs_rendering
from etl.extract.html.context import PageContext
from etl.extract.metadata.facts import Facts, path_of
from etl.extract.metadata.jsonld import types
from etl.extract.metadata.times import Times
from etl.extract.shared.lexicon import MISSING_PAGE, SOFT_404
from etl.extract.shared.patterns import one_of
from etl.extract.shared.sentences import PARAGRAPH_END
from etl.extract.shared.text import key
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import NEEDS_RENDERING, BodySource, PageKind

_LIVE = re.compile(r"LiveBlog|LiveBlogPosting")
_GALLERY = re.compile(r"^(?:ImageGallery|MediaGallery|PhotoGallery)$")
_LISTING = re.compile(r"^(?:CollectionPage|SearchResultsPage)$")
_VIDEO_PATH, _GALLERY_PATH, _LIVE_PATH = (
    re.compile(f"(?:^|/){one_of('addresses', name)}(?:/|$)", re.I)
    for name in ("video_path", "gallery_path", "live_path")
)
# Least characters of prose that make an article where nothing on the page says it is one; the
# shortest briefs of the sample and benchmark pages have about 120.
_LEAST_TEXT = 100
_LEAST_AMONG_LINKS = 150  # the same on a page of links: a section's description is shorter
_LEAST_BESIDE_VIDEO = 200  # and on one with a video: its caption is shorter
# A gallery's or video's page with this much text of its own is an article with pictures.
_MUCH_TEXT = 600
_PARAGRAPH = 40  # characters; shorter ones are names, dates and labels
_TEASERS = 0.5  # share of a text that stands right below headlines which are links


def page_kind(
    page: PageContext,
    title: str | None,
    paragraphs: list[str],
    source: BodySource,
    links: Callable[[], Sequence[DeclaredLink]],
    times: Times,
) -> tuple[PageKind, str | None]:
    """Tell what a page is. One with a text of its own is an article unless a sign speaks against.

    Args:
        page: the page.
        title: its headline.
        paragraphs: its text.
        source: what gave the text.
        links: reads the page's links to articles; called only where they decide.
        times: when it was published.

    Returns:
        The kind, and for all but articles by which sign.
    """
    facts = page.facts
    length = _prose(paragraphs, source)
    url = page.base or ""
    path = path_of(url)
    kinds = {t for node in facts.linked.nodes for t in types(node)}
    graph_type = (facts.dom.first("og:type") or "").lower()
    is_article = facts.article is not None or graph_type == "article"
    is_dated = times.published_at is not None or times.published_date is not None
    if title and _is_soft_404(title, length, has_signs=is_article or is_dated):
        return PageKind.SOFT_404, f"title: {title[:80]}"
    if any(_LIVE.search(k) for k in kinds):
        return PageKind.LIVE_BLOG, "JSON-LD LiveBlogPosting"
    if any("LiveBlogPosting" in scope for scope in facts.dom.scopes):
        return PageKind.LIVE_BLOG, "microdata LiveBlogPosting"
    if _LIVE_PATH.search(path) and facts.article is None:
        return PageKind.LIVE_BLOG, "address"
    other = _picture_page(facts, kinds, graph_type, path, length)
    if other is not None:
        return other
    if url and path in ("", "/") and "?" not in url and not is_article:
        return PageKind.HOME_PAGE, "address of the site's root"
    if not is_article:
        if any(_LISTING.search(k) for k in kinds):
            return PageKind.LISTING, "JSON-LD CollectionPage"
        if not is_dated and length < _LEAST_AMONG_LINKS and (count := len(links())) >= 8:
            return PageKind.LISTING, f"{count} article links, {length} characters of text"
    if facts.article is None and not is_dated:
        share = _teaser_share(page.blocks.all, paragraphs)
        if share >= _TEASERS and (count := len(links())) >= 8:
            return PageKind.LISTING, f"{count} article links, {share:.0%} of the text teasers"
    if length < _LEAST_TEXT and not (is_article and length >= _PARAGRAPH):
        if needs_rendering(page.tree):
            return PageKind.NO_ARTICLE, NEEDS_RENDERING
        return PageKind.NO_ARTICLE, f"{length} characters of text"
    return PageKind.ARTICLE, None


def _prose(paragraphs: list[str], source: BodySource) -> int:
    """Count the characters of running text.

    The walk has separated prose from menus by form already, so its paragraphs need no closing stop:
    many end in a sign-off, a footnote or a bar typed for the danda.
    """
    is_walk = source in (BodySource.WALK, BodySource.PROFILE)
    return sum(
        len(p) for p in paragraphs if len(p) >= _PARAGRAPH and (is_walk or PARAGRAPH_END.search(p))
    )


def _is_soft_404(title: str, length: int, *, has_signs: bool) -> bool:
    """Tell an error page by its title; headlines too say 404, or that someone was not found."""
    if length >= _MUCH_TEXT:
        return False
    if MISSING_PAGE.fullmatch(title):
        return True
    return SOFT_404.fullmatch(title) is not None and not (has_signs and length >= _LEAST_TEXT)


def _teaser_share(blocks: Sequence[Block], paragraphs: list[str]) -> float:
    """Return how much of a text, 0 to 1, stands in paragraphs right below a linked headline."""
    teasers = below_links(blocks)
    return sum(len(p) for p in paragraphs if key(p) in teasers) / max(1, sum(map(len, paragraphs)))


def _picture_page(
    facts: Facts, kinds: set[str], graph_type: str, path: str, length: int
) -> tuple[PageKind, str] | None:
    """Tell galleries and videos, whose own text is short."""
    if length >= _MUCH_TEXT:
        return None
    if any(_GALLERY.search(k) for k in kinds):
        return PageKind.GALLERY, "JSON-LD ImageGallery"
    if _GALLERY_PATH.search(path):
        return PageKind.GALLERY, "address"
    if graph_type.startswith("video"):
        return PageKind.VIDEO, f"og:type {graph_type}"
    if "VideoObject" in kinds and facts.article is None and length < _LEAST_BESIDE_VIDEO:
        return PageKind.VIDEO, "JSON-LD VideoObject"
    if _VIDEO_PATH.search(path):
        return PageKind.VIDEO, "address"
    return None
