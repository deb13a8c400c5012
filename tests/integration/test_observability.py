"""What a run leaves to watch it by: log lines, lineage events, metrics."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.lake.connection import open_lake
from etl.settings import PROJECT, Settings
from etl.workflows import metrics
from etl.workflows.build import chain
from etl.workflows.build.batches import load_batch
from etl.workflows.collect.files import ingest_files
from etl.workflows.run_ids import new_run_id

PAGES = PROJECT / "seeds" / "pages"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("observe"))
    paths = [*sorted(PAGES.glob("kalbela*"))[:6], *sorted(PAGES.glob("*broken*"))]
    chain.run(settings, paths, new_run_id())
    return settings


def lines(settings: Settings, name: str) -> list[dict[str, Any]]:
    text = (settings.logs / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with open_lake(settings, read_only=True) as lake:
        return lake.execute(sql).fetchall()


def test_each_step_logs_start_and_end_with_the_ids_of_run_and_batch(settings: Settings) -> None:
    log = lines(settings, "khobor.jsonl")
    assert [line["event"] for line in log if "capture_id" not in line] == [
        f"{step}_{state}"
        for step in ("ingest", "stage", "load", "stories", "publish")
        for state in ("started", "done")
    ]
    [(run_id, batch_id)] = rows(
        settings, f"SELECT run_id, batch_id FROM {CATALOG}.core.etl_run WHERE step = 'build'"
    )
    assert {line["run_id"] for line in log} == {run_id}
    assert {line["batch_id"] for line in log if line["event"] == "load_done"} == {batch_id}
    assert all(line["at"].endswith("Z") and line["level"] for line in log)


def test_a_capture_that_was_not_loaded_has_a_line_and_says_no_text(settings: Settings) -> None:
    named = {
        (line["capture_id"], line["outlet_id"], line["outcome"])
        for line in lines(settings, "khobor.jsonl")
        if line["event"] == "capture_not_loaded"
    }
    kept = rows(
        settings,
        f"SELECT capture_id, outlet_id, outcome FROM {CATALOG}.core.fact_capture "
        "WHERE outcome IN ('failed', 'quarantined')",
    )
    assert kept
    assert named == set(kept)
    log = (settings.logs / "khobor.jsonl").read_text(encoding="utf-8")
    texts = rows(
        settings,
        f"SELECT title FROM {CATALOG}.core.fact_article UNION ALL "
        f"SELECT unnest(paragraphs) FROM {CATALOG}.core.article_text",
    )
    assert texts
    assert not [text for (text,) in texts if text and text in log]


def test_lineage_leads_from_a_mart_column_to_the_raw_bytes(settings: Settings) -> None:
    origins: dict[str, set[str]] = {}
    for event in lines(settings, "openlineage.jsonl"):
        for output in event["outputs"]:
            fields = output["facets"]["columnLineage"]["fields"]
            for column, field in fields.items():
                origins.setdefault(f"{output['name']}.{column}", set()).update(
                    f"{source['name']}.{source['field']}" for source in field["inputFields"]
                )
    assert origins["mart.article.title"] == {"core.fact_article.title"}
    assert origins["core.fact_article.title"] == {"raw.page_capture.content"}
    assert origins["core.fact_capture.url"] == {"raw.page_capture.url"}
    assert "mart.event_article.evidence" in origins["mart.event.evidence"]
    assert "core.fact_event.evidence" in origins["mart.event_article.evidence"]
    named = {table.rpartition(".")[0] for sources in origins.values() for table in sources}
    known = {
        f"{schema}.{table}"
        for schema, table in rows(
            settings,
            f"SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name='{CATALOG}'",
        )
    }
    assert named - known <= {name for name in named if name.startswith("mart.")}


def test_each_lineage_run_starts_and_completes_once(settings: Settings) -> None:
    states: dict[str, list[str]] = {}
    for event in lines(settings, "openlineage.jsonl"):
        states.setdefault(event["run"]["runId"], []).append(event["eventType"])
    assert set(map(tuple, states.values())) == {("START", "COMPLETE")}


def test_a_step_that_fails_says_so_in_both(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    with pytest.raises(LakeError):
        load_batch(settings, "no-such-batch", "run-1")
    last = lines(settings, "khobor.jsonl")[-1]
    assert (last["event"], last["level"], last["error"]) == ("load_failed", "error", "LakeError")
    assert "no-such-batch" in last["message"]
    event = lines(settings, "openlineage.jsonl")[-1]
    assert event["eventType"] == "FAIL"
    assert "no-such-batch" in event["run"]["facets"]["errorMessage"]["message"]


def test_a_lineage_service_that_is_away_stops_nothing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, openlineage_url="http://127.0.0.1:9")
    ingest_files(settings, [next(PAGES.glob("kalbela*"))], new_run_id())
    events = [line["event"] for line in lines(settings, "khobor.jsonl")]
    assert "lineage_not_emitted" in events
    assert "ingest_done" in events


@pytest.fixture
def metrics_port(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    servers: list[Any] = []
    start = metrics.start_http_server  # type: ignore[attr-defined]

    def started(*args: Any, **kwargs: Any) -> Any:
        servers.append(start(*args, **kwargs))
        return servers[-1]

    monkeypatch.setattr(metrics, "start_http_server", started)
    thread = Thread(target=metrics.serve_metrics, args=(settings, port))
    thread.start()
    while not servers:
        thread.join(0.01)
    yield port
    servers[0][0].shutdown()
    thread.join()


def test_metrics_are_the_lake_s_numbers(settings: Settings, metrics_port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics") as answer:
        text = answer.read().decode()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    for outcome, count in rows(
        settings, f"SELECT outcome, count(*) FROM {CATALOG}.core.fact_capture GROUP BY ALL"
    ):
        assert found["khobor_captures", outcome] == count
    assert found["khobor_articles", "kalbela"] > 0
    assert found["khobor_last_run_timestamp_seconds", "publish"] > 1.7e9
    assert ("khobor_quarantine_open",) in found
