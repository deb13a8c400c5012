"""Staged rows of every table, from the pages of one batch."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

import pyarrow as pa
import pyarrow.compute as pc

from etl.addresses import canonical_url
from etl.bangla.clock import DHAKA, to_utc
from etl.bangla.text import count_words
from etl.outlets.profiles import Outlet, Outlets
from etl.schema.derive.arrow import arrow_schema
from etl.schema.problems import Problem
from etl.schema.records import Article, Capture, Page, PlaceFacts
from etl.schema.tables import staged
from etl.schema.vocabulary import CaptureTimeSource, Outcome, TimeSource
from etl.transform.bylines import byline_kind
from etl.transform.identity import identify, native_article_id, outlet_key

Row = dict[str, object]
Rows = dict[str, list[Row]]  # by staged table's name
Result = Article | Page | Problem


@dataclass(frozen=True, slots=True)
class CaptureRow:
    """A capture and the hash of its bytes."""

    capture: Capture
    content_sha256: str


# Captures whose rows are kept as Python objects until they become Arrow.
_HELD = 200
_DECLARED = "declared"


class Staging:
    """The staged rows of one batch: pages go in one by one, Arrow tables come out."""

    def __init__(
        self, outlets: Outlets, batch_id: str, run_id: str, extractor_version: str
    ) -> None:
        self._outlets = outlets
        self._batch_id = batch_id
        self._run_id = run_id
        self._extractor_version = extractor_version
        self._held: list[tuple[CaptureRow, Rows]] = []
        self._settled: dict[str, list[pa.Table]] = {table.name: [] for table in staged.STAGED}
        self._declared: dict[tuple[str, str], Row] = {}

    def add(self, entry: CaptureRow, result: Result) -> None:
        """Add one capture's rows: exactly one of ``capture``, any number of the others.

        A capture whose rows can't be made, or not be held in Arrow, is staged as ``failed:
        internal_error``; the others are not touched by it.
        """
        if len(self._held) >= _HELD:
            self._settle()
        try:
            rows = self._rows_of(entry, result)
        except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
            rows = self._failed(entry, error)
        self._held.append((entry, rows))

    def tables(self) -> dict[str, pa.Table]:
        """The rows as Arrow tables, by staged table's name."""
        self._settle()
        self._settled[_DECLARED].append(
            _tables([{_DECLARED: list(self._declared.values())}])[_DECLARED]
        )
        return {name: pa.concat_tables(parts) for name, parts in self._settled.items()}

    def _settle(self) -> None:
        """Turn the rows so far into Arrow."""
        held = [rows for _, rows in self._held]
        try:
            made = _tables(held)
        except Exception:  # noqa: BLE001  (found below, capture by capture)
            held = [self._convertible(entry, rows) for entry, rows in self._held]
            made = _tables(held)
        for name, table in made.items():
            if name != _DECLARED:  # equal declarations of several captures are one row
                self._settled[name].append(table)
        for rows in held:
            self._declare(rows.get(_DECLARED, ()))
        self._held.clear()

    def _convertible(self, entry: CaptureRow, rows: Rows) -> Rows:
        """The rows of a capture, or those of its failure where Arrow refuses them."""
        try:
            _tables([rows])
        except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
            return self._failed(entry, error)
        return rows

    def _failed(self, entry: CaptureRow, error: Exception) -> Rows:
        reason = str(Problem.internal(error))
        return {"capture": [self._capture_row(entry, None, Outcome.FAILED, reason)]}

    def _rows_of(self, entry: CaptureRow, result: Result) -> Rows:
        if isinstance(result, Problem):
            return {"capture": [self._capture_row(entry, None, Outcome.FAILED, str(result))]}
        if isinstance(result, Article):
            return self._article_rows(entry, result)
        page = _with_usable_times(result)
        reason = f"{page.kind}: {page.reason}" if page.reason else page.kind.value
        return {
            "capture": [self._capture_row(entry, page, Outcome.NOT_ARTICLE, reason)],
            _DECLARED: self._declared_rows(entry, page),
        }

    def _outlet(self, capture: Capture, page: Page | None) -> tuple[Outlet | None, str | None]:
        url = (page.url if page else None) or capture.url
        outlet_id = (page.outlet_id if page else None) or capture.outlet_id
        outlet = self._outlets.by_id.get(outlet_id or "")
        return outlet or (self._outlets.for_url(url) if url else None), url

    def _capture_row(
        self,
        entry: CaptureRow,
        page: Page | None,
        outcome: Outcome,
        reason: str | None,
        article: Row | None = None,
    ) -> Row:
        capture = entry.capture
        outlet, url = self._outlet(capture, page)
        captured_at, source = captured_at_of(capture, page)
        return {
            "capture_id": capture.capture_id,
            "batch_id": self._batch_id,
            "run_id": self._run_id,
            "source": capture.source,
            "url": url,
            "outlet_id": outlet_key(outlet, url),
            "captured_at": captured_at,
            "captured_at_source": source.value,
            "content_sha256": entry.content_sha256,
            "outcome": outcome.value,
            "reason": reason,
            "article_id": article["article_id"] if article else None,
            "content_hash": article["content_hash"] if article else None,
            "extractor_version": self._extractor_version,
        }

    def _article_rows(self, entry: CaptureRow, article: Article) -> Rows:
        capture = entry.capture
        # Of the page alone: a feed that tells a time later makes no new version.
        page = _with_usable_times(article.page)
        page_hash = content_hash(page)
        page = _with_declared_time(page, capture)
        outlet, url = self._outlet(capture, page)
        article_id, identity_source = identify(outlet, url, page.title, page.paragraphs)
        captured_at, captured_at_source = captured_at_of(capture, page)
        body = "\n\n".join(page.paragraphs)
        published_at = to_utc(page.published_at)
        keys: Row = {
            "capture_id": capture.capture_id,
            "article_id": article_id,
            "content_hash": page_hash,
            "outlet_id": outlet_key(outlet, url),
            "published_at": published_at,
        }
        row: Row = {
            **keys,
            "identity_source": identity_source.value,
            "url": canonical_url(url) if url else None,
            "title": page.title,
            "kicker": page.kicker,
            "edition": page.edition,
            "published_at_source": page.published_at_source.value,
            "published_date": (
                published_at.astimezone(DHAKA).date() if published_at else page.published_date
            ),
            "updated_at": to_utc(page.updated_at),
            "page_date": page.page_date,
            "language": page.language,
            "word_count": sum(count_words(text) for text in page.paragraphs),
            "character_count": sum(len(text) for text in page.paragraphs),
            "paragraph_count": len(page.paragraphs),
            "body_source": page.body_source,
            "topic": article.topic,
            "topic_source": article.topic_source,
            "image_url": page.image_url,
            "photo_credit": page.photo_credit,
            "signoff": page.signoff,
            "keywords": list(page.keywords),
            "warnings": list(page.warnings),
            "extractor_version": self._extractor_version,
            "captured_at": captured_at,
            "captured_at_source": captured_at_source.value,
            "section": page.section,
            "byline": page.byline,
            "byline_kind": byline_kind(page.byline) if page.byline else None,
            "body": body,
            "paragraphs": list(page.paragraphs),
            "captions": list(page.captions),
        }
        return {
            "article": [row],
            "capture": [self._capture_row(entry, page, Outcome.LOADED, None, row)],
            "headline_exposure": _sidebar_rows(keys, page, captured_at, outlet),
            "entity_mention": _mention_rows(keys, article),
            "source_citation": _citation_rows(keys, article),
            "event": _event_rows(keys, article),
            "quote": _quote_rows(keys, article),
            "figure": _figure_rows(keys, article),
        }

    def _declared_rows(self, entry: CaptureRow, page: Page) -> list[Row]:
        outlet, url = self._outlet(entry.capture, page)
        captured_at, _ = captured_at_of(entry.capture, page)
        declared_in = (canonical_url(url) if url else None) or entry.capture.source
        rows: list[Row] = []
        for link in page.links:
            address = canonical_url(link.url)
            if address is None:
                continue
            target = self._outlets.for_url(address) or outlet
            rows.append(
                {
                    "declared_in": declared_in,
                    "url": address,
                    "declaration_kind": "listing",
                    "outlet_id": outlet_key(target, address),
                    "article_id": native_article_id(target, address),
                    "declared_at": captured_at,
                    "declared_rank": link.rank,
                    "title": link.title,
                    "published_at": None,
                    "section": page.section,
                    "capture_id": entry.capture.capture_id,
                }
            )
        return rows

    def _declare(self, rows: Iterable[Row]) -> None:
        """Keep the earliest declaration of each address in each place."""
        for row in rows:
            place = str(row["declared_in"]), str(row["url"])
            known = self._declared.setdefault(place, row)
            if _declared_order(row) < _declared_order(known):
                self._declared[place] = row


