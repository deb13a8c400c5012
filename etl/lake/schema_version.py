"""The lake's form: made as declared, and what an older release made brought to it.

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
from etl.lake.migrations import STEPS
from etl.lake.transaction import CATALOG, transaction
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
"""The form of release 0.1.0, whose lakes keep no record of their form."""

# Rows of one commit to an `inlined` table that stay in the catalog instead of a Parquet file:
# 1,000 kept 200 small commits out of Parquet, and queries three times faster.
_INLINED_ROWS = 1_000
# At its default level zstd takes 300 news pages (75 MB) to 0.88 of gzip -9's size in 0.16 of its
# time; level 9 to 0.73, but at 7 ms a page, half of what extraction costs.
_COMPRESSION = "zstd"
_COMPRESSION_OPTION, _INLINING_OPTION = "parquet_compression", "data_inlining_row_limit"


@dataclass(frozen=True, slots=True)
class Form:
    """What a lake consists of: comments of its columns by ``schema.table`` and name, its version.

    ``version`` is 0 for a lake without tables. ``foreign`` are columns that a newer release of the
    same version has added, ``changed_by`` the release that changed the form last.
    """

    columns: dict[str, dict[str, str | None]]
    version: int
    foreign: tuple[str, ...] = ()
    changed_by: str = "0.1.0"


def schema_version() -> int:
    """The version of the form that this release declares."""
    return max((FIRST_VERSION, *(step.number for step in STEPS)))


def changes_counted(connection: duckdb.DuckDBPyConnection) -> int:
    """DuckLake's own count of the lake's changes of schema: each commit with DDL adds one.

    Every record in ``core.schema_change`` comes with DDL, so whatever changes the form raises it.
    """
    row = connection.execute(
        f"SELECT max(schema_version) FROM __ducklake_metadata_{CATALOG}.ducklake_snapshot"
    ).fetchone()
    return int(row[0]) if row and row[0] is not None else -1


def read_form(connection: duckdb.DuckDBPyConnection) -> Form:
    """The form of the attached lake."""
    columns: dict[str, dict[str, str | None]] = {}
    rows = connection.execute(
        "SELECT schema_name || '.' || table_name, column_name, comment FROM duckdb_columns() "
        "WHERE database_name = ? AND schema_name IN ('raw', 'core')",
        [CATALOG],
    ).fetchall()
    for table, column, comment in rows:
        columns.setdefault(table, {})[column] = comment
    if not columns:
        return Form(columns, 0)
    if SCHEMA_CHANGE.qualified_name not in columns:
        return Form(columns, FIRST_VERSION)
    try:
        changes = connection.execute(
            f"SELECT schema_version, added_columns, khobor_version "
            f"FROM {CATALOG}.{SCHEMA_CHANGE.qualified_name} ORDER BY change_no"
        ).fetchall()
    except duckdb.IOException:
        # Its file is gone: a lake that can't be opened could not be repaired either.
        return Form(columns, schema_version())
    current = max((number for number, _, _ in changes), default=FIRST_VERSION)
    known = {f"{t.qualified_name}.{c}" for t in LAKE_TABLES for c in t.column_names}
    # What steps of later versions renamed or dropped stands in the records of earlier ones.
    added = {name for number, names, _ in changes if number == current for name in names}
    foreign = tuple(sorted(added - known)) if current == schema_version() else ()
    return Form(columns, current, foreign, changes[-1][2] if changes else "0.1.0")


def check_form(form: Form, place: object) -> None:
    """:raises LakeError: a newer release has changed the lake's form."""
    if form.version > schema_version():
        what = f"schema version {form.version}, and this release knows {schema_version()}"
    elif form.foreign:
        what = f"{form.foreign[0]}, which this release does not know"
    else:
        return
    raise LakeError(
        f"the lake at {place} has {what}: khobor {form.changed_by} made it, this is "
        f"{version('khobor')}; install khobor {form.changed_by} or newer"
    )


def is_as_declared(form: Form) -> bool:
    """Whether the lake has every table and column, described, and all steps have run."""
    return form.version == schema_version() and all(
        form.columns.get(table.qualified_name, {}).get(name) is not None
        for table in LAKE_TABLES
        for name in table.column_names
    )


def has_options(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether every table has its storage options; the lake's own is set last."""
    found = _options(connection)
    return (_COMPRESSION_OPTION, None) in found and not _without_options(found)


def make(connection: duckdb.DuckDBPyConnection) -> None:
    """All tables of a new lake, in one commit."""
    with transaction(connection, "create"):
        for schema in dict.fromkeys(table.schema for table in LAKE_TABLES):
            connection.execute(f"CREATE SCHEMA {CATALOG}.{schema}")
        for table in LAKE_TABLES:
            _run(connection, create_table(table, CATALOG))
        keep_record(connection)


def keep_record(connection: duckdb.DuckDBPyConnection) -> None:
    """Begin the record of the form, for a lake that is as declared; inside a transaction."""
    _record(connection, 1, schema_version(), "create", _names(LAKE_TABLES))


def migrate(connection: duckdb.DuckDBPyConnection, form: Form) -> None:
    """Bring an older lake to the declared form: numbered steps, then what is missing.

    Each step is one commit, so a migration that is broken off goes on where it stopped. The caller
    holds the writer's lock, and opens the lake again afterwards.

    :raises LakeError: a declared column that may not be absent is missing: a step has to add it.
    """
    if SCHEMA_CHANGE.qualified_name not in form.columns:
        with transaction(connection, "keep record of the schema"):
            _run(connection, create_table(SCHEMA_CHANGE, CATALOG))
    for step in sorted(STEPS, key=lambda step: step.number):
        if step.number > form.version:
            with transaction(connection, f"schema {step.number} {step.name}"):
                step.apply(connection)
                change_no = _next_change(connection)
                _record(connection, change_no, step.number, step.name, [])
    _add_missing(connection, read_form(connection))


def set_options(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the storage options that are not set; DuckLake takes them once a table is committed."""
    for table in _without_options(_options(connection)):
        rows = _INLINED_ROWS if table.inlined else 0
        connection.execute(
            f"CALL {CATALOG}.set_option({literal(_INLINING_OPTION)}, {rows}, "
            f"schema => {literal(table.schema)}, table_name => {literal(table.name)})"
        )
    connection.execute(
        f"CALL {CATALOG}.set_option({literal(_COMPRESSION_OPTION)}, {literal(_COMPRESSION)})"
    )


def _add_missing(connection: duckdb.DuckDBPyConnection, form: Form) -> None:
    """Tables and columns that the lake lacks, and comments that have changed, in one commit."""
    added: list[str] = []
    with transaction(connection, "schema as declared"):
        for table in LAKE_TABLES:
            present = form.columns.get(table.qualified_name)
            missing = _missing_columns(table, form)
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
        if added:
            change_no = _next_change(connection)
            _record(connection, change_no, schema_version(), "additions", added)


def _missing_columns(table: Table, form: Form) -> Sequence[Column]:
    present = form.columns.get(table.qualified_name, {})
    return [column for column in table.columns if column.name not in present]


def _options(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str | None]]:
    return set(
        connection.execute(f"SELECT option_name, scope_entry FROM {CATALOG}.options()").fetchall()
    )


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
