"""Which pages of an archive are wanted: by host and by language."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from iso639 import Lang
from iso639.exceptions import InvalidLanguageValue

from etl.errors import UsageError

# Enough of a page to tell its language: what a menu and the first paragraphs have.
_SAMPLE_CHARACTERS = 20_000
_NO_TEXT = re.compile(rb"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Hosts (their subdomains too) and languages (ISO 639-1); empty wants all."""

    hosts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    def has_host(self, url: str | None) -> bool:
        """Whether the page's host is wanted; a page without an address is if all are."""
        if not self.hosts:
            return True
        labels = _host(url or "").split(".")
        return any(".".join(labels[place:]) in self.hosts for place in range(len(labels)))

    def has_language(self, identified: str | None, content: bytes) -> bool:
        """Whether the page's main language is wanted.

        :param identified: the archive's ``WARC-Identified-Content-Language``, ISO 639-3 codes
            with the main one first; without it the text itself is looked at.
        """
        if not self.languages:
            return True
        main = (identified or "").split(",")[0].strip().lower()
        return (_two_letters(main) or _detected(content)) in self.languages


EVERYTHING = Wanted()


def wanted(hosts: tuple[str, ...], languages: tuple[str, ...]) -> Wanted:
    """What the command line asks for.

    :raises UsageError: a word is no host or no language.
    """
    names = frozenset(_host(host if "//" in host else f"//{host}") for host in hosts)
    if "" in names:
        raise UsageError(f"--host {hosts!r}: give host names such as kalbela.com")
    codes = set()
    for language in languages:
        code = _two_letters(language.strip().lower())
        if code is None:
            raise UsageError(f"--language {language!r} is no ISO 639 code such as bn or ben")
        codes.add(code)
    return Wanted(names, frozenset(codes))


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def _two_letters(code: str) -> str | None:
    """The ISO 639-1 code of a code of any part of ISO 639; None if there is none."""
    if len(code) not in (2, 3):
        return None
    try:
        return Lang(code).pt1 or None
    except InvalidLanguageValue:
        return None


def _detected(content: bytes) -> str | None:
    import py3langid

    text = _NO_TEXT.sub(b" ", content[: 10 * _SAMPLE_CHARACTERS]).decode("utf-8", "ignore")
    text = " ".join(text.split())[:_SAMPLE_CHARACTERS]
    return str(py3langid.classify(text)[0]) if text else None
