"""What the lake holds now."""

from etl.lake.connection import open_lake
from etl.lake.queries.status import lake_status
from etl.publish.query import Result
from etl.settings import Settings


def status(settings: Settings) -> list[tuple[str, Result]]:
    """What the lake holds now: tables with their titles."""
    with open_lake(settings, read_only=True) as lake:
        return [
            (title, Result(columns, [""] * len(columns), rows))
            for title, columns, rows in lake_status(lake.connection)
        ]
