"""What the DAGs of the live web share: assets, the pool, and the tasks that collect."""

import logging
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

from airflow.sdk import Asset, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dags._shared.assets import WEB_POOL

# One event for each outlet and day that got pages; the partition's key is `outlet|YYYY-MM-DD`, the
# day of publication in Dhaka. It also keeps, for each outlet, how far its sources have been read.
OUTLET_DAYS = Asset(name="khobor_outlet_days", uri="khobor://web/outlet-days")
# One event for each outlet that has become silent; the partition's key is the outlet.
SILENCE = Asset(name="khobor_silence", uri="khobor://web/silence")

# A process that fetches costs a second to start and reads many hosts at once, each slowly: so a few
# tasks share all outlets, however many there are.
_GROUPS = 8
# What a missed day leaves open is made up for, but not more than this at once.
_MOST_MADE_UP = timedelta(days=7)

# A group of outlets that failed holds none of the others back.
ONE_GROUP = TriggerRule.ALL_DONE_MIN_ONE_SUCCESS

log = logging.getLogger(__name__)


@task
def group_outlets(kind: str) -> list[list[str]]:
    """Share the outlets that have such sources out to a few tasks."""
    from etl.schema.vocabulary import DeclarationKind
    from etl.settings import load_settings
    from etl.workflows.collect import schedule

    settings = load_settings()
    if not settings.contact:
        raise AirflowSkipException("KHOBOR_CONTACT is not set: nothing is fetched without it")
    found = schedule.groups(settings, DeclarationKind(kind), _GROUPS)
    if not found:
        raise AirflowSkipException(f"no outlet in {settings.outlets} has a {kind}")
    return found


@task(
    pool=WEB_POOL,
    inlets=[OUTLET_DAYS],  # whose state store it writes; the events are `announce_days`'s
    map_index_template="{{ outlets_named }}",
)
def collect(kind: str, outlet_ids: list[str], minutes: float) -> dict[str, Any]:
    """Read what the outlets declare and fetch what is due; `days` names what got pages.

    A host that keeps failing is left alone for a while: `open_hosts` of the result names those.
    """
    from etl.errors import HostTakenError
    from etl.schema.vocabulary import DeclarationKind
    from etl.settings import load_settings
    from etl.workflows.collect import schedule, web
    from etl.workflows.run_ids import new_run_id

    context = get_current_context()
    context["outlets_named"] = ", ".join(outlet_ids)  # type: ignore[typeddict-unknown-key]
    settings, run_id = load_settings(), new_run_id()
    state = context["asset_state_store"][OUTLET_DAYS]
    since, until = _day(context)
    is_backfill = context["dag_run"].run_type == "backfill"
    if since is not None and not is_backfill:
        since = min([since, *_left_open(state, kind, outlet_ids, since)])
    discovered = web.discover(settings, DeclarationKind(kind), outlet_ids, run_id, since, until)
    for problem in discovered.problems:
        log.warning("source gave nothing: %s", problem)
    if is_backfill and schedule.is_host_taken(discovered):
        # No later run makes up for a day of a backfill, so this one tries again.
        raise HostTakenError("another run reads these outlets: " + ", ".join(outlet_ids))
    fetched = web.fetch(settings, outlet_ids, run_id, max_seconds=60 * minutes)
    for host in fetched.open_hosts:
        log.warning("circuit open, host is left alone for a while: %s", host)
    if not is_backfill:
        read_to = (until or datetime.now(UTC)).isoformat()
        for outlet_id in schedule.read_without_problem(settings, outlet_ids, discovered):
            state.set(f"{kind}/{outlet_id}", read_to)
    return {
        "outlets": outlet_ids,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "days": schedule.captured_days(settings, fetched.batch_ids),
        "discovered": asdict(discovered),
        "fetched": asdict(fetched),
    }


@task(trigger_rule=ONE_GROUP)
def sum_up(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """One line for the run: pages by how they ended, hosts whose circuit is open, bad sources."""
    names = ("due", "captured", "not_modified", "gone", "blocked", "failed", "left_due")
    done = [report for report in reports if report]
    total: dict[str, Any] = {name: sum(r["fetched"][name] for r in done) for name in names}
    total["open_hosts"] = sorted({host for r in done for host in r["fetched"]["open_hosts"]})
    problems = [problem for report in done for problem in report["discovered"]["problems"]]
    total["problems"] = sorted(problems, key=itemgetter("address"))
    log.info("%s", total)
    return total


@task(outlets=[OUTLET_DAYS], trigger_rule=ONE_GROUP)
def announce_days(reports: list[dict[str, Any]]) -> list[str]:
    """Emit an event for each outlet and day that got pages."""
    days = sorted({day for report in reports if report for day in report["days"]})
    if not days:
        raise AirflowSkipException("no page came")
    get_current_context()["outlet_events"][OUTLET_DAYS].add_partitions(days)
    return days


@task(inlets=[SILENCE], outlets=[SILENCE], trigger_rule=ONE_GROUP)
def watch_silence() -> dict[str, Any]:
    """Tell, once, of each outlet that has been silent for longer than is usual for it."""
    from etl.settings import load_settings
    from etl.workflows.collect import schedule

    context = get_current_context()
    state = context["asset_state_store"][SILENCE]
    silent = {item.outlet_id: asdict(item) for item in schedule.silent_outlets(load_settings())}
    new = {key: item for key, item in silent.items() if state.get(key) != item["last_at"]}
    if not new:
        raise AirflowSkipException(f"{len(silent)} outlets are silent, none of them newly")
    for key, item in new.items():
        log.error("outlet %s has been silent for %s hours, usual are at most %s since %s",
                  key, item["hours"], item["usual_hours"], item["last_at"])  # fmt: skip
        state.set(key, item["last_at"])
    event = context["outlet_events"][SILENCE]
    event.extra = {**new}
    event.add_partitions(sorted(new))
    return silent


def _day(context: Any) -> tuple[datetime | None, datetime | None]:
    """The range of publication that the run's interval stands for; none where it has no length."""
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    if start is None or end is None or start == end:
        return None, None
    return start, end - timedelta(seconds=1)


def _left_open(state: Any, kind: str, outlet_ids: list[str], since: datetime) -> list[datetime]:
    """From where outlets' sources haven't been read, because days before were missed."""
    read_to = [state.get(f"{kind}/{outlet_id}") for outlet_id in outlet_ids]
    known = [datetime.fromisoformat(moment) for moment in read_to if moment]
    return [max(moment, since - _MOST_MADE_UP) for moment in known]
