"""Listing pages: the links to articles on a section's or front page."""

from collections.abc import Iterable

from etl.addresses import is_web_url, join_url
from etl.markup.select import ElementIndex
from etl.markup.tree import parse
from etl.outlets.profiles import Outlet
from etl.schema.problems import UnreadablePageError
from etl.schema.records import DeclaredLink


def read_listing(content: bytes, address: str, outlet: Outlet) -> list[DeclaredLink]:
    """Read the links to articles, each once with its longest text.

    They are found by the selectors ``html.listing``, which match links or what holds links;
    without them, by the outlet's native id in the address.

    Args:
        content: the page, read as UTF-8.
        address: where it was fetched; relative links start from here or from its ``<base>``.
        outlet: the profile.

    Returns:
        The links with ranks from 1 on, selector by selector in the page's order.
    """
    try:
        tree = parse(content.decode("utf-8", "replace"))
    except UnreadablePageError:  # no markup, no links
        return []
    base = next((b.get("href") for b in tree.iter("base") if b.get("href") is not None), None)
    base_url = join_url(address, base or "") or address
    page = ElementIndex(tree)
    found: dict[str, str] = {}
    for selector in outlet.html.listing or ("a",):
        for element in page.first_match((selector,)):
            for link in element.iter("a"):
                href = (link.get("href") or "").strip()
                url = (join_url(base_url, href) or "").partition("#")[0]
                is_article = bool(outlet.html.listing) or outlet.native_id(url) is not None
                if not href or not is_web_url(url) or not is_article:
                    continue
                text = " ".join(" ".join(map(str, link.itertext())).split())
                found[url] = max(found.get(url, ""), text, key=len)
    return list(_ranked(found.items()))


def _ranked(links: Iterable[tuple[str, str]]) -> Iterable[DeclaredLink]:
    for rank, (url, text) in enumerate(links, start=1):
        yield DeclaredLink(rank, url, text or None)
