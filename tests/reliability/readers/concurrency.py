"""Readers that poll the build and the lake while loaders load, publish and keep up, at once.

    python -m tests.reliability.readers.concurrency [--loads 50] [--readers 8] [--loaders 2]

Every load is a batch of ten captures, and two batches in a row hold the same articles, so loaders
meet. A reader looks at everything in one snapshot, and tells what can't be: an error, a batch that
is not whole, counts that don't fit together, a step back. In the end all is compared with the same
batches loaded by one process, in their order. Prints one JSON object; 1 if anything was wrong.
"""

import argparse
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.lake.upkeep import ARTICLES, TABLES, changed, load_small
from etl.lake.connection import open_lake
from etl.settings import Settings
from etl.workflows import publishing
from etl.workflows.build.chain import check_balance
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id
from tests.factories.rows import generate_rows
from tests.reliability import homes
from tests.reliability.readers.reader import in_child

_MINUTES = 50_000  # between the batches' articles: some in each month
_PAUSE_SHARE = 4  # a reader rests four times as long as it looked
# What must hold in every snapshot of the lake: each gives no row.
_IMPOSSIBLE = {
    "a batch that is not whole": f"""
        SELECT batch_id, count(*) FROM lake.core.fact_capture
        GROUP BY batch_id HAVING count(*) <> {ARTICLES}""",
    "pages of a built batch without an outcome": """
        SELECT batch_id FROM lake.raw.page_capture SEMI JOIN lake.core.fact_capture USING (batch_id)
        GROUP BY batch_id HAVING count(*) <> (
          SELECT count(*) FROM lake.core.fact_capture AS c WHERE c.batch_id = page_capture.batch_id)
        """,
    "an outcome twice": """
        SELECT capture_id FROM lake.core.fact_capture GROUP BY ALL HAVING count(*) > 1""",
    "not one current version": """
        SELECT article_id FROM lake.core.fact_article
        GROUP BY article_id HAVING count(*) FILTER (is_current) <> 1""",
    "a version twice": """
        SELECT article_id, version_no FROM lake.core.fact_article
        GROUP BY ALL HAVING count(*) > 1""",
    "a version without its text": """
        FROM lake.core.fact_article ANTI JOIN lake.core.article_text
        USING (article_id, content_hash)""",
    "a capture that made no version": """
        FROM lake.core.fact_capture AS c WHERE outcome = 'loaded' AND NOT EXISTS (
          FROM lake.core.fact_article AS a
          WHERE a.article_id = c.article_id AND a.content_hash = c.content_hash)""",
}


def settings_of(home: Path, catalog: str) -> Settings:
    """One thread a process: there are many."""
    return Settings(home=home, workers=1, catalog=catalog)


