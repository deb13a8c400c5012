"""Numbered changes of the lake's schema, for what can't be derived from the declarations.

Most changes need nothing here. A table that is declared and missing in a lake is created, and a
nullable column that is declared and missing is added, by ``etl.lake.schema_version`` when the lake
is next opened. So to add either: declare it in ``etl/schema`` (a column with ``null=None`` or a
severity that is not critical).

A step is needed where data must be changed, or where the schema changes in another way: a column
renamed, dropped or of another type, a column that may not be absent, values computed for old rows.
Then add ``m<number>_<name>.py`` with a function ``apply(connection)`` and its entry in ``STEPS``.

- A step runs in one transaction with its record in ``core.schema_change``, under the writer's
  lock: it is applied completely, once, or not at all.
- It states its DDL itself. The declarations will have moved on when it still has to run.
- Steps run before missing tables and columns are added, in the order of their numbers.
- DuckLake adds no NOT NULL column: create the table again and copy the rows. After a changed type,
  the lake has to be attached again, which ``etl.lake.connection`` does after every migration.
- A released step is never changed.

Version 1 is the schema of release 0.1.0, which kept no record of it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from etl.lake.migrations import m0002_review_decisions, m0003_current_versions_apart


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered change; ``number`` is the schema version that the lake has after it."""

    number: int
    name: str
    apply: Callable[[duckdb.DuckDBPyConnection], None]


STEPS: tuple[Step, ...] = (
    Step(2, "review_decisions", m0002_review_decisions.apply),
    Step(3, "current_versions_apart", m0003_current_versions_apart.apply),
)
