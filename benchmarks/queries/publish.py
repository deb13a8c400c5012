"""Publishing a lake: every mart, with its checks.

The baseline: ``CREATE TABLE AS`` of the build's article and text tables straight from the lake,
into a file of the same kind, as DuckDB does it by itself. A second line compares with the same
where bodies are compressed as the build's are, which is less work.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb

from benchmarks.measure import Measure, Spent, clocked, least, main, scratch
from etl.lake.connection import open_lake
from etl.publish.build import Build, publish_build
from etl.publish.last_build import IN_FULL
from etl.publish.releases import new_build_id
from etl.schema.derive.ddl import literal
from etl.settings import Settings
from tests.factories.lake import fill_lake

SIZE = 1_000_000
_LARGE = 100_000  # what takes minutes is taken once, what takes seconds five times


def measures(size: int) -> Iterator[Measure]:
    """A lake of ``size`` articles."""
    plain, value, packed = [], [], []
    with scratch() as folder:
        settings = Settings(home=folder)
        with open_lake(settings) as lake:
            with lake.write("articles"):
                fill_lake(lake.connection, size)
            for _ in range(1 if size >= _LARGE else 5):
                plain.append(_copy_plainly(lake.connection, settings, ""))
                with clocked() as spent:
                    build = _publish(lake.connection, settings)
                value.append(spent)
                packed.append(_copy_plainly(lake.connection, settings, "USING COMPRESSION zstd"))
    assert build.counts["mart.article"] == build.counts["mart.article_text"] == size
    note = f"all marts and checks, {build.size_bytes / 1e6:.0f} MB; baseline: CREATE TABLE AS of "
    yield Measure("publish", least(value), "s", least(plain), size, f"{note}article and text")
    note += "the same, bodies in Zstandard"
    yield Measure("publish_zstd", least(value), "s", least(packed), size, note)


def _publish(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Build:
    now = datetime.now(UTC)
    return publish_build(
        connection,
        settings.builds,
        settings.current_build,
        new_build_id(now),
        "bench",
        now,
        IN_FULL,
    )


def _copy_plainly(
    connection: duckdb.DuckDBPyConnection, settings: Settings, compression: str
) -> Spent:
    path = settings.home / "baseline.duckdb"
    path.unlink(missing_ok=True)
    with clocked() as spent:
        connection.execute(f"ATTACH {literal(str(path))} AS plain (STORAGE_VERSION 'v1.4.0')")
        connection.execute(
            "CREATE TABLE plain.article AS SELECT * FROM lake.core.fact_article WHERE is_current"
        )
        texts = (
            "SELECT text.article_id, text.body FROM lake.core.article_text AS text "
            "SEMI JOIN plain.article AS article USING (article_id, content_hash)"
        )
        if compression:
            connection.execute(
                f"CREATE TABLE plain.article_text (article_id VARCHAR, body VARCHAR {compression})"
            )
            connection.execute(f"INSERT INTO plain.article_text {texts}")
        else:
            connection.execute(f"CREATE TABLE plain.article_text AS {texts}")
        connection.execute("DETACH plain")
    return spent


if __name__ == "__main__":
    main(measures, SIZE)
