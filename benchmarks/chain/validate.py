"""Validation: all suites on the staged rows of a number of articles.

The baseline: pandas writes the same rows as Parquet and reads them again.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa

from benchmarks.measure import Measure, clocked, main, scratch
from etl.outlets.profiles import load_outlets
from etl.resources import EXPECTATIONS
from etl.settings import Settings
from etl.validate.batch import validate_batch
from tests.factories.rows import generate_rows

SIZE = 100_000


def measures(size: int) -> Iterator[Measure]:
    """Measure ``size`` articles with their child rows."""
    outlets = load_outlets(Settings().outlets)
    # Great Expectations is imported and the suites are read before the clock runs.
    validate_batch(generate_rows(1), "batch", "run", EXPECTATIONS, None, outlets)
    tables = generate_rows(size)
    rows = sum(table.num_rows for table in tables.values())
    with scratch() as folder, clocked() as baseline:
        for name, table in tables.items():
            _round_trip(table, folder / f"{name}.parquet")
    with clocked() as value:
        validation = validate_batch(tables, "batch", "run", EXPECTATIONS, None, outlets)
    assert not validation.rejected
    assert set(validation.results["suite"].to_pylist()) == set(tables)
    note = f"all suites on {rows} rows; baseline: pandas, the same rows to Parquet and back"
    yield Measure("validate", value, "s", baseline, size, note)


def _round_trip(table: pa.Table, path: Path) -> None:
    table.to_pandas(types_mapper=pd.ArrowDtype).to_parquet(path)
    pd.read_parquet(path, dtype_backend="pyarrow")


if __name__ == "__main__":
    main(measures, SIZE)
