"""Which article a page shows: a ladder of identities, from the outlet's own id down to the text."""

import hashlib

from etl.addresses import canonical_url, host_of, split_url
from etl.bangla.text import normal_form
from etl.outlets.profiles import Outlet
from etl.schema.vocabulary import IdentitySource

UNKNOWN_OUTLET = "unknown"
# How much of the body goes into the identity of a page without a URL: enough to tell articles of
# one title apart, little enough that an edit further down keeps the identity.
_BODY_START = 200
# 64 bits: a collision within one outlet's million articles has a chance of 3 in 100 million.
_HASH_DIGITS = 16


def outlet_key(outlet: Outlet | None, url: str | None) -> str:
    """The outlet's id; the URL's host where no profile knows it, else ``unknown``."""
    if outlet is not None:
        return outlet.id
    return host_of(url).removeprefix("www.") or UNKNOWN_OUTLET


def identify(
    outlet: Outlet | None, url: str | None, title: str | None, paragraphs: tuple[str, ...]
) -> tuple[str, IdentitySource]:
    """Identify the article that a page shows.

    Args:
        outlet: the profile of the page's outlet.
        url: the page's address.
        title: the headline.
        paragraphs: the body.

    Returns:
        The article's id and what gave it: the native id in the URL (``kalbela:251042``); else a
        hash of the canonical URL (``kalbela:u-…``), never its words; else one of title and start
        of the body (``kalbela:t-…``).

    Source: docs/decisions/0001-identity.md
    """
    key = outlet_key(outlet, url)
    native = native_article_id(outlet, url)
    if native:
        return native, IdentitySource.NATIVE_ID
    parts = split_url(canonical_url(url)) if url else None
    if parts:
        host = (parts.hostname or "").removeprefix("www.")
        address = f"{host}{parts.path.rstrip('/')}?{parts.query}"
        return f"{key}:u-{_digest(address)}", IdentitySource.CANONICAL_URL
    text = normal_form(" ".join(paragraphs))[:_BODY_START]
    return f"{key}:t-{_digest(normal_form(title or '') + chr(10) + text)}", IdentitySource.TEXT_HASH


def native_article_id(outlet: Outlet | None, url: str | None) -> str | None:
    """Outlet and native id, where the outlet's profile finds one in the URL."""
    native = outlet.native_id(url) if outlet and url else None
    return f"{outlet.id}:{native}" if outlet and native else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_DIGITS]
