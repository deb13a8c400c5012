"""Loading fact rows, batch after batch in the order of time: the last must cost what the first did.

One row of ``core.fact_article`` comes with its text, its capture in the ledger and a mention. The
baseline writes the very same columns and rows with plain ``COPY … TO`` as Parquet, partitioned and
compressed like the lake's, knowing nothing of versions, keys, dimensions or transactions.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.measure import Measure, Spent, clocked, main, median, scratch
from etl.lake.connection import open_lake
from etl.lake.relations import Relations
from etl.schema.derive.arrow import arrow_schema
from etl.schema.derive.ddl import literal
from etl.schema.tables.facts import ARTICLE_TEXT, FACT_ARTICLE, FACT_ENTITY_MENTION
from etl.schema.tables.ledgers import FACT_CAPTURE, FACT_VALIDATION
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.settings import Settings
from etl.storage import staging
from etl.workflows.build.batches import load_batch
from tests.factories.rows import START, generate_rows
from tests.factories.table_rows import insert_row

SIZE = 1_000_000
BATCH = 10_000
_TABLES = {"capture": 1, "article": 1, "entity_mention": 1}
_LOADED = {
    "article": ("published_at", (FACT_ARTICLE, ARTICLE_TEXT)),
    "capture": ("captured_at", (FACT_CAPTURE,)),
    "entity_mention": ("published_at", (FACT_ENTITY_MENTION,)),
}


def measures(size: int) -> Iterator[Measure]:
    """``size`` articles in batches of 10,000, or in ten batches where there are fewer."""
    rows = min(BATCH, size // 10)
    starts = range(0, size, rows)
    spent: list[Spent] = []
    plain: list[Spent] = []
    with scratch() as folder:
        settings = Settings(home=folder / "home")
        for start in starts:
            batch_id = f"batch-{start:09d}"
            tables = of_batch(generate_rows(rows, start, _TABLES), batch_id)
            plain.append(_copy_plainly(tables, folder / "plain"))
            results = arrow_schema(FACT_VALIDATION).empty_table()
            batch = staging.StagedBatch(tables, results, {}, START)
            staging.write(settings, batch_id, "run", batch)
            _store_captures(settings, tables["capture"])
            with clocked() as one:
                report = load_batch(settings, batch_id, "run")
            assert report.outcomes == {"loaded": rows}, report.outcomes
            spent.append(one)
        with open_lake(settings, read_only=True) as lake:
            for table in ("fact_article", "article_text", "fact_capture", "fact_entity_mention"):
                count = lake.execute(f"SELECT count(*) FROM lake.core.{table}").fetchone()
                assert count == (size,), (table, count)
    note = f"articles with text, ledger and a mention, {len(spent)} batches of {rows}; baseline: "
    total, baseline = sum(spent, Spent()), sum(plain, Spent())
    yield Measure("load", total, "s", baseline, size, f"{note}plain COPY of the same rows")
    # Of five batches each: a single one may meet something else that the machine does. The very
    # first makes the lake and stays out.
    few = max(1, min(5, len(spent) // 3))
    first, last = median(spent[1 : few + 1]), median(spent[-few:])
    # What the machine has got busier meanwhile shows in plain COPY too, which can't grow.
    busier = median(plain[-few:]).cpu / median(plain[1 : few + 1]).cpu
    note += f"the first batches; plain COPY by CPU {busier:.2f}"
    yield Measure("load_last_batch", last, "s", first, size, note)


def of_batch(tables: dict[str, pa.Table], batch_id: str) -> dict[str, pa.Table]:
    """The rows under a batch's own id."""
    capture = tables["capture"]
    place = capture.schema.get_field_index("batch_id")
    ids = pa.array([batch_id] * capture.num_rows, capture.schema.field(place).type)
    return {**tables, "capture": capture.set_column(place, capture.schema.field(place), ids)}


def _store_captures(settings: Settings, captures: pa.Table) -> None:
    """Put captures of these ids into ``raw``: what is not there is not loaded."""
    with open_lake(settings) as lake, lake.write("captures"):
        insert_row(lake.connection, PAGE_CAPTURE, capture_id="model")
        with Relations(lake.connection) as relations:
            relations.register("given", captures.select(["capture_id"]))
            lake.execute(
                "INSERT INTO lake.raw.page_capture "
                "SELECT model.* REPLACE (given.capture_id AS capture_id) "
                "FROM lake.raw.page_capture AS model, given WHERE model.capture_id = 'model'"
            )
        lake.execute("DELETE FROM lake.raw.page_capture WHERE capture_id = 'model'")


def _copy_plainly(tables: dict[str, pa.Table], folder: Path) -> Spent:
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        with clocked() as spent:
            for name, (moment, targets) in _LOADED.items():
                connection.register(name, tables[name])
                for target in targets:
                    columns = [c for c in target.column_names if c in tables[name].column_names]
                    order = ", ".join(key for key in target.sort_by if key in columns)
                    connection.execute(
                        f"COPY (SELECT {', '.join(columns)}, year({moment}) AS year, "
                        f"month({moment}) AS month FROM {name} ORDER BY {order}) "
                        f"TO {literal(str(folder / target.name))} (FORMAT parquet, PARTITION_BY "
                        f"(year, month), COMPRESSION zstd, APPEND)"
                    )
    return spent


if __name__ == "__main__":
    main(measures, SIZE)
