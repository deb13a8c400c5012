"""DAG ``ingest_sitemaps``: a day's pages in the outlets' sitemaps become captures."""

from datetime import timedelta

from airflow.sdk import CronDataIntervalTimetable, dag

from dags._shared.assets import DAG_ARGS, announce_captures
from dags._shared.web import (
    ANY_GROUP,
    announce_days,
    check_sources,
    collect,
    group_outlets,
    summarise,
)

DOC = """
### Sitemaps become captures, a day a run

After each midnight in Dhaka: reads the sitemaps of all outlets for the day that has ended, finds
what the feeds missed, and fetches what is due. A run stands for the day of its data interval, so
Airflow's own backfill collects days of the past:

    airflow backfill create --dag-id ingest_sitemaps --max-active-runs 1 \\
      --from-date 2026-01-01T00:00+06:00 --to-date 2026-01-31T00:00+06:00

The offset matters: a date without one is midnight of UTC, when the day in Dhaka has begun. One run
at a time, because two would want the same hosts.

Days that scheduled runs missed are made up for by the next, up to a week. What isn't fetched in 45
minutes stays due for any later run.

Nothing runs until `KHOBOR_CONTACT` is set.
"""


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="Asia/Dhaka"),
    tags=["khobor", "ingest", "web"],
    doc_md=DOC,
    dagrun_timeout=timedelta(hours=6),
    **DAG_ARGS,
)
def ingest_sitemaps() -> None:
    """Declare the order: collect by groups, then announce what came."""
    groups = group_outlets("sitemap")
    collected = collect.partial(kind="sitemap", minutes=45).expand(outlet_ids=groups)
    # `collected` stands for what all groups return.
    summarise(collected)  # type: ignore[arg-type]
    announce_days(collected)  # type: ignore[arg-type]
    collected >> [announce_captures.override(trigger_rule=ANY_GROUP)(), check_sources()]


ingest_sitemaps()
