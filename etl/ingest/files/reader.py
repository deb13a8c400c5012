"""Captures from files and folders: pages with their sidecars, and archives."""

import errno
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from etl.bangla.clock import from_epoch, to_utc
from etl.ingest.archives.filter import ALL_PAGES, PageFilter
from etl.ingest.archives.reader import ArchiveCounts, ArchiveReader
from etl.ingest.capture import NewCapture
from etl.schema.problems import Problem, UnreadablePageError
from etl.schema.vocabulary import CaptureTimeSource, ProblemCode

_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".txt")
_ARCHIVE_ENDINGS = (".warc", ".wet")
SIDECAR_ENDING = ".meta.json"
_MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
}
_SIDECAR_BYTES = 1_000_000
_SIDECAR_KEYS = ("url", "fetched_at", "content_type", "outlet_id")


@dataclass(slots=True)
class FileReader:
    """Reads the captures of files and folders, folders recursively.

    Args:
        paths: files and folders.
        seen_at: capture time of what has none of its own (a missing file).
        max_bytes: largest size of a page.
        page_filter: the pages to take from archives.
        follows_links: whether a file or a sidecar may be a link.
        skipped: names of files that are no pages; complete once ``captures()`` is exhausted.
        counts: skipped records and anomalies of archives; likewise.
    """

    paths: tuple[Path, ...]
    seen_at: datetime
    max_bytes: int
    page_filter: PageFilter = ALL_PAGES
    follows_links: bool = True
    skipped: list[str] = field(default_factory=list)
    counts: ArchiveCounts = field(default_factory=ArchiveCounts)

    def captures(self) -> Iterator[NewCapture]:
        """Yield every page; what can't be read has a ``read_error``."""
        for root in self.paths:
            if not root.is_dir():
                yield from self.file_captures(root, as_text(root.name))
                continue
            inside = root.resolve()
            for path, name in _files_below(root, self._note_unreadable):
                source = as_text(name)
                if _leads_out(path, inside):
                    self.skipped.append(source)
                else:
                    yield from self.file_captures(path, source, inside)

    def _note_unreadable(self, error: OSError) -> None:
        self.skipped.append(as_text(str(error.filename)))

    def file_captures(
        self, path: Path, source: str, inside: Path | None = None
    ) -> Iterator[NewCapture]:
        """Yield the captures of one file.

        Args:
            path: the file.
            source: its name in ``raw.page_capture.source``.
            inside: the folder that a sidecar must not lead out of.
        """
        plain = source.lower().removesuffix(".gz")
        is_there, is_file = _exists_as_file(path, follows_links=self.follows_links)
        if is_there and not is_file:  # reading a pipe or a device might never end
            self.skipped.append(source)
        elif plain.endswith(_ARCHIVE_ENDINGS):
            archive = ArchiveReader(
                path, source, self.seen_at, self.max_bytes, self.counts, self.page_filter
            )
            yield from archive.captures()
        elif plain.endswith(_PAGE_ENDINGS) or not is_there:
            yield self._page(path, source, inside)
        elif not plain.endswith(SIDECAR_ENDING):
            self.skipped.append(source)

    def _page(self, path: Path, source: str, inside: Path | None) -> NewCapture:
        gzipped = source.lower().endswith(".gz")
        ending = Path(source.lower().removesuffix(".gz")).suffix
        content, modified_at, problem = b"", self.seen_at, None
        sidecar: dict[str, str] = {}
        try:
            status = path.stat(follow_symlinks=self.follows_links)
            modified_at = _instant_of(status.st_mtime) or self.seen_at
            if status.st_size > self.max_bytes:
                raise UnreadablePageError(
                    ProblemCode.TOO_LARGE, f"{status.st_size} bytes, at most {self.max_bytes}"
                )
            with path.open("rb") if self.follows_links else open_regular(path) as file:
                content = file.read(self.max_bytes + 1)
            described = path.with_name(path.name + SIDECAR_ENDING)
            if not self.follows_links and _is_link(described):
                raise UnreadablePageError(ProblemCode.BAD_SIDECAR, "a link, which is not followed")
            sidecar = _read_sidecar(described, inside)
        except FileNotFoundError:
            problem = Problem(ProblemCode.MISSING, f"no file {source}")
        except OSError as error:
            problem = Problem(ProblemCode.UNREADABLE_FILE, str(error.strerror))
        except UnreadablePageError as error:
            problem = error.problem
        except Exception as error:  # noqa: BLE001  (any defect; the ledger names it)
            problem = Problem.internal(error)
        fetched_at = sidecar.get("fetched_at")
        return NewCapture(
            source=source,
            content=content,
            captured_at=datetime.fromisoformat(fetched_at) if fetched_at else modified_at,
            captured_at_source=(
                CaptureTimeSource.SIDECAR if fetched_at else CaptureTimeSource.FILE_TIME
            ),
            url=sidecar.get("url"),
            outlet_id=sidecar.get("outlet_id"),
            content_type=sidecar.get("content_type") or _MEDIA_TYPES.get(ending),
            content_encoding="gzip" if gzipped else None,
            read_error=problem,
        )


