"""Selection of an archive's pages by host, by language and by the time of their capture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from iso639 import Lang
from iso639.exceptions import InvalidLanguageValue

from etl.addresses import host_of
from etl.errors import UsageError

# Enough to detect the language: what a menu and the first paragraphs have.
_SAMPLE_CHARACTERS = 20_000
# What has no end goes to the end, as in browsers; looking for each end again would take minutes.
_NO_TEXT = re.compile(rb"(?is)<(script|style)\b(?:.*?</\1\s*>|.*)|<!--(?:.*?-->|.*)|<[^<>]*>")


@dataclass(frozen=True, slots=True)
class PageFilter:
    """Hosts (with their subdomains), languages (ISO 639-1) and times to take; empty takes all."""

    hosts: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def parse(
        cls,
        hosts: Sequence[str],
        languages: Sequence[str],
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> "PageFilter":
        """Read the values of command line options.

        Args:
            hosts: host names or addresses.
            languages: codes of ISO 639.
            since: first instant of capture to take.
            until: last instant of capture to take.

        Raises:
            UsageError: a value is no host name or no language code.
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
        return cls(names, frozenset(codes), since, until)

    def matches_host(self, url: str | None) -> bool:
        """Whether to take a page of that address; without one, only if all hosts are taken."""
        if not self.hosts:
            return True
        labels = _host(url or "").split(".")
        return any(".".join(labels[place:]) in self.hosts for place in range(len(labels)))

    def matches_date(self, captured_at: datetime | None) -> bool:
        """Whether to take a page captured then; without a time, only if all times are taken."""
        if self.since is None and self.until is None:
            return True
        if captured_at is None or (self.since is not None and captured_at < self.since):
            return False
        return self.until is None or captured_at <= self.until

    def matches_language(self, identified: str | None, content: bytes) -> bool:
        """Whether to take a page by its main language.

        Args:
            identified: ``WARC-Identified-Content-Language``: ISO 639-3 codes, the main one first.
                Without it the language is detected from the text.
            content: the page's bytes, of which at most 200,000 are read.
        """
        if not self.languages:
            return True
        main = (identified or "").split(",")[0].strip().lower()
        return (_two_letters(main) or _detect(content)) in self.languages


ALL_PAGES = PageFilter()


def _host(url: str) -> str:
    return host_of(url).rstrip(".")


def _two_letters(code: str) -> str | None:
    """The ISO 639-1 code of a code of any part of ISO 639; None if there is none."""
    if len(code) not in (2, 3):
        return None
    try:
        return Lang(code).pt1 or None
    except InvalidLanguageValue:
        return None


def _detect(content: bytes) -> str | None:
    import py3langid

    text = _NO_TEXT.sub(b" ", content[: 10 * _SAMPLE_CHARACTERS]).decode("utf-8", "ignore")
    text = " ".join(text.split())[:_SAMPLE_CHARACTERS]
    return str(py3langid.classify(text)[0]) if text else None
