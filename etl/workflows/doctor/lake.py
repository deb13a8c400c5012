"""Checks of the lake: catalog, form, files, rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb

from etl.errors import (
    KhoborError,
    LakeDataError,
    LakeError,
    LakeMissingError,
    LakeOutdatedError,
    LakeUnreachableError,
)
from etl.lake import CATALOG, schema_version
from etl.lake.catalogs.factory import catalog_of
from etl.lake.catalogs.sqlite import SqliteCatalog
from etl.lake.connection import open_lake
from etl.lake.file_checks import file_problem, sqlite_problem
from etl.lake.identity import check_nothing_remains
from etl.lake.orphans import find_orphans
from etl.load import manifest
from etl.load.rebuild import unfinished_rebuild
from etl.load.takedown.removal import unfinished_removals
from etl.schema.model import Table
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import Settings
from etl.workflows.build.chain import check_balance
from etl.workflows.doctor.finding import Finding, Level, Repair, fine
from etl.workflows.doctor.profiles import check_profiles

# Clocks of machines that share a lake may differ by this much.
_CLOCK_TOLERANCE = timedelta(minutes=1)
_NAMED = 3  # files named in one line


def check_lake(settings: Settings, *, deep: bool) -> Iterator[Finding]:
    """All checks of the lake; those that need a readable catalog are left out without one."""
    catalog = check_catalog(settings)
    yield catalog
    if catalog.level is Level.FAIL or not catalog_of(settings).exists():
        return
    try:
        with open_lake(settings, read_only=True) as lake:
            found = schema_version.read_schema(lake)
            yield fine("schema", f"version {found.version}, as this release declares it")
            broken = list(_files(lake.connection, deep=deep))
            yield from broken
            unreadable = any(finding.level is Level.FAIL for finding in broken)
            if not unreadable:
                yield from _rows(lake.connection)
                yield from _removals(lake.connection)
                if deep:
                    yield from _manifest(lake.connection)
                yield from check_profiles(lake.connection)
            yield _clock(lake.connection)
    except LakeMissingError:
        return
    except LakeOutdatedError as error:
        yield Finding("schema", Level.WARN, str(error).partition(":")[0], "run `khobor upgrade`")
        return
    except KhoborError as error:
        yield Finding("schema", Level.FAIL, str(error).splitlines()[0], "see the message")
        return
    if not unreadable:
        yield _balance(settings)
    yield from _orphans(settings)


def check_catalog(settings: Settings) -> Finding:
    """Whether the catalog is whole; the SQLite file is checked without DuckLake."""
    catalog = catalog_of(settings)
    try:
        if not catalog.exists():
            check_nothing_remains(settings, catalog.place)
            return fine("catalog", f"no lake at {catalog.place} yet")
        if isinstance(catalog, SqliteCatalog) and (problem := sqlite_problem(catalog.file)):
            return _damaged(f"{catalog.file}: {problem}")
        with open_lake(settings, read_only=True) as lake:
            row = lake.execute(f"SELECT id FROM {CATALOG}.current_snapshot()").fetchone()  # noqa: S608  (constants)
    except LakeMissingError:
        return fine("catalog", f"no lake at {catalog.place} yet")
    except LakeOutdatedError:
        return fine("catalog", "whole, of an earlier release")
    except LakeDataError as error:
        text, _, remedy = str(error).partition("\n")
        return Finding("catalog", Level.FAIL, text, remedy)
    except (LakeError, LakeUnreachableError) as error:
        if "install khobor" in str(error):
            return fine("catalog", "whole, of a newer release")
        text = str(error).splitlines()[0]
        if settings.is_catalog_on_postgres:
            remedy = "see that Postgres answers; restore the catalog by Postgres's own means"
            return Finding("catalog", Level.FAIL, text, remedy)
        return _damaged(text)
    return fine("catalog", f"whole, at snapshot {row[0] if row else 0}")


def _damaged(text: str) -> Finding:
    return Finding(
        "catalog",
        Level.FAIL,
        text,
        "`khobor doctor --repair` puts back the last good copy and takes in later captures",
        Repair.CATALOG,
    )


def _files(connection: duckdb.DuckDBPyConnection, *, deep: bool) -> Iterator[Finding]:
    """Every file that the catalog names: there, of its size, with a footer; deep: its rows."""
    count, size = 0, 0
    broken: dict[str, list[str]] = {"raw": [], "core": []}
    for table in LAKE_TABLES:
        rows = connection.execute(
            "SELECT data_file, data_file_size_bytes, delete_file, delete_file_size_bytes "
            "FROM ducklake_list_files(?, ?, schema => ?)",
            [CATALOG, table.name, table.schema],
        ).fetchall()
        for data, data_size, delete, delete_size in rows:
            for path, expected in ((data, data_size), (delete, delete_size)):
                if path is None:
                    continue
                count, size = count + 1, size + expected
                problem = file_problem(connection, path, expected, deep=deep)
                if problem:
                    broken[table.schema].append(f"{path}: {problem}")
    for schema, problems in broken.items():
        if problems:
            yield _unreadable(schema, problems, is_raw_whole=not broken["raw"])
    if not any(broken.values()):
        how = "every row read" if deep else "sizes and footers read; --deep reads every row"
        yield fine("files", f"{count} data files, {size / 1e6:.1f} MB: {how}")


def _unreadable(schema: str, problems: list[str], *, is_raw_whole: bool) -> Finding:
    if schema == "raw":
        return Finding(
            "captures",
            Level.FAIL,
            _several(problems),
            "`khobor restore` puts it back from a backup; without one, ingest its pages again "
            "into another home",
        )
    return Finding(
        "facts",
        Level.FAIL,
        _several(problems),
        "`khobor doctor --repair` builds the facts again from the captures",
        Repair.FACTS if is_raw_whole else None,
    )


def _several(problems: list[str]) -> str:
    more = f" … and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return f"{len(problems)} damaged: {'; '.join(problems[:_NAMED])}{more}"


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    twice: list[str] = []
    for table in LAKE_TABLES:
        try:
            twice += filter(None, [_repeated_key(connection, table)])
        except (duckdb.IOException, duckdb.InvalidInputException) as error:
            text = f"{table.qualified_name}: {str(error).strip().splitlines()[0]}"
            yield _unreadable(table.schema, [text], is_raw_whole=table.schema != "raw")
    if twice:
        yield Finding(
            "keys",
            Level.FAIL,
            "; ".join(twice),
            "`khobor doctor --repair` builds the facts again from the captures",
            Repair.FACTS,
        )
    else:
        yield fine("keys", f"unique in {len(LAKE_TABLES)} tables")
    if batch_id := unfinished_rebuild(connection):
        yield Finding(
            "rebuild",
            Level.FAIL,
            f"broken off: batch {batch_id} and later ones are not loaded again yet",
            "run `khobor build`, then `khobor publish`",
        )


def _manifest(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Every capture's bytes against its hash, and every batch's hashes against the manifest."""
    captures = manifest.differing_captures(connection)
    batches = manifest.differing_batches(connection)
    if captures or batches:
        named = [f"capture {name}" for name in captures] + [f"batch {name}" for name in batches]
        yield Finding(
            "manifest",
            Level.FAIL,
            f"{_several(named)}: not as it was stored",
            "`khobor restore` puts captures back from a backup",
        )
    elif count := manifest.unrecorded_batches(connection):
        yield Finding(
            "manifest",
            Level.WARN,
            f"every capture has the bytes of its hash; {count} batches of an earlier release are "
            "in no manifest",
            "`khobor maintain` records them as they are now",
        )
    else:
        yield fine("manifest", "every capture and batch is as it was stored")


