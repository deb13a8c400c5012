"""Stored captures read, staged and validated; shared by batch, replay and re-extraction."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pyarrow as pa

from etl.extract.page import EXTRACTOR_VERSION
from etl.lake import CATALOG
from etl.lake.connection import open_lake
from etl.observability.progress import Advance, no_progress
from etl.outlets.profiles import load_outlets
from etl.resources import EXPECTATIONS
from etl.schema.derive.expectations import Rule
from etl.schema.problems import Problem
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource, TimeSource
from etl.settings import Settings
from etl.transform.rows import CaptureRow, Staging, with_failed
from etl.validate.batch import Validation, find_rule, unmeasurable, validate_batch
from etl.workflows.build.worker_pool import read_captures


def read_and_validate(
    settings: Settings,
    entries: Sequence[CaptureRow],
    batch_id: str,
    run_id: str,
    docs: Path | None,
    advance: Advance = no_progress,
) -> tuple[dict[str, pa.Table], Validation]:
    """Staged tables of these captures, and the current rules' validation of them."""
    tables = read_and_stage(settings, entries, batch_id, run_id, advance)
    return tables, validate(settings, tables, batch_id, run_id, docs)


def read_and_stage(
    settings: Settings,
    entries: Sequence[CaptureRow],
    batch_id: str,
    run_id: str,
    advance: Advance = no_progress,
) -> dict[str, pa.Table]:
    """Staged tables of these captures, filled while the workers read."""
    hashes = {entry.capture.capture_id: entry.content_sha256 for entry in entries}
    outlets = load_outlets(settings.outlets)
    staging = Staging(outlets, batch_id, run_id, EXTRACTOR_VERSION)
    for capture, result in read_captures((entry.capture for entry in entries), settings):
        staging.add(CaptureRow(capture, hashes[capture.capture_id]), result)
        advance(1)
    tables = staging.tables()
    problems = unmeasurable(tables, EXPECTATIONS, outlets)
    return with_failed(tables, problems) if problems else tables


def validate(
    settings: Settings,
    tables: Mapping[str, pa.Table],
    batch_id: str,
    run_id: str,
    docs: Path | None,
) -> Validation:
    """Validate staged tables by the current rules."""
    outlets = load_outlets(settings.outlets)
    return validate_batch(tables, batch_id, run_id, EXPECTATIONS, docs, outlets)


def current_rule(name: str) -> Rule | None:
    """The rule ``<table>.<rule>`` of the suites; None if they no longer have it."""
    return find_rule(EXPECTATIONS, name)


def captures_of(
    settings: Settings, key: Literal["batch_id", "capture_id"], values: Sequence[str]
) -> list[CaptureRow]:
    """The stored captures of batches, or those of these ids, in the order of their times."""
    names = (
        "capture_id, source, url, outlet_id, captured_at, captured_at_source, content, "
        "content_type, content_encoding, read_error, declared_published_at, declared_time_source, "
        "content_sha256"
    )
    found: list[CaptureRow] = []
    if not values:
        return found
    with open_lake(settings) as lake:
        pages = lake.execute(
            f"SELECT {names} FROM {CATALOG}.raw.page_capture "  # noqa: S608  (constants)
            f"WHERE {key} IN (SELECT unnest(?::VARCHAR[]))",
            [list(values)],
        )
        # A few at a time: the bytes of a batch are in memory once then, not twice.
        for few in pages.to_arrow_reader(100):
            for row in few.to_pylist():
                content_sha256 = row.pop("content_sha256")
                if row["read_error"] is not None:
                    row["read_error"] = Problem.parse(row["read_error"])
                row["captured_at_source"] = CaptureTimeSource(row["captured_at_source"])
                if row["declared_time_source"] is not None:
                    row["declared_time_source"] = TimeSource(row["declared_time_source"])
                found.append(CaptureRow(Capture(**row), content_sha256))
    # Here and not by DuckDB, which would hold the bytes of all to sort them.
    found.sort(key=lambda row: (row.capture.captured_at, row.capture.capture_id))
    return found
