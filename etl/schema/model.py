"""What a table declaration consists of. It knows no engine: derivations have their modules."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


class Type(StrEnum):
    """Logical column types; each derivation maps them to its engine's."""

    STRING = "string"
    STRINGS = "strings"  # list of strings
    INTEGER = "integer"  # 64 bits
    FLOAT = "float"  # 64 bits
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"  # a moment, UTC, microseconds
    LOCAL_TIME = "local_time"  # wall clock of Dhaka, without zone; marts only
    BYTES = "bytes"
    JSON = "json"  # as a string


class Severity(StrEnum):
    """What a violation does. The words are those of Great Expectations."""

    CRITICAL = "critical"  # the batch fails: a defect of ours
    WARNING = "warning"  # the row is quarantined
    INFO = "info"  # the row is loaded, the violation counted


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``null`` says what an absent value does; None means that it may be absent."""

    name: str
    type: Type
    description: str
    null: Severity | None = Severity.CRITICAL
    values: tuple[str, ...] = ()  # the only values allowed
    values_severity: Severity = Severity.CRITICAL
    pattern: str = ""  # regular expression, matched from the start
    pattern_severity: Severity = Severity.CRITICAL
    minimum: float | None = None
    maximum: float | None = None
    range_severity: Severity = Severity.WARNING
    max_length: int | None = None
    length_severity: Severity = Severity.WARNING

    def __post_init__(self) -> None:
        _require_identifiers(self.name)


@dataclass(frozen=True, slots=True)
class Source:
    """A table that a mart reads, of which a row goes only into the mart's rows of one key.

    ``column`` has the key, or an instant or day of it.
    """

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table that a mart reads, whose rows go into rows of keys that it doesn't bear.

    The keys are those of ``through``, where its ``through_column`` is what ``column`` is here.
    """

    table: str
    column: str
    through: str
    through_column: str


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How a mart is brought up to date: the rows of changed keys are replaced.

    dbt calls it incremental, with ``delete+insert`` by a ``unique_key``; SQLMesh
    ``INCREMENTAL_BY_UNIQUE_KEY``, and with a ``unit`` ``INCREMENTAL_BY_TIME_RANGE``.

    Attributes:
        key: a column of the mart.
        sources: what its rows are made of.
        lookups: what else they hang on. A dimension whose key is a column of the mart needs none.
        unit: the span that the key is the first day of, where the sources have finer ones.
    """

    key: str
    sources: tuple[Source, ...]
    lookups: tuple[Lookup, ...] = ()
    unit: Literal["", "day", "month"] = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: ``grain`` says in one sentence what a row is, ``key`` makes it unique.

    ``partition_by`` names a column of instants or days (year and month of it);
    ``sort_by`` the order inside.
    ``inlined`` tables take small commits into the catalog instead of small Parquet files.
    ``upkeep`` says how a mart follows changes; without it, it is filled in full.
    ``is_view`` marks a mart that is read from other marts and keeps no rows of its own.
    """

    schema: str
    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partition_by: str = ""
    sort_by: tuple[str, ...] = ()
    inlined: bool = False
    is_view: bool = False
    caveats: str = field(default="")
    upkeep: Upkeep | None = None

    def __post_init__(self) -> None:
        _require_identifiers(self.schema, self.name)
        kept_by = [self.upkeep.key] if self.upkeep else []
        for name in (*self.key, *self.sort_by, *filter(None, [self.partition_by]), *kept_by):
            self.column(name)

    @property
    def qualified_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.qualified_name} has no column {name}")


def _require_identifiers(*names: str) -> None:
    """Refuse names that would have to be quoted: declared names go into SQL as they are."""
    for name in names:
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{name!r} is no plain SQL identifier: lower-case letters, digits, _")
