"""Assets and tasks shared by the DAGs that collect from the live web."""

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
# One event for each outlet that has become stale; the partition's key is the outlet.
STALE_OUTLETS = Asset(name="khobor_stale_outlets", uri="khobor://web/stale-outlets")

# One event for each source that has begun to fail; the partition's key is `outlet|address`.
FAILING_SOURCES = Asset(name="khobor_failing_sources", uri="khobor://web/failing-sources")

# A process takes a second to start and fetches from many hosts at once, each slowly: so a few tasks
# share all outlets, however many there are.
_GROUPS = 8

# A group of outlets that failed doesn't hold the others back.
ANY_GROUP = TriggerRule.ALL_DONE_MIN_ONE_SUCCESS

log = logging.getLogger(__name__)


@task
def group_outlets(kind: str) -> list[list[str]]:
    """Divide the outlets that have such sources into a few groups."""
    from etl.schema.vocabulary import DeclarationKind
    from etl.settings import load_settings
    from etl.workflows.collect import schedule

    settings = load_settings()
    if not settings.contact:
        raise AirflowSkipException("KHOBOR_CONTACT is not set: nothing is fetched without it")
    found = schedule.group_outlets(settings, DeclarationKind(kind), _GROUPS)
    if not found:
        raise AirflowSkipException(f"no outlet in {settings.outlets} has a {kind}")
    return found


@task(
    pool=WEB_POOL,
    inlets=[OUTLET_DAYS],  # whose state store it writes; the events are `announce_days`'s
    map_index_template="{{ outlets_named }}",
)
def collect(kind: str, outlet_ids: list[str], minutes: float) -> dict[str, Any]:
    """Read what the outlets declare and fetch what is due.

    Of the result, `days` has the outlets and days that got pages, and `open_hosts` the hosts that
    are not asked for a while after failures.
    """
    from etl.schema.vocabulary import DeclarationKind
    from etl.settings import load_settings
    from etl.workflows.collect import schedule, web
    from etl.workflows.run_ids import new_run_id

    context = get_current_context()
    context["outlets_named"] = ", ".join(outlet_ids)  # type: ignore[typeddict-unknown-key]
    settings, run_id = load_settings(), new_run_id()
    state: Any = context["asset_state_store"][OUTLET_DAYS]
    since, until = _day(context)
    is_backfill = context["dag_run"].run_type == "backfill"
    if since is not None and not is_backfill:
        read_until = [state.get(f"{kind}/{outlet_id}") for outlet_id in outlet_ids]
        since = schedule.catch_up_from(since, read_until)
    discovered = web.discover(settings, DeclarationKind(kind), outlet_ids, run_id, since, until)
    for problem in discovered.problems:
        log.warning("source could not be read: %s", problem)
    if is_backfill:  # no later run makes up for its day, so this one is retried
        schedule.check_hosts_free(discovered)
    fetched = web.fetch(settings, outlet_ids, run_id, max_seconds=60 * minutes)
    for host in fetched.open_hosts:
        log.warning("circuit open, no requests for a while: %s", host)
    if not is_backfill:
        read_to = (until or datetime.now(UTC)).isoformat()
        for outlet_id in schedule.outlets_read(settings, outlet_ids, discovered):
            state.set(f"{kind}/{outlet_id}", read_to)
    return {
        "outlets": outlet_ids,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "days": schedule.captured_days(settings, fetched.batch_ids),
        "discovered": asdict(discovered),
        "fetched": asdict(fetched),
    }


@task(trigger_rule=ANY_GROUP)
def summarise(reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Totals of the run: pages by outcome, hosts whose circuit is open, unreadable sources."""
    names = ("due", "captured", "not_modified", "gone", "blocked", "failed", "left_due")
    done = [report for report in reports if report]
    total: dict[str, Any] = {name: sum(r["fetched"][name] for r in done) for name in names}
    total["open_hosts"] = sorted({host for r in done for host in r["fetched"]["open_hosts"]})
    problems = [problem for report in done for problem in report["discovered"]["problems"]]
    total["problems"] = sorted(problems, key=itemgetter("address"))
    log.info("%s", total)
    return total


@task(outlets=[OUTLET_DAYS], trigger_rule=ANY_GROUP)
def announce_days(reports: list[dict[str, Any]]) -> list[str]:
    """Emit an event for each outlet and day that got pages."""
    days = sorted({day for report in reports if report for day in report["days"]})
    if not days:
        raise AirflowSkipException("no page came")
    get_current_context()["outlet_events"][OUTLET_DAYS].add_partitions(days)
    return days


@task(inlets=[STALE_OUTLETS], outlets=[STALE_OUTLETS], trigger_rule=ANY_GROUP)
def check_freshness() -> dict[str, Any]:
    """Report, once, each outlet that has declared nothing for longer than is usual for it."""
    from etl.settings import load_settings
    from etl.workflows.collect import schedule

    context = get_current_context()
    state = context["asset_state_store"][STALE_OUTLETS]
    stale = {item.outlet_id: asdict(item) for item in schedule.stale_outlets(load_settings())}
    new = {key: item for key, item in stale.items() if state.get(key) != item["last_at"]}
    if not new:
        raise AirflowSkipException(f"{len(stale)} outlets are stale, all reported before")
    for key, item in new.items():
        log.error("outlet %s has declared nothing for %s hours, usual are at most %s, since %s",
                  key, item["hours"], item["usual_hours"], item["last_at"])  # fmt: skip
        state.set(key, item["last_at"])
    event = context["outlet_events"][STALE_OUTLETS]
    event.extra = {**new}
    event.add_partitions(sorted(new))
    return stale


@task(inlets=[FAILING_SOURCES], outlets=[FAILING_SOURCES], trigger_rule=ANY_GROUP)
def check_sources() -> dict[str, Any]:
    """Report, once, each feed, sitemap or listing that has begun to give nothing."""
    from etl.settings import load_settings
    from etl.workflows.collect import schedule

    context = get_current_context()
    state = context["asset_state_store"][FAILING_SOURCES]
    failing = {
        f"{item.outlet_id}|{item.source}": asdict(item)
        for item in schedule.failing_sources(load_settings())
    }
    new = {key: item for key, item in failing.items() if state.get(key) != item["since"]}
    if not new:
        raise AirflowSkipException(f"{len(failing)} sources fail, all reported before")
    for key, item in new.items():
        log.error("source %s of outlet %s gives nothing since %s: %s",
                  item["source"], item["outlet_id"], item["since"], item["problem"])  # fmt: skip
        state.set(key, item["since"])
    event = context["outlet_events"][FAILING_SOURCES]
    event.extra = {**new}
    event.add_partitions(sorted(new))
    return failing


def _day(context: Any) -> tuple[datetime | None, datetime | None]:
    """The range of publication of the run's data interval; None where it has no length."""
    start, end = context.get("data_interval_start"), context.get("data_interval_end")
    if start is None or end is None or start == end:
        return None, None
    return start, end - timedelta(seconds=1)
