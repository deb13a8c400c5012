"""Captures to pages: bytes are unpacked and decoded, then read as HTML or as a text dump."""

import re
from dataclasses import replace

from etl.bangla.bijoy import is_bijoy
from etl.extract.decode import decode, unpack
from etl.outlets.profiles import Outlets
from etl.schema.problems import UnreadablePageError
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import LEGACY_ENCODING, ProblemCode

__all__ = ["EXTRACTOR_VERSION", "extract_page"]

EXTRACTOR_VERSION = "3"
"""Raised with every change that can change what a page yields; stored with every article."""

_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|section|span|script|table|h1)\b",
    re.I,
)
_FEED = re.compile(
    r"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(rss|feed|urlset|sitemapindex)\b", re.S
)
_NOT_A_PAGE = ("image/", "video/", "audio/", "font/", "application/pdf", "application/zip")


def extract_page(capture: Capture, outlets: Outlets, max_bytes: int) -> Page:
    """Read one capture.

    The same capture, profiles and version always give the same page. A page that holds no
    article comes back with its ``kind``; only what can't be read as a page at all raises.

    Args:
        capture: the bytes, and where and when they were fetched.
        outlets: the profiles.
        max_bytes: the largest page that is read, after decompression.

    Raises:
        UnreadablePageError: the bytes are no page; ``reason`` says why in one word.
    """
    content_type = (capture.content_type or "").lower()
    content = unpack(capture.content, capture.content_encoding, max_bytes)
    if content_type.startswith(_NOT_A_PAGE):
        raise UnreadablePageError(ProblemCode.BINARY, f"content type {capture.content_type}")
    decoded = decode(content, capture.content_type)
    head = decoded.text[:4096]
    if feed := _FEED.match(head):
        raise UnreadablePageError(ProblemCode.NOT_A_PAGE, f"an XML document <{feed.group(1)}>")
    if _is_html(head, content_type):
        from etl.extract.html.reader import (
            read_html,  # the parsers load only when a page needs them
        )

        return _with_doubts(read_html(decoded, capture, outlets))
    from etl.extract.dump.reader import read_dump

    page = read_dump(decoded.text, capture, outlets)
    return _with_doubts(replace(page, warnings=(*decoded.warnings, *page.warnings)))


def _with_doubts(page: Page) -> Page:
    """Note text that is Bangla only in its font; validation keeps it out."""
    if not is_bijoy("\n".join(page.paragraphs)):
        return page
    return replace(page, warnings=(*page.warnings, LEGACY_ENCODING))


def _is_html(head: str, content_type: str) -> bool:
    """By the text itself: dumps are often served as text/html, and pages as text/plain."""
    marks = len(_MARKUP.findall(head))
    if "html" in content_type:
        return marks > 0 or "<" in head
    return marks >= 2 or bool(re.match(r"\s*<(?:!doctype\s+html|html)\b", head, re.I))
