"""A batch's staged rows into the lake, with what people decided about its captures.

A capture that is new has no decision. One that is loaded again, after a rebuild or a
re-extraction, keeps the decision in ``raw.review_decision``: what was released is loaded whatever
rules it breaks, what was discarded stays out.
"""

from collections.abc import Iterable, Mapping

import duckdb

from etl.load.dimensions import load_dimensions
from etl.load.facts import batch_load
from etl.load.rejects import store
from etl.load.staged_tables import Tables, with_column
from etl.load.takedown.staged import without_taken_down
from etl.load.write import insert
from etl.outlets.profiles import Outlets
from etl.schema.tables.ledgers import REJECTED_ARTICLE
from etl.schema.vocabulary import ReviewState


def load_staged(
    connection: duckdb.DuckDBPyConnection,
    tables: Tables,
    rejected: Mapping[str, tuple[str, ...]],
    outlets: Outlets,
    run_id: str,
) -> None:
    """Write ledger, facts, dimensions and rejects; the caller holds a transaction.

    Args:
        connection: has the lake attached.
        tables: staged tables by name.
        rejected: rules broken, by capture id.
        outlets: the profiles.
        run_id: the run that loads them.

    Raises:
        LakeError: a key would stand twice.
    """
    tables = without_taken_down(connection, tables, run_id)
    captures = tables["capture"]
    rejected = {key: rejected[key] for key in captures["capture_id"].to_pylist() if key in rejected}
    verdicts = store.decisions_on(connection, captures["capture_id"].to_pylist())
    decided = _decided(tables, verdicts)
    reasons = [
        decided[row["capture_id"]].ledger_reason if row["capture_id"] in decided else row["reason"]
        for row in captures.select(["capture_id", "reason"]).to_pylist()
    ]
    load_facts(
        connection,
        {**tables, "capture": with_column(captures, "reason", reasons)},
        kept_out(tables, rejected, verdicts),
        outlets,
    )
    broken = {**dict.fromkeys(decided, ()), **rejected}
    insert(connection, REJECTED_ARTICLE, store.reject_rows(connection, tables, broken))
    for capture_id, verdict in decided.items():
        store.mark_rejects(connection, [capture_id], verdict)


def load_facts(
    connection: duckdb.DuckDBPyConnection,
    tables: Tables,
    rejected: Iterable[str],
    outlets: Outlets,
) -> None:
    """Write ledger, facts and dimensions; the caller holds a transaction.

    Args:
        connection: has the lake attached.
        tables: staged tables by name.
        rejected: ids of captures whose articles are not loaded.
        outlets: the profiles.

    Raises:
        LakeError: a key would stand twice.
    """
    with batch_load(connection, tables, rejected) as load:
        load.write()
        load_dimensions(connection, load, outlets)


def kept_out(
    tables: Tables, rejected: Mapping[str, tuple[str, ...]], verdicts: Mapping[str, store.Verdict]
) -> dict[str, tuple[str, ...]]:
    """Captures that rules keep out of the facts, unless released, and those that were discarded."""
    decided = _decided(tables, verdicts)
    return {
        capture_id: rules
        for capture_id, rules in {**dict.fromkeys(decided, ()), **rejected}.items()
        if capture_id not in decided or decided[capture_id].state is ReviewState.DISCARDED
    }


def _decided(tables: Tables, verdicts: Mapping[str, store.Verdict]) -> dict[str, store.Verdict]:
    """Decisions on captures that show an article; on others there is nothing to decide."""
    shown = set(tables["article"]["capture_id"].to_pylist())
    return {capture_id: verdict for capture_id, verdict in verdicts.items() if capture_id in shown}
