"""Apply the assets to a Metabase instance: its database, questions and dashboards.

Everything lies in one collection and is known by its name there, so that a second run changes what
differs and adds nothing twice. What people add in other collections is never touched.
"""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bi.metabase.client import Metabase
from bi.metabase.read import Assets, Dashboard, Question
from etl.errors import TerminalError
from etl.publish.releases import WAREHOUSE

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
_NAMESPACE = uuid.UUID("9a7f3c52-7f0c-4f1e-9d5b-2f6f3a1f0b6e")  # of the ids of filters
_TEXT, _DATE = ("text", "string/="), ("date", "date/single")  # of a variable, of a filter
# Each filter's label and kind, in the order in which dashboards show them.
_FILTERS = {
    "since": ("থেকে · Since", _DATE),
    "until": ("পর্যন্ত · Until", _DATE),
    "outlet": ("গণমাধ্যম · Outlet", _TEXT),
    "section": ("বিভাগ · Section", _TEXT),
    "topic": ("বিষয় · Topic", _TEXT),
    "country": ("দেশ · Country", _TEXT),
}


@dataclass(frozen=True, slots=True)
class MetabaseReport:
    """What an instance has now: its database reads ``warehouse``."""

    database_id: int
    warehouse: str
    questions: int
    dashboards: int


def apply_assets(metabase: Metabase, assets: Assets, current_build: Path) -> MetabaseReport:
    """Create or update the database, the questions and the dashboards.

    Args:
        metabase: signed in as an administrator.
        assets: what the instance is to hold.
        current_build: the published build; Metabase must see it under the same path.

    Raises:
        MetabaseError: Metabase refused a request.
        TerminalError: nothing is published yet.
    """
    warehouse = versioned_warehouse(current_build)
    database_id = _database(metabase, warehouse)
    collection_id = _collection(metabase)
    cards = _Cards(metabase, database_id, collection_id)
    lists: dict[str, int] = {
        name: cards.put(f"List · {name}", "What a filter offers.", "table", sql, {})
        for name, sql in assets.lists.items()
    }
    boards = _items(metabase, collection_id, "dashboard")
    for dashboard in assets.dashboards:
        card_ids = [
            cards.put(item.name, item.description, item.display, item.sql, item.settings)
            for item in dashboard.questions
        ]
        _dashboard(metabase, dashboard, card_ids, collection_id, boards, lists)
    return MetabaseReport(
        database_id,
        str(warehouse),
        sum(len(dashboard.questions) for dashboard in assets.dashboards),
        len(assets.dashboards),
    )


def follow_build(metabase: Metabase, current_build: Path) -> bool:
    """Point Metabase's database to the published build.

    Its connection pool keeps the old file open behind a link, so it is given the build's own path.

    Returns:
        False if the instance has no database of ours yet.
    """
    if _find(_databases(metabase), DATABASE) is None:
        return False
    _database(metabase, versioned_warehouse(current_build))
    return True


def versioned_warehouse(current_build: Path) -> Path:
    """Return the build's file under the build's own folder, not under the link to it.

    Raises:
        TerminalError: nothing is published yet.
    """
    if not current_build.exists():
        raise TerminalError(f"no build at {current_build}: run `khobor publish`, then again")
    return current_build.parent / current_build.readlink() / WAREHOUSE


def _databases(metabase: Metabase) -> list[dict[str, Any]]:
    return list(metabase.get("/api/database")["data"])


def _database(metabase: Metabase, warehouse: Path) -> int:
    """Create or update the database, let Metabase read its tables again, and return its id."""
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


def _collection(metabase: Metabase) -> int:
    known = _find(metabase.get("/api/collection"), COLLECTION)
    if known is not None:
        return int(known["id"])
    body = {"name": COLLECTION, "description": "Made by `khobor bi metabase`, which renews it."}
    return int(metabase.post("/api/collection", body)["id"])


