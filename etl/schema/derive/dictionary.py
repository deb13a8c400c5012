"""The data dictionary, derived from the declarations.

``python -m etl.schema.derive.dictionary`` writes it.
"""

from etl.resources import checkout
from etl.schema.derive.ddl import sql_type
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Column, Severity, Table
from etl.schema.tables import staged
from etl.schema.tables.lake import LAKE_TABLES

_HEAD = """\
# Data dictionary

Made by `python -m etl.schema.derive.dictionary` from the declarations in `etl/schema/`; a test
fails when it is out of date. Don't edit it by hand.

`mart` is the published build, which analysts query; `raw` and `core` are in the lake; `stg` are the
rows of a batch between extraction and load. Instants are UTC in `raw`, `core` and `stg`; in `mart`
a column `…_at` is by the clock of Dhaka and `…_at_utc` in UTC.

What a violation does: **critical** stops the batch, **warning** quarantines the row, **info** is
counted. In `mart`, an absent value that is critical, or a coded one that is not of its list, stops
the build; bounds say what to expect.
"""

_STAGED_HEAD = """\
One Arrow file a table and batch. A staged row carries the capture it was read on, and names
instead of keys of dimensions; the columns are those of the tables above.

| table | grain | key | columns |
|---|---|---|---|"""

_RULES = {Severity.CRITICAL: "critical", Severity.WARNING: "warning", Severity.INFO: "info"}


def dictionary() -> str:
    """Return the document, in Markdown."""
    everything = [*MARTS, *LAKE_TABLES]
    parts = [
        _HEAD,
        *(f"- [`{name}`](#{name.replace('.', '')})" for name in map(_name, everything)),
        "",
        *map(_table, everything),
        "## Staged rows\n",
        _STAGED_HEAD,
        *map(_staged, staged.STAGED),
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    """Write the document into the checkout's documents."""
    path = checkout() / "docs" / "reference" / "data-dictionary.md"
    path.write_text(dictionary(), encoding="utf-8")


def _name(table: Table) -> str:
    return table.qualified_name


def _table(table: Table) -> str:
    facts = [f"Key: {_names(table.key)}."]
    if table.partition_by:
        facts.append(f"Partitioned by year and month of `{table.partition_by}`.")
    if table.sort_by:
        facts.append(f"Sorted by {_names(table.sort_by)}.")
    if table.schema == "mart":
        facts.append(
            f"Kept by `{table.upkeep.key}`." if table.upkeep else "Filled in full at each build."
        )
    lines = [f"## {table.qualified_name}", "", f"{table.grain} {' '.join(facts)}", ""]
    if table.caveats:
        lines += [table.caveats, ""]
    lines += ["| column | type | if absent | allowed | description |", "|---|---|---|---|---|"]
    is_mart = table.schema == "mart"
    lines += [_column(column, with_severity=not is_mart) for column in table.columns]
    return "\n".join(lines) + "\n"


def _column(column: Column, *, with_severity: bool) -> str:
    absent = "may be" if column.null is None else _RULES[column.null]
    cells = (
        f"`{column.name}`",
        sql_type(column),
        absent,
        _allowed(column, with_severity=with_severity),
        column.description,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _allowed(column: Column, *, with_severity: bool) -> str:
    rules: list[tuple[str, Severity]] = []
    if column.values:
        rules.append((_names(column.values), column.values_severity))
    if column.pattern:
        rules.append((f"`{column.pattern}`", column.pattern_severity))
    bounds = [
        f"{sign} {bound:g}"
        for sign, bound in (("≥", column.minimum), ("≤", column.maximum))
        if bound is not None
    ]
    if bounds:
        rules.append((", ".join(bounds), column.range_severity))
    if column.max_length is not None:
        rules.append((f"at most {column.max_length} characters", column.length_severity))
    return "; ".join(
        f"{rule} ({_RULES[severity]})" if with_severity else rule for rule, severity in rules
    )


def _staged(table: Table) -> str:
    cells = (
        f"`{table.qualified_name}`",
        table.grain,
        _names(table.key),
        _names(table.column_names),
    )
    return "| " + " | ".join(cells) + " |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    main()
