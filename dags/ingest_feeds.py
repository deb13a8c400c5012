"""DAG ``ingest_feeds``: pages listed by the outlets' feeds become captures."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag

from dags._shared.assets import DAG_ARGS, announce_captures
from dags._shared.web import (
    ANY_GROUP,
    announce_days,
    check_freshness,
    check_sources,
    collect,
    group_outlets,
    summarise,
)

DOC = """
### Feeds become captures

Every 15 minutes: reads the feeds of all outlets and fetches the pages that are due, those to be
fetched again included, politely. What isn't reached in ten minutes stays due for the next run.

`collect` is mapped over groups of outlets. `announce_days` emits an event of `khobor_outlet_days`
for each outlet and day that got pages, with the partition `outlet|YYYY-MM-DD`. `summarise` names
the hosts that are not asked for a while after failures. `check_freshness` emits an event of
`khobor_stale_outlets` when an outlet has declared nothing for longer than is usual for it,
`check_sources` one of `khobor_failing_sources` when a feed, sitemap or listing begins to fail.

Nothing runs until `KHOBOR_CONTACT` is set.
"""


@dag(
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="Asia/Dhaka"),
    tags=["khobor", "ingest", "web"],
    doc_md=DOC,
    dagrun_timeout=timedelta(hours=2),
    **DAG_ARGS,
)
def ingest_feeds() -> None:
    """Declare the order: collect by groups, then announce what came and check freshness."""
    collected = collect.partial(kind="feed", minutes=10).expand(outlet_ids=group_outlets("feed"))
    # `collected` stands for what all groups return.
    summarise(collected)  # type: ignore[arg-type]
    announce_days(collected)  # type: ignore[arg-type]
    announced = announce_captures.override(trigger_rule=ANY_GROUP)()
    collected >> [announced, check_freshness(), check_sources()]


ingest_feeds()
