"""Web addresses of others, read without raising: what can't be read as an address gives None.

``urllib.parse`` raises for brackets that hold no IP address, ports that are no number or over
65,535, and hosts with signs that NFKC turns into delimiters (U+2100); its results raise again when
they are quoted and hold half a surrogate pair.
"""

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, quote_plus, unquote_to_bytes, urljoin, urlsplit

from etl.bangla.lexicon import any_of, read_lexicon

_LISTS = read_lexicon("addresses")
_TRACKING = re.compile(
    f"(?:{any_of(_LISTS['tracking_start'])})|(?:{any_of(_LISTS['tracking'])})$", re.I
)
_WEB = ("http", "https")
_USUAL_PORTS = {"http": 80, "https": 443}
_SURROGATE = re.compile("[\ud800-\udfff]")
_AMPERSAND = re.compile("&(?:amp;)+")  # addresses copied out of markup
_SLASHES = re.compile("/+")
_LEADING_DOTS = re.compile(r"^(?:/\.\.(?![^/]))+")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
# Source: RFC 3986, 2.3
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_LONGEST_REMEMBERED = 300


def split_url(url: str | None) -> SplitResult | None:
    """Split an address, absolute or relative; None where it can't be read.

    The parts' ``hostname`` and ``port`` can be read without an error.
    """
    if url is None or (not url.isascii() and _SURROGATE.search(url)):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def join_url(base: str | None, url: str) -> str | None:
    """Resolve an address against another; None where either can't be read."""
    if split_url(url) is None or split_url(base or "") is None:
        return None
    try:
        joined = urljoin(base or "", url)
    except ValueError:
        return None
    return joined if split_url(joined) is not None else None


def is_web_url(url: str | None) -> bool:
    """Whether the address is an http(s) URL with a host."""
    parts = split_url(url)
    return parts is not None and parts.scheme in _WEB and bool(parts.hostname)


def host_of(url: str | None) -> str:
    """The host's name in lower case, without its port; empty where there is none."""
    parts = split_url(url)
    return (parts.hostname or "") if parts else ""


def is_tracking(name: str) -> bool:
    """Whether a parameter of that name is known to follow readers and not to choose the page."""
    return _TRACKING.match(name) is not None


def canonical_url(url: str) -> str | None:
    """The form in which addresses of one page are equal; None where it can't be read.

    Scheme and host are in lower case, without the usual port; percent-encodings have one form (RFC
    3986, 6.2.2); fragment, repeated slashes and known tracking parameters are dropped, the other
    parameters in the order of their names.
    """
    return _remembered(url) if len(url) <= _LONGEST_REMEMBERED else _canonical_url(url)


def _canonical_url(url: str) -> str | None:
    parts = split_url(_AMPERSAND.sub("&", url))
    if parts is None:
        return None
    scheme = parts.scheme.lower()
    query = _query(parts.query)
    path = _path(_LEADING_DOTS.sub("", _SLASHES.sub("/", parts.path)))
    if query and not path:
        path = "/"
    found = parts._replace(
        scheme=scheme, netloc=_authority(parts, scheme), path=path, query=query, fragment=""
    ).geturl()
    # A decoded label might hold what the address as written did not.
    return found if split_url(found) is not None else None


_remembered = lru_cache(maxsize=4_096)(_canonical_url)  # lists return on an outlet's next pages


def _authority(parts: SplitResult, scheme: str) -> str:
    authority = ".".join(map(_decoded_label, parts.netloc.lower().split(".")))
    if parts.port is not None and parts.port == _USUAL_PORTS.get(scheme):
        return authority.rpartition(":")[0]
    return authority


def _decoded_label(label: str) -> str:
    """A label of a host's name in its own letters."""
    if label.startswith("xn--"):
        try:
            return label.encode().decode("idna")
        except UnicodeError:
            pass
    return label


def _path(path: str) -> str:
    return _ESCAPE.sub(_usual_escape, quote(path, safe="/%!=:,-"))


def _usual_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _query(query: str) -> str:
    """The parameters that are kept, also those without a value (``?12345``, ``?/news/5``)."""
    found: list[tuple[bytes, str]] = []
    for parameter in query.split("&"):
        name, equals, value = parameter.partition("=")
        # As bytes: letters of other encodings than UTF-8 stay as they are.
        plain = unquote_to_bytes(name.replace("+", " "))
        if not parameter or is_tracking(plain.decode("utf-8", "replace")):
            continue
        if equals:
            text = quote_plus(plain) + "=" + quote_plus(unquote_to_bytes(value.replace("+", " ")))
        else:
            text = quote_plus(plain, safe="/")
        found.append((plain, text))
    found.sort(key=lambda parameter: parameter[0])
    return "&".join(text for _, text in found)
