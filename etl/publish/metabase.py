"""Set up a Metabase instance from code: its database, questions and dashboards.

Everything lies in one collection and is known by its name there, so that a second run changes what
differs and adds nothing twice. What people add in other collections is never touched.
"""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.errors import TerminalError
from etl.publish.folders import WAREHOUSE
from etl.publish.metabase_assets import Dashboard, FilterName, Question, places
from etl.publish.metabase_client import Metabase, MetabaseError

COLLECTION = "Khobor · খবর"
DATABASE = "Khobor"
# The driver opens the file on Metabase's own machine: who may write SQL must not reach its other
# files. The statement runs on every connection of the pool, so it must be one that can be repeated
# (locking the configuration can't), and not a connection option: the driver also sets a temporary
# folder, which DuckDB then refuses.
_OPTIONS = {
    "read_only": True,
    "old_implicit_casting": True,  # the driver's own default, where a person sets it up
    "memory_limit": "1GB",
    "init_sql": "SET enable_external_access = false",
}
_SYNC_SECONDS = 120.0
_SYNC_POLL_SECONDS = 0.5
_NAMESPACE = uuid.UUID("9a7f3c52-7f0c-4f1e-9d5b-2f6f3a1f0b6e")  # of the ids of filters
_FILTERS: dict[FilterName, tuple[str, str]] = {
    "time": ("সময় · Time", "date/all-options"),
    "outlet": ("গণমাধ্যম · Outlet", "string/="),
    "section": ("বিভাগ · Section", "string/="),
    "country": ("দেশ · Country", "string/="),
}


@dataclass(frozen=True, slots=True)
class MetabaseReport:
    """What an instance has now: its database reads ``warehouse``."""

    database_id: int
    warehouse: str
    questions: int
    dashboards: int


def provision(
    metabase: Metabase, dashboards: list[Dashboard], current_build: Path
) -> MetabaseReport:
    """Make or bring up to date the database, the questions and the dashboards.

    :param metabase: signed in as an administrator.
    :param current_build: the published build; Metabase must see it under the same path.
    :raises MetabaseError: Metabase refused something, or has no column that a filter names.
    """
    warehouse = versioned_warehouse(current_build)
    database_id = _database(metabase, warehouse)
    fields = _synced_fields(metabase, database_id, dashboards)
    collection_id = _collection(metabase)
    cards = _items(metabase, collection_id, "card")
    boards = _items(metabase, collection_id, "dashboard")
    for dashboard in dashboards:
        card_ids = [
            _card(metabase, question, database_id, collection_id, fields, cards)
            for question in dashboard.questions
        ]
        _dashboard(metabase, dashboard, card_ids, collection_id, boards)
    return MetabaseReport(
        database_id,
        str(warehouse),
        sum(len(dashboard.questions) for dashboard in dashboards),
        len(dashboards),
    )


def follow_build(metabase: Metabase, current_build: Path) -> bool:
    """Let Metabase read the published build; False if it has no database of ours yet.

    Its connection pool keeps the old file open behind a link, so it is given the build's own path.
    """
    if _find(_databases(metabase), DATABASE) is None:
        return False
    _database(metabase, versioned_warehouse(current_build))
    return True


def versioned_warehouse(current_build: Path) -> Path:
    """The build's file under its own folder, ``current`` resolved.

    :raises TerminalError: nothing is published yet.
    """
    if not current_build.exists():
        raise TerminalError(f"no build at {current_build}: run `khobor publish`, then again")
    return current_build.parent / current_build.readlink() / WAREHOUSE


def _databases(metabase: Metabase) -> list[dict[str, Any]]:
    return list(metabase.get("/api/database")["data"])


def _database(metabase: Metabase, warehouse: Path) -> int:
    """The database's id; its details are ours and its tables are read anew."""
    body = {
        "name": DATABASE,
        "engine": "duckdb",
        "details": {"database_file": str(warehouse), **_OPTIONS},
    }
    known = _find(_databases(metabase), DATABASE)
    if known is None:
        return int(metabase.post("/api/database", body)["id"])  # syncs by itself
    metabase.put(f"/api/database/{known['id']}", body)
    metabase.post(f"/api/database/{known['id']}/sync_schema", {})
    return int(known["id"])


