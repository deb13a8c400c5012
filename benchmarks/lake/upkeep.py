"""Upkeep: many small loads, kept up once, beside one load of the same rows.

A load is ten articles with a mention each, and their pages; every fifth brings two or three of each
of the four loads before again, changed: files are left with some of their rows deleted. Afterwards
the lake should have about as many files, and answer about as fast, as if all had come at once.
"""

from collections.abc import Iterator
from datetime import timedelta
from time import process_time

import pyarrow as pa

from benchmarks.lake.load import of_batch
from benchmarks.measure import Measure, Spent, clocked, main, scratch
from etl.ingest.capture import NewCapture
from etl.lake.connection import open_lake
from etl.load import write
from etl.schema.derive.arrow import arrow_schema
from etl.schema.tables.ledgers import FACT_VALIDATION
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.schema.vocabulary import CaptureTimeSource
from etl.settings import Settings
from etl.storage import staging
from etl.workflows.build.batches import load_batch
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id
from tests.factories.rows import START, generate_rows

SIZE = 500
ARTICLES = 10
_AGAIN = (3, 3, 2, 2)  # articles of the loads before that every fifth brings again
_MINUTES = 432_000  # 300 days that the loads are spread over, so that there are partitions
TABLES = {"capture": 1, "article": 1, "entity_mention": 1}
_RUNS = 5
_PAGE = "<p>একটি পাতা</p>" * 500
# What people ask of the lake: a series, the ledger, versions, a look into the texts, mentions.
_QUERIES = (
    """SELECT outlet_id, published_date, count(*) FROM lake.core.fact_article
    WHERE is_current GROUP BY ALL""",
    "SELECT outcome, count(*) FROM lake.core.fact_capture GROUP BY ALL",
    """SELECT article_id, max(version_no) FROM lake.core.fact_article
    GROUP BY ALL HAVING count(*) > 1""",
    "SELECT count(*) FROM lake.core.article_text WHERE body LIKE '%চুক্তি%'",
    "SELECT entity_id, sum(mention_count) FROM lake.core.fact_entity_mention GROUP BY ALL",
)


def measures(size: int) -> Iterator[Measure]:
    """``size`` loads of ten articles in one lake, one load of all in another."""
    loads = [_rows_of(number, _MINUTES // size) for number in range(size)]
    with scratch() as folder:
        small, big = Settings(home=folder / "small"), Settings(home=folder / "big")
        for number, rows in enumerate(loads):
            load_small(small, f"load-{number:06d}", rows)
        load_small(
            big, "load-of-all", {name: pa.concat_tables(r[name] for r in loads) for name in TABLES}
        )
        files_before = _file_count(small)
        before, _ = _query(small, big)
        with clocked() as spent:
            maintain(small, new_run_id())
        after, reference = _query(small, big)
        files_after, files_reference = _file_count(small), _file_count(big)
    note = f"loads of {ARTICLES} articles; baseline: one load of the same"
    yield Measure("upkeep_files_before", files_before, "files", files_reference, size, note)
    yield Measure("upkeep_files", files_after, "files", files_reference, size, note)
    yield Measure("upkeep_queries_before", before, "s", reference, size, note)
    yield Measure("upkeep_queries", after, "s", reference, size, note)
    yield Measure("upkeep_run", spent, "s", None, size, "one `khobor maintain` after all loads")


def _rows_of(number: int, minutes: int) -> dict[str, pa.Table]:
    if number % (len(_AGAIN) + 1) < len(_AGAIN):
        made = generate_rows(ARTICLES, number * minutes, TABLES)
        return {name: made[name] for name in TABLES}
    before = range(number - len(_AGAIN), number)
    again = [
        generate_rows(count, earlier * minutes, TABLES)
        for count, earlier in zip(_AGAIN, before, strict=True)
    ]
    return {name: changed(pa.concat_tables(made[name] for made in again)) for name in TABLES}


def changed(table: pa.Table) -> pa.Table:
    """The same articles, captured again ten days later with another content."""
    rows = table.to_pylist()
    for row in rows:
        row["capture_id"] += "-again"
        if "captured_at" in row:
            row["captured_at"] += timedelta(days=10)
        for name in ("content_hash", "content_sha256"):
            if name in row:
                row[name] = f"f{row[name][1:]}"
    return pa.Table.from_pylist(rows, schema=table.schema)


def load_small(settings: Settings, batch_id: str, tables: dict[str, pa.Table]) -> None:
    """Pages into ``raw`` and their staged rows into ``core``, as one batch."""
    captures = tables["capture"].select(["capture_id", "source", "captured_at"]).to_pylist()
    pages = [
        NewCapture(
            source=capture["source"],
            content=_PAGE.encode(),
            captured_at=capture["captured_at"],
            captured_at_source=CaptureTimeSource.HTTP,
        ).row(batch_id, "run")
        | {"capture_id": capture["capture_id"]}
        for capture in captures
    ]
    with open_lake(settings) as lake, lake.write(f"pages {batch_id}"):
        write.insert(lake.connection, PAGE_CAPTURE, pages)
    results = arrow_schema(FACT_VALIDATION).empty_table()
    staged = {**generate_rows(0), **of_batch(tables, batch_id)}
    staging.write(settings, batch_id, "run", staging.StagedBatch(staged, results, {}, START))
    report = load_batch(settings, batch_id, "run")
    assert report.outcomes == {"loaded": len(captures)}, report


def _file_count(settings: Settings) -> int:
    with open_lake(settings, read_only=True) as lake:
        row = lake.execute(
            "SELECT sum(file_count)::BIGINT FROM ducklake_table_info('lake')"
        ).fetchone()
    return int(row[0]) if row else 0


def _query(*homes: Settings) -> list[Spent]:
    """The sum over the queries of the quickest of several runs, per home; homes take turns."""
    quickest = [[Spent(float("inf"), float("inf"))] * len(_QUERIES) for _ in homes]
    for _ in range(_RUNS):
        for found, settings in zip(quickest, homes, strict=True):
            with open_lake(settings, read_only=True) as lake:
                lake.execute(_QUERIES[1]).fetchall()  # the catalog is read by then
                for number, sql in enumerate(_QUERIES):
                    with clocked(process_time) as spent:
                        lake.execute(sql).fetchall()
                    best = found[number]
                    found[number] = Spent(min(best.wall, spent.wall), min(best.cpu, spent.cpu))
    return [sum(found, Spent()) for found in quickest]


if __name__ == "__main__":
    main(measures, SIZE)