def _removals(connection: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    if unfinished := unfinished_removals(connection):
        yield Finding(
            "takedown",
            Level.FAIL,
            f"{len(unfinished)} runs of `khobor forget` or `purge` were interrupted: what they "
            "removed is still in files, copies or builds",
            "`khobor maintain` erases it",
        )


def _repeated_key(connection: duckdb.DuckDBPyConnection, table: Table) -> str | None:
    key = ", ".join(table.key)
    row = connection.execute(
        f"SELECT {key} FROM {CATALOG}.{table.qualified_name} GROUP BY {key} "  # noqa: S608  (declared names)
        "HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    return f"{table.qualified_name} has ({key}) = {row!r} twice" if row else None


def _clock(connection: duckdb.DuckDBPyConnection) -> Finding:
    row = connection.execute(f"SELECT max(snapshot_time) FROM {CATALOG}.snapshots()").fetchone()  # noqa: S608  (constants)
    newest = row[0].astimezone(UTC) if row and row[0] else None
    now = datetime.now(UTC)
    if newest and newest > now + _CLOCK_TOLERANCE:
        return Finding(
            "clock",
            Level.WARN,
            f"the newest commit is of {newest:%Y-%m-%d %H:%M:%S} UTC, and it is only "
            f"{now:%Y-%m-%d %H:%M:%S}: the clock went backwards",
            "set the clock; captures without a time of their own may have a wrong one",
        )
    return fine("clock", f"newest commit {newest:%Y-%m-%d %H:%M:%S} UTC" if newest else "no commit")


def _orphans(settings: Settings) -> Iterator[Finding]:
    """DuckLake lists them only where it could remove them; a home that is read-only has no say."""
    try:
        with open_lake(settings) as lake:
            orphans = find_orphans(lake, settings, timedelta(days=settings.orphan_days))
    except (KhoborError, OSError):
        return
    if orphans:
        yield Finding(
            "orphans",
            Level.WARN,
            f"{len(orphans)} files that nothing refers to ({settings.lake_data}{orphans[0]} …)",
            "`khobor maintain` removes them",
        )
    else:
        yield fine("orphans", f"none older than {settings.orphan_days:g} days")


def _balance(settings: Settings) -> Finding:
    try:
        check_balance(settings)
    except LakeError as error:
        return Finding(
            "ledger",
            Level.FAIL,
            str(error).partition(":")[0],
            "`khobor doctor --repair` builds the facts again from the captures",
            Repair.FACTS,
        )
    return fine("ledger", "every capture of the built batches has one outcome")
