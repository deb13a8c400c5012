"""How runs go on Airflow: what is retried, skipped, held back and announced.

The steps are stand-ins, so that they fail on cue; Airflow, its queue of asset events and the DAGs
are real.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from devserver import embedded
from etl.errors import LakeBusyError, LakeError, ValidationBrokenError
from etl.workflows import maintain, publishing
from etl.workflows.build import batches, chain, checks, stories
from etl.workflows.build.checks import Checks
from etl.workflows.collect import files

if TYPE_CHECKING:
    from airflow.sdk import DAG

pytestmark = pytest.mark.usefixtures("home", "empty_queue")


@dataclass(frozen=True)
class Report:
    """Stands for any step's report."""

    captures_new: int = 1


class Steps:
    """Notes the calls of the workflows' functions, and fails where instructed to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.pending: list[str] = []
        self.errors: dict[str, list[Exception | None]] = {}

    def step(self, name: str, has_subject: bool = False) -> Callable[..., Report]:
        def called(settings: object, *arguments: Any) -> Report:
            label = f"{name} {arguments[0]}" if has_subject else name
            self.calls.append(label)
            error = (self.errors.get(label) or [None]).pop(0)
            if error is not None:
                raise error
            return Report()

        return called


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    steps = Steps()
    for module, name in (
        (files, "ingest_files"),
        (stories, "link_stories"),
        (chain, "check_balance"),
        (publishing, "publish"),
        (publishing, "report"),
    ):
        monkeypatch.setattr(module, name, steps.step(name))
    monkeypatch.setattr(maintain, "maintain", steps.step("maintain"))
    for name in ("stage_batch", "load_batch"):
        monkeypatch.setattr(batches, name, steps.step(name, has_subject=True))
    monkeypatch.setattr(chain, "build_docs", lambda folder: None)
    monkeypatch.setattr(checks, "summarise_checks", lambda settings, taken: Checks(0, {}))
    monkeypatch.setattr(
        batches,
        "pending_batches",
        lambda settings: [batch for batch in steps.pending if batch not in loaded(steps)],
    )
    return steps


def loaded(steps: Steps) -> list[str]:
    """The batches that were loaded, by name."""
    load = "load_batch "
    return sorted(call.removeprefix(load) for call in steps.calls if call.startswith(load))


@pytest.fixture
def ingest(dags: "dict[str, DAG]", tmp_path: Path) -> Callable[[], embedded.DagOutcome]:
    return lambda: embedded.run_dag(dags["ingest_folder"], {"paths": [str(tmp_path)]})


@pytest.fixture
def build(dags: "dict[str, DAG]") -> Callable[[], embedded.DagOutcome]:
    return lambda: embedded.run_dag(dags["build_articles"])


def test_transient_error_is_tried_again(
    steps: Steps,
    ingest: Callable[[], embedded.DagOutcome],
    dags: "dict[str, DAG]",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    task = dags["ingest_folder"].get_task("ingest")
    monkeypatch.setattr(task, "retry_delay", timedelta(milliseconds=1))
    steps.errors["ingest_files"] = [LakeBusyError("the lake is held"), None]
    outcome = ingest()
    assert outcome.is_success
    assert outcome.failures == ()
    assert steps.calls == ["ingest_files", "ingest_files"]


@pytest.mark.parametrize("error", [LakeError("the lake at X is torn"), ValueError("no such thing")])
def test_other_errors_are_final(
    steps: Steps, ingest: Callable[[], embedded.DagOutcome], error: Exception
) -> None:
    steps.errors["ingest_files"] = [error, None]
    outcome = ingest()
    assert not outcome.is_success
    assert steps.calls == ["ingest_files"]
    (failure,) = outcome.failures
    assert failure.startswith("ingest_folder.ingest: ")
    assert failure.endswith(str(error))


def test_paths_are_required(dags: "dict[str, DAG]", steps: Steps) -> None:
    with pytest.raises(ValueError, match="paths"):
        embedded.run_dag(dags["ingest_folder"], {"paths": []})
    assert steps.calls == []


def test_ingest_announces_batches_that_wait(
    steps: Steps, ingest: Callable[[], embedded.DagOutcome]
) -> None:
    steps.pending = ["batch-1"]
    assert ingest().is_success
    assert embedded.take_trigger("build_articles")
    assert not embedded.take_trigger("build_articles")


def test_ingest_without_news_announces_nothing(
    steps: Steps, ingest: Callable[[], embedded.DagOutcome]
) -> None:
    assert ingest().is_success
    assert not embedded.take_trigger("build_articles")


def test_build_without_news_skips_all(
    steps: Steps, build: Callable[[], embedded.DagOutcome]
) -> None:
    assert build().is_success
    assert steps.calls == []
    assert not embedded.take_trigger("publish_warehouse")


def test_build_takes_batch_by_batch(steps: Steps, build: Callable[[], embedded.DagOutcome]) -> None:
    steps.pending = ["batch-1", "batch-2"]
    outcome = build()
    assert outcome.is_success
    assert steps.calls[-2:] == ["link_stories", "check_balance"]
    assert set(steps.calls[:-2]) == {
        f"{step} {batch}" for step in ("stage_batch", "load_batch") for batch in steps.pending
    }
    staged, loaded = outcome.returned["batch.stage"], outcome.returned["batch.load"]
    assert len({report["run_id"] for report in staged}) == len(loaded) == 2
    assert embedded.take_trigger("publish_warehouse")


def test_failed_batch_holds_no_other_back(
    steps: Steps, build: Callable[[], embedded.DagOutcome]
) -> None:
    steps.pending = ["batch-1", "batch-2"]
    steps.errors["stage_batch batch-1"] = [ValidationBrokenError("suite article: broken")]
    outcome = build()
    assert not outcome.is_success
    assert outcome.failures == ("build_articles.batch.stage[0]: suite article: broken",)
    assert "load_batch batch-1" not in steps.calls
    assert steps.calls[-3:] == ["load_batch batch-2", "link_stories", "check_balance"]
    assert embedded.take_trigger("publish_warehouse")


def test_more_batches_than_a_run_takes_are_left_to_the_next(
    steps: Steps, build: Callable[[], embedded.DagOutcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__MAX_MAP_LENGTH", "2")
    steps.pending = ["batch-1", "batch-2", "batch-3"]
    assert build().is_success
    assert loaded(steps) == ["batch-1", "batch-2"]
    assert embedded.take_trigger("build_articles")
    assert build().is_success
    assert loaded(steps) == ["batch-1", "batch-2", "batch-3"]
    assert not embedded.take_trigger("build_articles")


def test_batches_that_all_fail_trigger_no_other_run(
    steps: Steps, build: Callable[[], embedded.DagOutcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__MAX_MAP_LENGTH", "1")
    steps.pending = ["batch-1", "batch-2"]
    steps.errors["stage_batch batch-1"] = [ValidationBrokenError("suite article: broken")]
    assert not build().is_success
    assert not embedded.take_trigger("build_articles")


def test_build_that_loads_nothing_announces_nothing(
    steps: Steps, build: Callable[[], embedded.DagOutcome]
) -> None:
    steps.pending = ["batch-1"]
    steps.errors["load_batch batch-1"] = [LakeError("the commit left no row")]
    assert not build().is_success
    assert steps.calls == ["stage_batch batch-1", "load_batch batch-1"]
    assert not embedded.take_trigger("publish_warehouse")


def test_lost_captures_stop_the_announcement(
    steps: Steps, build: Callable[[], embedded.DagOutcome]
) -> None:
    steps.pending = ["batch-1"]
    steps.errors["check_balance"] = [LakeError("3 captures, 2 outcomes")]
    assert not build().is_success
    assert not embedded.take_trigger("publish_warehouse")


@pytest.mark.parametrize(
    ("dag_id", "called"),
    [("publish_warehouse", ["publish", "report"]), ("maintain_lake", ["maintain"])],
)
def test_dags_of_few_steps(
    dags: "dict[str, DAG]", steps: Steps, dag_id: str, called: list[str]
) -> None:
    assert embedded.run_dag(dags[dag_id]).is_success
    assert steps.calls == called
