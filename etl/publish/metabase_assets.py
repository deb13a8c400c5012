"""The questions and dashboards for Metabase, as ``bi/metabase/*.yml`` declare them."""

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etl.errors import UsageError

GRID_COLUMNS = 24  # of a Metabase dashboard, from version 0.47

Display = Literal["area", "bar", "line", "pie", "row", "scalar", "table"]
FilterName = Literal["time", "outlet", "section", "country"]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(_Declared):
    """One SQL question.

    ``filters`` says on which column (``mart.table.column``) each filter of the dashboard works;
    the SQL holds ``[[AND {{name}}]]`` for each. ``size`` is columns and rows of the grid.
    """

    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    display: Display
    sql: str = Field(min_length=1)
    filters: dict[FilterName, str] = {}
    settings: dict[str, Any] = {}
    size: tuple[int, int] = Field((12, 7))


class Dashboard(_Declared):
    """One dashboard with its questions, in reading order."""

    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)


def read_dashboards(folder: Path) -> list[Dashboard]:
    """The dashboards in the folder's YAML files, in the order of the files' names.

    :raises UsageError: there is none, a file has a wrong key or value, or a name comes twice.
    """
    dashboards = [_read(path) for path in sorted(folder.glob("*.yml"))]
    if not dashboards:
        raise UsageError(f"no dashboards (*.yml) in {folder}")
    names = [question.name for dashboard in dashboards for question in dashboard.questions]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"questions in {folder} share the name {twice[0]!r}: give each its own")
    return dashboards


def _read(path: Path) -> Dashboard:
    try:
        dashboard = Dashboard.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: {error}") from error
    for question in dashboard.questions:
        missing = [name for name in question.filters if f"{{{{{name}}}}}" not in question.sql]
        if missing:
            raise UsageError(f"{path}: the SQL of {question.name!r} has no {{{{{missing[0]}}}}}")
    return dashboard


def places(questions: tuple[Question, ...]) -> list[tuple[int, int]]:
    """Column and row of each question: left to right, a new row where the next does not fit."""
    found, column, row, height = [], 0, 0, 0
    for question in questions:
        width, tall = question.size
        if column + width > GRID_COLUMNS:
            column, row, height = 0, row + height, 0
        found.append((column, row))
        column, height = column + width, max(height, tall)
    return found
