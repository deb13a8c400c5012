"""The lake's schema: created as declared, and migrated where an older release created it.

``core.schema_change`` keeps what was changed, when and by which release. So a release knows which
steps a lake still needs, and a lake that a newer release has changed is refused by an older one,
which would write rows without the new columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

import duckdb
import pyarrow as pa

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.lake.catalogs.base import METADATA
from etl.lake.lake import Lake
from etl.lake.migrations import STEPS
from etl.schema.derive.arrow import arrow_schema
from etl.schema.derive.ddl import (
    add_column,
    comment_on_column,
    comment_on_table,
    create_table,
    literal,
)
from etl.schema.model import Column, Severity, Table
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import SCHEMA_CHANGE

FIRST_VERSION = 1
"""The schema version of release 0.1.0, whose lakes keep no record of it."""

# Rows of one commit to an `inlined` table that stay in the catalog instead of a Parquet file:
# 1,000 kept 200 small commits out of Parquet, and queries three times faster.
_INLINED_ROWS = 1_000
# At its default level zstd takes 300 news pages (75 MB) to 0.88 of gzip -9's size in 0.16 of its
# time; level 9 to 0.73, but at 7 ms a page, half of what extraction costs.
_COMPRESSION = "zstd"
_COMPRESSION_OPTION, _INLINING_OPTION = "parquet_compression", "data_inlining_row_limit"


@dataclass(frozen=True, slots=True)
class LakeSchema:
    """The schema that a lake has.

    Attributes:
        columns: comments of its columns, by ``schema.table`` and column name.
        version: its schema version; 0 for a lake without tables.
        unknown_columns: those that a newer release of the same version has added.
        changed_by: the release that changed the schema last.
    """

    columns: dict[str, dict[str, str | None]]
    version: int
    unknown_columns: tuple[str, ...] = ()
    changed_by: str = "0.1.0"


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """What a migration would do.

    Attributes:
        version: the lake's schema version.
        declared: this release's.
        steps: names of the numbered steps that would run.
        added: columns that would be added, as ``schema.table.column``.
        is_needed: whether anything would change, comments included.
    """

    version: int
    declared: int
    steps: tuple[str, ...]
    added: tuple[str, ...]
    is_needed: bool


class SchemaCheck:
    """Whether lakes have the declared schema, remembered for a process.

    What was seen once is read again only when DuckLake counts a change: a newer release may have
    migrated the lake meanwhile.
    """

    def __init__(self) -> None:
        # By place and way of opening: DuckLake's count at which a lake was as declared.
        self._ready_at: dict[tuple[str, bool], int] = {}

    def is_ready(self, lake: Lake, *, read_only: bool) -> bool:
        """Whether the lake has the declared schema, and for writing its storage options too.

        Raises:
            LakeError: a newer release changed its schema.
        """
        count = _change_count(lake)
        if self._ready_at.get((lake.place, read_only)) == count:
            return True
        found = read_schema(lake)
        check_known(found, lake.place)
        if not (_is_as_declared(found) and (read_only or _has_options(lake))):
            return False
        self._ready_at[lake.place, read_only] = count
        return True


def declared_version() -> int:
    """The schema version that this release declares."""
    return max((FIRST_VERSION, *(step.number for step in STEPS)))


def _change_count(lake: Lake) -> int:
    """DuckLake's own count of the lake's changes of schema: each commit with DDL adds one.

    Every record in ``core.schema_change`` comes with DDL, so each change of the schema raises it.
    """
    row = lake.execute(f"SELECT max(schema_version) FROM {METADATA}.ducklake_snapshot").fetchone()
    return int(row[0]) if row and row[0] is not None else -1


def read_schema(lake: Lake) -> LakeSchema:
    """The schema that the lake has."""
    columns: dict[str, dict[str, str | None]] = {}
    rows = lake.execute(
        "SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name IN ('raw', 'core')",
        [CATALOG],
    ).fetchall()
    for table, column, comment in rows:
        columns.setdefault(table, {})[column] = comment
    if not columns:
        return LakeSchema(columns, 0)
    if SCHEMA_CHANGE.qualified_name not in columns:
        return LakeSchema(columns, FIRST_VERSION)
    try:
        changes = lake.execute(
            f"SELECT schema_version, added_columns, khobor_version "
            f"FROM {CATALOG}.{SCHEMA_CHANGE.qualified_name} ORDER BY change_no"
        ).fetchall()
    except duckdb.IOException:
        # Its file is missing; a lake that can't be opened could not be repaired either.
        return LakeSchema(columns, declared_version())
    current = max((number for number, _, _ in changes), default=FIRST_VERSION)
    known = {f"{t.qualified_name}.{c}" for t in LAKE_TABLES for c in t.column_names}
    # What steps of later versions renamed or dropped stands in the records of earlier ones.
    added = {name for number, names, _ in changes if number == current for name in names}
    unknown = tuple(sorted(added - known)) if current == declared_version() else ()
    return LakeSchema(columns, current, unknown, changes[-1][2] if changes else "0.1.0")


def upgrade_plan(schema: LakeSchema) -> UpgradePlan:
    """What would bring a lake of this schema to the declared one."""
    steps = tuple(step.name for step in STEPS if step.number > schema.version)
    added = tuple(
        f"{table.qualified_name}.{column.name}"
        for table in LAKE_TABLES
        for column in _missing_columns(table, schema)
    )
    return UpgradePlan(
        schema.version, declared_version(), steps, added, not _is_as_declared(schema)
    )


def check_known(schema: LakeSchema, place: str) -> None:
    """Check that no newer release has changed the lake's schema.

    Raises:
        LakeError: one has.
    """
    if schema.version > declared_version():
        what = f"schema version {schema.version}, and this release knows {declared_version()}"
    elif schema.unknown_columns:
        what = f"{schema.unknown_columns[0]}, which this release does not know"
    else:
        return
    raise LakeError(
        f"the lake at {place} has {what}: khobor {schema.changed_by} made it, this is "
        f"{version('khobor')}; install khobor {schema.changed_by} or newer"
    )


def prepare(lake: Lake) -> None:
    """Create the lake's tables, or migrate them, and set its storage options.

    The caller holds the writer's lock, and attaches the lake again afterwards.

    Raises:
        LakeError: a declared column that may not be absent is missing: a step has to add it.
    """
    found = read_schema(lake)
    if not found.version:
        _create(lake)
    elif not _is_as_declared(found):
        _migrate(lake, found)
    if not _has_options(lake):
        set_options(lake)


def _is_as_declared(schema: LakeSchema) -> bool:
    """Whether the lake has every table and column, described, and all steps have run."""
    return schema.version == declared_version() and all(
        schema.columns.get(table.qualified_name, {}).get(name) is not None
        for table in LAKE_TABLES
        for name in table.column_names
    )


def _has_options(lake: Lake) -> bool:
    """Whether every table has its storage options; the lake's own is set last."""
    found = _options(lake)
    return (_COMPRESSION_OPTION, None) in found and not _without_options(found)


