"""Words looked for in every file of a folder: as bytes, uncompressed, and as values of tables."""

import bz2
import gzip
import lzma
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from etl.search.index import open_index
from etl.search.schema import Text


def files_with(folder: Path, words: Sequence[str]) -> list[str]:
    """Files below a folder that hold one of the words, each with how it was found."""
    needles = [word.encode() for word in words]
    # As percent-encoded addresses and JSON escape them.
    needles += [word.encode("unicode_escape") for word in words if not word.isascii()]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found += [
                f"{path.relative_to(folder)} ({how})"
                for how, content in _contents(path)
                if any(needle in content for needle in needles)
            ]
    return found


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    content = path.read_bytes()
    yield "bytes", content
    if path.name == "meta.json" and (searcher := open_index(path.parent.parent)):
        # A search index holds its words packed, those of deleted entries too.
        terms = [term for field in Text for term, _ in searcher.terms_with_prefix(field, "")]
        yield "index", " ".join(terms).encode()
    if content.startswith(b"\x1f\x8b"):
        yield "gzip", gzip.decompress(content)
    elif content.startswith(b"BZh"):
        yield "bzip2", bz2.decompress(content)
    elif content.startswith(b"\xfd7zXZ"):
        yield "xz", lzma.decompress(content)
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"zip {name}", archive.read(name)
    elif content.startswith(b"PAR1") and content.endswith(b"PAR1"):
        table = pq.read_table(path, partitioning=None)
        yield "parquet", b"\n".join(_bytes(v) for c in table.columns for v in c.to_pylist())
        yield "parquet footer", str(pq.read_metadata(path).to_dict()).encode()
    elif content.startswith(b"SQLite format 3\0"):
        yield "sqlite", b"\n".join(_sqlite_values(path))
    elif content[8:12] == b"DUCK":
        yield "duckdb", b"\n".join(_duckdb_values(path))


def _sqlite_values(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as session:
        names = session.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            for row in session.execute(f'SELECT * FROM "{name}"'):
                yield from map(_bytes, row)


def _duckdb_values(path: Path) -> Iterator[bytes]:
    with duckdb.connect(path, read_only=True) as connection:
        names = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        for schema, name in names:
            for row in connection.execute(f'SELECT * FROM "{schema}"."{name}"').fetchall():
                yield from map(_bytes, row)


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        return str(value).encode()
    with suppress(OSError, EOFError):
        return value + gzip.decompress(value)
    return value
