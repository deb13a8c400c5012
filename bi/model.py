"""What datasets, charts and dashboards are declared with; no BI tool is known here.

Every dataset has the columns ``outlet``, ``section``, ``topic`` and ``country`` and a time, so that
the dashboards' five filters reach every chart. An article that names several countries has as many
rows: metrics therefore count distinct keys, and are the same with and without those rows.
"""

from dataclasses import dataclass, field
from pathlib import Path

from bi.expressions import Tool, expanded

SQL_FOLDER = Path(__file__).parent / "datasets"
# The columns that the filters work on, and their names in Bangla.
FILTER_COLUMNS = {"outlet": "মাধ্যম", "section": "বিভাগ", "topic": "বিষয়", "country": "দেশ"}
PERIOD = "period"  # of datasets that have bars along time
COUNT, SHARE = ",d", ".1%"  # number formats, as are those of metrics


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure over the rows of a dataset; ``number_format`` is in d3's notation.

    ``label`` names it and its unit, in Bangla.
    """

    name: str
    label: str
    sql: str
    number_format: str = COUNT


@dataclass(frozen=True, slots=True)
class Dataset:
    """One SELECT over the marts, ``datasets/<name>.sql``. ``time`` is the time filter's column.

    ``labels`` are headings of columns that charts show.
    """

    name: str
    description: str
    time: str
    metrics: tuple[Metric, ...]
    labels: dict[str, str] = field(default_factory=dict)

    def sql(self, tool: Tool) -> str:
        """Return the SELECT for a tool, without the comment on its grain."""
        lines = (SQL_FOLDER / f"{self.name}.sql").read_text("utf-8").splitlines()
        return expanded("\n".join(line for line in lines if not line.startswith("--")) + "\n", tool)

    def heading(self, column: str) -> str:
        """Return what a column is called in charts and filters."""
        return self.labels.get(column) or column.replace("_", " ").capitalize()

    def metric(self, name: str) -> Metric:
        """Return the metric of that name.

        Raises:
            KeyError: there is none.
        """
        for metric in self.metrics:
            if metric.name == name:
                return metric
        raise KeyError(f"dataset {self.name} has no metric {name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart, in Bangla and English. The notes say what is counted, and in which unit.

    ``empty_bn`` says what it means when there is no row. ``where`` are conditions in SQL. ``time``
    is the column that the time filter works on, where it is not the dataset's.
    """

    title_bn: str
    title: str
    note_bn: str
    note: str
    empty_bn: str = "এই বাছাইয়ে কিছু নেই · nothing in this selection"
    dataset: Dataset
    metrics: tuple[str, ...]
    where: tuple[str, ...] = ()
    time: str = ""

    @property
    def full_title(self) -> str:
        """The title in both languages."""
        return f"{self.title_bn} · {self.title}"

    @property
    def time_column(self) -> str:
        """The column that the time filter works on."""
        return self.time or self.dataset.time

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns that the metrics are grouped by."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Chart):
    """One figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBars(Chart):
    """Stacked bars along the dataset's column ``period``, one colour a series."""

    series: str
    series_limit: int = 0

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The period and the series."""
        return PERIOD, self.series


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Chart):
    """Horizontal bars, the longest on top; stacked where there is a series."""

    category: str
    series: str = ""
    limit: int = 20

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The category and, where there is one, the series."""
        return (self.category, self.series) if self.series else (self.category,)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap(Chart):
    """Two dimensions and a figure in each cell."""

    x: str
    y: str

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns across and down."""
        return self.x, self.y


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Chart):
    """Rows by ``columns``, ordered by ``order_by`` (a metric or column), largest first.

    Rows alike in that are in the order of the first column, so that they keep their places.
    """

    columns: tuple[str, ...]
    order_by: str
    is_searchable: bool = False
    limit: int = 200

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The columns of the table that are no metrics."""
        return self.columns


@dataclass(frozen=True, slots=True)
class Row:
    """Charts side by side, each with its width in twelfths; ``height`` in steps of 8 pixels."""

    height: int
    charts: tuple[tuple[Chart, int], ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One page of charts; ``name`` is part of its address."""

    name: str
    title_bn: str
    title: str
    description: str
    rows: tuple[Row, ...]

    @property
    def full_title(self) -> str:
        """The title in both languages."""
        return f"{self.title_bn} · {self.title}"

    @property
    def short_name(self) -> str:
        """The name without the project's."""
        return self.name.removeprefix("khobor-")

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All charts, row by row."""
        return tuple(chart for row in self.rows for chart, _ in row.charts)
