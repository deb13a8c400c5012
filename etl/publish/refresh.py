"""One mart of a copied build brought up to date: the rows of changed keys are replaced.

A mart declares which column of which table bears its key (``etl.schema.model.Upkeep``). So what
changed in these tables since the last build says which keys to compute again, and the mart's own
query, reading only their rows, says what they are now. What changed in the mart by that is in turn
what the marts after it go by.
"""

from collections.abc import Mapping
from typing import Any

import duckdb

from etl.errors import PublishError
from etl.lake import CATALOG
from etl.lake.changes import changed_rows
from etl.lake.relations import Relations
from etl.publish.fill import BUILD, check_values
from etl.publish.slices import key_of, rows_of, sliced_sql
from etl.schema.marts.lineage import mart_lineage
from etl.schema.model import Lookup, Table, Upkeep
from etl.schema.tables.lake import LAKE_TABLES

# Beyond this share of its rows a mart is filled in full: that sorts and compresses it, too.
_MOST_OF_MART = 0.3
_LAKE = {table.qualified_name: table for table in LAKE_TABLES}


class Changes:
    """Rows that tables of the lake and marts gained and lost since the last build."""

    def __init__(self, relations: Relations, since: int) -> None:
        """Begin with what the lake's snapshots say.

        Args:
            relations: of the transaction in which the build is written.
            since: the snapshot of the last build.
        """
        self._relations = relations
        self._since = since
        # By table; None where it is not known.
        self._of: dict[str, str | None] = {}

    def of(self, table: str) -> str | None:
        """The relation with the changed rows of a table; None where they are not known."""
        if table not in self._of and table in _LAKE:
            self._of[table] = changed_rows(self._relations, _LAKE[table], self._since)
        return self._of.get(table)

    def add(self, mart: Table, relation: str | None) -> None:
        """Take in what changed in a mart; None where it was filled in full."""
        self._of[mart.qualified_name] = relation


def refresh_mart(
    relations: Relations, mart: Table, parameters: Mapping[str, Any], changes: Changes
) -> bool:
    """Bring a mart up to date, where that is known to give what filling it gives.

    Args:
        relations: of the transaction in which the build is written.
        mart: its declaration.
        parameters: values for ``$name`` in its query.
        changes: of the tables it is read from; what changes in the mart is added.

    Returns:
        Whether it was; otherwise it is to be filled in full.

    Raises:
        PublishError: the new rows break the declaration.
    """
    upkeep = mart.upkeep
    keys = f"key_of_{mart.name}"
    if upkeep is None or not _find_keys(relations, mart, upkeep, changes, keys):
        changes.add(mart, None)
        return False
    connection = relations.connection
    name, columns = f"{BUILD}.{mart.qualified_name}", ", ".join(mart.column_names)
    now, was, changed = (f"{kind}_mart_{mart.name}" for kind in ("now", "was", "changed"))
    query = sliced_sql(connection, mart, upkeep, keys)
    used = {name: value for name, value in parameters.items() if f"${name}" in query}
    relations.create(now, f"SELECT {columns} FROM (\n{query}\n)", used)
    relations.create(was, f"SELECT {columns} FROM {rows_of(mart.qualified_name, upkeep.key, keys)}")
    relations.create(
        changed,
        f"SELECT *, true AS is_gone FROM (FROM {was} EXCEPT ALL FROM {now}) UNION ALL "
        f"SELECT *, false AS is_gone FROM (FROM {now} EXCEPT ALL FROM {was})",
    )
    same = " AND ".join(f"gone.{column} IS NOT DISTINCT FROM mart.{column}" for column in mart.key)
    connection.execute(
        f"DELETE FROM {name} WHERE rowid IN (SELECT mart.rowid FROM {name} AS mart "
        f"JOIN (FROM {changed} WHERE is_gone) AS gone ON {same})"
    )
    connection.execute(
        f"INSERT INTO {name} BY NAME SELECT {columns} FROM {changed} WHERE NOT is_gone"
    )
    check_values(connection, mart, now)
    _check_keys(connection, mart, upkeep, changed)
    changes.add(mart, changed)
    return True


