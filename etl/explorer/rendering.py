"""Pages from templates: text always escaped, labels in Bangla or English, links that keep both."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from etl.bangla.calendar import GREGORIAN_MONTHS
from etl.bangla.text import to_bangla_digits

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Speech:
    """The language of a page: Bangla, unless the address says `lang=en`."""

    is_bangla: bool

    @classmethod
    def of(cls, request: Request) -> "Speech":
        """Return the language that a request's address gives."""
        return cls(request.query_params.get("lang") != "en")

    def text(self, bangla: str, english: str) -> str:
        """Return the label in the page's language."""
        return bangla if self.is_bangla else english

    def name(self, bangla: str | None, english: str | None) -> str:
        """Return a name in the page's language, else in the other."""
        found = (bangla or english) if self.is_bangla else (english or bangla)
        return found or ""

    def word(self, value: str | None) -> str:
        """Return a coded word, or several joined by commas, in the page's language."""
        if value is None:
            return "–"
        column = 0 if self.is_bangla else 1
        labels = _labels()
        return ", ".join(
            labels[word][column] if word in labels else word for word in value.split(", ")
        )

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return a number with its digits in the page's script; absent ones as a dash."""
        if value is None:
            return "–"
        shown = f"{value:,.{digits}f}"
        return to_bangla_digits(shown) if self.is_bangla else shown

    def share(self, value: float | None) -> str:
        """Return a share as per cent."""
        return "–" if value is None else f"{self.number(value * 100, 1)}%"

    def day(self, value: date | datetime | None) -> str:
        """Return a day, with the minute where there is one."""
        if value is None:
            return self.text("তারিখ জানা নেই", "undated")
        if not self.is_bangla:
            return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else f"{value:%Y-%m-%d}"
        shown = f"{value.day} {GREGORIAN_MONTHS[value.month - 1]} {value.year}"
        if isinstance(value, datetime):
            shown += f", {value:%H:%M}"
        return to_bangla_digits(shown)

    def link(self, path: str, *pairs: tuple[str, str]) -> str:
        """Return an address on this site that keeps the language."""
        found = [*pairs] if self.is_bangla else [*pairs, ("lang", "en")]
        return quote(path, safe="/:~") + (f"?{urlencode(found)}" if found else "")


def page(
    request: Request, template: str, values: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """Render a page.

    Args:
        request: whose language the page has.
        template: the template's name without its ending.
        values: what the template shows.
        status: the response's status.
    """
    speech = Speech.of(request)
    pairs = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
    other = Speech(not speech.is_bangla).link(request.url.path, *pairs)
    text = (
        _environment()
        .get_template(f"{template}.html")
        .render(
            t=speech.text,
            n=speech.name,
            w=speech.word,
            num=speech.number,
            share=speech.share,
            day=speech.day,
            link=speech.link,
            external=external,
            is_bangla=speech.is_bangla,
            other_language=other,
            **values,
        )
    )
    return HTMLResponse(text, status)


def external(url: str | None) -> str | None:
    """Return an address of the web that a page gave, if following it runs nothing."""
    if url is None:
        return None
    try:
        return url if urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None


@cache
def _labels() -> dict[str, tuple[str, str]]:
    """The labels of coded words, in Bangla and in English."""
    with (_HERE / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: (row["bangla"], row["english"]) for row in csv.DictReader(file)}


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