def _files_below(root: Path, on_error: Callable[[OSError], None]) -> Iterable[tuple[Path, str]]:
    """All files below a folder with their relative names, sorted; links aren't followed."""
    for folder, subfolders, names in os.walk(root, onerror=on_error):
        subfolders.sort()
        below = Path(folder).relative_to(root).as_posix()
        for name in sorted(names):
            yield Path(folder, name), name if below == "." else f"{below}/{name}"


def open_regular(path: Path) -> BinaryIO:
    """Open a file that is neither a link nor anything that reading could wait on.

    Raises:
        OSError: it is none, or it can't be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    file = os.fdopen(descriptor, "rb")
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a file")
    return file


def _exists_as_file(path: Path, *, follows_links: bool) -> tuple[bool, bool]:
    """Whether something is there, and whether it is a regular file."""
    try:
        return True, stat.S_ISREG(path.stat(follow_symlinks=follows_links).st_mode)
    except OSError:
        return False, False


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except OSError:  # too long a name: nothing can be there
        return False


def _leads_out(path: Path, inside: Path) -> bool:
    """Whether a path is a link to something outside of the folder."""
    try:
        return path.is_symlink() and not path.resolve().is_relative_to(inside)
    except (OSError, RuntimeError):  # it leads to itself
        return True


def as_text(name: str) -> str:
    """A file's name as text, whatever its bytes are."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _instant_of(seconds: float) -> datetime | None:
    """A file's time to the second; None where it is out of the calendar's range."""
    return from_epoch(int(seconds))


def _read_sidecar(path: Path, inside: Path | None) -> dict[str, str]:
    """The sidecar's known keys; empty if there is no sidecar.

    Args:
        path: the sidecar.
        inside: the folder that it must not lead out of.

    Raises:
        UnreadablePageError: ``bad_sidecar``.
    """
    if inside is not None and _leads_out(path, inside):
        raise UnreadablePageError(ProblemCode.BAD_SIDECAR, "a link out of the folder")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadablePageError(ProblemCode.BAD_SIDECAR, "not a file")
        if status.st_size > _SIDECAR_BYTES:
            raise UnreadablePageError(ProblemCode.BAD_SIDECAR, f"over {_SIDECAR_BYTES} bytes")
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # no sidecar can have that name
            return {}
        raise
    except (ValueError, RecursionError) as error:
        raise UnreadablePageError(ProblemCode.BAD_SIDECAR, str(error)) from error
    if not isinstance(document, dict):
        raise UnreadablePageError(ProblemCode.BAD_SIDECAR, "not a JSON object")
    known = {key: document[key] for key in _SIDECAR_KEYS if document.get(key) is not None}
    for key, value in known.items():
        if not isinstance(value, str) or not value:
            raise UnreadablePageError(
                ProblemCode.BAD_SIDECAR, f"{key} is {value!r:.80}, not a text"
            )
        if not value.isascii() and _has_surrogates(value):
            raise UnreadablePageError(ProblemCode.BAD_SIDECAR, f"{key} has half a character")
    if "fetched_at" in known:
        known["fetched_at"] = _instant(known["fetched_at"]).isoformat()
    return known


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _instant(text: str) -> datetime:
    try:
        written = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadablePageError(
            ProblemCode.BAD_SIDECAR, f"fetched_at {text!r} is no ISO 8601 time"
        ) from error
    if written.tzinfo is None:
        raise UnreadablePageError(ProblemCode.BAD_SIDECAR, f"fetched_at {text!r} has no time zone")
    instant = to_utc(written)
    if instant is None:
        raise UnreadablePageError(
            ProblemCode.BAD_SIDECAR, f"fetched_at {text!r} is out of the calendar"
        )
    return instant
