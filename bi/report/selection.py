"""The part of a build that a report is about, as temporary views that its queries read.

``article`` has the selected articles, and ``mention``, ``event_report``, ``event``, ``story`` what
belongs to them; ``revision`` and ``capture`` are selected by their own times.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from etl.errors import UsageError

OUTLET_NAME = (
    "CASE {0}outlet_id WHEN 'unknown' THEN 'অজানা মাধ্যম' "
    "ELSE coalesce({0}outlet_name_bn, {0}outlet_name_en, {0}outlet_id) END"
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Days of publication in Dhaka, both included, and one outlet; None selects all."""

    since: date | None = None
    until: date | None = None
    outlet: str | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return self == EVERYTHING


EVERYTHING = Selection()


def select(connection: duckdb.DuckDBPyConnection, selection: Selection) -> None:
    """Create the views on a connection to a build.

    Raises:
        UsageError: the period ends before it begins, or the build has no such outlet.
    """
    if selection.since and selection.until and selection.until < selection.since:
        raise UsageError(f"--until {selection.until} is before --since {selection.since}")
    if selection.outlet is not None:
        _check_outlet(connection, selection.outlet)
    # Without its type, an absent day would be an integer.
    connection.execute("SET VARIABLE since = CAST(? AS DATE)", [selection.since])
    connection.execute("SET VARIABLE until = CAST(? AS DATE)", [selection.until])
    connection.execute("SET VARIABLE outlet = CAST(? AS VARCHAR)", [selection.outlet])
    connection.execute(_VIEWS)


def _check_outlet(connection: duckdb.DuckDBPyConnection, outlet: str) -> None:
    found = connection.execute("SELECT DISTINCT outlet_id FROM mart.article ORDER BY 1").fetchall()
    known = [name for (name,) in found]
    if outlet not in known:
        raise UsageError(f"--outlet {outlet}: no article of it; there are {', '.join(known)}")


def _selected(day: str) -> str:
    return (
        "(getvariable('outlet') IS NULL OR outlet_id = getvariable('outlet'))"
        f" AND (getvariable('since') IS NULL OR {day} >= getvariable('since'))"
        f" AND (getvariable('until') IS NULL OR {day} <= getvariable('until'))"
    )


_VIEWS = f"""
CREATE TEMP VIEW article AS
SELECT *, {OUTLET_NAME.format("")} AS outlet FROM mart.article WHERE {_selected("published_date")};

CREATE TEMP VIEW mention AS
FROM mart.article_entity SEMI JOIN article USING (article_id);

CREATE TEMP VIEW event_report AS
FROM mart.event_article SEMI JOIN article USING (article_id);

CREATE TEMP VIEW event AS
FROM mart.event SEMI JOIN event_report USING (event_id);

CREATE TEMP VIEW story AS
FROM mart.story SEMI JOIN article USING (story_id);

CREATE TEMP VIEW revision AS
SELECT *, {OUTLET_NAME.format("")} AS outlet FROM mart.article_revision
WHERE {_selected("CAST(revised_at AS DATE)")};

CREATE TEMP VIEW capture AS
SELECT *, {OUTLET_NAME.format("")} AS outlet FROM mart.capture_outcome
WHERE {_selected("CAST(captured_at AS DATE)")};
"""
