"""The outlets' profiles: ``seeds/outlets.yml``, read and checked. An outlet is data, not code."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from cssselect import HTMLTranslator, SelectorError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from etl.addresses import split_url
from etl.bangla.clock import DHAKA
from etl.errors import UsageError
from etl.schema.vocabulary import ListKind


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HtmlHints(_Strict):
    """CSS selectors of an outlet's pages, each the first that matches wins.

    What is left out is read by the generic way.
    """

    title: tuple[str, ...] = Field((), description="The headline.")
    kicker: tuple[str, ...] = Field((), description="The line above the headline.")
    byline: tuple[str, ...] = Field((), description="Author, desk or agency.")
    edition: tuple[str, ...] = Field((), description="Online, print or other edition.")
    section: tuple[str, ...] = Field((), description="The breadcrumb's steps, one element each.")
    dateline: tuple[str, ...] = Field((), description="The printed publish and update times.")
    page_date: tuple[str, ...] = Field((), description="The masthead's date: the capture's day.")
    body: tuple[str, ...] = Field((), description="What holds the paragraphs; may be several.")
    remove: tuple[str, ...] = Field(
        (), description="Not text of the article though inside it; all that match are cut."
    )
    caption: tuple[str, ...] = Field((), description="Captions of the article's pictures.")
    keywords: tuple[str, ...] = Field((), description="Tags, one element each.")
    signoff: tuple[str, ...] = Field((), description="The initials below the text.")
    lists: dict[ListKind, tuple[str, ...]] = Field(
        {}, description="Headline lists: the element that holds one entire list, by kind."
    )
    promos: tuple[str, ...] = Field(
        (), description="Patterns of entire paragraphs that advertise the outlet."
    )
    listing: tuple[str, ...] = Field(
        (), description="On pages under `listings`: links to articles, or what holds such links."
    )

    @field_validator(
        "title", "kicker", "byline", "edition", "section", "dateline", "page_date", "body",
        "remove", "caption", "keywords", "signoff", "listing",
    )  # fmt: skip
    @classmethod
    def _readable(cls, selectors: tuple[str, ...]) -> tuple[str, ...]:
        for selector in selectors:
            try:
                HTMLTranslator().css_to_xpath(selector)
            except SelectorError as error:
                raise ValueError(f"can't read the selector {selector!r}: {error}") from error
        return selectors


class TextHints(_Strict):
    """What a text dump of the outlet looks like, beyond what dumps of all outlets have in common.

    All patterns are regular expressions that must match an entire line in its normal form.
    """

    names: tuple[str, ...] = Field(
        (), description="Spellings of the outlet's name in its furniture, besides `name_bn`."
    )
    own_name_is_common: bool = Field(
        False, description="The name is also a plain phrase: it counts with a desk word only."
    )
    desks: tuple[str, ...] = Field(
        (), description="Bylines typical of the outlet though they don't name it."
    )
    promos: tuple[str, ...] = Field(
        (), description="Patterns of lines that advertise the outlet; never article text."
    )
    layouts: tuple[str, ...] = Field(
        (),
        description=(
            "Patterns over the names of the page's line roles, joined by blanks, by which a page "
            "that never names its outlet is known; `etl.extract.dump.lines.Role` has the names."
        ),
    )
    headings: dict[ListKind, tuple[str, ...]] = Field(
        {}, description="Headings of its headline lists that the common ones lack."
    )
    unheaded_list: ListKind = Field(
        ListKind.RELATED, description="What a list without a heading below the article is."
    )


class EarlierHtml(_Strict):
    """Selectors of an outlet's former templates.

    Source: Fundus keeps parsers of former templates the same way (``VALID_UNTIL``).
    """

    valid_until: date = Field(description="The last day on which pages were made so.")
    html: HtmlHints


class Outlet(_Strict):
    """One outlet; only id, English name and hosts are required."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name_en: str
    name_bn: str | None = None
    hosts: tuple[str, ...]
    mirror_hosts: tuple[str, ...] = ()
    path_prefix: str = ""  # where the hosts are shared with others (`/bengali` on bbc.com)
    language: str = "bn"
    timezone: str = DHAKA.key
    url_id: str | None = None
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    html: HtmlHints = HtmlHints()
    earlier_html: tuple[EarlierHtml, ...] = ()
    text: TextHints = TextHints()
    datelines: tuple[str, ...] = ()

    @field_validator("earlier_html")
    @classmethod
    def _in_order(cls, templates: tuple[EarlierHtml, ...]) -> tuple[EarlierHtml, ...]:
        days = [template.valid_until for template in templates]
        if len(set(days)) < len(days):
            raise ValueError("two templates are valid until the same day")
        return tuple(sorted(templates, key=lambda template: template.valid_until))

    def html_on(self, day: date) -> HtmlHints:
        """The selectors of pages that were made on a day."""
        earlier = (t.html for t in self.earlier_html if day <= t.valid_until)
        return next(earlier, self.html)

    @property
    def all_html(self) -> tuple[HtmlHints, ...]:
        """The selectors of all templates, the present ones first, then the later before."""
        return (self.html, *(template.html for template in reversed(self.earlier_html)))

    @field_validator("feeds", "listings")
    @classmethod
    def _addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            if not address.startswith(("http://", "https://")):
                raise ValueError(f"{address!r} is no http(s) URL")
        return addresses

    @field_validator("sitemaps")
    @classmethod
    def _sitemap_addresses(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            try:
                sitemap_on(address, date(2000, 1, 1))
            except (LookupError, ValueError) as error:
                raise ValueError(f"{address!r}: only {{date}} can be filled in") from error
        return cls._addresses(addresses)

    @field_validator("url_id")
    @classmethod
    def _one_group(cls, pattern: str | None) -> str | None:
        if pattern is not None and re.compile(pattern).groups < 1:
            raise ValueError("needs a group 1 that holds the native id")
        return pattern

    def native_id(self, url: str) -> str | None:
        """The outlet's own id of the article at that URL, from path and query, or None."""
        parts = split_url(url)
        if parts is None:
            return None
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        match = re.search(self.url_id, address) if self.url_id else None
        return match.group(1) if match else None


def sitemap_on(address: str, day: date) -> str:
    """A sitemap's address with ``{date}`` (``{date:%Y/%m}`` …) filled in, where it has that."""
    return address.format(date=day)


class _Document(_Strict):
    outlets: tuple[Outlet, ...]


class Outlets:
    """All profiles, by id and by host."""

    def __init__(self, outlets: tuple[Outlet, ...]) -> None:
        self.all = outlets
        self.by_id = {outlet.id: outlet for outlet in outlets}
        self._by_host: dict[str, list[Outlet]] = {}
        for outlet in sorted(outlets, key=lambda outlet: -len(outlet.path_prefix)):
            for host in (*outlet.hosts, *outlet.mirror_hosts):
                self._by_host.setdefault(host, []).append(outlet)

    def for_url(self, url: str) -> Outlet | None:
        """The outlet that publishes at the URL: by its host, or a parent domain, and path."""
        return next(self._at(url), None)

    def is_of(self, outlet: Outlet, url: str) -> bool:
        """Whether the outlet publishes at the URL, others perhaps too."""
        return any(found.id == outlet.id for found in self._at(url))

    def _at(self, url: str) -> Iterator[Outlet]:
        parts = split_url(url)
        if parts is None:
            return
        host = (parts.hostname or "").lower().removeprefix("www.")
        # A host may be named with its port, where several outlets share one machine.
        names = [parts.netloc.rpartition("@")[2].lower()]
        while host:
            names.append(host)
            host = host.partition(".")[2]
        for name in dict.fromkeys(names):
            for outlet in self._by_host.get(name, ()):
                if parts.path.startswith(outlet.path_prefix):
                    yield outlet


@lru_cache(maxsize=8)
def load_outlets(path: Path) -> Outlets:
    """Read the profiles.

    Args:
        path: a YAML file such as ``seeds/outlets.yml``.

    Raises:
        UsageError: the file is missing or wrong; the message names the outlet and the key.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        outlets = _Document.model_validate(document).outlets
    except FileNotFoundError as error:
        raise UsageError(f"no outlets file at {path}: set KHOBOR_OUTLETS") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        entry = _named(document, first["loc"])
        raise UsageError(f"{path}: {entry}{where}: {first['msg']}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is no YAML: {error}") from error
    return Outlets(outlets)


def _named(document: object, place: tuple[int | str, ...]) -> str:
    """The outlet that an error lies in, for its message: ``outlet kalbela: ``."""
    if isinstance(document, dict) and len(place) > 1 and isinstance(place[1], int):
        entry = document["outlets"][place[1]]
        return f"outlet {entry.get('id', place[1])}: " if isinstance(entry, dict) else ""
    return ""
