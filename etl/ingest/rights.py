"""What a page and its site say of the page's use: recorded with the capture, or obeyed.

Sources: Google's robots meta tag and X-Robots-Tag; TDM Reservation Protocol (W3C community group);
ai.txt (Spawning); ``license`` of schema.org.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

from protego import Protego

from etl.addresses import split_url
from etl.bangla.text import without_surrogates
from etl.ingest.capture import NewCapture
from etl.ingest.content_coding import decoded
from etl.schema.problems import Problem, UnreadablePageError
from etl.schema.vocabulary import ProblemCode

# As in robots.txt: what is addressed to it counts, besides what is to all.
_PRODUCT = "khobor"
_READ_BYTES = 300_000
_LONGEST = 500
_META = re.compile(r"<meta\b[^>]*>", re.I)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LINKED_DATA = re.compile(r"<script\b[^>]*ld\+json[^>]*>(.*?)</script>", re.I | re.S)
_WITH_VALUE = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")
# Directives that forbid to keep, to list or to learn from a page.
_RESERVING = frozenset({"none", "noindex", "noarchive", "noai", "noml"})


@dataclass(frozen=True, slots=True)
class Rights:
    """What is said of the use of one page; None where nothing is said."""

    robots_directives: str | None = None
    tdm_reservation: bool | None = None
    tdm_policy: str | None = None
    ai_txt_disallows: bool | None = None
    licence: str | None = None

    @property
    def reservation(self) -> str | None:
        """What reserves the use, in words; None if nothing does."""
        if self.tdm_reservation:
            return f"tdm-reservation, policy {self.tdm_policy or 'not given'}"
        if self.ai_txt_disallows:
            return "ai.txt disallows it"
        found = _RESERVING.intersection((self.robots_directives or "").split(", "))
        return f"robots: {', '.join(sorted(found))}" if found else None


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One rule of ``/.well-known/tdmrep.json``."""

    location: str
    is_reserved: bool
    policy: str | None


@dataclass(frozen=True, slots=True)
class SitePolicy:
    """What an origin says of the use of its pages."""

    tdm_rules: tuple[TdmRule, ...] = ()
    ai_txt: Protego | None = None

    @classmethod
    def read(cls, tdmrep: bytes | None, ai_txt: bytes | None) -> "SitePolicy":
        """Parse the two files; one that is none of its kind says nothing."""
        text = (ai_txt or b"").decode("utf-8-sig", "replace")
        is_rules = re.search(r"^\s*(?:dis)?allow\s*:", text, re.I | re.M) and "<" not in text[:1]
        return cls(tuple(_tdm_rules(tdmrep or b"")), Protego.parse(text) if is_rules else None)

    def of(self, url: str) -> Rights:
        """What it says of one page."""
        parts = split_url(url)
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}" if parts else "/"
        rule = next((rule for rule in self.tdm_rules if _matches(rule.location, path)), None)
        return Rights(
            tdm_reservation=rule.is_reserved if rule else None,
            tdm_policy=rule.policy if rule else None,
            ai_txt_disallows=not self.ai_txt.can_fetch(url, _PRODUCT) if self.ai_txt else None,
        )


NO_POLICY = SitePolicy()


def with_rights(
    capture: NewCapture, *, is_skipped: bool, site: SitePolicy = NO_POLICY
) -> NewCapture:
    """The capture with what is said of its use.

    Args:
        capture: as it came.
        is_skipped: whether a page whose use is reserved is left without its bytes; it then has a
            ``read_error`` ``rights_reserved``.
        site: what its site says. What the page says itself counts before the header, and that
            before the site.
    """
    if not capture.content and capture.http_headers is None:  # nothing came that could say it
        return capture
    if capture.is_use_reserved is None:
        rights = _rights(capture, site.of(capture.url) if capture.url else Rights())
    else:  # it was read before: the capture comes from an archive of this program
        rights = Rights(
            capture.robots_directives,
            capture.tdm_reservation,
            capture.tdm_policy,
            capture.ai_txt_disallows,
            capture.licence,
        )
    known = replace(
        capture,
        robots_directives=rights.robots_directives,
        tdm_reservation=rights.tdm_reservation,
        tdm_policy=rights.tdm_policy,
        ai_txt_disallows=rights.ai_txt_disallows,
        licence=rights.licence,
        is_use_reserved=rights.reservation is not None,
    )
    if not is_skipped or rights.reservation is None:
        return known
    problem = Problem(ProblemCode.RIGHTS_RESERVED, rights.reservation)
    return replace(known, content=b"", read_error=known.read_error or problem)


