"""Lists of pages at addresses of their own: CSV, JSON, Parquet and Atom."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa
from fastapi import Response

from etl.bangla.clock import DHAKA
from etl.reading.files import FileFormat, RowStream, write

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


class ListFormat(StrEnum):
    """The endings of a list's addresses."""

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    ATOM = "atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an Atom feed; ``at`` is by the clock of Dhaka."""

    path: str
    title: str
    summary: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class HitRow:
    """One article that was found, as a list has it."""

    article_id: str
    outlet_id: str
    outlet_name_bn: str | None
    outlet_name_en: str
    published_at: datetime | None
    title: str
    sentence: str
    url: str | None
    story_id: str | None
    score: float | None


_FILES = {
    ListFormat.CSV: (FileFormat.CSV, "text/csv; charset=utf-8"),
    ListFormat.PARQUET: (FileFormat.PARQUET, "application/vnd.apache.parquet"),
}


def respond(
    form: ListFormat,
    name: str,
    kind: type[T],
    rows: Sequence[T],
    entry_of: Callable[[T], Entry],
    address: str,
) -> Response:
    """Return a list in one of its formats.

    Args:
        form: the format.
        name: of the list, for the file's name and the feed's title.
        kind: the dataclass of the rows.
        rows: the rows.
        entry_of: makes an entry of a feed of a row.
        address: the list's own address.
    """
    if form is ListFormat.ATOM:
        feed = atom(name, [entry_of(row) for row in rows], address)
        return Response(feed, media_type="application/atom+xml")
    columns = [item.name for item in fields(kind)]
    documents: list[dict[str, Any]] = [
        {column: getattr(row, column) for column in columns} for row in rows
    ]
    if form is ListFormat.JSON:
        from fastapi.encoders import jsonable_encoder
        from fastapi.responses import JSONResponse

        return JSONResponse(jsonable_encoder(documents))
    table = pa.Table.from_pylist(documents) if documents else pa.table({c: [] for c in columns})
    target = io.BytesIO()
    file_format, media_type = _FILES[form]
    write(target, file_format, RowStream(table.schema, table.to_batches()), has_bom=True)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Response(target.getvalue(), media_type=media_type, headers=headers)


def atom(title: str, entries: Sequence[Entry], address: str) -> str:
    """Return an Atom feed (RFC 4287)."""
    base = address.split("/", 3)
    root = "/".join(base[:3])
    latest = max((entry.at for entry in entries if entry.at), default=None)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{_text(title)}</title>",
        f"<id>{_text(address)}</id>",
        f'<link rel="self" href={quoteattr(_plain(address))}/>',
        f"<updated>{_instant(latest)}</updated>",
        "<author><name>Khobor</name></author>",
    ]
    for entry in entries:
        link = f"{root}{entry.path}"
        parts.append(
            f"<entry><title>{_text(entry.title)}</title><id>{_text(link)}</id>"
            f"<link href={quoteattr(_plain(link))}/><updated>{_instant(entry.at)}</updated>"
            f"<summary>{_text(entry.summary)}</summary></entry>"
        )
    return "\n".join([*parts, "</feed>\n"])


def _instant(at: datetime | None) -> str:
    if at is None:
        return "1970-01-01T00:00:00Z"
    return f"{at.replace(tzinfo=DHAKA).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _plain(text: str) -> str:
    """The text without controls, which XML can't hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")


def _text(text: str) -> str:
    return escape(_plain(text))
