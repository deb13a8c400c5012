"""One HTML page to a ``Page``: each field by a reader of its own, from one context."""

from functools import cache, partial

from etl.extract.decode import Decoded
from etl.extract.html import lists, parts
from etl.extract.html.body.read import read_body
from etl.extract.html.context import PageContext, open_page
from etl.extract.html.kind import page_kind
from etl.extract.metadata.authors import byline
from etl.extract.metadata.image import image_url
from etl.extract.metadata.keywords import keywords
from etl.extract.metadata.language import text_language
from etl.extract.metadata.section import section
from etl.extract.metadata.times import read_times
from etl.extract.metadata.title import title as read_title
from etl.outlets.profiles import Outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import PageKind

_KINDS_WITH_LINKS = (PageKind.LISTING, PageKind.HOME_PAGE)


def read_html(decoded: Decoded, capture: Capture, outlets: Outlets) -> Page:
    """Read one page.

    Args:
        decoded: the page's text.
        capture: where and when it was fetched.
        outlets: the profiles.

    Raises:
        UnreadablePageError: ``no_markup`` where the text holds no element.
    """
    return read_page(open_page(decoded, capture, outlets))


def read_page(page: PageContext) -> Page:
    """Read the fields of a page; the same context always gives the same ones."""
    picked_title = page.texts(page.hints.title)
    title = read_title(page.facts, page.outlet, picked_title[0] if picked_title else None)
    captions = parts.captions(page)
    body = read_body(page, title, captions)
    signoff, paragraphs = parts.signoff(page, body.paragraphs)
    captions = parts.outside(captions, paragraphs)
    # Lists and breadcrumb may need all blocks of the page, and then its head is among them; the
    # results are the same in any order.
    sidebar = lists.sidebar(page)
    breadcrumb = parts.breadcrumb(page)
    bylines = page.texts(page.hints.byline)
    head = parts.read_head(page, title, body.paragraphs, has_byline=bool(bylines))
    image = image_url(page.facts)
    printed = parts.printed_times(page, head)
    masthead_day = parts.page_date(page, head)
    search = partial(parts.searched_day, page, masthead_day)
    times = read_times(page.facts, page.zone, printed, image, page.fetched_at, search)
    links = cache(partial(lists.article_links, page))
    kind, reason = page_kind(page, title, paragraphs, body.source, links, times)
    warnings = (
        *page.warnings,
        *page.facts.warnings,
        *_title_warnings(page, picked_title),
        *body.warnings,
        *printed.warnings,
        *times.warnings,
    )
    return Page(
        kind=kind,
        reason=reason,
        outlet_id=page.outlet.id if page.outlet else page.capture.outlet_id,
        url=page.facts.url,
        title=title,
        kicker=parts.kicker(page, title),
        byline=byline(
            page.facts,
            page.tree,
            page.outlet,
            picked=bylines,
            named=parts.named_authors(page),
            printed=parts.printed_byline(head),
        ),
        edition=parts.edition(page, head),
        section=section(page.facts, breadcrumb),
        published_at=times.published_at,
        published_at_source=times.source,
        published_date=times.published_date,
        updated_at=times.updated_at,
        page_date=masthead_day,
        language=text_language(page.facts, title, paragraphs),
        paragraphs=tuple(paragraphs),
        body_source=body.source if paragraphs else None,
        captions=tuple(captions),
        photo_credit=parts.photo_credit(captions),
        image_url=image,
        keywords=keywords(page.facts, page.texts(page.hints.keywords)),
        signoff=signoff,
        sidebar=tuple(sidebar),
        links=links() if kind in _KINDS_WITH_LINKS else (),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _title_warnings(page: PageContext, picked: list[str]) -> tuple[str, ...]:
    return ("selector_missing:title",) if page.hints.title and not picked else ()