def load(settings: Settings, number: int) -> None:
    """Batch ``number``: new articles if even, those of the one before with changes if odd."""
    made = generate_rows(ARTICLES, number // 2 * _MINUTES, TABLES)
    tables = {name: changed(made[name]) if number % 2 else made[name] for name in TABLES}
    load_small(settings, f"load-{number:06d}", tables)


def load_share(settings: Settings, numbers: Sequence[int]) -> None:
    """One loader's batches, each followed by a publish and every tenth by upkeep."""
    for number in numbers:
        load(settings, number)
        publishing.publish(settings, new_run_id())
        if number % 10 == 9:
            maintain(settings, new_run_id())


def load_undisturbed(settings: Settings, loads: int) -> None:
    """All batches by one process."""
    for number in range(loads):
        load(settings, number)


def read_lake(connection: duckdb.DuckDBPyConnection, seen: dict[str, int]) -> list[str]:
    """What can't be, in one snapshot of the lake."""
    connection.execute("BEGIN")
    try:
        problems = [
            f"lake: {what}: {row}"
            for what, sql in _IMPOSSIBLE.items()
            if (row := connection.execute(sql).fetchone())
        ]
        row = connection.execute("SELECT count(*) FROM lake.core.fact_capture").fetchone()
    finally:
        connection.execute("COMMIT")
    count = row[0] if row else 0
    if count < seen.get("lake", 0):
        problems.append(f"lake: {count} captures after {seen['lake']}")
    seen["lake"] = count
    return problems


def read_build(settings: Settings, seen: dict[str, int]) -> list[str]:
    """What can't be in the published build."""
    warehouse = settings.current_build / "warehouse.duckdb"
    with duckdb.connect(warehouse, read_only=True, config={"threads": 1}) as connection:
        row = connection.execute(
            """
            SELECT lake_snapshot_id, capture_count, article_count,
              (SELECT count(*) FROM mart.capture_outcome), (SELECT count(*) FROM mart.article),
              (SELECT count(*) FROM mart.article_text)
            FROM mart.build_info
            """
        ).fetchone()
    assert row is not None
    snapshot, captures, articles, *found = row
    problems = []
    if found != [captures, articles, articles] or captures % ARTICLES:
        problems.append(f"build: half of one: {row}")
    if snapshot < seen.get("build", 0):
        problems.append(f"build: snapshot {snapshot} after {seen['build']}")
    seen["build"] = snapshot
    return problems


def read_until(settings: Settings, stop: Path) -> dict[str, Any]:
    """Poll until the file ``stop`` is there; the number of looks and all problems."""
    looks, problems = 0, []
    seen: dict[str, int] = {}
    with open_lake(settings, read_only=True) as lake:
        while not stop.exists():
            started = time.process_time()
            try:
                problems += read_lake(lake.connection, seen)
                problems += read_build(settings, seen)
            except Exception as error:  # noqa: BLE001  (any error at all is what is looked for)
                problems.append(f"{type(error).__name__}: {error}"[:300])
            looks += 1
            time.sleep(max(0.05, _PAUSE_SHARE * (time.process_time() - started)))
    return {"looks": looks, "problems": problems[:20]}


@contextmanager
def at_once(function: Callable[[], Any], answer: Path) -> Iterator[int]:
    """A function in a child for the time of a block; its answer goes into a file as JSON."""
    child = os.fork()
    if child == 0:
        try:
            answer.write_text(json.dumps({"answer": function()}))
        except BaseException as error:  # noqa: BLE001  (told by the parent)
            traceback.print_exc()
            answer.write_text(json.dumps({"error": f"{type(error).__name__}: {error}"}))
        os._exit(0)
    yield child


def run(folder: Path, loads: int, readers: int, loaders: int, catalog: str) -> dict[str, Any]:
    """All at once, then the comparison."""
    shared = settings_of(folder / "shared", catalog)
    alone = settings_of(folder / "alone", "sqlite")
    # Readers need something to read: the first two batches and a build.
    in_child(lambda: load_share(shared, [0, 1]))
    stop = folder / "stop"
    reading, loading = [], []
    for number in range(readers):
        answer = folder / f"reader-{number}.json"
        with at_once(lambda: read_until(shared, stop), answer) as child:
            reading.append((child, answer))
    for number in range(loaders):
        answer = folder / f"loader-{number}.json"
        share = range(2 + number, loads, loaders)
        with at_once(partial(load_share, shared, share), answer) as child:
            loading.append((child, answer))
    for child, _ in loading:
        os.waitpid(child, 0)
    stop.touch()
    for child, _ in reading:
        os.waitpid(child, 0)
    in_child(partial(load_undisturbed, alone, loads))
    expected, found = (in_child(partial(_final, home)) for home in (alone, shared))
    answers = [json.loads(path.read_text()) for _, path in (*reading, *loading)]
    looks = [answer["answer"] for answer in answers[:readers] if "answer" in answer]
    problems = [answer["error"] for answer in answers if "error" in answer]
    problems += [problem for look in looks for problem in look["problems"]]
    problems += [
        f"{name}: {rows}, by one process {expected[name]}"
        for name, rows in found.items()
        if rows != expected[name]
    ]
    return {
        "loads": loads,
        "loaders": loaders,
        "readers": readers,
        "looks": sum(look["looks"] for look in looks),
        "problems": problems,
        "cpu_seconds": round(sum(os.times()[:4])),
    }


def _final(settings: Settings) -> dict[str, str]:
    check_balance(settings)
    publishing.publish(settings, new_run_id())
    return homes.digest(settings)


def main(arguments: Sequence[str]) -> int:
    """Run it and print the result."""
    parser = argparse.ArgumentParser(prog="concurrency")
    parser.add_argument("--loads", type=int, default=50)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--loaders", type=int, default=2)
    parser.add_argument("--catalog", default="sqlite", help="`sqlite` or a Postgres DSN")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="khobor-concurrency-") as name:
        result = run(Path(name), options.loads, options.readers, options.loaders, options.catalog)
    sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    return 1 if result["problems"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
