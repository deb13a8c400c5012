"""URL lists: text files with one address a line."""

from collections.abc import Iterator
from pathlib import Path

from etl.addresses import is_web_url
from etl.errors import UsageError
from etl.schema.records import DeclaredLink


def read_url_list(path: Path) -> Iterator[DeclaredLink]:
    """Yield the addresses of a file; empty lines and lines that begin with ``#`` are skipped.

    Raises:
        UsageError: the file can't be read, or a line is no http(s) URL.
    """
    rank = 0
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                url = line.strip()
                if not url or url.startswith("#"):
                    continue
                if not is_web_url(url) or " " in url:
                    raise UsageError(f"{path}, line {number}: {url[:200]!r} is no http(s) URL")
                rank += 1
                yield DeclaredLink(rank, url)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"can't read {path}: {error}") from error
