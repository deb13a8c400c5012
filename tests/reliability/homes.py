"""Homes to disturb, in the states that commands start from, and what is compared of them after."""

import gc
import itertools
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa

from etl.lake.connection import open_lake
from etl.publish.last_build import PublishUpkeep
from etl.schema.derive.expectations import Rule
from etl.schema.marts.warehouse import MARTS
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import PROJECT, Settings
from etl.validate import batch
from etl.validate.gx import SuiteResult
from etl.workflows import publishing
from etl.workflows.build import chain, worker_pool
from etl.workflows.build import read_batch as reading
from etl.workflows.collect.files import ingest_files
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import RUN_COLUMNS

Evaluate = Callable[[str, Sequence[Rule], pa.Table], SuiteResult]

_PAGES = PROJECT / "seeds" / "pages"
# Pages that came first, and later ones: versions of the same article, a story's second report, a
# copy, and one page for each of the other outcomes.
_FIRST = ("kalbela/fog-ferry-v2.html", "kalbela/japan-nepal-school-aid-kalbela.html",
          "kalbela/home.html", "ittefaq/bangladesh-japan-mango.html")  # fmt: skip
_LATER = ("kalbela/fog-ferry-v1.html", "kalbela/fog-ferry-v3.html", "samakal/soft-404.html",
          "samakal/japan-nepal-school-aid-samakal.html", "kalbela/untitled-river-port.html",
          "ittefaq/bangladesh-japan-mango_2.html", "ittefaq/cut-off.html.gz",
          "banglatribune/listing-foreign.html")  # fmt: skip
_WRITTEN_AT = 1_770_000_000  # one time for all files, so that undated pages are read alike
# The runs' own bookkeeping: of these tables only what no run names is compared.
_RUN_TABLES = ("capture_manifest", "etl_run", "schema_change")
_RUN_MART_COLUMNS = (*RUN_COLUMNS, "build_id", "rejected_at", "rejected_at_utc", "built_at",
                     "built_at_utc", "lake_id", "lake_snapshot_id",
                     "run_started_at", "run_started_at_utc")  # fmt: skip