def _create(lake: Lake) -> None:
    """Create all tables of a new lake, in one commit."""
    with lake.transaction("create"):
        for schema in dict.fromkeys(table.schema for table in LAKE_TABLES):
            lake.execute(f"CREATE SCHEMA {CATALOG}.{schema}")
        for table in LAKE_TABLES:
            _run(lake.connection, create_table(table, CATALOG))
        record_creation(lake.connection)


def record_creation(connection: duckdb.DuckDBPyConnection) -> None:
    """Begin ``core.schema_change``, for a lake that is as declared; inside a transaction."""
    _record(connection, 1, declared_version(), "create", _names(LAKE_TABLES))


def _migrate(lake: Lake, schema: LakeSchema) -> None:
    """Bring an older lake to the declared schema: numbered steps, then what is missing.

    Each step is one commit, so an interrupted migration continues where it stopped.
    """
    if SCHEMA_CHANGE.qualified_name not in schema.columns:
        with lake.transaction("keep record of the schema"):
            _run(lake.connection, create_table(SCHEMA_CHANGE, CATALOG))
    for step in sorted(STEPS, key=lambda step: step.number):
        if step.number > schema.version:
            with lake.transaction(f"schema {step.number} {step.name}"):
                step.apply(lake.connection)
                change_no = _next_change(lake.connection)
                _record(lake.connection, change_no, step.number, step.name, [])
    _add_missing(lake, read_schema(lake))


