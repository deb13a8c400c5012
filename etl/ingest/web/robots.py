"""Rules of an origin's robots.txt (RFC 9309)."""

import codecs
import re
from dataclasses import dataclass

from protego import Protego

from etl.schema.problems import Problem
from etl.schema.vocabulary import ProblemCode

# The product token that robots.txt files name; the full User-Agent begins with it.
PRODUCT = "Khobor"
# RFC 9309, 2.5: a parser must read at least 500 KiB.
MAX_BYTES = 512_000
# Why nothing may be fetched then: docs/decisions/0021-collection.md.
A_PAGE = "a page stands in its place"
_TAG = re.compile(r"<[^>]*>")
_GROUP = re.compile(r"^\s*user-?agent\s*:.*\n(?:.*\n)*?\s*(?:dis)?allow\s*:", re.I | re.M)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin; ``problem`` says why nothing may be fetched, where that is so."""

    parsed: Protego | None
    problem: str | None = None

    def refusal(self, url: str) -> Problem | None:
        """Why that URL may not be fetched; None if it may."""
        if self.problem is not None:
            return Problem(ProblemCode.ROBOTS_UNREADABLE, self.problem)
        if self.parsed is not None and not self.parsed.can_fetch(url, PRODUCT):
            return Problem(ProblemCode.ROBOTS_DISALLOW, "robots.txt forbids it")
        return None

    @property
    def delay_seconds(self) -> float:
        """Least seconds between two requests by the file; 0 if it has no such rule."""
        if self.parsed is None:
            return 0.0
        delay = self.parsed.crawl_delay(PRODUCT) or 0.0
        rate = self.parsed.request_rate(PRODUCT)
        return max(float(delay), rate.seconds / rate.requests if rate and rate.requests else 0.0)


def read_rules(status: int | None, content: bytes, problem: str | None = None) -> Rules:
    """Rules from the response to a request for robots.txt.

    No file (404, 410 and other 4xx) allows all. 401, 403, 429, 5xx, no response and a body that is
    no robots.txt allow nothing, which is stricter than RFC 9309. Of a larger file the first 500 KiB
    count, and rules inside of markup.

    Args:
        status: the response's HTTP status; None if there was no response.
        content: its body.
        problem: why there is no response or no body.
    """
    if problem is not None:
        return Rules(None, problem)
    if status is None or status in (401, 403, 429) or not 200 <= status < 500:
        return Rules(None, f"HTTP status {status}")
    if status >= 300:
        return Rules(None)
    text = _text(content)
    if text.count("\ufffd") > len(text) / 10:
        return Rules(None, "its bytes are no text")
    if text.lstrip()[:1] == "<":
        text = _TAG.sub("\n", text)
        if not _GROUP.search(text):
            return Rules(None, A_PAGE)
    return Rules(Protego.parse(text))


def _text(content: bytes) -> str:
    """The file as text: its first 500 KiB without a line that is cut, and without NULs."""
    if len(content) >= MAX_BYTES:
        content = content[:MAX_BYTES].rpartition(b"\n")[0]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    return content.replace(b"\x00", b"").decode("utf-8-sig", "replace")
