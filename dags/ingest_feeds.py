"""DAG ``ingest_feeds``: what the outlets' feeds name becomes captures."""

from datetime import timedelta

from airflow.sdk import CronTriggerTimetable, dag

from dags._shared.assets import DAG_ARGS, announce_captures
from dags._shared.web import ONE_GROUP, announce_days, collect, group_outlets, sum_up, watch_silence

DOC = """
### Feeds become captures

Every 15 minutes: reads the feeds of all outlets and fetches the pages that are due, those to be
fetched again included, politely. What isn't reached in ten minutes stays due for the next run.

`collect` is mapped over groups of outlets. `announce_days` emits an event of `khobor_outlet_days`
for each outlet and day that got pages, with the partition `outlet|YYYY-MM-DD`. `sum_up` names the
hosts that are left alone after errors. `watch_silence` emits an event of `khobor_silence` when an
outlet has declared nothing for longer than is usual for it.

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
    """Declare the order: collect by groups, then tell what came and who is silent."""
    collected = collect.partial(kind="feed", minutes=10).expand(outlet_ids=group_outlets("feed"))
    # `collected` stands for what all groups return.
    sum_up(collected)  # type: ignore[arg-type]
    announce_days(collected)  # type: ignore[arg-type]
    collected >> [announce_captures.override(trigger_rule=ONE_GROUP)(), watch_silence()]


ingest_feeds()
