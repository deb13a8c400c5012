"""The DAGs of the live web, run by Airflow against made-up outlets on loopback."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from dags._shared.web import OUTLET_DAYS, STALE_OUTLETS
from devserver import embedded
from etl.lake.connection import open_lake
from etl.load.declared import write_declared
from etl.schema.derive.arrow import arrow_schema
from etl.schema.tables.ledgers import FACT_DECLARED
from etl.settings import load_settings
from etl.workflows import status
from tests.web.site import ROBOTS, Reply, Site, article, rss, serve

if TYPE_CHECKING:
    from airflow.sdk import DAG

pytestmark = pytest.mark.usefixtures("empty_queue", "web_settings")

DAY = datetime(2026, 1, 4, 18, tzinfo=UTC)  # the start of 5 January in Dhaka
PUBLISHED = DAY + timedelta(hours=8)


@pytest.fixture
def sites() -> Iterator[dict[str, Site]]:
    """Two outlets; the second answers nothing but errors."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(serve({"/robots.txt": ROBOTS})) for name in ("good", "down")
        }


@pytest.fixture
def web_settings(home: Path, tmp_path: Path, sites: dict[str, Site],
                 monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    outlets = [
        {
            "id": name,
            "name_en": name,
            "hosts": [site.host],
            "url_id": r"/news/(\d+)",
            "feeds": [site.url("/feed.xml")],
            "sitemaps": [site.url("/sitemap-{date:%Y-%m-%d}.xml")],
        }
        for name, site in sites.items()
    ]
    path = tmp_path / "outlets.yml"
    path.write_text(json.dumps({"outlets": outlets}))
    for name, value in {
        "OUTLETS": str(path),
        "CONTACT": "desk@khobor.example",
        "FETCH_DELAY_SECONDS": "0.02",
        "FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
        "WORKERS": "1",
    }.items():
        monkeypatch.setenv(f"KHOBOR_{name}", value)
    good, down = sites["good"], sites["down"]
    good.routes["/news/1"] = Reply(article(1))
    good.routes["/news/2"] = Reply(article(2))
    good.routes["/feed.xml"] = rss(
        [(good.url(f"/news/{n}"), format_datetime(PUBLISHED)) for n in (1, 2)]
    )
    down.routes["/feed.xml"] = Reply(b"broken", 500)


def partitions(asset: Any) -> list[str | None]:
    """The partitions of the asset's events, oldest first."""
    from airflow.models.asset import AssetEvent, AssetModel
    from airflow.utils.session import create_session
    from sqlalchemy import select

    query = (
        select(AssetEvent.partition_key)
        .join(AssetModel, AssetModel.id == AssetEvent.asset_id)
        .where(AssetModel.name == asset.name)
        .order_by(AssetEvent.id)
    )
    with create_session() as session:
        return list(session.scalars(query))


def test_feeds_are_collected_announced_and_watched(
    dags: "dict[str, DAG]", sites: dict[str, Site]
) -> None:
    before = len(partitions(OUTLET_DAYS))
    outcome = embedded.run_dag(dags["ingest_feeds"])
    assert outcome.is_success, outcome.failures
    by_outlet = {report["outlets"][0]: report for report in outcome.returned["collect"]}
    assert by_outlet["good"]["fetched"]["captured"] == 2
    assert by_outlet["down"]["fetched"]["captured"] == 0
    (total,) = outcome.returned["summarise"]
    assert total["captured"] == 2
    assert [problem["address"] for problem in total["problems"]] == [sites["down"].url("/feed.xml")]
    # One event for the outlet and the day of publication; the captures start the build.
    assert partitions(OUTLET_DAYS)[before:] == ["good|2026-01-05"]
    assert embedded.take_trigger("build_articles")
    assert "check_freshness" not in outcome.returned

    # Nothing is new but a page that the second outlet can't give: its day got no page.
    down = sites["down"]
    down.routes["/feed.xml"] = rss([(down.url("/news/1"), format_datetime(PUBLISHED))])
    down.routes["/news/1"] = Reply(b"broken", 500)
    again = embedded.run_dag(dags["ingest_feeds"])
    assert again.is_success
    (total,) = again.returned["summarise"]
    assert (total["captured"], total["failed"]) == (0, 1)
    assert partitions(OUTLET_DAYS)[before:] == ["good|2026-01-05"]


def test_a_run_of_sitemaps_stands_for_its_day(
    dags: "dict[str, DAG]", sites: dict[str, Site]
) -> None:
    good = sites["good"]
    entries = "".join(
        f"<url><loc>{good.url(f'/news/{number}')}</loc><n:news><n:publication_date>"
        f"{at.isoformat()}</n:publication_date></n:news></url>"
        for number, at in ((1, PUBLISHED), (2, PUBLISHED + timedelta(hours=1)))
    )
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    body = f'<?xml version="1.0"?><urlset {spaces}>{entries}</urlset>'
    good.routes["/sitemap-2026-01-05.xml"] = Reply(body.encode(), content_type="text/xml")
    before = len(partitions(OUTLET_DAYS))
    # A run by hand stands for the last day that had ended by its date.
    run = dags["ingest_sitemaps"].test(logical_date=DAY + timedelta(days=1))
    assert run.state == "success"
    asked = {entry.path for entry in good.log if entry.path.startswith("/sitemap")}
    assert asked == {"/sitemap-2026-01-05.xml"}
    assert partitions(OUTLET_DAYS)[before:] == ["good|2026-01-05"]


def test_a_backfill_has_a_run_for_each_day_in_dhaka(dags: "dict[str, DAG]") -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    dag = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(dags["ingest_sitemaps"]))
    last = DAY + timedelta(days=2)
    intervals = [info.data_interval for info in dag.iter_dagrun_infos_between(DAY, last)]
    starts = [interval and interval.start for interval in intervals]
    assert starts == [DAY, DAY + timedelta(days=1), last]


