"""The lineage of the marts, read from their SQL by sqlglot.

``python -m etl.publish.lineage`` writes it to ``etl/schema/marts/lineage.json``.
"""

import json

from etl.publish.fill import BUILD, mart_sql
from etl.schema.derive.ddl import sql_type
from etl.schema.marts.lineage import LINEAGE_FILE, Columns
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.tables.lake import LAKE_TABLES


def main() -> None:
    """Write the lineage of every mart."""
    LINEAGE_FILE.write_text(as_json(), encoding="utf-8")


def as_json() -> str:
    """Return the lineage of every mart as JSON, one line a column."""
    parts = []
    for mart in MARTS:
        lines = [
            f"   {json.dumps(column)}: {json.dumps(origins)}"
            for column, origins in _columns(mart).items()
        ]
        body = ",\n".join(lines)
        tables = json.dumps(_tables(mart))
        parts.append(
            f' {json.dumps(mart.qualified_name)}: {{\n  "tables": {tables},\n'
            f'  "columns": {{\n{body}\n  }}\n }}'
        )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _tables(mart: Table) -> list[str]:
    """Return the tables a mart is read from."""
    from sqlglot import exp, parse_one

    return sorted(
        {
            f"{table.db}.{table.name}"
            for table in parse_one(mart_sql(mart), dialect="duckdb").find_all(exp.Table)
            if table.db
        }
    )


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
    """Return all tables that a mart may read: catalog, schema, table, column, type."""
    tree: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for catalog, tables in (("lake", LAKE_TABLES), (BUILD, MARTS)):
        for table in tables:
            columns = {column.name: sql_type(column) for column in table.columns}
            tree.setdefault(catalog, {}).setdefault(table.schema, {})[table.name] = columns
    return dict(tree)


if __name__ == "__main__":
    main()
