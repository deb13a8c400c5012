"""Airflow without services: one process runs the DAGs as the scheduler would trigger them.

Metadata lies in SQLite under the project's home. ``environment()`` must be in force before
anything of Airflow is imported, which is why the functions import it themselves.
"""

import os
import secrets
import signal
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy

from etl.errors import KhoborError
from etl.resources import checkout

if TYPE_CHECKING:
    from airflow.sdk import DAG
    from airflow.sdk.types import RuntimeTaskInstanceProtocol

DAGS_FOLDER = checkout() / "dags"

# Airflow's own marker is `airflow.listeners.hookimpl`; this one is equal and imports nothing.
hookimpl = pluggy.HookimplMarker("airflow")


@dataclass(frozen=True)
class DagOutcome:
    """The result of one DAG run: per task the values it returned, one for each mapped instance."""

    is_success: bool
    seconds: float
    returned: dict[str, list[Any]]
    failures: tuple[str, ...]


class _FailureListener:
    """Notes why tasks failed: ``dag.test()`` itself only logs it."""

    def __init__(self) -> None:
        self.reasons: dict[str, str] = {}

    @hookimpl
    def on_task_instance_failed(
        self, task_instance: "RuntimeTaskInstanceProtocol", error: BaseException | None
    ) -> None:
        reason = (
            str(error) if isinstance(error, KhoborError) else f"{type(error).__name__}: {error}"
        )
        self.reasons[_name(task_instance)] = reason

    @hookimpl
    def on_task_instance_success(self, task_instance: "RuntimeTaskInstanceProtocol") -> None:
        self.reasons.pop(_name(task_instance), None)  # an earlier try failed, this one did not


def _name(task_instance: "RuntimeTaskInstanceProtocol") -> str:
    index = task_instance.map_index
    instance = "" if index is None or index < 0 else f"[{index}]"
    return f"{task_instance.dag_id}.{task_instance.task_id}{instance}"


def apply_environment(
    home: Path, logs: Path, environ: MutableMapping[str, str] = os.environ
) -> None:
    """Make a home for Airflow and point it there; settings of another Airflow don't reach in."""
    for name in [name for name in environ if name.startswith("AIRFLOW")]:
        del environ[name]
    home.mkdir(parents=True, exist_ok=True)
    environ.update(
        {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS_FOLDER),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            # An asset's event triggers only DAGs that aren't paused.
            "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(logs),
            "AIRFLOW__LOGGING__COLORED_CONSOLE_LOG": "False",
            # Signs tokens between tasks and API inside this process; the default is too short.
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(64),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            # The tasks import etl, and DAG files import each other, from here.
            "PYTHONPATH": str(DAGS_FOLDER.parent),
        }
    )


def prepare() -> None:
    """Bring the metadata database up to date and create the pools that the DAGs name."""
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb

    from dags._shared.assets import POOLS

    initdb()
    for name, (slots, purpose) in POOLS.items():
        Pool.create_or_update_pool(
            name=name, slots=slots, description=purpose, include_deferred=False
        )


def load_dags() -> "dict[str, DAG]":
    """Parse the DAG files.

    Raises:
        RuntimeError: a file can't be imported.
    """
    from airflow.dag_processing.dagbag import BundleDagBag

    bag = BundleDagBag(dag_folder=DAGS_FOLDER, bundle_path=DAGS_FOLDER, bundle_name="dags-folder")
    # Reading the files leaves a handler of Airflow's behind, in which a later crash of native code
    # would go round for ever, and hold the lake's lock, instead of ending the process.
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    if bag.import_errors:
        raise RuntimeError("\n".join(f"{file}: {why}" for file, why in bag.import_errors.items()))
    return bag.dags


def run_dag(dag: "DAG", conf: dict[str, Any] | None = None) -> DagOutcome:
    """Run one DAG to its end in this process."""
    from airflow.models.xcom import XComModel
    from airflow.sdk.listener import get_listener_manager
    from airflow.utils.session import create_session
    from sqlalchemy import select

    listener = _FailureListener()
    started = time.monotonic()
    get_listener_manager().add_listener(listener)  # type: ignore[no-untyped-call]
    try:
        run = dag.test(run_conf=conf)
    finally:
        get_listener_manager().pm.unregister(listener)
    seconds = time.monotonic() - started
    returned: dict[str, list[Any]] = {}
    query = (
        select(XComModel)
        .where(XComModel.dag_id == dag.dag_id, XComModel.run_id == run.run_id)
        .where(XComModel.key == "return_value")
        .order_by(XComModel.map_index)
    )
    with create_session() as session:
        for value in session.scalars(query):
            returned.setdefault(value.task_id, []).append(XComModel.deserialize_value(value))
    is_success = run.state == "success"
    failures = [f"{task}: {reason}" for task, reason in listener.reasons.items()]
    if not is_success and not failures:  # no task got as far as to say why
        failures = [f"{dag.dag_id} ended as {run.state}"]
    return DagOutcome(is_success, seconds, returned, tuple(failures))


def take_trigger(dag_id: str) -> bool:
    """Whether assets have triggered the DAG since it last ran; the trigger is used up.

    The queue is the one that the scheduler reads, filled by Airflow itself at each asset event.
    """
    from airflow.models.asset import AssetDagRunQueue
    from airflow.utils.session import create_session
    from sqlalchemy import delete

    queue = delete(AssetDagRunQueue).where(AssetDagRunQueue.target_dag_id == dag_id)
    with create_session() as session:
        return bool(session.scalars(queue.returning(AssetDagRunQueue.asset_id)).all())
