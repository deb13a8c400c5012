"""Which columns each mart column is made of, read from the marts' SQL by sqlglot.

Parsing takes seconds, so the result is kept beside the SQL, in ``marts/lineage.json``;
``python -m etl.publish.lineage`` writes it anew.
"""

import json
from pathlib import Path

from etl.publish.tables import BUILD, mart_sql
from etl.schema import core, marts
from etl.schema.ddl import sql_type
from etl.schema.model import Table

_FILE = Path(__file__).parent / "marts" / "lineage.json"

# Mart column -> the columns it is made of, as `schema.table.column`. A count of rows has none.
Columns = dict[str, list[str]]


def mart_lineage() -> dict[str, Columns]:
    """The lineage of every mart by its qualified name, as it was last written."""
    stored: dict[str, Columns] = json.loads(_FILE.read_text(encoding="utf-8"))
    return stored


def mart_inputs() -> dict[str, list[str]]:
    """The tables each mart is read from, by its qualified name."""
    from sqlglot import exp, parse_one

    return {
        mart.qualified_name: sorted(
            {
                f"{table.db}.{table.name}"
                for table in parse_one(mart_sql(mart), dialect="duckdb").find_all(exp.Table)
                if table.db
            }
        )
        for mart in marts.TABLES
    }


def main() -> None:
    """Write ``marts/lineage.json``."""
    _FILE.write_text(as_json(), encoding="utf-8")


def as_json() -> str:
    """The lineage of every mart, as the file holds it: a line a column."""
    marts_found = []
    for mart in marts.TABLES:
        lines = [
            f"  {json.dumps(column)}: {json.dumps(origins)}"
            for column, origins in _columns(mart).items()
        ]
        body = ",\n".join(lines)
        marts_found.append(f" {json.dumps(mart.qualified_name)}: {{\n{body}\n }}")
    return "{\n" + ",\n".join(marts_found) + "\n}\n"


def _columns(mart: Table) -> Columns:
    from sqlglot import exp, parse_one
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify

    schema = _schema()
    tree = qualify(
        parse_one(mart_sql(mart), dialect="duckdb"),
        schema=schema,
        dialect="duckdb",
        validate_qualify_columns=False,
    )
    return {
        column: sorted(
            {
                f"{node.source.db}.{node.source.name}." + node.name.rpartition(".")[2].strip('"')
                for node in lineage(column, tree, schema=schema, dialect="duckdb").walk()
                if isinstance(node.source, exp.Table) and not node.downstream
            }
        )
        for column in mart.column_names
    }


def _schema() -> dict[str, object]:
    """All tables that a mart may read: catalog, schema, table, column, type."""
    tree: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for catalog, tables in (("lake", core.TABLES), (BUILD, marts.TABLES)):
        for table in tables:
            columns = {column.name: sql_type(column) for column in table.columns}
            tree.setdefault(catalog, {}).setdefault(table.schema, {})[table.name] = columns
    return dict(tree)


if __name__ == "__main__":
    main()
