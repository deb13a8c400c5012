"""The full-text index of a build: made from the last build's by what changed."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import tantivy

from etl.bangla.inflection import ENDINGS_VERSION
from etl.schema.derive.ddl import literal
from etl.search.schema import (
    ARTICLE_ID,
    DAY,
    FACETS_SQL,
    MONTH,
    STORY,
    VERSION,
    Facet,
    IndexedArticle,
    Text,
    index_schema,
)
from etl.search.words import word_forms

FOLDER = "search"
"""The index's folder in a build, next to ``warehouse.duckdb``."""

_WAREHOUSE = "warehouse.duckdb"
_ABOUT = "about.json"
_FINGERPRINTS = "fingerprints.parquet"
_HEAP_BYTES = 128_000_000
_ROWS_AT_ONCE = 2_000
_NOT_COPIED = (".lock", _ABOUT, _FINGERPRINTS)
_LISTS = ("meta.json", ".managed.json")  # Tantivy's lists of its files, which a commit replaces


@dataclass(frozen=True, slots=True)
class About:
    """What an index was written by: another one is not continued but written from the start."""

    index_version: int
    tantivy: str
    duckdb: str
    endings: str


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update did: how many articles it wrote, and whether those were all."""

    written: int
    is_from_start: bool


def update_index(old_build: Path | None, new_build: Path) -> IndexReport:
    """Write the index of a build that has its warehouse and no index yet.

    Files of the old index are linked, not copied: Tantivy never changes a file it has written.
    Where a text has left the warehouse, as a takedown makes it, the index is written from the
    start: its words would stay in the old files. A text that was revised is still a version.

    Args:
        old_build: folder of the last build; None where there is none.
        new_build: folder of the build, with its warehouse, not open for writing.

    Raises:
        OSError, duckdb.Error: the index can't be written.
    """
    folder = new_build / FOLDER
    folder.mkdir()
    old = None if old_build is None else old_build / FOLDER
    with duckdb.connect(str(new_build / _WAREHOUSE), read_only=True) as connection:
        _write_fingerprints(connection, folder / _FINGERPRINTS)
        report = None
        if old is not None and _about(old) == _present():
            report = _continue(connection, old, folder)
        if report is None:
            _compare(connection, None, folder / _FINGERPRINTS)
            report = IndexReport(_write(connection, folder, is_new=True), is_from_start=True)
    (folder / _ABOUT).write_text(json.dumps(asdict(_present())), encoding="utf-8")
    for path in folder.iterdir():
        path.chmod(0o644)  # as the warehouse: who may read the one may read the other
        _sync(path)
    _sync(folder)
    return report


def open_index(build: Path) -> tantivy.Searcher | None:
    """Open the index of a build, of which nothing is changed, not even by a lock.

    Returns:
        The searcher; None where the build has no index that this release can read.
    """
    folder = build / FOLDER
    if _about(folder) != _present():
        return None
    # Tantivy locks the folder it opens; a build may be on a file system that is read-only.
    with TemporaryDirectory(prefix="khobor-index-") as links:
        for path in folder.resolve().iterdir():
            if not path.name.endswith(_NOT_COPIED):
                (Path(links) / path.name).symlink_to(path)
        return tantivy.Index.open(links).searcher()


def _continue(connection: duckdb.DuckDBPyConnection, old: Path, folder: Path) -> IndexReport | None:
    """Write what changed on top of the old index; None where that must not or can't be done."""
    changed, removed = _compare(connection, old / _FINGERPRINTS, folder / _FINGERPRINTS)
    if removed:
        return None
    _link(old, folder)
    try:
        written = _write(connection, folder, is_new=False) if changed else 0
    except ValueError:  # Tantivy's error for files that are damaged
        for path in folder.iterdir():
            if path.name != _FINGERPRINTS:
                path.unlink()
        return None
    return IndexReport(written, is_from_start=False)