def with_failed(
    tables: Mapping[str, pa.Table], problems: Mapping[str, Problem]
) -> dict[str, pa.Table]:
    """The staged tables with some captures failed: their outcome stays, their rows are removed.

    Args:
        tables: the staged tables by name.
        problems: why each fails, by capture id.
    """
    failed = pa.array(list(problems), pa.string())
    result = {
        name: table.filter(pc.invert(pc.is_in(table["capture_id"], value_set=failed)))
        for name, table in tables.items()
    }
    rows = [
        {
            **row,
            "outcome": Outcome.FAILED.value,
            "reason": str(problems[row["capture_id"]]),
            "article_id": None,
            "content_hash": None,
        }
        if row["capture_id"] in problems
        else row
        for row in tables["capture"].to_pylist()
    ]
    result["capture"] = pa.Table.from_pylist(rows, schema=tables["capture"].schema)
    return result


def _tables(captures: Sequence[Rows]) -> dict[str, pa.Table]:
    """The rows of captures as Arrow tables, by staged table's name."""
    return {
        table.name: pa.Table.from_pylist(
            [row for rows in captures for row in rows.get(table.name, ())],
            schema=arrow_schema(table),
        )
        for table in staged.STAGED
    }


def _sidebar_rows(keys: Row, page: Page, captured_at: datetime, outlet: Outlet | None) -> list[Row]:
    return [
        {
            "capture_id": keys["capture_id"],
            "outlet_id": keys["outlet_id"],
            "captured_at": captured_at,
            "list_kind": item.kind.value,
            "headline_rank": item.rank,
            "headline": item.headline,
            "kicker": item.kicker,
            "url": canonical_url(item.url) if item.url else None,
            "target_article_id": native_article_id(outlet, item.url),
        }
        for item in page.sidebar
    ]