_PER_RUN_MARTS = ("data_quality",)
# The catalog's tables that name data files.
_KNOWING = ("ducklake_data_file", "ducklake_delete_file", "ducklake_files_scheduled_for_deletion")
OLD = timedelta(days=30).total_seconds()


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the chain, and the commands that come after it."""

    name: str
    run: Callable[[Settings, Path], object]


def _ingest(settings: Settings, pages: Path) -> object:
    return ingest_files(settings, [pages / "later"], new_run_id())


def _build(settings: Settings, pages: Path) -> object:
    return chain.build(settings, new_run_id())


def _publish(settings: Settings, pages: Path) -> object:
    """From the last build: these homes have fewer articles than a build is made so of."""
    return publishing.publish(settings, new_run_id(), PublishUpkeep(least_articles=0))


def _maintain(settings: Settings, pages: Path) -> object:
    return maintain(settings, new_run_id())


CHAIN = (
    Command("ingest", _ingest),
    Command("build", _build),
    Command("publish", _publish),
    Command("maintain", _maintain),
)


def settings_of(home: Path) -> Settings:
    """Small batches make many commits; one thread makes the same calls in the same order."""
    return Settings(home=home, workers=1, batch_rows=4)


def write_pages(folder: Path) -> None:
    """The pages of both times, each with one fixed time of writing."""
    for part, names in (("first", _FIRST), ("later", _LATER)):
        for name in names:
            for source in (_PAGES / name, _PAGES / f"{name}.meta.json"):
                if source.exists():
                    target = folder / part / source.relative_to(_PAGES)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(source, target)
                    os.utime(target, (_WRITTEN_AT, _WRITTEN_AT))


def warm_up(folder: Path, pages: Path) -> None:
    """Run the chain once in this process, so that forked children find all imported and loaded.

    What writes nothing is made cheap, or hundreds of kills would take hours: pages are extracted
    without worker processes (that these may die is tested with real ones, ``tests/integration``),
    and the same rows get the verdict that Great Expectations gave here.
    """
    import tqdm

    settings = Settings()
    tqdm.tqdm.monitor_interval = 0
    worker_pool.prepare(settings.outlets, settings.page_max_bytes, None)
    reading.read_captures = lambda captures, *_given: (  # type: ignore[attr-defined]
        (capture, worker_pool.read_capture(capture)) for capture in captures
    )
    batch.evaluate_suite = _remembering(batch.evaluate_suite)  # type: ignore[assignment,attr-defined]
    # By settings with one worker: DuckDB then has no thread but the caller's, and may be forked.
    make_base(folder, pages)
    # The garbage collector would copy every page of memory into every child.
    gc.collect()
    gc.freeze()


def without_docs() -> None:
    """From here on this process makes no Data Docs."""
    chain.build_docs = lambda _settings: ""  # type: ignore[assignment]
    batch.keep_result = lambda *_arguments: None  # type: ignore[attr-defined]


def _remembering(evaluate: Evaluate) -> Evaluate:
    verdicts: dict[tuple[object, ...], SuiteResult] = {}

    def remembered(table: str, rules: Sequence[Rule], rows: pa.Table) -> SuiteResult:
        key = (table, *rows["capture_id"].to_pylist())
        if key not in verdicts:
            verdicts[key] = evaluate(table, rules, rows)
        return verdicts[key]

    return remembered


def make_base(folder: Path, pages: Path) -> None:
    """A home for each command to start in: ``folder/<command>``, published once each.

    ``first`` is empty: there the ingest makes the lake too.
    """
    (folder / "first").mkdir(parents=True)
    settings = settings_of(folder / "ingest")
    chain.run(settings, [pages / "first"], new_run_id())
    for command, following in itertools.pairwise(CHAIN):
        shutil.copytree(folder / command.name, folder / following.name, symlinks=True)
        command.run(settings_of(folder / following.name), pages)
    _litter(settings_of(folder / "maintain"))
    age(folder / "maintain")


def orphan_in(settings: Settings) -> Path:
    """A file as DuckLake names those it writes, which no commit refers to."""
    milliseconds = int(time.time() * 1000) + 1
    name = UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | 1)
    path = Path(settings.lake_data) / "core" / "fact_article" / f"ducklake-{name}.parquet"
    path.write_bytes(b"PAR1")
    return path


def _litter(settings: Settings) -> None:
    """What dead processes leave: an orphan, a half-staged batch, builds, backups."""
    orphan_in(settings)
    (Path(settings.staging) / "20250101T000000-0badf00d-000001" / "a-run").mkdir(parents=True)
    for _ in range(3):
        publishing.publish(settings, new_run_id())


def age(home: Path) -> None:
    """Let all files look a month old, as they do when upkeep finds them."""
    then = time.time() - OLD
    for path in home.rglob("*"):
        os.utime(path, (then, then), follow_symlinks=False)


def digest(settings: Settings) -> dict[str, str]:
    """A hash of every table's rows, without what names runs and moments."""
    found = {}
    with open_lake(settings, read_only=True) as lake:
        for table in LAKE_TABLES:
            if table.name not in _RUN_TABLES:
                kept = [name for name in table.column_names if name not in RUN_COLUMNS]
                found[table.qualified_name] = _hash_rows(
                    lake.connection, f"lake.{table.qualified_name}", kept
                )
    warehouse = settings.current_build / "warehouse.duckdb"
    if not warehouse.exists():
        return found
    with duckdb.connect(warehouse, read_only=True, config={"threads": 1}) as connection:
        for table in MARTS:
            if table.name not in _PER_RUN_MARTS:
                kept = [name for name in table.column_names if name not in _RUN_MART_COLUMNS]
                found[table.qualified_name] = _hash_rows(connection, table.qualified_name, kept)
    return found


def _hash_rows(connection: duckdb.DuckDBPyConnection, name: str, columns: Iterable[str]) -> str:
    row = connection.execute(
        f"""
        SELECT count(*) || ' rows ' || coalesce(md5(string_agg(line, chr(10) ORDER BY line)), '')
        FROM (SELECT to_json(struct_pack({", ".join(columns)}))::VARCHAR AS line FROM {name})
        """
    ).fetchone()
    return row[0] if row else ""


def leftovers(settings: Settings) -> list[str]:
    """Files under home that nothing refers to."""
    found = []
    data = Path(settings.lake_data)
    with open_lake(settings, read_only=True) as lake:
        known = lake.execute(
            " UNION ALL ".join(f"SELECT path FROM __ducklake_metadata_lake.{t}" for t in _KNOWING)
        ).fetchall()
    names = {Path(path).name for (path,) in known}
    found += [str(path) for path in data.rglob("*.parquet") if path.name not in names]
    found += [str(path) for path in Path(settings.staging).glob("*")]
    found += [str(path) for path in settings.home.rglob("*.tmp*")]
    backups = settings.lake_folder / "backup"
    found += [str(path) for path in backups.glob("*") if path.suffix != ".sqlite"]
    return sorted(set(found))
