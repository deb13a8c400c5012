"""WARC and WET archives read as a stream: each page is a capture.

Every record is accounted for: a damaged one becomes a capture with its ``read_error``, one that is
no page or doesn't match the filter is counted.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fastwarc.warc import WarcRecord

from etl.bangla.clock import to_utc
from etl.bangla.text import without_surrogates
from etl.ingest.archives.capture_records import Description, is_description
from etl.ingest.archives.filter import ALL_PAGES, PageFilter
from etl.ingest.archives.http_message import (
    HttpResponse,
    dechunked_body,
    decoded_body,
    is_digest_of,
    parse_http_response,
)
from etl.ingest.archives.stream import ArchiveRecord, Damage, read_records
from etl.ingest.capture import NewCapture
from etl.schema.problems import Problem, UnreadablePageError
from etl.schema.vocabulary import CaptureTimeSource, ProblemCode

# Other media (pictures, scripts) make no captures.
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")
_PAGE_KINDS = ("response", "resource", "conversion")
# Allowance for the HTTP header and chunks round a page of the largest size.
_WRAPPING_BYTES = 1_000_000
_DESCRIPTION_BYTES = 1_000_000
# What crawlers record of their own: wget its log and arguments, Heritrix resolved names,
# Browsertrix texts and pictures of pages.
_NO_PAGE = re.compile(r"(metadata|dns|whois|urn):(?!khobor:)", re.I)
# Media counted by their family alone, so that the counts stay short.
_FAMILIES = ("audio", "font", "image", "video")


class _SkippedRecord(Exception):  # noqa: N818  (no error)
    """A record that becomes no capture; its message is the kind it is counted as."""


@dataclass(slots=True)
class ArchiveCounts:
    """Records that became no captures, and anomalies of those that did, each by kind."""

    skipped: Counter[str] = field(default_factory=Counter)
    anomalies: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class ArchiveReader:
    """Reads the captures of one archive.

    Args:
        path: the archive's file.
        source: its name in ``raw.page_capture.source``.
        seen_at: capture time of records that have none.
        max_bytes: largest size of a page.
        counts: where skipped records and anomalies are counted.
        page_filter: the pages to take.
    """

    path: Path
    source: str
    seen_at: datetime
    max_bytes: int
    counts: ArchiveCounts
    page_filter: PageFilter = ALL_PAGES

    def captures(self) -> Iterator[NewCapture]:
        """Yield a capture for each page, and one with a ``read_error`` for each damage.

        An archive that can't be opened or is empty yields one capture of itself.
        """
        records, is_damaged = 0, False
        described: Description | None = None
        try:
            for found in read_records(self.path, self._bytes_to_read):
                if isinstance(found, Damage):
                    yield self._damage(found, is_whole_archive=not records)
                    is_damaged = True
                    continue
                records += 1
                if described is not None and not described.is_of(found):
                    yield self._pageless(described)
                    described = None
                if is_description(found.record):
                    described = self._description(found)
                elif found.kind != "warcinfo":  # which describes the archive, not a page
                    try:
                        yield self._described(found, described) if described else self._page(found)
                    except _SkippedRecord as reason:
                        self.counts.skipped[str(reason)] += 1
                    except OSError:
                        raise
                    except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
                        yield self._problem(Problem.internal(error), f"#offset-{found.offset}")
                    described = None
        except FileNotFoundError:
            yield self._problem(Problem(ProblemCode.MISSING, f"no file {self.source}"))
        except OSError as error:
            detail = f"{error} after {records} records"
            yield self._problem(Problem(ProblemCode.BROKEN_ARCHIVE, detail))
        else:
            if described is not None:
                yield self._pageless(described)
            if not records and not is_damaged:
                yield self._problem(Problem(ProblemCode.NO_RECORDS, "there is no record in it"))

    def _bytes_to_read(self, record: WarcRecord) -> int:
        kind = (record.headers.get("WARC-Type") or "").strip().lower()
        if is_description(record):
            return _DESCRIPTION_BYTES
        if kind not in _PAGE_KINDS or _other_pages(self.page_filter, record):
            return 0
        return self.max_bytes + _WRAPPING_BYTES

    def _description(self, found: ArchiveRecord) -> Description | None:
        try:
            return Description.read(found.block)
        except UnreadablePageError:
            self.counts.anomalies["descriptions of captures that can't be read"] += 1
            return None

    def _described(self, found: ArchiveRecord, description: Description) -> NewCapture:
        """The capture that ``khobor export warc`` wrote."""
        if other := _other_pages(self.page_filter, found.record):
            raise _SkippedRecord(other)
        try:
            capture = description.capture(found)
        except UnreadablePageError as error:
            return self._problem(error.problem, f"#{description.capture_id}")
        if not self.page_filter.matches_language(None, capture.content):
            raise _SkippedRecord("other language")
        return capture

    def _page(self, found: ArchiveRecord) -> NewCapture:
        """The capture of a record.

        Raises:
            _SkippedRecord: it is no page, or doesn't match the filter.
        """
        url = _target(found.record)
        if found.kind not in _PAGE_KINDS:
            raise _SkippedRecord(found.kind)
        if other := _other_pages(self.page_filter, found.record):
            raise _SkippedRecord(other)
        response, content, problem = None, found.block, None
        media_type = _media_type(found)
        try:
            if found.kind == "response" and media_type in (None, "application/http"):
                response = parse_http_response(found.block)
                content, media_type = response.body, response.media_type
            if media_type is not None and media_type not in _PAGE_TYPES:
                raise _SkippedRecord(_family(media_type))
            if scheme := _NO_PAGE.match(url or ""):
                raise _SkippedRecord(f"{scheme[1].lower()}: record")
            if response is not None and 300 <= response.status < 400:
                raise _SkippedRecord("redirect")
            if shortage := self._shortage(found):
                raise shortage
            self._check_digests(found, response)
            if response is not None:
                content = decoded_body(response, self.max_bytes)
                if response.status >= 400:
                    problem = Problem(ProblemCode.HTTP_STATUS, str(response.status))
            if cut := found.header("WARC-Truncated"):
                problem = problem or Problem(
                    ProblemCode.TRUNCATED, f"the archive says it was cut by {cut}"
                )
        except UnreadablePageError as error:
            problem = (self._shortage(found) or error).problem
        if problem is None and not self.page_filter.matches_language(
            found.header("WARC-Identified-Content-Language"), content
        ):
            raise _SkippedRecord("other language")
        date = _record_date(found.record)
        identity = (found.header("WARC-Record-ID") or f"offset-{found.offset}").strip("<>")
        return NewCapture(
            source=f"{self.source}#{identity.removeprefix('urn:uuid:')}",
            content=content,
            captured_at=date or self.seen_at,
            captured_at_source=CaptureTimeSource.WARC if date else CaptureTimeSource.FILE_TIME,
            url=url,
            http_status=response.status if response else None,
            http_headers=response.headers_json if response else None,
            content_type=response.content_type if response else media_type,
            read_error=problem,
        )

    def _shortage(self, found: ArchiveRecord) -> UnreadablePageError | None:
        """What is wrong with a record whose block is incomplete."""
        if len(found.block) == found.size:
            return None
        if len(found.block) == self.max_bytes + _WRAPPING_BYTES:
            return UnreadablePageError(
                ProblemCode.TOO_LARGE,
                f"{found.size} bytes, at most {self.max_bytes} (KHOBOR_PAGE_MAX_BYTES)",
            )
        return UnreadablePageError(
            ProblemCode.TRUNCATED_RECORD, f"{len(found.block)} of {found.size} bytes are there"
        )

    def _check_digests(self, found: ArchiveRecord, response: HttpResponse | None) -> None:
        """Compare the archive's digests with the bytes.

        Writers differ in what they take for the payload: with its chunks, or without. So a payload
        digest that differs is an anomaly where the block digest proves the bytes, else damage.

        Raises:
            UnreadablePageError: ``wrong_digest``.
        """
        block, payload = found.header("WARC-Block-Digest"), found.header("WARC-Payload-Digest")
        is_proven = is_digest_of(block, found.block) if block else None
        if is_proven is False:
            raise UnreadablePageError(
                ProblemCode.WRONG_DIGEST, f"the bytes are not those of {block}"
            )
        if payload is None:
            return
        bodies = [response.body, dechunked_body(response)] if response else [found.block]
        matches = [is_digest_of(payload, body) for body in bodies]
        if None in matches:
            self.counts.anomalies["digests that can't be checked"] += 1
        elif not any(matches):
            if not is_proven:
                raise UnreadablePageError(
                    ProblemCode.WRONG_DIGEST, f"the page is not that of {payload}"
                )
            self.counts.anomalies["payload digests that differ, block digest right"] += 1

    def _damage(self, damage: Damage, *, is_whole_archive: bool) -> NewCapture:
        if is_whole_archive:
            return self._problem(
                Problem(
                    ProblemCode.BROKEN_ARCHIVE,
                    f"no record at byte {damage.offset}: {damage.detail}",
                )
            )
        return self._problem(
            Problem(ProblemCode.BROKEN_RECORD, f"at byte {damage.offset}: {damage.detail}"),
            f"#offset-{damage.offset}",
        )

    def _pageless(self, described: Description) -> NewCapture:
        problem = Problem(
            ProblemCode.BROKEN_RECORD, "the page of a capture that is described isn't there"
        )
        return self._problem(problem, f"#{described.capture_id}")

    def _problem(self, problem: Problem, place: str = "") -> NewCapture:
        return NewCapture(
            source=self.source + place,
            content=b"",
            captured_at=self.seen_at,
            captured_at_source=CaptureTimeSource.FILE_TIME,
            content_type="application/warc",
            read_error=problem,
        )


def _other_pages(page_filter: PageFilter, record: WarcRecord) -> str | None:
    """Which pages that aren't wanted the record's is one of; None if it may be wanted."""
    if not page_filter.matches_host(_target(record)):
        return "other host"
    if not page_filter.matches_date(_record_date(record)):
        return "other day"
    return None


def _target(record: WarcRecord) -> str | None:
    uri = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
    return without_surrogates(uri) or None


def _record_date(record: WarcRecord) -> datetime | None:
    """The record's date; None where it has none that can be read."""
    try:
        return to_utc(record.record_date)
    except (ValueError, OverflowError):
        return None


def _media_type(found: ArchiveRecord) -> str | None:
    declared = found.header("Content-Type")
    return declared.partition(";")[0].strip().lower() if declared else None


def _family(media_type: str) -> str:
    family = media_type.partition("/")[0]
    return family if family in _FAMILIES else media_type[:60]
