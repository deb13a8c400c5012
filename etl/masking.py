"""Passwords, tokens and keys taken out of what people read: messages, logs, what doctor shows."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus, urlsplit

MASK = "••••"

_WORD = r"\w*(?:password|passwd|passphrase|pwd|secret|token|credential|apikey|_key)\w*"
_PATTERNS = (
    # A user and a password before a host; a password may have any character but a blank.
    (re.compile(r"(://[^\s/?#@:'\"]*:)[^\s'\"]*(?=@)"), rf"\g<1>{MASK}"),
    # One word before a host: a token.
    (re.compile(r"(?<=://)[^\s/?#@:'\"]+(?=@)"), MASK),
    # `password=…` in a query, in a connection string, in a statement.
    (re.compile(rf"(\b{_WORD}\s*=\s*)('[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)", re.I), rf"\g<1>{MASK}"),
    (re.compile(r"(\bauthorization\b['\"]?\s*[:=]\s*['\"]?(?:\w+\s+)?)[^\s'\"]+", re.I),
     rf"\g<1>{MASK}"),
)  # fmt: skip
# A shorter secret is a part of many words.
_LEAST_CHARACTERS = 3


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without the given secrets, nor what looks like one in addresses and options.

    Args:
        text: any text.
        secrets: taken out wherever they stand, also as they are written in an address.
    """
    forms = {
        form
        for secret in secrets
        for form in (secret, quote(secret, safe=""), quote(secret), quote_plus(secret))
    }
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= _LEAST_CHARACTERS:
            text = text.replace(form, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def secrets_in_address(address: str) -> set[str]:
    """Password and values of the query in an address, as written and as meant."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return {address}
    user, colon, password = parts.netloc.rpartition("@")[0].partition(":")
    written = {password if colon else user}
    found = {value for _, value in parse_qsl(parts.query, keep_blank_values=True)}
    found |= {form for secret in written for form in (secret, unquote(secret))}
    found |= {unquote_plus(word.partition("=")[2]) for word in parts.query.split("&")}
    return found - {""}