def _items(metabase: Metabase, collection_id: int, model: str) -> dict[str, int]:
    """Return ids of the collection's items of one kind, by name."""
    items = metabase.get(f"/api/collection/{collection_id}/items?models={model}")["data"]
    return {item["name"]: int(item["id"]) for item in items}


class _Cards:
    """The collection's questions, which are created or, by their names, updated."""

    def __init__(self, metabase: Metabase, database_id: int, collection_id: int) -> None:
        self._metabase = metabase
        self._database_id, self._collection_id = database_id, collection_id
        self._known = _items(metabase, collection_id, "card")

    def put(
        self, name: str, description: str, display: str, sql: str, settings: Mapping[str, Any]
    ) -> int:
        """Create or update a question and return its id."""
        tags = {
            variable: {
                "id": _stable_id(name, variable),
                "name": variable,
                "display-name": _FILTERS[variable][0],
                "type": _FILTERS[variable][1][0],
            }
            for variable in _variables(sql)
        }
        body = {
            "name": name,
            "description": description,
            "display": display,
            "dataset_query": {
                "database": self._database_id,
                "type": "native",
                "native": {"query": sql, "template-tags": tags},
            },
            "visualization_settings": dict(settings),
            "collection_id": self._collection_id,
        }
        if name in self._known:
            return int(self._metabase.put(f"/api/card/{self._known[name]}", body)["id"])
        return int(self._metabase.post("/api/card", body)["id"])


def _dashboard(
    metabase: Metabase,
    dashboard: Dashboard,
    card_ids: list[int],
    collection_id: int,
    known: dict[str, int],
    lists: Mapping[str, int],
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
    cards = [
        {
            # A negative id asks for a new card on the dashboard.
            "id": present.get(card_id, -number),
            "card_id": card_id,
            **question.place.model_dump(),
            "visualization_settings": {},
            "parameter_mappings": _mappings(dashboard, question, card_id),
        }
        for number, (question, card_id) in enumerate(
            zip(dashboard.questions, card_ids, strict=True), start=1
        )
    ]
    update = {**head, "parameters": _parameters(dashboard, lists), "dashcards": cards}
    metabase.put(f"/api/dashboard/{board_id}", update)


def _mappings(dashboard: Dashboard, question: Question, card_id: int) -> list[dict[str, Any]]:
    """Map each of the dashboard's filters to the question's variable of that name."""
    return [
        {
            "parameter_id": _parameter_id(dashboard, name),
            "card_id": card_id,
            "target": ["variable", ["template-tag", name]],
        }
        for name in _variables(question.sql)
    ]


def _parameters(dashboard: Dashboard, lists: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the dashboard's filters; those with a list offer its rows."""
    used = {name for question in dashboard.questions for name in _variables(question.sql)}
    parameters = []
    for name, (label, (_, kind)) in _FILTERS.items():
        if name not in used:
            continue
        parameter: dict[str, Any] = {
            "id": _parameter_id(dashboard, name),
            "name": label,
            "slug": name,
            "type": kind,
        }
        if name in lists:
            parameter |= {
                "isMultiSelect": False,
                "values_query_type": "list",
                "values_source_type": "card",
                "values_source_config": {
                    "card_id": lists[name],
                    "value_field": ["field", name, {"base-type": "type/Text"}],
                },
            }
        parameters.append(parameter)
    return parameters


def _variables(sql: str) -> list[str]:
    """Return the filters that the SQL has variables for, in the dashboards' order."""
    named = set(re.findall(r"\{\{(\w+)\}\}", sql))
    return [name for name in _FILTERS if name in named]


def _parameter_id(dashboard: Dashboard, name: str) -> str:
    return _stable_id(dashboard.name, name)[:8]


def _find(items: Iterable[dict[str, Any]], name: str) -> dict[str, Any] | None:
    """Return the item of that name that is not archived."""
    named = (item for item in items if item["name"] == name and not item.get("archived"))
    return next(named, None)


def _stable_id(*names: str) -> str:
    """Return the same id for the same names, so that a second run changes nothing."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(names)))