def _present() -> About:
    return About(VERSION, version("tantivy"), duckdb.__version__, ENDINGS_VERSION)


def _about(folder: Path) -> About | None:
    try:
        return About(**json.loads((folder / _ABOUT).read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError):
        return None


def _write_fingerprints(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.execute(
        "COPY (SELECT article_id, content_hash, hash(indexed) AS fingerprint "
        f"FROM ({FACETS_SQL}) AS indexed) TO {literal(str(path))}"
    )


def _compare(connection: duckdb.DuckDBPyConnection, old: Path | None, new: Path) -> tuple[int, int]:
    """Put the articles to write into the table ``changed``.

    Returns:
        How many there are, and how many texts of the old index the new build has in no version.
    """
    current = f"read_parquet({literal(str(new))})"
    if old is None:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE changed AS SELECT article_id FROM {current}"
        )
        return 0, 0
    before = f"read_parquet({literal(str(old))})"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE changed AS SELECT article_id FROM "
        f"(FROM {current} EXCEPT FROM {before})"
    )
    row = connection.execute(
        "SELECT (SELECT count(*) FROM changed), "
        f"(SELECT count(*) FROM {before} AS old "
        "ANTI JOIN mart.article_version AS new USING (article_id, content_hash))"
    ).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def _link(old: Path, new: Path) -> None:
    for path in old.iterdir():
        if path.name.endswith(_LISTS):
            shutil.copyfile(path, new / path.name)
        elif not path.name.endswith(_NOT_COPIED):
            _link_file(path, new / path.name)


def _link_file(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without hard links
        shutil.copyfile(old, new)


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, *, is_new: bool) -> int:
    index = tantivy.Index(index_schema(), path=str(folder), reuse=not is_new)
    writer = index.writer(_HEAP_BYTES, num_threads=1)
    count = 0
    for article in _changed_articles(connection):
        if not is_new:
            writer.delete_documents_by_term(ARTICLE_ID, article.article_id)
        writer.add_document(_document(article))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count


def _changed_articles(connection: duckdb.DuckDBPyConnection) -> Iterator[IndexedArticle]:
    rows = connection.execute(
        f"""
        SELECT
            facets.article_id, coalesce(text.title, ''), text.body,
            datediff('day', DATE '1970-01-01', facets.published_date),
            CAST(strftime(facets.published_date, '%Y%m') AS BIGINT),
            facets.story_id,
            [facets.outlet_id], [facets.topic], facets.countries, facets.persons, facets.sources
        FROM ({FACETS_SQL}) AS facets
        INNER JOIN mart.article_text AS text ON facets.article_id = text.article_id
        WHERE facets.article_id IN (FROM changed)
        """
    )
    while batch := rows.fetchmany(_ROWS_AT_ONCE):
        for article_id, title, body, day, month, story_id, *facets in batch:
            values = {
                facet: [value for value in found if value]
                for facet, found in zip(Facet, facets, strict=True)
            }
            yield IndexedArticle(article_id, title, body, day, month, story_id, values)


def _document(article: IndexedArticle) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text(ARTICLE_ID, article.article_id)
    document.add_pre_tokenized_text(Text.TITLE, _tokens(article.title))
    document.add_pre_tokenized_text(Text.BODY, _tokens(article.body))
    for facet, values in article.facets.items():
        for value in values:
            document.add_text(facet, value)
    if article.story_id is not None:
        document.add_text(STORY, article.story_id)
    if article.day is not None and article.month is not None:
        document.add_integer(DAY, article.day)
        document.add_integer(MONTH, article.month)
    return document


def _tokens(text: str) -> tantivy.PreTokenizedString:
    """The stems of every word, all at the word's position; offsets are of no use here."""
    return tantivy.PreTokenizedString(
        "",
        [
            tantivy.Token(stem, position, 0, 0)
            for position, stems in enumerate(word_forms(text))
            for stem in stems
        ],
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
