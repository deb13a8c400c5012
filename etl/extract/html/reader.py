"""One HTML page to a ``Page``: parse once, read the metadata, pick the body, tell the kind."""

import re
from contextlib import suppress
from functools import cache

from etl.bangla.clock import DHAKA
from etl.extract.decode import Decoded
from etl.extract.html import kind as html_kind
from etl.extract.html import lists, parts, profile
from etl.extract.html import tree as html_tree
from etl.extract.html.names import AUTHOR, CAPTION, CRUMBS
from etl.extract.html.page_blocks import PageBlocks
from etl.extract.metadata import authors, text
from etl.extract.metadata import facts as metadata
from etl.extract.metadata.facts import Facts
from etl.outlets.profiles import HtmlHints, Outlet, Outlets
from etl.schema.records import Capture, DeclaredLink, Page
from etl.schema.vocabulary import PageKind

_BANGLA_LETTERS = "".join(map(chr, range(0x0985, 0x09BA)))
_LETTER = re.compile(r"[^\W\d_]")
_LINKS_OF = (PageKind.LISTING, PageKind.HOME_PAGE)


def read_html(decoded: Decoded, capture: Capture, outlets: Outlets) -> Page:
    """Read one page."""
    tree = html_tree.parse(decoded.text, decoded.utf8)
    facts = metadata.read_facts(tree, capture.url)
    outlet = _outlet(facts, capture, outlets)
    facts.zone = metadata.zone_of(outlet, _script(facts) or facts.dom.language)
    hints = outlet.html if outlet else HtmlHints()
    root = tree.find("body")
    root = tree if root is None else root

    picked = parts.texts(tree, hints.title)
    if hints.title and not picked:
        facts.warnings.append("selector_missing:title")
    title = text.title(facts, outlet, picked[0] if picked else None)
    kicker = parts.kicker(tree, hints, title)
    blocks = PageBlocks(root)
    captions = parts.captions(tree, hints, blocks.seen(CAPTION))
    body = profile.read_body(tree, hints, blocks, title, captions)
    base = facts.url or capture.url
    # What may need all blocks comes before what needs those above the text.
    sidebar = lists.sidebar(tree, blocks, outlet, base)
    breadcrumb = parts.breadcrumb(tree, hints, blocks.seen(CRUMBS))
    bylines = parts.texts(tree, hints.byline)
    is_enough = bool(bylines and body.paragraphs)
    reach = blocks.down_to(body.paragraphs[0]) if is_enough else blocks.whole()
    above, below, masthead = parts.near_title(reach, title, body.paragraphs)
    image = text.image_url(facts, None)
    # Publish lines are read in Dhaka's time: elsewhere they'd be hours off.
    printed = parts.Printed()
    if facts.zone == DHAKA:
        printed = parts.printed_times(tree, hints, below, above, capture.captured_at)
    times = metadata.read_times(facts, printed, image)
    sign, paragraphs = parts.signoff(tree, hints, body.paragraphs)
    if captions:
        in_body = {text.key(p) for p in paragraphs}
        captions = [c for c in captions if text.key(c) not in in_body]

    @cache
    def links() -> tuple[DeclaredLink, ...]:
        return lists.article_links(tree, outlet, base)

    is_dated = times.published_at is not None
    kind, reason = html_kind.page_kind(
        facts, title, paragraphs, lambda: len(links()), is_dated, capture.url
    )
    warnings = (
        *decoded.warnings,
        *facts.warnings,
        *body.warnings,
        *printed.warnings,
        *times.warnings,
    )
    return Page(
        kind=kind,
        reason=reason,
        outlet_id=outlet.id if outlet else capture.outlet_id,
        url=facts.url,
        title=title,
        kicker=kicker,
        byline=authors.byline(
            facts,
            tree,
            outlet,
            bylines,
            blocks.seen(AUTHOR),
            parts.printed_byline((*below, *above)),
        ),
        edition=parts.edition(tree, hints, (*above, *below)),
        section=text.section(facts, breadcrumb),
        published_at=times.published_at,
        published_at_source=times.source,
        published_date=times.published_date,
        updated_at=times.updated_at,
        page_date=parts.page_date(tree, hints, masthead),
        language=_language(facts, paragraphs, title),
        paragraphs=tuple(paragraphs),
        captions=tuple(captions),
        photo_credit=parts.photo_credit(captions),
        image_url=image,
        keywords=text.keywords(facts, parts.texts(tree, hints.keywords)),
        signoff=sign,
        sidebar=tuple(sidebar),
        links=links() if kind in _LINKS_OF else (),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _outlet(facts: Facts, capture: Capture, outlets: Outlets) -> Outlet | None:
    """The capture's outlet; the one of the page's addresses; the one that the page names."""
    if capture.outlet_id in outlets.by_id:
        return outlets.by_id[str(capture.outlet_id)]
    for url in (capture.url, facts.url, facts.dom.first("og:url")):
        with suppress(ValueError):  # not an address
            if url and (outlet := outlets.for_url(url)):
                return outlet
    if capture.url is None and facts.url is None:
        names = text.site_names(facts, None)
        for outlet in outlets.all:
            if names & {text.key(n) for n in (outlet.name_bn, outlet.name_en) if n}:
                return outlet
    return None


def _script(facts: Facts) -> str | None:
    """Tell Bangla by the letters of the page's title; many pages declare no language."""
    sample = f"{facts.dom.title or ''} {facts.dom.first('og:title', 'description') or ''}"
    return "bn" if _is_bangla(sample) else None


def _is_bangla(sample: str) -> bool:
    """Whether more than a quarter of the letters are Bangla's."""
    bangla = sum(map(sample.count, _BANGLA_LETTERS))
    # What is a letter is asked sign by sign only where it matters.
    return bangla > 0 and (
        bangla > 0.25 * len(sample) or bangla > 0.25 * len(_LETTER.findall(sample))
    )


def _language(facts: Facts, paragraphs: list[str], title: str | None) -> str | None:
    """By the letters where they are Bangla, else what the page declares."""
    sample = " ".join((title or "", *paragraphs))[:2000]
    if _is_bangla(sample):
        return "as" if sample.count("ৰ") + sample.count("ৱ") > 3 else "bn"
    declared = (facts.dom.language or facts.dom.first("og:locale") or "").strip().lower()
    found = re.match(r"[a-z]{2,3}(?=$|[-_])", declared)
    return found.group() if found else None
