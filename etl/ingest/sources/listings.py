"""Listing pages: the links to articles on a section's or front page."""

from collections.abc import Iterable
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from etl.outlets.profiles import Outlet
from etl.schema.records import DeclaredLink


def read_listing(content: bytes, address: str, outlet: Outlet) -> list[DeclaredLink]:
    """Links to articles, in the page's order, each once with its longest text.

    Links are found by the profile's selectors ``html.listing``, which contain links or are links;
    without them, every link counts whose address has the outlet's native id.
    """
    tree = LexborHTMLParser(content)
    base = tree.css_first("base[href]")
    base_url = urljoin(address, (base.attributes.get("href") or "") if base else "")
    found: dict[str, str] = {}
    for selector in outlet.html.listing or ("a",):
        for node in tree.css(selector):
            for link in [node] if node.tag == "a" else node.css("a"):
                href = (link.attributes.get("href") or "").strip()
                url = urljoin(base_url, href).partition("#")[0]
                is_article = bool(outlet.html.listing) or outlet.native_id(url) is not None
                if not href or not url.startswith(("http://", "https://")) or not is_article:
                    continue
                text = " ".join(link.text(separator=" ").split())
                found[url] = max(found.get(url, ""), text, key=len)
    return list(_ranked(found.items()))


def _ranked(links: Iterable[tuple[str, str]]) -> Iterable[DeclaredLink]:
    for rank, (url, text) in enumerate(links, start=1):
        yield DeclaredLink(rank, url, text or None)
