"""Read the questions and dashboards for Metabase from their files, and check them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from etl.errors import UsageError

T = TypeVar("T")

ASSETS = Path(__file__).parent / "assets"
LISTS = "lists.yml"  # the SQL whose rows a filter offers, by the filter

Display = Literal["bar", "row", "scalar", "table"]
Lists = dict[Literal["outlet", "section", "topic", "country"], str]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Declared):
    """Where a question stands on the dashboard's grid of 24 columns."""

    col: int = Field(ge=0, lt=24)
    row: int = Field(ge=0)
    size_x: int = Field(ge=1, le=24)
    size_y: int = Field(ge=1)


class Question(_Declared):
    """One question in SQL, which has a variable for each filter: ``[[AND … {{outlet}}]]``."""

    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    display: Display
    sql: str = Field(min_length=1)
    settings: dict[str, Any]
    place: Place


class Dashboard(_Declared):
    """One dashboard with its questions."""

    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    questions: tuple[Question, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Assets:
    """All dashboards, and the SQL of what each filter offers."""

    dashboards: tuple[Dashboard, ...]
    lists: Lists


def read_assets(folder: Path) -> Assets:
    """Read a folder of YAML files, dashboards in the order of the files' names.

    Raises:
        UsageError: a file is missing or has a wrong key or value, or two questions one name.
    """
    lists = _read(folder / LISTS, TypeAdapter(Lists))
    paths = sorted(path for path in folder.glob("*.yml") if path.name != LISTS)
    dashboards = tuple(_read(path, TypeAdapter(Dashboard)) for path in paths)
    if not dashboards:
        raise UsageError(f"no dashboards (*.yml) in {folder}")
    names = [question.name for dashboard in dashboards for question in dashboard.questions]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"questions in {folder} share the name {twice[0]!r}: give each its own")
    return Assets(dashboards, lists)


def _read(path: Path, adapter: TypeAdapter[T]) -> T:
    try:
        return adapter.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValidationError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: {error}") from error
