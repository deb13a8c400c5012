"""An account for a colleague: dashboards, and SQL Lab on the build, and nothing else."""

from collections.abc import Iterator

import httpx
import pytest

from bi.dashboards.coverage import COVERAGE
from bi.superset.accounts import add_user
from etl.errors import UsageError
from etl.settings import Settings
from tests.superset.serving import Served, Token

NAME = "mitu"


@pytest.fixture(scope="module")
def reader(served: Served) -> Iterator[httpx.Client]:
    password = add_user(served.settings, NAME, "reader")
    with httpx.Client(base_url=served.superset, timeout=600, trust_env=False) as api:
        api.auth = Token(served.superset, password, NAME)
        api.headers["X-CSRFToken"] = api.get("/api/v1/security/csrf_token/").json()["result"]
        yield api


def _run_sql(served: Served, reader: httpx.Client, sql: str) -> httpx.Response:
    (database,) = served.api.get("/api/v1/database/").json()["result"]
    query = {"database_id": database["id"], "sql": sql, "runAsync": False}
    return reader.post("/api/v1/sqllab/execute/", json=query)


def test_a_reader_sees_dashboards_and_their_charts(served: Served, reader: httpx.Client) -> None:
    assert reader.get(f"/api/v1/dashboard/{COVERAGE.name}").status_code == 200
    for chart in COVERAGE.charts:
        answer = reader.get(f"/api/v1/chart/{served.chart(chart)['id']}/data/")
        assert answer.status_code == 200, answer.text


def test_a_reader_queries_the_build_and_cannot_change_it(
    served: Served, reader: httpx.Client
) -> None:
    answer = _run_sql(served, reader, "SELECT count(*) AS n FROM mart.article")
    assert answer.status_code == 200, answer.text
    assert answer.json()["data"][0]["n"] > 0
    assert _run_sql(served, reader, "DELETE FROM mart.article").status_code >= 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/api/v1/chart/"),
        ("post", "/api/v1/dashboard/"),
        ("post", "/api/v1/dataset/"),
        ("post", "/api/v1/database/"),
        ("get", "/api/v1/security/users/"),
        ("get", "/api/v1/security/roles/"),
        ("get", "/api/v1/log/"),
        ("get", "/api/v1/assets/export/"),
        ("post", "/api/v1/saved_query/"),
    ],
)
def test_a_reader_may_nothing_else(reader: httpx.Client, method: str, path: str) -> None:
    assert reader.request(method, path).status_code in (401, 403, 404)


def test_a_reader_can_delete_no_dashboard(served: Served, reader: httpx.Client) -> None:
    board = reader.get(f"/api/v1/dashboard/{COVERAGE.name}").json()["result"]
    assert reader.delete(f"/api/v1/dashboard/{board['id']}").status_code in (401, 403, 404)
    assert served.api.get(f"/api/v1/dashboard/{COVERAGE.name}").status_code == 200


def test_a_name_that_is_taken_is_refused(served: Served, reader: httpx.Client) -> None:
    with pytest.raises(UsageError, match=f"user {NAME} already"):
        add_user(served.settings, NAME, "analyst")


def test_without_a_superset_there_is_nobody_to_add(served: Served) -> None:
    with pytest.raises(UsageError, match="run `make serve` once"):
        add_user(Settings(home=served.settings.home / "elsewhere"), NAME, "reader")
