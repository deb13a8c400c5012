"""The published build as one HTML page that needs no server and loads nothing."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from bi.report.charts import svg
from bi.report.parts import FIGURES, SECTIONS, Chart, Section, Table
from etl.addresses import is_web_url
from etl.errors import PublishError
from etl.publish.query import query

_TEMPLATE = "page.html.j2"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart as it is drawn; without a picture, its query gave no row."""

    chart: Chart
    picture: Markup | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A table with its rows."""

    table: Table
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Part:
    """A section with all it shows."""

    section: Section
    figures: list[Figure]
    listings: list[Listing]


def write_report(warehouse: Path, output: Path, data_docs: Path) -> Path:
    """Write the report of a build, atomically for readers of an older one.

    Args:
        warehouse: the build's file.
        output: the page.
        data_docs: first page of the Data Docs, linked relatively if it is there.

    Returns:
        The page's path.

    Raises:
        NoBuildError: there is no build at that path.
        PublishError: the page can't be written.
    """
    page = render(warehouse, _link_to(data_docs, output))
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


def render(warehouse: Path, docs_link: str | None) -> str:
    """Return the page as HTML.

    Raises:
        NoBuildError: there is no build at that path.
    """
    if warehouse.exists():
        # Behind the link, so that all queries read one build while another is published.
        warehouse = warehouse.resolve()
    (build,) = _rows(warehouse, FIGURES)
    parts = [
        Part(
            section,
            [Figure(chart, _picture(warehouse, chart)) for chart in section.charts],
            [Listing(table, _rows(warehouse, table.sql)) for table in section.tables],
        )
        for section in SECTIONS
    ]
    return _environment().get_template(_TEMPLATE).render(build=build, parts=parts, docs=docs_link)


def _picture(warehouse: Path, chart: Chart) -> Markup | None:
    rows = _rows(warehouse, chart.sql)
    # Vega escapes the texts in its SVG.
    return Markup(svg(chart.draw(rows))) if rows else None


def _rows(warehouse: Path, sql: str) -> list[dict[str, Any]]:
    result = query(warehouse, sql)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


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
    return environment


def is_web_address(url: str | None) -> bool:
    """Whether a page's address may become a link: a `javascript:` one may not."""
    return is_web_url(url)


def cell(row: Mapping[str, Any], name: str, form: str) -> str:
    """Return a value of a row as the table shows it."""
    value = row[name]
    match form:
        case _ if value is None:
            return "–"
        case "share":
            return f"{value:.0%}"
        case "minutes":
            return _duration(float(value))
        case "number":
            return f"{value:,}"
        case "time" if isinstance(value, datetime):
            return f"{value:%Y-%m-%d %H:%M}"
        case "time" if isinstance(value, date):
            return value.isoformat()
        case _:
            return str(value)


def _duration(minutes: float) -> str:
    if abs(minutes) < 120:
        return f"{minutes:.0f} মিনিট"
    if abs(minutes) < 48 * 60:
        return f"{minutes / 60:.1f} ঘণ্টা"
    return f"{minutes / 1440:.1f} দিন"
