"""One page and what is known of it before its fields are read."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

from lxml.etree import _Element

from etl.bangla.clock import in_dhaka
from etl.extract.decode import Decoded
from etl.extract.html.blocks.page import PageBlocks
from etl.extract.metadata.facts import Facts, read_facts, zone_of
from etl.extract.metadata.language import title_language
from etl.extract.metadata.title import site_names
from etl.extract.shared.text import key, own_text
from etl.markup.select import ElementIndex
from etl.markup.tree import parse
from etl.outlets.profiles import HtmlHints, Outlet, Outlets
from etl.schema.records import Capture
from etl.schema.vocabulary import EXACT_CAPTURE_TIMES


@dataclass(frozen=True)
class PageContext:
    """One page. Nothing changes it or its tree; what is costly is computed at first use.

    Attributes:
        tree: the markup.
        capture: where and when the page was fetched.
        facts: what the page says about itself.
        outlet: the outlet that published it, where that is known and has a profile.
        warnings: what was wrong with its bytes.
    """

    tree: _Element
    capture: Capture
    facts: Facts
    outlet: Outlet | None
    warnings: tuple[str, ...]

    @cached_property
    def hints(self) -> HtmlHints:
        """The outlet's selectors of the page's time; none where it has no profile.

        Where these find no body, those of another time that do are taken: a template lives on in
        parts of a site, and a page that was saved as a file has no date of its own.
        """
        if self.outlet is None:
            return HtmlHints()
        if not self.outlet.earlier_html:
            return self.outlet.html
        captured = in_dhaka(self.fetched_at)
        likely = self.outlet.html_on(captured.date()) if captured else self.outlet.html
        others = (html for html in self.outlet.all_html if html is not likely)
        return next(
            (html for html in (likely, *others) if self.index.first_match(html.body)), likely
        )

    @cached_property
    def zone(self) -> tzinfo | None:
        """The zone that times without one mean; None where neither outlet nor language tell."""
        return zone_of(self.outlet, title_language(self.facts))

    @property
    def fetched_at(self) -> datetime | None:
        """When the page was fetched, where that is known and not only guessed from a file."""
        is_exact = self.capture.captured_at_source in EXACT_CAPTURE_TIMES
        return self.capture.captured_at if is_exact else None

    @cached_property
    def base(self) -> str | None:
        """The address that relative links start from."""
        return self.facts.url or self.capture.url

    @cached_property
    def index(self) -> ElementIndex:
        """The elements, by CSS selector."""
        return ElementIndex(self.tree)

    @cached_property
    def blocks(self) -> PageBlocks:
        """The blocks of what the page shows."""
        body = self.tree.find("body")
        return PageBlocks(self.tree if body is None else body)

    def texts(self, selectors: Iterable[str]) -> list[str]:
        """Read the texts of the first selector that gives any.

        Args:
            selectors: CSS selectors, tried in order.

        Returns:
            One text an element, on one line in normal form; empty where no selector gives any.
        """
        for selector in selectors:
            found = [t for e in self.index.first_match((selector,)) if (t := own_text(e))]
            if found:
                return found
        return []


def open_page(decoded: Decoded, capture: Capture, outlets: Outlets) -> PageContext:
    """Parse a page, and find out whose it is.

    Args:
        decoded: the page's text.
        capture: where and when it was fetched.
        outlets: the profiles.

    Raises:
        UnreadablePageError: ``no_markup`` where the text holds no element.
    """
    tree = parse(decoded.text, decoded.utf8)
    facts = read_facts(tree, capture.url)
    return PageContext(tree, capture, facts, _outlet(facts, capture, outlets), decoded.warnings)


def _outlet(facts: Facts, capture: Capture, outlets: Outlets) -> Outlet | None:
    """The capture's outlet, else the one of the page's addresses, else the one that it names."""
    if capture.outlet_id in outlets.by_id:
        return outlets.by_id[str(capture.outlet_id)]
    for url in (capture.url, facts.url, facts.dom.first("og:url")):
        with suppress(ValueError):  # not an address
            if url and (outlet := outlets.for_url(url)):
                return outlet
    if capture.url is None and facts.url is None:
        names = site_names(facts, None)
        for outlet in outlets.all:
            if names & {key(n) for n in (outlet.name_bn, outlet.name_en) if n}:
                return outlet
    return None
