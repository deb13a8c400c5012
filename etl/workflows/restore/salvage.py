"""A copy of the catalog put in its place, and what came to `raw` since taken from the files.

Captures, people's decisions and takedowns lie in Parquet files of `raw`, which are deleted only
by a takedown: their rows are inserted again, each once.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pyarrow import fs

from etl.lake import CATALOG
from etl.lake.catalogs.sqlite import SqliteCatalog
from etl.lake.file_checks import file_problem
from etl.lake.lake import Lake
from etl.schema.derive.ddl import create_table
from etl.schema.model import Table
from etl.schema.tables.raw import CAPTURE_MANIFEST, PAGE_CAPTURE, REVIEW_DECISION, TAKEDOWN
from etl.settings import Settings
from etl.storage.files import opened_folder

RAW = (PAGE_CAPTURE, CAPTURE_MANIFEST, REVIEW_DECISION, TAKEDOWN)
"""Tables whose rows can be taken from their files."""


def put_back(settings: Settings, good: Path | None) -> str:
    """Put a copy in the place of the catalog, which is moved aside; None for no catalog at all.

    Returns:
        One line on what was done.
    """
    catalog = SqliteCatalog(settings.lake_folder)
    file = catalog.file
    aside = settings.lake_folder / f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    with catalog.lock():
        aside.mkdir(parents=True)
        for suffix in ("", "-wal", "-shm"):
            part = file.with_name(f"{file.name}{suffix}")
            if part.exists():
                part.rename(aside / part.name)
        if good is None:
            return f"catalog: no good copy in {settings.catalog_backups}; a new one is made"
        copy = file.with_name(f"{file.name}.tmp")
        shutil.copyfile(good, copy)
        copy.rename(file)
    return f"catalog: {good.name} put back; the damaged one is in {aside}"


def take_in_files(lake: Lake, settings: Settings) -> Iterator[str]:
    """Insert the rows of ``raw`` that lie in files and the catalog lacks; the caller has the lock.

    Yields:
        One line on each table.
    """
    for table in RAW:
        before, is_readable = _state(lake, table)
        if not is_readable:
            _create_again(lake, table)
        after = _take_in(lake, settings, table)
        yield f"{table.qualified_name}: {after} rows, {max(0, after - before)} from files"
        if after < before:
            yield f"lost: {before - after} rows of {table.qualified_name} are in no file"


def _state(lake: Lake, table: Table) -> tuple[int, bool]:
    """Rows that the catalog counts, and whether all of its files can be read."""
    files = lake.execute(
        "SELECT data_file, data_file_size_bytes FROM ducklake_list_files(?, ?, schema => ?)",
        [CATALOG, table.name, table.schema],
    ).fetchall()
    is_readable = not any(
        file_problem(lake.connection, path, size, deep=False) for path, size in files
    )
    row = lake.execute(f"SELECT count(*) FROM {CATALOG}.{table.qualified_name}").fetchone()  # noqa: S608  (declared names)
    return (row[0] if row else 0), is_readable


def _create_again(lake: Lake, table: Table) -> None:
    with lake.transaction(f"salvage {table.name}"):
        lake.execute(f"DROP TABLE {CATALOG}.{table.qualified_name}")
        for statement in create_table(table, CATALOG):
            lake.execute(statement)


def _take_in(lake: Lake, settings: Settings, table: Table) -> int:
    """Insert the rows of the table's files on disk that it lacks, a file a commit; its rows now."""
    name = f"{CATALOG}.{table.qualified_name}"
    key = table.key[0]
    present = {
        path
        for (path,) in lake.execute(
            "SELECT data_file FROM ducklake_list_files(?, ?, schema => ?)",
            [CATALOG, table.name, table.schema],
        ).fetchall()
    }
    for path, size in files_of(settings, table):
        if path in present or file_problem(lake.connection, path, size, deep=True):
            continue
        found = lake.execute("SELECT name FROM parquet_schema(?)", [path]).fetchall()
        columns = [column for column in table.column_names if (column,) in found]
        if key not in columns:
            continue
        with lake.transaction(f"salvage {path.rpartition('/')[2]}"):
            lake.execute(
                f"INSERT INTO {name} BY NAME SELECT {', '.join(columns)} FROM read_parquet(?) "  # noqa: S608  (declared names)
                f"ANTI JOIN {name} USING ({key}) "
                f"QUALIFY row_number() OVER (PARTITION BY {key}) = 1",
                [path],
            )
    row = lake.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608  (declared names)
    return row[0] if row else 0


def files_of(settings: Settings, table: Table) -> list[tuple[str, int]]:
    """Paths of the table's data files on disk or S3, and their sizes in bytes."""
    selector = fs.FileSelector(f"{table.schema}/{table.name}", recursive=True, allow_not_found=True)
    with opened_folder(settings, settings.lake_data) as folder:
        return sorted(
            (f"{settings.lake_data}{info.path}", info.size)
            for info in folder.get_file_info(selector)
            if info.path.endswith(".parquet") and not info.path.endswith("-delete.parquet")
        )
