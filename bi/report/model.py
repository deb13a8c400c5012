"""What the report is declared with: sections of charts and tables, with their SQL."""

from dataclasses import dataclass
from typing import Literal

from bi.report.charts import Draw


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of the rows that ``sql`` gives; ``draw`` says which columns it needs.

    ``limit`` is the number of labels drawn, the first ones; the page says how many there are.
    """

    caption_bn: str
    caption_en: str
    sql: str
    draw: Draw
    legend_bn: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    ``url`` names the column that holds where its text links to; ``before``, of a ``diff``, the one
    with the older text.
    """

    name: str
    heading_bn: str
    form: Literal["text", "number", "share", "minutes", "time", "diff"] = "text"
    url: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The first ``limit`` rows that ``sql`` gives; the page says how many there are."""

    caption_bn: str
    caption_en: str
    sql: str
    columns: tuple[Column, ...]
    limit: int


@dataclass(frozen=True, slots=True)
class Section:
    """Charts and tables of one matter. The notes say how to read them, and their limits."""

    name: str
    title_bn: str
    title_en: str
    note_bn: str
    note_en: str
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