def _mention_rows(keys: Row, article: Article) -> list[Row]:
    return [
        {
            **keys,
            "entity_id": mention.entity_id,
            "mention_count": mention.count,
            "first_position": mention.first_position,
            "is_in_title": mention.is_in_title,
            "evidence": mention.evidence,
            "entity_kind": mention.kind.value,
            "name_bn": mention.canonical_name or mention.name_bn,
            "name_en": mention.name_en,
            "iso_code": mention.iso_code,
            **_place_columns(mention.place),
        }
        for mention in article.mentions
    ]


def _citation_rows(keys: Row, article: Article) -> list[Row]:
    return [
        {
            **keys,
            "source_id": citation.source_id,
            "credit_form": citation.form.value,
            "evidence": citation.evidence,
            "name_bn": citation.name_bn,
            "name_en": citation.name_en,
            "source_kind": citation.source_kind,
        }
        for citation in article.citations
    ]


def _event_rows(keys: Row, article: Article) -> list[Row]:
    return [
        {
            **keys,
            "event_no": number,
            "actor1": event.actor1,
            "actor2": event.actor2,
            "event_type": event.type.value,
            "event_date": event.date,
            "place": event.place,
            "modality": event.modality.value,
            "evidence": event.evidence,
            "confidence": event.confidence,
        }
        for number, event in enumerate(article.events, start=1)
    ]


