"""All of `core` built again from `raw`: the captures, and what people decided about them.

For a lake whose facts are damaged. The facts are emptied in one commit; then all batches are
pending and are built as usual, a commit each, so a killed run continues with `khobor build`.
Until the last batch is in, nothing is published: readers keep the build they have.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from etl.lake.connection import open_lake
from etl.load import rebuild, runs
from etl.observability.progress import Advance, no_progress
from etl.settings import Settings
from etl.workflows.build import chain
from etl.workflows.reports import RebuildPlan

_STEP = "rebuild"


def plan(settings: Settings) -> RebuildPlan:
    """What a rebuild starts from, and what it can't bring back."""
    with open_lake(settings, read_only=True) as lake:
        captures, batches, decisions = rebuild.count_raw(lake.connection)
        observed = rebuild.read_observations(lake.connection)
    lost = tuple(table.qualified_name for table, rows in observed.items() if rows is None)
    return RebuildPlan(captures, batches, decisions, lost)


def rebuild_core(
    settings: Settings, run_id: str, advance: Advance = no_progress
) -> Mapping[str, int]:
    """Empty `core` and build all captures again.

    Returns:
        The number of captures by outcome.

    Raises:
        LakeError: `raw` can't be read; nothing is emptied.
    """
    started_at = datetime.now(UTC)
    with open_lake(settings) as lake, lake.lock():
        counts = (rebuild.count_raw(lake.connection)[0], 0, 0)
        observed = rebuild.read_observations(lake.connection)
        with lake.transaction(f"{_STEP} {run_id}"):
            rebuild.empty_core(lake.connection, observed)
            runs.record_run(lake.connection, run_id, _STEP, runs.ALL, started_at, counts)
    return chain.build(settings, run_id, advance)
