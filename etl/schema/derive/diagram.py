"""The data model as a picture: tables of the lake and how they join, in Graphviz' language.

``python -m etl.schema.derive.diagram`` writes ``docs/reference/data-model.dot``; ``make reference``
draws it.
"""

from etl.resources import checkout
from etl.schema.model import Table
from etl.schema.tables import dimensions
from etl.schema.tables.facts import ARTICLE_TEXT, FACT_ARTICLE
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.raw import PAGE_CAPTURE

# A column that is the key, or part of the key, of another table joins to it.
_JOINS = {
    "capture_id": PAGE_CAPTURE,
    "article_id": FACT_ARTICLE,
    "content_hash": ARTICLE_TEXT,
    "outlet_id": dimensions.DIM_OUTLET,
    "section_id": dimensions.DIM_SECTION,
    "byline_id": dimensions.DIM_BYLINE,
    "entity_id": dimensions.DIM_ENTITY,
    "source_id": dimensions.DIM_SOURCE,
}
_COLOURS = {"raw": "#fde8cf", "dim": "#d5e8d4", "fact": "#dae8fc", "other": "#eeeeee"}


def dot() -> str:
    """Return the diagram: a box a table with its key and joins, an arrow a join."""
    lines = [
        "digraph khobor {",
        '  graph [rankdir=LR, ranksep=1.1, nodesep=0.25, fontname="sans-serif"];',
        '  node [shape=plain, fontname="sans-serif", fontsize=11];',
        '  edge [color="#777777", arrowsize=0.6];',
    ]
    lines += [_box(table) for table in LAKE_TABLES]
    for table in LAKE_TABLES:
        lines += [
            f'  "{table.qualified_name}":"{name}" -> "{target.qualified_name}":"{name}";'
            for name, target in _JOINS.items()
            if target is not table
            and name in table.column_names
            and name in target.column_names
            # What belongs to a content of an article joins to its text, and by it to the article.
            and not (name == "article_id" and _is_of_content(table))
        ]
    return "\n".join([*lines, "}", ""])


def _is_of_content(table: Table) -> bool:
    return "content_hash" in table.column_names and table is not ARTICLE_TEXT


def _box(table: Table) -> str:
    kind = "raw" if table.schema == "raw" else table.name.partition("_")[0]
    colour = _COLOURS.get(kind, _COLOURS["other"])
    shown = dict.fromkeys([*table.key, *(name for name in _JOINS if name in table.column_names)])
    rows = "".join(
        f'<tr><td align="left" port="{name}">{"<b>" + name + "</b>" if name in table.key else name}'
        "</td></tr>"
        for name in shown
    )
    head = f'<tr><td bgcolor="{colour}"><b>{table.qualified_name}</b></td></tr>'
    return (
        f'  "{table.qualified_name}" [label=<<table border="0" cellborder="1" cellspacing="0" '
        f'cellpadding="4">{head}{rows}</table>>];'
    )


def main() -> None:
    """Write the diagram's source into the checkout's documents."""
    (checkout() / "docs" / "reference" / "data-model.dot").write_text(dot(), "utf-8")


if __name__ == "__main__":
    main()
