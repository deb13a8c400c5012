"""A build made from the last one holds what a build made in full holds."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl.lake.connection import open_lake
from etl.lake.relations import Relations
from etl.load.reextract.retract import retract_captures
from etl.load.runs import ALL, record_run
from etl.publish import build as publishing
from etl.publish import last_build, refresh
from etl.publish.build import Build, publish_build
from etl.publish.last_build import IN_FULL, PublishUpkeep
from etl.publish.query import query
from etl.publish.refresh import Changes
from etl.publish.releases import WAREHOUSE, new_build_id
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.tables.ledgers import FACT_FETCH
from etl.settings import Settings
from etl.workflows import publishing as publishing_step
from etl.workflows.build.stories import link_stories
from etl.workflows.maintain import maintain
from tests.factories.press import Fetched, Press, load
from tests.factories.table_rows import insert_row

Values = Mapping[str, object]
ALWAYS = PublishUpkeep(least_articles=0)
KEPT = {mart.name for mart in MARTS if mart.upkeep}
_OF_THE_BUILD = {"build_id", "built_at", "built_at_utc", "update_count"}


class Newsroom:
    """A lake that changes at random, published both ways."""

    def __init__(self, home: Path, seed: int) -> None:
        self.settings = Settings(home=home)
        self._chance = random.Random(seed)
        self._press = Press(seed)
        self._runs = 0
        self._loaded: dict[str, Fetched] = {}

    def change(self) -> str:
        """Do one thing to the lake; what it was."""
        name = self._chance.choice(
            ["load"] * 5
            + ["link"] * 3
            + ["extract_again", "retract", "fetch", "rename", "maintain"]
        )
        getattr(self, name)()
        return name

    def load(self) -> None:
        """A batch of pages, of which some are rejected."""
        batch = self._press.batch(self._chance.randrange(1, 12))
        new = {one.capture_id: one for one in batch if one.capture_id not in self._loaded}
        load(self.settings, new.values(), [n for n in new if self._chance.random() < 0.1])
        self._loaded |= new

    def link(self) -> None:
        """Stories."""
        self._runs += 1
        link_stories(self.settings, f"run{self._runs}")

    def extract_again(self) -> None:
        """Captures of an article, loaded again as a release or a re-extraction loads them."""
        gone = self._take_out()
        load(self.settings, [self._loaded[name] for name in gone])

    def retract(self) -> None:
        """Captures of an article, which leave the facts."""
        for name in self._take_out():
            with open_lake(self.settings) as lake, lake.write("forget"):
                lake.execute("DELETE FROM lake.raw.page_capture WHERE capture_id = ?", [name])
            del self._loaded[name]

    def _take_out(self) -> list[str]:
        with open_lake(self.settings) as lake, lake.write("retract"):
            found = lake.execute(
                "SELECT list(capture_id) FROM lake.core.fact_capture WHERE article_id IS NOT NULL "
                "GROUP BY article_id ORDER BY article_id"
            ).fetchall()
            names = [list(some) for (some,) in found]
            gone = sorted(self._chance.choice(names)) if names else []
            retract_captures(lake.connection, gone)
        return gone

    def fetch(self) -> None:
        """Tries to fetch declared addresses."""
        at = datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=self._runs)
        with open_lake(self.settings) as lake, lake.write("fetch"):
            found = lake.execute("SELECT DISTINCT url FROM lake.core.fact_declared").fetchall()
            for (url,) in self._chance.sample(sorted(found), min(3, len(found))):
                outcome = self._chance.choice(("blocked", "failed"))
                insert_row(lake.connection, FACT_FETCH, url=url, fetched_at=at, outcome=outcome)

    def rename(self) -> None:
        """An outlet and a person that are called otherwise now."""
        with open_lake(self.settings) as lake, lake.write("rename"):
            for table, key in (("dim_outlet", "outlet_id"), ("dim_entity", "entity_id")):
                found = lake.execute(f"SELECT {key} FROM lake.core.{table} ORDER BY ALL").fetchall()
                if found:
                    lake.execute(
                        f"UPDATE lake.core.{table} SET name_bn = name_bn || '*' WHERE {key} = ?",
                        [self._chance.choice(found)[0]],
                    )

    def maintain(self) -> None:
        """Upkeep: files merged, rewritten and flushed."""
        maintain(self.settings, "upkeep")

    def publish(self, folder: str, upkeep: PublishUpkeep) -> Build:
        """A build of the lake as it is now."""
        builds = self.settings.home / folder
        built_at = datetime.now(UTC)
        with open_lake(self.settings) as lake:
            return publish_build(
                lake.connection,
                builds,
                builds.parent / f"{folder}-current",
                new_build_id(built_at),
                "0.1.0",
                built_at,
                upkeep,
            )

    def differences(self, one: Build, other: Build) -> dict[str, list[tuple[object, ...]]]:
        """Rows that one of two builds has and the other has not, by mart."""
        with open_lake(self.settings) as lake:
            for name, build in (("one", one), ("other", other)):
                lake.execute(f"ATTACH '{build.warehouse}' AS {name} (READ_ONLY)")
            found = {
                mart.name: lake.execute(
                    f"(SELECT {columns} FROM one.{mart.qualified_name} "
                    f"EXCEPT ALL SELECT {columns} FROM other.{mart.qualified_name}) UNION ALL "
                    f"(SELECT {columns} FROM other.{mart.qualified_name} "
                    f"EXCEPT ALL SELECT {columns} FROM one.{mart.qualified_name})"
                ).fetchall()
                for mart in MARTS
                for columns in [", ".join(sorted({*mart.column_names} - _OF_THE_BUILD))]
            }
            for name in ("one", "other"):
                lake.execute(f"DETACH {name}")
        return {name: rows for name, rows in found.items() if rows}


@pytest.fixture
def refreshed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The marts that the last build was not filled with; however many rows change."""
    names: set[str] = set()

    def noted(relations: Relations, mart: Table, parameters: Values, changes: Changes) -> bool:
        is_refreshed = refresh.refresh_mart(relations, mart, parameters, changes)
        (names.add if is_refreshed else names.discard)(mart.name)
        return is_refreshed

    monkeypatch.setattr(publishing, "refresh_mart", noted)
    monkeypatch.setattr(refresh, "_MOST_OF_MART", 1.0)
    return names


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))]
)
def test_random_changes_give_the_marts_of_a_full_build(
    tmp_path: Path, refreshed: set[str], seed: int
) -> None:
    room = Newsroom(tmp_path, seed)
    room.load()
    room.load()
    room.publish("changed", IN_FULL)
    for _ in range(3):
        done = [room.change() for _ in range(6)]
        changed = room.publish("changed", ALWAYS)
        full = room.publish("full", IN_FULL)
        assert room.differences(changed, full) == {}, done
        assert changed.counts == full.counts
    assert refreshed == KEPT


def _update_count(settings: Settings) -> object:
    warehouse = settings.current_build / WAREHOUSE
    return query(warehouse, "SELECT update_count FROM mart.build_info").rows[0][0]


def test_a_removal_takes_nothing_over_from_the_last_build(tmp_path: Path) -> None:
    """A copied file would keep words of texts that are gone."""
    room = Newsroom(tmp_path, 3)
    room.load()
    counts = []
    for step in ("build", "review", "forget"):
        with open_lake(room.settings) as lake, lake.write(step):
            record_run(lake.connection, step, step, ALL, datetime.now(UTC), (0, 0, 0))
        publishing_step.publish(room.settings, f"after {step}", ALWAYS)
        counts.append(_update_count(room.settings))
    assert counts == [0, 1, 0]


def test_a_build_of_other_queries_is_made_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = Newsroom(tmp_path, 4)
    room.load()
    assert room.publish("changed", ALWAYS).warehouse.exists()
    monkeypatch.setattr(last_build, "definition_hash", lambda: "of other queries")
    with open_lake(room.settings) as lake:
        current = room.settings.home / "changed-current" / WAREHOUSE
        assert last_build.last_build(lake.connection, current, ALWAYS) is None
