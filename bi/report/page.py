"""The published build as one HTML page that needs no server and loads nothing."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import jinja2
from markupsafe import Markup

from bi import bangla
from bi.report.cells import cell
from bi.report.charts import svg
from bi.report.model import Chart, Section, Table
from bi.report.news import News, whats_new
from bi.report.sections import SECTIONS
from bi.report.selection import EVERYTHING, Selection, select
from etl.addresses import is_web_url
from etl.errors import PublishError
from etl.publish.connection import open_build

_TEMPLATE = "page.html.j2"
_FIGURES = """\
SELECT (SELECT count(*) FROM article) AS article_count,
       (SELECT count(DISTINCT outlet_id) FROM article) AS outlet_count,
       (SELECT count(*) FROM story) AS story_count,
       (SELECT count(*) FROM event) AS event_count,
       (SELECT count(*) FROM revision) AS revision_count,
       (SELECT count(*) FROM capture) AS capture_count,
       (SELECT count(*) FILTER (is_undated) FROM article) AS undated_count,
       (SELECT min(published_date) FROM article) AS first_date,
       (SELECT max(published_date) FROM article) AS last_date,
       build_id, built_at, khobor_version
FROM mart.build_info"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as it is drawn; without a picture, its query gave no row.

    ``total`` is how many labels there are where not all of them are drawn.
    """

    chart: Chart
    picture: Markup | None
    total: int | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its first rows, and how many there are in all."""

    table: Table
    rows: list[dict[str, Any]]
    total: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section with all it shows."""

    section: Section
    figures: list[Figure]
    listings: list[Listing]


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures at the top, and the build they are from; dates are days of publication."""

    article_count: int
    outlet_count: int
    story_count: int
    event_count: int
    revision_count: int
    capture_count: int
    undated_count: int
    first_date: datetime | None
    last_date: datetime | None
    build_id: str
    built_at: datetime
    khobor_version: str


def write_report(
    warehouse: Path, output: Path, data_docs: Path, selection: Selection = EVERYTHING
) -> Path:
    """Write the report of a build, atomically for readers of an older one.

    Args:
        warehouse: the build's file.
        output: the page.
        data_docs: first page of the Data Docs, linked relatively if it is there.
        selection: the part of the build that the report is about.

    Returns:
        The page's path.

    Raises:
        NoBuildError: there is no build at that path.
        PublishError: the page can't be written.
        UsageError: the selection is empty by its own terms.
    """
    page = render(warehouse, _link_to(data_docs, output), selection)
    aside = output.with_name(f".{output.name}.{os.getpid()}-{secrets.token_hex(3)}")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_text(page, encoding="utf-8")
            aside.replace(output)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise PublishError(
            f"report {output} can't be written: {error.strerror or error}"
        ) from error
    return output


def render(warehouse: Path, docs_link: str | None, selection: Selection) -> str:
    """Return the page as HTML.

    Raises:
        NoBuildError: there is no build at that path.
        UsageError: the selection is empty by its own terms.
    """
    if warehouse.exists():
        # Behind the link, so that all queries read one build while another is published.
        warehouse = warehouse.resolve()
    with open_build(warehouse) as connection:
        select(connection, selection)
        (figures,) = _rows(connection, _FIGURES)
        news = whats_new(connection)
        parts = [_part(connection, section) for section in SECTIONS]
    return _page(Summary(**figures), selection, news, parts, docs_link)


def _page(
    summary: Summary,
    selection: Selection,
    news: list[News],
    parts: list[Part],
    docs_link: str | None,
) -> str:
    template = _environment().get_template(_TEMPLATE)
    return template.render(
        summary=summary, selection=selection, news=news, parts=parts, docs=docs_link
    )


def _part(connection: duckdb.DuckDBPyConnection, section: Section) -> Part:
    return Part(
        section,
        [_figure(chart, _rows(connection, chart.sql)) for chart in section.charts],
        [_listing(connection, table) for table in section.tables],
    )


def _figure(chart: Chart, rows: Sequence[Mapping[str, Any]]) -> Figure:
    if not rows:
        return Figure(chart, None, None)
    total = None
    if chart.limit is not None:
        labels = list(dict.fromkeys(row["label"] for row in rows))
        drawn = set(labels[: chart.limit])
        rows = [row for row in rows if row["label"] in drawn]
        total = len(labels) if len(labels) > chart.limit else None
    # Vega escapes the texts in its SVG.
    return Figure(chart, Markup(svg(chart.draw(rows))), total)


def _listing(connection: duckdb.DuckDBPyConnection, table: Table) -> Listing:
    rows = _rows(connection, f"SELECT * FROM ({table.sql}) LIMIT {table.limit}")  # noqa: S608  (constants)
    counted = connection.execute(f"SELECT count(*) FROM ({table.sql})").fetchone()  # noqa: S608
    return Listing(table, rows, counted[0] if counted else 0)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _link_to(page: Path, output: Path) -> str | None:
    if not page.exists():
        return None
    return quote(Path(os.path.relpath(page, output.parent)).as_posix())


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.tests["web_address"] = is_web_address
    environment.filters["cell"] = cell
    environment.filters["number"] = bangla.number
    environment.filters["day"] = bangla.day
    environment.filters["moment"] = bangla.moment
    return environment


def is_web_address(url: str | None) -> bool:
    """Whether a page's address may become a link: a `javascript:` one may not."""
    return is_web_url(url)