def _rights(capture: NewCapture, site: Rights) -> Rights:
    headers = {
        str(name).lower(): str(value)
        for name, value in json.loads(capture.http_headers or "{}").items()
    }
    text = _text(capture)
    metas = dict(_metas(text))
    directives = {
        directive
        for value in (headers.get("x-robots-tag"), metas.get("robots"), metas.get(_PRODUCT))
        for directive in _directives(value or "")
    }
    reservation, policy = site.tdm_reservation, site.tdm_policy
    for said in (headers, metas):
        if said.get("tdm-reservation", "").strip() in ("0", "1"):
            reservation = said["tdm-reservation"].strip() == "1"
            policy = said.get("tdm-policy", "").strip()[:_LONGEST] or None
    return Rights(
        ", ".join(sorted(directives)) or None,
        reservation,
        policy,
        site.ai_txt_disallows,
        _licence(text),
    )


def _text(capture: NewCapture) -> str:
    """The start of the page, as far as it is ASCII: what is read in it is."""
    try:
        content = decoded(capture.content, capture.content_encoding, _READ_BYTES, is_cut=True)
    except UnreadablePageError:
        return ""
    return content[:_READ_BYTES].decode("utf-8", "replace")


def _metas(text: str) -> Iterator[tuple[str, str]]:
    """Names and contents of meta elements, in lower case and as written."""
    for element in _META.finditer(text):
        found = {
            name.lower(): unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(element[0])
        }
        if "name" in found and "content" in found:
            yield found["name"].strip().lower(), found["content"]


def _directives(value: str) -> Iterator[str]:
    """The directives that are addressed to all or to this program."""
    is_ours = True
    for token in value.lower().split(","):
        name, colon, rest = token.strip().partition(":")
        if colon and name.strip() not in _WITH_VALUE:
            is_ours = name.strip() in ("*", _PRODUCT)
            name = rest.strip()
            colon = rest = ""
        if is_ours and name:
            yield f"{name.strip()}:{rest.strip()}"[:_LONGEST] if colon else name.strip()[:_LONGEST]


def _licence(text: str) -> str | None:
    """The first licence that the page's JSON-LD names: its address, or its name."""
    for block in _LINKED_DATA.finditer(text):
        if "license" not in block[1]:
            continue
        try:
            document = json.loads(block[1], strict=False)
        except (ValueError, RecursionError):
            continue
        if found := next(_licences(document, 0), None):
            return without_surrogates(found)[:_LONGEST]
    return None


def _licences(value: Any, depth: int) -> Iterator[str]:
    if depth > 8:
        return
    if isinstance(value, list):
        for item in value:
            yield from _licences(item, depth + 1)
    elif isinstance(value, dict):
        yield from _names(value.get("license"))
        for item in value.values():
            yield from _licences(item, depth + 1)


def _names(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item.strip()
        elif isinstance(item, dict):
            yield from _names([item.get(key) for key in ("url", "@id", "name")])


def _tdm_rules(content: bytes) -> Iterator[TdmRule]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return
    for item in document if isinstance(document, list) else [document]:
        if not isinstance(item, dict) or not isinstance(item.get("location"), str):
            continue
        policy = item.get("tdm-policy")
        is_reserved = str(item.get("tdm-reservation")).strip() == "1"
        named = policy[:_LONGEST] if isinstance(policy, str) and policy else None
        yield TdmRule(item["location"], is_reserved, named)


def _matches(location: str, path: str) -> bool:
    """Whether a path is of a location, in which ``*`` is any text and ``$`` the end."""
    end = "$" if location.endswith("$") else ""
    pattern = ".*".join(map(re.escape, location.removesuffix("$").split("*")))
    return re.match(pattern + end, path) is not None
