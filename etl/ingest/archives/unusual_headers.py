"""Archives whose record headers FastWARC doesn't read, though WARC allows them or others read them.

Names of fields may be in any case (WARC 1.1, 4), but FastWARC finds a record's length only under
``Content-Length``. Some writers end lines without a carriage return, or write the version in lower
case. Such an archive is read from a copy with the usual headers.
"""

import gzip
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

_GZIP = b"\x1f\x8b"
_LONGEST_HEADER = 65_536
_HEADER = re.compile(rb"(WARC/\d\.\d)(\r?\n)((?:[^\r\n]+\r?\n)+)(?=\r?\n)", re.I)
_USUAL_LENGTH = re.compile(rb"^Content-Length:", re.M)
_LENGTH = re.compile(rb"^Content-Length\s*:\s*(\d+)", re.I | re.M)
_CHUNK = 1 << 20


@contextmanager
def usual_archive(path: Path) -> Iterator[Path]:
    """Give an archive's path, or that of a copy with usual headers, which is removed at the end.

    Raises:
        OSError: the file can't be read.
    """
    with _opened(path) as stream:
        try:
            is_unusual = _is_unusual(stream.read(_LONGEST_HEADER))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            is_unusual = False  # the damage is the reader's to report
    if not is_unusual:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "archive.warc")
        with _opened(path) as source, copy.open("wb") as target:
            try:
                _copy(source, target)
            except (EOFError, zlib.error) as error:
                raise OSError(str(error)) from error
        yield copy


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """The archive's bytes, decompressed."""
    with path.open("rb") as file:
        is_compressed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        if not is_compressed:
            yield file
            return
        with gzip.open(file) as unpacked:
            yield cast("BinaryIO", unpacked)


def _is_unusual(head: bytes) -> bool:
    """Whether the first record has a header that only others read."""
    found = _HEADER.match(head)
    if found is None:
        return False
    is_usual = found[1].isupper() and found[2] == b"\r\n" and _USUAL_LENGTH.search(found[3])
    return not is_usual and _LENGTH.search(found[3]) is not None


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    """Copy records with usual headers; what belongs to no record stays as it is."""
    while line := source.readline(_LONGEST_HEADER):
        if line[:5].upper() != b"WARC/":
            target.write(line)
            continue
        target.write(line.strip().upper() + b"\r\n")
        size = 0
        while (line := source.readline(_LONGEST_HEADER)).strip():
            if length := _LENGTH.match(line):
                size = int(length[1])
                line = b"Content-Length: " + length[1]
            target.write(line.rstrip(b"\r\n") + b"\r\n")
        target.write(b"\r\n")
        while size > 0 and (part := source.read(min(size, _CHUNK))):
            target.write(part)
            size -= len(part)
        target.write(b"\r\n\r\n")
        # The record's own empty lines follow as lines of no record, which FastWARC skips.
