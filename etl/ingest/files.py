"""Files and folders: pages with their sidecars, and the archives among them."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from etl.errors import UnreadablePageError
from etl.ingest.archive_filter import EVERYTHING, Wanted
from etl.ingest.archives import Archive, Counts
from etl.ingest.capture import NewCapture
from etl.schema.words import CaptureTimeSource

_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".txt")
_ARCHIVE_ENDINGS = (".warc", ".wet")
SIDECAR_ENDING = ".meta.json"
_MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".txt": "text/plain",
}
_SIDECAR_KEYS = ("url", "fetched_at", "content_type", "outlet_id")


@dataclass(slots=True)
class Walk:
    """The captures below some paths; ``skipped`` names the files that are no pages.

    ``skipped`` and ``counts`` are complete once ``captures()`` is exhausted. ``seen_at`` stands for
    the time of what has none of its own (a missing file). ``wanted`` narrows what archives hold.
    """

    paths: tuple[Path, ...]
    seen_at: datetime
    max_bytes: int
    wanted: Wanted = EVERYTHING
    skipped: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)

    def captures(self) -> Iterator[NewCapture]:
        """Every page, one at a time; what can't be read comes with its ``read_error``."""
        for root in self.paths:
            if root.is_dir():
                for path in _files_below(root):
                    yield from self.file(path, path.relative_to(root).as_posix())
            else:
                yield from self.file(root, root.name)

    def file(self, path: Path, source: str) -> Iterator[NewCapture]:
        """The captures of one file, which is called ``source``."""
        plain = source.lower().removesuffix(".gz")
        if plain.endswith(_ARCHIVE_ENDINGS):
            archive = Archive(path, source, self.seen_at, self.max_bytes, self.counts, self.wanted)
            yield from archive.captures()
        elif plain.endswith(_PAGE_ENDINGS) or not path.exists():
            yield self._page(path, source)
        elif not (plain.endswith(SIDECAR_ENDING) and path.exists()):
            self.skipped.append(source)

    def _page(self, path: Path, source: str) -> NewCapture:
        gzipped = source.lower().endswith(".gz")
        ending = Path(source.lower().removesuffix(".gz")).suffix
        content, modified_at, problem = b"", self.seen_at, None
        sidecar: dict[str, str] = {}
        try:
            status = path.stat()
            modified_at = datetime.fromtimestamp(int(status.st_mtime), UTC)
            if status.st_size > self.max_bytes:
                raise UnreadablePageError(
                    "too_large", f"{status.st_size} bytes, at most {self.max_bytes}"
                )
            content = path.read_bytes()
            sidecar = _read_sidecar(path.with_name(path.name + SIDECAR_ENDING))
        except FileNotFoundError:
            problem = f"missing: no file {source}"
        except OSError as error:
            problem = f"unreadable_file: {error.strerror}"
        except UnreadablePageError as error:
            problem = str(error)
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


def _files_below(root: Path) -> Iterable[Path]:
    """All files below a folder, in the order of their names; links out of it aren't followed."""
    for folder, subfolders, names in os.walk(root):
        subfolders.sort()
        for name in sorted(names):
            yield Path(folder, name)


def _read_sidecar(path: Path) -> dict[str, str]:
    """The sidecar's known keys; empty if there is no sidecar.

    :raises UnreadablePageError: ``bad_sidecar``, with what is wrong.
    """
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise UnreadablePageError("bad_sidecar", str(error)) from error
    if not isinstance(document, dict):
        raise UnreadablePageError("bad_sidecar", "not a JSON object")
    known = {key: document[key] for key in _SIDECAR_KEYS if document.get(key) is not None}
    for key, value in known.items():
        if not isinstance(value, str) or not value:
            raise UnreadablePageError("bad_sidecar", f"{key} is {value!r}, not a text")
    if "fetched_at" in known:
        known["fetched_at"] = _instant(known["fetched_at"]).isoformat()
    return known


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadablePageError(
            "bad_sidecar", f"fetched_at {text!r} is no ISO 8601 time"
        ) from error
    if instant.tzinfo is None:
        raise UnreadablePageError("bad_sidecar", f"fetched_at {text!r} has no time zone")
    return instant.astimezone(UTC)