def _synced_fields(
    metabase: Metabase, database_id: int, dashboards: list[Dashboard]
) -> dict[str, int]:
    """Ids of fields by ``schema.table.column``, once Metabase knows all that filters name."""
    wanted = {
        column
        for dashboard in dashboards
        for question in dashboard.questions
        for column in question.filters.values()
    }
    deadline = time.monotonic() + _SYNC_SECONDS
    while True:
        tables = metabase.get(f"/api/database/{database_id}/metadata")["tables"]
        fields = {
            f"{table['schema']}.{table['name']}.{field['name']}": int(field["id"])
            for table in tables
            for field in table["fields"]
        }
        missing = sorted(wanted - fields.keys())
        if not missing:
            return fields
        if time.monotonic() > deadline:
            raise MetabaseError(
                f"Metabase read the tables for {_SYNC_SECONDS:.0f} s and has no {missing[0]}: see "
                "its log, and whether the build is one of this release"
            )
        time.sleep(_SYNC_POLL_SECONDS)


def _collection(metabase: Metabase) -> int:
    known = _find(metabase.get("/api/collection"), COLLECTION)
    if known is not None:
        return int(known["id"])
    body = {"name": COLLECTION, "description": "Made by `khobor bi metabase`, which renews it."}
    return int(metabase.post("/api/collection", body)["id"])


def _items(metabase: Metabase, collection_id: int, model: str) -> dict[str, int]:
    """Ids of the collection's items of one kind, by name."""
    items = metabase.get(f"/api/collection/{collection_id}/items?models={model}")["data"]
    return {item["name"]: int(item["id"]) for item in items}


def _card(
    metabase: Metabase,
    question: Question,
    database_id: int,
    collection_id: int,
    fields: dict[str, int],
    known: dict[str, int],
) -> int:
    tags = {
        name: {
            "id": _stable_id(question.name, name),
            "name": name,
            "display-name": _FILTERS[name][0],
            "type": "dimension",
            "dimension": ["field", fields[column], None],
            "widget-type": _FILTERS[name][1],
        }
        for name, column in question.filters.items()
    }
    body = {
        "name": question.name,
        "description": question.description,
        "display": question.display,
        "dataset_query": {
            "database": database_id,
            "type": "native",
            "native": {"query": question.sql, "template-tags": tags},
        },
        "visualization_settings": question.settings,
        "collection_id": collection_id,
    }
    if question.name in known:
        return int(metabase.put(f"/api/card/{known[question.name]}", body)["id"])
    return int(metabase.post("/api/card", body)["id"])


def _dashboard(
    metabase: Metabase,
    dashboard: Dashboard,
    card_ids: list[int],
    collection_id: int,
    known: dict[str, int],
) -> None:
    head = {
        "name": dashboard.name,
        "description": dashboard.description,
        "collection_id": collection_id,
    }
    board_id = known.get(dashboard.name)
    if board_id is None:
        board_id = int(metabase.post("/api/dashboard", head)["id"])
    present = {
        card["card_id"]: card["id"]
        for card in metabase.get(f"/api/dashboard/{board_id}")["dashcards"]
    }
    names = [
        name
        for name in _FILTERS
        if any(name in question.filters for question in dashboard.questions)
    ]
    cards = []
    for number, (question, card_id, (column, row)) in enumerate(
        zip(dashboard.questions, card_ids, places(dashboard.questions), strict=True), start=1
    ):
        cards.append(
            {
                # A negative id asks for a new card on the dashboard.
                "id": present.get(card_id, -number),
                "card_id": card_id,
                "col": column,
                "row": row,
                "size_x": question.size[0],
                "size_y": question.size[1],
                "visualization_settings": {},
                "parameter_mappings": [
                    {
                        "parameter_id": _stable_id(dashboard.name, name)[:8],
                        "card_id": card_id,
                        "target": ["dimension", ["template-tag", name]],
                    }
                    for name in question.filters
                ],
            }
        )
    parameters = [
        {
            "id": _stable_id(dashboard.name, name)[:8],
            "name": _FILTERS[name][0],
            "slug": name,
            "type": _FILTERS[name][1],
        }
        for name in names
    ]
    metabase.put(
        f"/api/dashboard/{board_id}", {**head, "parameters": parameters, "dashcards": cards}
    )


def _find(items: Iterable[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The item of that name which is not archived."""
    named = (item for item in items if item["name"] == name and not item.get("archived"))
    return next(named, None)


def _stable_id(*names: str) -> str:
    """The same id for the same names, so that a second run changes nothing."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(names)))