def test_without_a_contact_nothing_runs(
    dags: "dict[str, DAG]", sites: dict[str, Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KHOBOR_CONTACT", "")
    assert embedded.run_dag(dags["ingest_feeds"]).is_success
    assert [site.log for site in sites.values()] == [[], []]


@pytest.fixture
def declare() -> Callable[..., None]:
    def write(outlet_id: str, moments: list[datetime]) -> None:
        settings = load_settings()
        rows = [
            {
                "declared_in": "feed", "url": f"https://x.example/{outlet_id}/{n}",
                "declaration_kind": "feed", "outlet_id": outlet_id, "article_id": None,
                "declared_at": moment, "declared_rank": 1, "title": None, "published_at": moment,
                "section": None, "capture_id": None,
            }
            for n, moment in enumerate(moments)
        ]  # fmt: skip
        table = pa.Table.from_pylist(rows, schema=arrow_schema(FACT_DECLARED))
        with open_lake(settings) as lake, lake.write("test"):
            write_declared(lake.connection, table)

    return write


def test_a_stale_outlet_is_reported_once(
    dags: "dict[str, DAG]", sites: dict[str, Site], declare: Callable[..., None]
) -> None:
    """An outlet that wrote every hour is silent after a day; one that writes each week isn't."""
    sites["good"].routes["/feed.xml"] = rss([])
    now = datetime.now(UTC)
    declare("hourly", [now - timedelta(hours=n) for n in range(24, 24 * 15)])
    declare("weekly", [now - timedelta(days=1 + 3 * n) for n in range(9)])
    declare("new", [now - timedelta(days=2, hours=n) for n in range(5)])
    before = len(partitions(STALE_OUTLETS))
    first = embedded.run_dag(dags["ingest_feeds"])
    assert first.is_success
    (silent,) = first.returned["check_freshness"]
    assert list(silent) == ["hourly"]
    assert silent["hourly"]["hours"] >= 24 > silent["hourly"]["usual_hours"] >= 1
    assert partitions(STALE_OUTLETS)[before:] == ["hourly"]
    (row,) = dict(status.status(load_settings()))["no news for longer than usual"].rows
    assert row[0] == "hourly"
    assert "check_freshness" not in embedded.run_dag(dags["ingest_feeds"]).returned
    assert partitions(STALE_OUTLETS)[before:] == ["hourly"]
