"""The datasets' figures are those of the marts, although a dataset has many rows for one thing."""

from pathlib import Path

import duckdb
import pytest

from bi.dashboards.trust import TRUST
from bi.datasets import DATASETS
from bi.superset.charts import UNFILTERED
from tests.superset.serving import Served

FIGURES = (
    ("article", "articles", "SELECT article_count FROM mart.build_info"),
    ("article", "outlets", "SELECT outlet_count FROM mart.build_info"),
    (
        "article",
        "undated_share",
        "SELECT undated_article_count / article_count FROM mart.build_info",
    ),
    ("article", "agency_share", "SELECT avg(is_agency_credited::INT) FROM mart.article"),
    ("article", "revised_share", "SELECT avg((revision_count > 0)::INT) FROM mart.article"),
    ("capture", "captures", "SELECT capture_count FROM mart.build_info"),
    ("capture", "articles", "SELECT article_count FROM mart.build_info"),
    ("capture", "loaded_share", "SELECT avg((outcome = 'loaded')::INT) FROM mart.capture_outcome"),
    ("capture", "pending", "SELECT pending_capture_count FROM mart.build_info"),
    ("declared", "urls", "SELECT count(DISTINCT url) FROM mart.declared_url"),
    ("declared", "fetched_share", "SELECT avg(is_fetched::INT) FROM mart.declared_url"),
    ("event", "events", "SELECT event_count FROM mart.build_info"),
    ("rejected", "rows", "SELECT count(*) FROM mart.rejected_article"),
    ("revision", "revisions", "SELECT count(*) FROM mart.article_revision"),
    ("source", "articles", "SELECT count(DISTINCT article_id) FROM mart.article_source"),
    ("story", "stories", "SELECT story_count FROM mart.build_info"),
    ("validation", "runs", "SELECT count(DISTINCT run_id) FROM mart.data_quality"),
)


def one(path: Path, sql: str) -> float:
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


@pytest.mark.parametrize(
    ("dataset", "metric", "mart"), FIGURES, ids=[f"{name}-{metric}" for name, metric, _ in FIGURES]
)
def test_a_metric_is_the_figure_of_the_marts(
    home: Path, dataset: str, metric: str, mart: str
) -> None:
    (declared,) = (each for each in DATASETS if each.name == dataset)
    warehouse = home / "publish" / "current" / "warehouse.duckdb"
    shown = one(
        warehouse, f"SELECT {declared.metric(metric).sql} FROM ({declared.sql(UNFILTERED)})"
    )
    assert shown == pytest.approx(one(warehouse, mart))


def test_a_span_of_time_is_said_in_words(home: Path) -> None:
    (articles,) = (each for each in DATASETS if each.name == "article")
    with duckdb.connect(str(home / "publish/current/warehouse.duckdb"), read_only=True) as build:
        shown, minutes = build.execute(
            f"SELECT ({articles.metric('lag_median').sql}), "
            "(SELECT median(lag_minutes) FROM mart.article) "
            f"FROM ({articles.sql(UNFILTERED)})"
        ).fetchall()[0]
    assert shown == f"{minutes:.0f} মিনিট" if minutes < 120 else shown.endswith(("ঘণ্টা", "দিন"))


def test_this_build_shows_what_the_build_says_of_itself(served: Served) -> None:
    (chart,) = (chart for chart in TRUST.charts if chart.title == "This build")
    response = served.api.get(f"/api/v1/chart/{served.chart(chart)['id']}/data/")
    assert response.status_code == 200, response.text
    (row,) = response.json()["result"][0]["data"]
    with duckdb.connect(
        str(served.settings.current_build / "warehouse.duckdb"), read_only=True
    ) as connection:
        build = connection.execute(
            "SELECT build_id, capture_count, article_count, pending_capture_count "
            "FROM mart.build_info"
        ).fetchone()
    assert (row["build_id"], row["captures"], row["articles"], row["pending"]) == build
