"""Airflow's metadata and the parsed DAGs, made once for all tests of this folder."""

from typing import TYPE_CHECKING

import pytest

from devserver import embedded

if TYPE_CHECKING:
    from airflow.sdk import DAG


@pytest.fixture(scope="session")
def dags() -> "dict[str, DAG]":
    embedded.prepare()
    return embedded.load_dags()


@pytest.fixture
def empty_queue(dags: "dict[str, DAG]") -> None:
    for dag_id in dags:
        embedded.take_trigger(dag_id)