def _find_keys(
    relations: Relations, mart: Table, upkeep: Upkeep, changes: Changes, name: str
) -> bool:
    """Create a relation of the keys whose rows may change; False where they aren't known."""
    queries = []
    for source in upkeep.sources:
        changed = changes.of(source.table)
        if changed is None:
            return False
        queries.append(f"SELECT {key_of(source.column, upkeep)} AS value FROM {changed}")
    for lookup in (*upkeep.lookups, *_dimensions(mart, upkeep)):
        changed = changes.of(lookup.table)
        if changed is None:
            return False
        if _is_empty(relations.connection, changed):
            continue
        queries.append(
            f"SELECT {_key_of(lookup.through, upkeep, mart)} AS value "
            f"FROM {_catalog(lookup.through)}.{lookup.through} "
            f"WHERE {lookup.through_column} IN (SELECT {lookup.column} FROM {changed})"
        )
    connection = relations.connection
    for table in unfollowed_tables(mart, upkeep):
        changed = changes.of(table)
        if changed is None or not _is_empty(connection, changed):
            return False
    found = f"SELECT DISTINCT value FROM ({' UNION ALL '.join(queries)}) WHERE value IS NOT NULL"
    relations.create(name, _with_groups(found, upkeep, mart))
    touched, rows = connection.execute(
        f"SELECT count(*) FILTER ({upkeep.key} IN (SELECT value FROM {name})), count(*) "
        f"FROM {BUILD}.{mart.qualified_name}"
    ).fetchall()[0]
    return bool(touched <= rows * _MOST_OF_MART)


def _with_groups(keys: str, upkeep: Upkeep, mart: Table) -> str:
    """SQL for the keys and all others of their groups, such as the articles of a story.

    A row that hangs on others of its group is right only if all of them are read, whichever of
    them changed.
    """
    for lookup in upkeep.lookups:
        if (lookup.table, lookup.column) == (lookup.through, lookup.through_column):
            members = f"{_catalog(lookup.through)}.{lookup.through}"
            key = _key_of(lookup.through, upkeep, mart)
            keys = (
                f"WITH found AS ({keys}) FROM found UNION SELECT {key} AS value FROM {members} "
                f"WHERE {lookup.column} IN (SELECT {lookup.column} FROM {members} "
                f"WHERE {key} IN (FROM found))"
            )
    return keys


def unfollowed_tables(mart: Table, upkeep: Upkeep) -> set[str]:
    """Tables that a mart reads and its upkeep says nothing of: a change there fills it in full."""
    lookups = (*upkeep.lookups, *_dimensions(mart, upkeep))
    followed = {source.table for source in upkeep.sources} | {one.table for one in lookups}
    return set(mart_lineage()[mart.qualified_name]["tables"]) - followed


def _dimensions(mart: Table, upkeep: Upkeep) -> list[Lookup]:
    """Dimensions whose key is a column of the mart."""
    named = {lookup.table for lookup in upkeep.lookups}
    found = []
    for table in mart_lineage()[mart.qualified_name]["tables"]:
        if table.startswith("core.dim_") and table not in named:
            key = _LAKE[table].key[0]
            if key in mart.column_names:
                found.append(Lookup(table, key, mart.qualified_name, key))
    return found


def _key_of(table: str, upkeep: Upkeep, mart: Table) -> str:
    """The key that a row of a table goes into, as SQL."""
    if table == mart.qualified_name:
        return upkeep.key
    columns = {source.table: source.column for source in upkeep.sources}
    return key_of(columns.get(table, upkeep.key), upkeep)


def _is_empty(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    return connection.execute(f"FROM {relation} LIMIT 1").fetchone() is None


def _catalog(table: str) -> str:
    return BUILD if table.startswith("mart.") else CATALOG


def _check_keys(
    connection: duckdb.DuckDBPyConnection, mart: Table, upkeep: Upkeep, changed: str
) -> None:
    key = ", ".join(mart.key)
    twice = connection.execute(
        f"SELECT {key} FROM {BUILD}.{mart.qualified_name} "
        f"WHERE {upkeep.key} IN (SELECT {upkeep.key} FROM {changed} WHERE NOT is_gone) "
        f"GROUP BY {key} HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if twice:
        raise PublishError(f"keys: {mart.qualified_name} has several rows of ({key}) = {twice!r}")
