"""What the lake holds now."""

from etl.lake.connection import open_lake
from etl.lake.queries.status import lake_status
from etl.publish.live import completeness_today, sources_in_trouble
from etl.publish.query import Result
from etl.settings import Settings


def status(settings: Settings) -> list[tuple[str, Result]]:
    """Return tables of what the lake holds now, each with its title."""
    with open_lake(settings, read_only=True) as lake:
        return [
            (title, Result(columns, [""] * len(columns), rows))
            for title, columns, rows in (
                ("completeness today", *completeness_today(lake.connection)),
                ("sources in trouble", *sources_in_trouble(lake.connection)),
                *lake_status(lake.connection),
            )
        ]
