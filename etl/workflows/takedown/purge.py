"""Retention: captures from before a day removed, with all that came from them."""

from datetime import date

from etl.errors import UsageError
from etl.lake.connection import open_lake
from etl.load import runs
from etl.load.takedown import removal
from etl.outlets.profiles import load_outlets
from etl.settings import Settings
from etl.workflows.reports import PurgeReport
from etl.workflows.retries import again_on_conflict
from etl.workflows.takedown.erase import erase

_STEP = "purge"


def purge(settings: Settings, before: date, outlet_id: str | None, run_id: str) -> PurgeReport:
    """Remove what was captured, declared and fetched before a day in Dhaka, and erase it.

    Articles that were captured since keep what the later captures show. Nothing is kept out: the
    same pages may be taken in again.

    Args:
        settings: the home and its services.
        before: the first day that stays.
        outlet_id: of this outlet alone; None for all.
        run_id: the run that writes.

    Raises:
        UsageError: no profile and no capture has that outlet.
    """
    removed = _remove(settings, before, outlet_id, run_id)
    return PurgeReport(removed, erase(settings, run_id))


@again_on_conflict
def _remove(settings: Settings, before: date, outlet_id: str | None, run_id: str) -> int:
    with open_lake(settings) as lake, lake.lock():
        connection = lake.connection
        ids = removal.captures_before(connection, before, outlet_id)
        if not ids and outlet_id and outlet_id not in load_outlets(settings.outlets).by_id:
            raise UsageError(f"no capture of outlet {outlet_id!r}: see `khobor status`")
        dependent = removal.dependent_captures(connection, ids)
        with lake.transaction(f"{_STEP} {run_id}"):
            removal.remove_facts(connection, ids, dependent, f"{run_id}-000001")
            removal.remove_observed_before(connection, before, outlet_id)
            removal.note_removal(connection, run_id, _STEP, len(ids))
        runs.check_recorded(connection, run_id, _STEP)
    return len(ids)