def set_options(lake: Lake) -> None:
    """Set the storage options that are not set; DuckLake takes them once a table is committed."""
    for table in _without_options(_options(lake)):
        rows = _INLINED_ROWS if table.inlined else 0
        lake.execute(
            f"CALL {CATALOG}.set_option({literal(_INLINING_OPTION)}, {rows}, "
            f"schema => {literal(table.schema)}, table_name => {literal(table.name)})"
        )
    lake.execute(
        f"CALL {CATALOG}.set_option({literal(_COMPRESSION_OPTION)}, {literal(_COMPRESSION)})"
    )


def _add_missing(lake: Lake, schema: LakeSchema) -> None:
    """Add tables and columns that the lake lacks, and changed comments, in one commit."""
    connection = lake.connection
    added: list[str] = []
    comments = _table_comments(connection)
    with lake.transaction("schema as declared"):
        for table in LAKE_TABLES:
            present = schema.columns.get(table.qualified_name)
            missing = _missing_columns(table, schema)
            added += [f"{table.qualified_name}.{column.name}" for column in missing]
            if present is None:
                _run(connection, create_table(table, CATALOG))
                continue
            for column in missing:
                if column.null is Severity.CRITICAL:
                    raise LakeError(
                        f"the lake lacks {table.qualified_name}.{column.name}, which may not be "
                        "absent and has no step that adds it: a defect of this release"
                    )
                _run(connection, add_column(table, column, CATALOG))
            for column in table.columns:
                if present.get(column.name, column.description) != column.description:
                    connection.execute(comment_on_column(table, column, CATALOG))
            if comments[table.qualified_name] != table.grain:
                connection.execute(comment_on_table(table, CATALOG))
        if added:
            change_no = _next_change(connection)
            _record(connection, change_no, declared_version(), "additions", added)


def _table_comments(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    return dict(
        connection.execute(
            "SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() "
            "WHERE database_name = ?",
            [CATALOG],
        ).fetchall()
    )


def _missing_columns(table: Table, schema: LakeSchema) -> Sequence[Column]:
    present = schema.columns.get(table.qualified_name, {})
    return [column for column in table.columns if column.name not in present]


def _options(lake: Lake) -> set[tuple[str, str | None]]:
    """Names of the options that are set, each with the table that has it."""
    return set(lake.execute(f"SELECT option_name, scope_entry FROM {CATALOG}.options()").fetchall())


def _without_options(found: set[tuple[str, str | None]]) -> list[Table]:
    return [table for table in LAKE_TABLES if (_INLINING_OPTION, table.qualified_name) not in found]


def _names(tables: Iterable[Table]) -> list[str]:
    return [f"{table.qualified_name}.{name}" for table in tables for name in table.column_names]


def _next_change(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute(
        f"SELECT coalesce(max(change_no), 0) + 1 FROM {CATALOG}.{SCHEMA_CHANGE.qualified_name}"
    ).fetchone()
    return int(row[0]) if row else 1


def _record(
    connection: duckdb.DuckDBPyConnection,
    change_no: int,
    number: int,
    name: str,
    added: Sequence[str],
) -> None:
    row = {
        "change_no": change_no,
        "schema_version": number,
        "change": name,
        "added_columns": list(added),
        "changed_at": datetime.now(UTC),
        "khobor_version": version("khobor"),
    }
    connection.register(
        "change_row", pa.Table.from_pylist([row], schema=arrow_schema(SCHEMA_CHANGE))
    )
    connection.execute(
        f"INSERT INTO {CATALOG}.{SCHEMA_CHANGE.qualified_name} BY NAME SELECT * FROM change_row"
    )
    connection.unregister("change_row")
    # A step may change rows alone: this makes DuckLake count it too.
    connection.execute(comment_on_table(SCHEMA_CHANGE, CATALOG))


def _run(connection: duckdb.DuckDBPyConnection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)