def _quote_rows(keys: Row, article: Article) -> list[Row]:
    return [
        {
            **keys,
            "quote_no": number,
            "speaker": quote.speaker,
            "speaker_entity_id": quote.speaker_id,
            "quote": quote.words,
            "is_direct": quote.is_direct,
            "verb": quote.verb,
            "evidence": quote.evidence,
            "first_position": quote.position,
        }
        for number, quote in enumerate(article.quotes, start=1)
    ]


def _figure_rows(keys: Row, article: Article) -> list[Row]:
    return [
        {
            **keys,
            "figure_no": number,
            "figure_kind": figure.kind.value,
            "value": figure.value,
            "unit": figure.unit,
            "written": figure.written,
            "subject": figure.subject or None,
            "evidence": figure.evidence,
            "first_position": figure.position,
        }
        for number, figure in enumerate(article.figures, start=1)
    ]


def _place_columns(place: PlaceFacts | None) -> Row:
    if place is None:
        return {}
    return {
        "place_kind": place.kind,
        "country_code": place.country_code,
        "district_entity_id": f"place:{place.district_id}" if place.district_id else None,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _with_usable_times(page: Page) -> Page:
    """The page without times that are no instant, with a warning for each."""
    warnings = page.warnings
    if page.published_at and to_utc(page.published_at) is None:
        warnings = (*warnings, "published_at_unusable")
        page = replace(page, published_at=None, published_at_source=TimeSource.NONE)
    if page.updated_at and to_utc(page.updated_at) is None:
        warnings = (*warnings, "updated_at_unusable")
        page = replace(page, updated_at=None)
    return page if warnings is page.warnings else replace(page, warnings=warnings)


def _with_declared_time(page: Page, capture: Capture) -> Page:
    """The page with the publish time of the feed or sitemap, where it has no day of its own."""
    if page.published_at or page.published_date or not capture.declared_time_source:
        return page
    if to_utc(capture.declared_published_at) is None:
        return page
    return replace(
        page,
        published_at=capture.declared_published_at,
        published_at_source=capture.declared_time_source,
    )


def _declared_order(row: Row) -> tuple[str, str, str]:
    return str(row["declared_at"]), str(row["capture_id"]), f"{row['declared_rank']:>9}"


def content_hash(page: Page) -> str:
    """Hash what makes a version of an article: title, kicker, byline, times to the minute, body.

    Sidebars, counters, pictures and tags change without an edit and stay out.

    Returns:
        SHA-256, in hexadecimal.

    Source: docs/decisions/0004-versions.md
    """
    times = [
        instant.strftime("%Y-%m-%dT%H:%M") if (instant := to_utc(moment)) else None
        for moment in (page.published_at, page.updated_at)
    ]
    content = [page.title, page.kicker, page.byline, *times, list(page.paragraphs)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def captured_at_of(capture: Capture, page: Page | None) -> tuple[datetime, CaptureTimeSource]:
    """When the page was captured: the masthead's day beats the time of a mere file."""
    if (
        page is None
        or page.page_date is None
        or capture.captured_at_source is not CaptureTimeSource.FILE_TIME
    ):
        return capture.captured_at, capture.captured_at_source
    day_end = to_utc(datetime.combine(page.page_date, time(23, 59, 59), DHAKA))
    if day_end is None:
        return capture.captured_at, capture.captured_at_source
    return day_end, CaptureTimeSource.MASTHEAD
