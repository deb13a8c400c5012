"""Rejected captures as a person sees them: the list, and one with its rules and review."""

import json
from datetime import datetime

import duckdb

from etl.bangla.clock import DHAKA
from etl.errors import UsageError
from etl.lake.connection import open_lake
from etl.load.rejects import store
from etl.publish.query import Result
from etl.schema.vocabulary import ReviewState
from etl.settings import Settings
from etl.workflows.build.read_batch import current_rule


def list_rejected(settings: Settings, state: ReviewState | None) -> Result:
    """List the rejected captures in a state, or all; times in Dhaka."""
    with open_lake(settings, read_only=True) as lake:
        columns, rows = store.list_rejects(lake.connection, state)
    return Result(columns, [""] * len(columns), rows)


def show(settings: Settings, prefix: str) -> dict[str, object]:
    """One rejected row with its rules as they are now, its capture, run and review.

    Args:
        settings: the catalog.
        prefix: the beginning of the capture's id.

    Raises:
        UsageError: no rejected capture's id begins so, or several do.
    """
    with open_lake(settings, read_only=True) as lake:
        capture_id = find_capture(lake.connection, prefix)
        row = store.read_rejects(lake.connection, [capture_id])[capture_id]
        origin = store.origin_of(lake.connection, capture_id, str(row["run_id"]))
    rules = row["rules"]
    names = [str(name) for name in rules] if isinstance(rules, list) else []
    return {
        "capture_id": capture_id,
        "outlet_id": row["outlet_id"],
        "captured_at": _in_dhaka(row["captured_at"]),
        **{
            name: origin[name]
            for name in ("source", "content_type", "content_bytes", "content_sha256")
        },
        "outcome": origin["outcome"],
        "reason": origin["reason"],
        "rules": [_rule_document(name) for name in names],
        "run": {
            "run_id": row["run_id"],
            "batch_id": row["batch_id"],
            "started_at": _in_dhaka(origin["started_at"]),
            "khobor_version": origin["khobor_version"],
        },
        "review": {
            "state": row["review_state"],
            "reviewer": row["reviewer"],
            "reason": row["review_reason"],
            "reviewed_at": _in_dhaka(row["reviewed_at"]),
        },
        "row": json.loads(str(row["row_json"])),
    }


def find_capture(connection: duckdb.DuckDBPyConnection, prefix: str) -> str:
    """The id of the one rejected capture whose id begins with ``prefix``.

    Raises:
        UsageError: there is none, or there are several.
    """
    found = store.find_rejects(connection, prefix) if prefix else []
    if not found:
        raise UsageError(
            f"no quarantined capture {prefix!r}: `khobor quarantine list --state all` has all"
        )
    if len(found) > 1:
        named = ", ".join(found[:3]) + (" …" if len(found) > 3 else "")
        raise UsageError(f"{len(found)} quarantined captures begin with {prefix!r}: {named}")
    return found[0]


def _rule_document(name: str) -> dict[str, object]:
    rule = current_rule(name)
    return {
        "rule": name,
        "severity": rule["severity"] if rule else None,
        "notes": rule["notes"] if rule else "no longer a rule: `khobor quarantine replay` applies",
    }


def _in_dhaka(moment: object) -> str | None:
    return moment.astimezone(DHAKA).isoformat() if isinstance(moment, datetime) else None
