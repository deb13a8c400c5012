"""A marimo notebook: which outlets change their texts afterwards, and by how much.

    marimo edit examples/silent_edits.py          in a browser
    python examples/silent_edits.py               as a script

It reads `var/publish/current/warehouse.duckdb`, or the build that KHOBOR_WAREHOUSE names.
"""

import marimo

app = marimo.App()


@app.cell
def _():
    import os

    import duckdb
    import marimo as mo

    path = os.environ.get("KHOBOR_WAREHOUSE", "var/publish/current/warehouse.duckdb")
    build = duckdb.connect(path, read_only=True)
    return build, mo


@app.cell
def _(mo):
    mo.md("""
    # নীরব বদল · Edits after publication

    A revision is seen only where a page was captured twice.
    """)


@app.cell
def _(build):
    edits = build.sql("""
        SELECT
            coalesce(outlet_name_bn, outlet_name_en) AS outlet,
            count(*) AS changes,
            count(*) FILTER (NOT contains(changed_fields, 'updated_at')) AS silent,
            round(median(changed_share), 3) AS median_share
        FROM mart.article_revision
        WHERE is_body_changed OR is_title_changed
        GROUP BY outlet
        ORDER BY changes DESC
    """).pl()
    print(edits)
    edits  # noqa: B018  (marimo shows the last expression)


@app.cell
def _(build):
    largest = build.sql("""
        SELECT article_id, version_no, title_before, title_after, round(changed_share, 2) AS share
        FROM mart.article_revision
        ORDER BY changed_share DESC
        LIMIT 20
    """).pl()
    print(largest)
    largest  # noqa: B018


if __name__ == "__main__":
    app.run()
