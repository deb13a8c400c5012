"""Records of a WARC or WET archive, one at a time, with recovery after damage."""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord

from etl.bangla.text import without_surrogates
from etl.ingest.archives.unusual_headers import usual_archive

_GZIP = b"\x1f\x8b\x08"
# How a record starts: a version and a named field, or a gzip member of these.
_MAGIC = b"WARC/"
_MEMBER_START = re.compile(re.escape(_GZIP))
_PLAIN_START = re.compile(rb"WARC/\d\.\d\r?\n(?:WARC|Content)-", re.I)
_LONGEST_START = 64
_HEAD = 512  # of a member: enough of it to unpack the magic
_CHUNK = 1 << 20
_CAUSE_CHARACTERS = 200
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """One record; ``block`` is shorter than the declared ``size`` by request or by damage."""

    kind: str  # WARC-Type
    record: WarcRecord
    offset: int
    size: int
    block: bytes

    def header(self, name: str) -> str | None:
        """A named field of the record; None if absent or empty."""
        return without_surrogates((self.record.headers.get(name) or "").strip()) or None


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where no record can be read; ``offset`` counts bytes of the file from 0."""

    offset: int
    detail: str


def read_records(
    path: Path, bytes_to_read: Callable[[WarcRecord], int]
) -> Iterator[ArchiveRecord | Damage]:
    """Yield all records of an archive in order; after damage, go on with the next record.

    Args:
        path: the archive, compressed by gzip or not.
        bytes_to_read: how many bytes of a record's block to read, at most; 0 reads none.

    Raises:
        OSError: the file can't be opened or read.
    """
    with usual_archive(path) as readable, readable.open("rb") as stream:
        is_compressed = stream.read(len(_GZIP)) == _GZIP
        start: int | None = 0
        while start is not None:
            last: ArchiveRecord | Damage | None = None
            cause = None
            stream.seek(start)
            try:
                for record in ArchiveIterator(stream, parse_http=False):
                    # A record is yielded when the next is reached: only then is the checksum of its
                    # gzip member known to be right.
                    if last is not None:
                        yield last
                    last = _taken(record, bytes_to_read)
            except (OSError, ValueError) as error:
                cause = str(error)[:_CAUSE_CHARACTERS]
            if cause and is_compressed and last and not _is_sound(stream, last.offset):
                last = Damage(last.offset, cause)
            if last is not None:
                yield last
            if cause is None:
                return
            start, damage = _next_start(stream, start, last, cause, is_compressed)
            if damage is not None:
                yield damage


def _taken(
    record: WarcRecord, bytes_to_read: Callable[[WarcRecord], int]
) -> ArchiveRecord | Damage:
    """Read a record; one whose fields raise anything is damaged, alone."""
    try:
        return _take(record, bytes_to_read(record))
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
        return Damage(record.stream_pos, f"{type(error).__name__}: {error}"[:_CAUSE_CHARACTERS])


def _take(record: WarcRecord, wanted: int) -> ArchiveRecord | Damage:
    offset, size = record.stream_pos, (record.headers.get("Content-Length") or "").strip()
    kind = (record.headers.get("WARC-Type") or "").strip().lower()
    if not _LENGTH.fullmatch(size) or not kind:
        return Damage(offset, "a record that doesn't declare its length or its type")
    parts: list[bytes] = []
    room = min(int(size), wanted)
    while room > 0 and (part := record.reader.read(room)):
        parts.append(part)
        room -= len(part)
    block = b"".join(parts)
    if room == 0 and len(block) + _skip(record) < int(size):
        return Damage(offset, f"a record of {size} bytes is cut short")
    return ArchiveRecord(kind, record, offset, int(size), block)


def _next_start(
    stream: BinaryIO,
    start: int,
    last: ArchiveRecord | Damage | None,
    cause: str,
    is_compressed: bool,
) -> tuple[int | None, Damage | None]:
    """Where to go on after an error, and the damage to report.

    The damage lies behind the last record that was read: it is either the next thing that looks
    like a record, or bytes before it that belong to none.
    """
    broken: int | None = start
    if last is not None:
        broken = _find_start(stream, last.offset + 1, is_compressed)
        if broken is None:
            place = stream.seek(0, 2)
            return None, None if isinstance(last, Damage) else Damage(place, cause)
        if _is_readable(stream, broken, is_compressed):
            if isinstance(last, Damage):  # reported already
                return broken, None
            return broken, Damage(last.offset, f"after the record there: {cause}")
    assert broken is not None
    return _find_start(stream, broken + 1, is_compressed), Damage(broken, cause)


def _is_readable(stream: BinaryIO, offset: int, is_compressed: bool) -> bool:
    """Whether a complete record can be read there."""
    stream.seek(offset)
    try:
        for record in ArchiveIterator(stream, parse_http=False):
            size = (record.headers.get("Content-Length") or "").strip()
            is_whole = bool(_LENGTH.fullmatch(size)) and _skip(record) == int(size)
            return is_whole and (not is_compressed or _is_sound(stream, offset))
    except (OSError, ValueError):
        return False
    return False


def _is_sound(stream: BinaryIO, offset: int) -> bool:
    """Whether a gzip member can be unpacked to its end, with the right checksum."""
    stream.seek(offset)
    unpacker = zlib.decompressobj(31)
    try:
        while not unpacker.eof and (packed := stream.read(_CHUNK)):
            while packed and not unpacker.eof:
                unpacker.decompress(packed, _CHUNK)
                packed = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return unpacker.eof


def _skip(record: WarcRecord) -> int:
    """Read the rest of a record's block; return its number of bytes."""
    count = 0
    while part := record.reader.read(_CHUNK):
        count += len(part)
    return count


def _find_start(stream: BinaryIO, offset: int, is_compressed: bool) -> int | None:
    """Offset of the next record's start, from ``offset`` on; None if there is none."""
    if not is_compressed:
        return next(_places(stream, offset, _PLAIN_START), None)
    for place in _places(stream, offset, _MEMBER_START):
        stream.seek(place)
        try:
            head = zlib.decompressobj(31).decompress(stream.read(_HEAD), len(_MAGIC))
        except zlib.error:
            continue
        if head == _MAGIC:
            return place
    return None


def _places(stream: BinaryIO, offset: int, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Offsets at which the pattern matches, from ``offset`` on; one chunk in memory at a time."""
    while True:
        stream.seek(offset)
        chunk = stream.read(_CHUNK)
        is_last = len(chunk) < _CHUNK
        end = len(chunk) if is_last else len(chunk) - _LONGEST_START
        for match in pattern.finditer(chunk):
            if match.start() < end:
                yield offset + match.start()
        if is_last:
            return
        offset += end
