"""What a page is: an article, or which of the other kinds, and by which sign."""

import re
from collections.abc import Callable, Sequence

from etl.extract.html.context import PageContext
from etl.extract.metadata.facts import Facts, path_of
from etl.extract.metadata.jsonld import types
from etl.extract.metadata.times import Times
from etl.extract.shared.lexicon import SOFT_404
from etl.extract.shared.patterns import one_of
from etl.extract.shared.sentences import PARAGRAPH_END
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import PageKind

_LIVE = re.compile(r"LiveBlog|LiveBlogPosting")
_GALLERY = re.compile(r"^(?:ImageGallery|MediaGallery|PhotoGallery)$")
_LISTING = re.compile(r"^(?:CollectionPage|SearchResultsPage)$")
_VIDEO_PATH, _GALLERY_PATH, _LIVE_PATH = (
    re.compile(f"(?:^|/){one_of('addresses', name)}(?:/|$)", re.I)
    for name in ("video_path", "gallery_path", "live_path")
)
# Least characters of complete sentences that make an article where nothing on the page says it is
# one; the shortest briefs of the sample and benchmark pages have about 120.
_LEAST_TEXT = 100
# A gallery's or video's page with this much text of its own is an article with pictures.
_MUCH_TEXT = 600


def page_kind(
    page: PageContext,
    title: str | None,
    paragraphs: list[str],
    links: Callable[[], Sequence[DeclaredLink]],
    times: Times,
) -> tuple[PageKind, str | None]:
    """Tell what a page is.

    Args:
        page: the page.
        title: its headline.
        paragraphs: its text.
        links: reads the page's links to articles; called only where they decide.
        times: when it was published.

    Returns:
        The kind, and for all but articles by which sign.
    """
    facts = page.facts
    length = sum(len(p) for p in paragraphs if len(p) >= 40 and PARAGRAPH_END.search(p))
    if title and length < _MUCH_TEXT and SOFT_404.fullmatch(title):
        return PageKind.SOFT_404, f"title: {title[:80]}"
    url = page.base or ""
    path = path_of(url)
    kinds = {t for node in facts.linked.nodes for t in types(node)}
    graph_type = (facts.dom.first("og:type") or "").lower()
    if any(_LIVE.search(k) for k in kinds):
        return PageKind.LIVE_BLOG, "JSON-LD LiveBlogPosting"
    if any("LiveBlogPosting" in scope for scope in facts.dom.scopes):
        return PageKind.LIVE_BLOG, "microdata LiveBlogPosting"
    if _LIVE_PATH.search(path) and facts.article is None:
        return PageKind.LIVE_BLOG, "address"
    other = _picture_page(facts, kinds, graph_type, path, length)
    if other is not None:
        return other
    is_article = facts.article is not None or graph_type == "article"
    if url and path in ("", "/") and "?" not in url and not is_article:
        return PageKind.HOME_PAGE, "address of the site's root"
    if not is_article:
        if any(_LISTING.search(k) for k in kinds):
            return PageKind.LISTING, "JSON-LD CollectionPage"
        if times.published_at is None and (count := len(links())) >= 8 and length < 40 * count:
            return PageKind.LISTING, f"{count} article links, {length} characters of text"
    if length < _LEAST_TEXT and not (is_article and length >= 40):
        return PageKind.NO_ARTICLE, f"{length} characters of text"
    return PageKind.ARTICLE, None


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
    if "VideoObject" in kinds and facts.article is None:
        return PageKind.VIDEO, "JSON-LD VideoObject"
    if _VIDEO_PATH.search(path):
        return PageKind.VIDEO, "address"
    return None
