"""What a page says about itself: metadata, JSON-LD, its address."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from urllib.parse import parse_qsl, urlencode, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.etree import _Element

from etl.addresses import is_tracking, is_web_url, join_url, split_url
from etl.bangla.clock import DHAKA
from etl.extract.metadata import dom as metadata_dom
from etl.extract.metadata import jsonld
from etl.extract.metadata.dom import DomFacts
from etl.extract.metadata.jsonld import Json, LinkedData, Node
from etl.extract.shared.text import own_text
from etl.outlets.profiles import Outlet


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page says about itself.

    Attributes:
        dom: metadata outside JSON-LD.
        linked: all of its JSON-LD.
        article: the JSON-LD node that describes its article.
        page: the JSON-LD node that describes the page itself, where it has a date.
        url: its canonical address.
    """

    dom: DomFacts
    linked: LinkedData
    article: Node | None
    page: Node | None
    url: str | None

    def node(self, key: str) -> Json:
        """Look up a value of the JSON-LD article node, references followed."""
        return self.linked.resolve(self.article.get(key)) if self.article else None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong or unusual in the metadata."""
        found = ["json_ld_broken"] if self.linked.is_broken else []
        if self.node("isAccessibleForFree") in (False, "False", "false"):
            found.append("not_free")  # what the page shows may be the beginning alone
        return tuple(found)


def zone_of(outlet: Outlet | None, language: str | None) -> tzinfo | None:
    """Return the zone that times without one mean: the outlet's; Dhaka for Bangla; else None.

    Args:
        outlet: the page's outlet, if it is known.
        language: the page's language, as a tag.
    """
    if outlet is not None:
        try:
            return ZoneInfo(outlet.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            return UTC
    return DHAKA if (language or "").startswith("bn") else None


def canonical_url(dom: DomFacts, captured_url: str | None) -> str | None:
    """Return the page's address without tracking parameters.

    It is the canonical link's, else og:url's, else where the page was fetched. A canonical link to
    the site's root is a template's mistake where the capture knows better.
    """
    base = captured_url or dom.base
    for candidate in (dom.links.get("canonical"), dom.first("og:url"), captured_url):
        if not candidate:
            continue
        url = join_url(base, candidate.strip())
        if url is None or not is_web_url(url):
            continue
        if path_of(url) in ("", "/") and path_of(captured_url).strip("/"):
            continue
        return without_tracking(url)
    return None


def path_of(url: str | None) -> str:
    """Return the path of an address; empty where there is none, or no address that can be read."""
    parts = split_url(url)
    return parts.path if parts else ""


def without_tracking(url: str) -> str:
    """Drop a URL's fragment and tracking parameters; one that can't be read stays as it is."""
    parts = split_url(url)
    if parts is None:
        return url
    query = parts.query
    if query:
        kept = [(k, v) for k, v in parse_qsl(query, keep_blank_values=True)
                if not is_tracking(k)]  # fmt: skip
        query = urlencode(kept) if len(kept) < query.count("&") + 1 else query
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def read_facts(tree: _Element, captured_url: str | None) -> Facts:
    """Read everything that a page says about itself.

    Args:
        tree: the page.
        captured_url: where it was fetched, if that is known.
    """
    dom = metadata_dom.read(tree)
    linked = jsonld.read(tree)
    url = canonical_url(dom, captured_url)
    urls = tuple(u for u in (url, captured_url) if u)
    shown = (dom.title, *(own_text(heading) for heading in dom.headings[:3] if linked.nodes))
    article = linked.article(urls, dom.first("og:title"), tuple(t for t in shown if t))
    return Facts(dom, linked, article, linked.page(urls), url)
