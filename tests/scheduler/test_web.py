"""The DAGs of the sources under a real scheduler, against made-up outlets on loopback.

Needs about two minutes of a core: run by ``make test-scheduler``.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from devserver.settings import DevserverSettings
from etl.lake.connection import open_lake
from tests.scheduler.airflow import Airflow, free_port, running
from tests.web.site import ROBOTS, Reply, Site, article, rss, serve

pytestmark = pytest.mark.scheduler

DAY = datetime(2026, 1, 4, 18, tzinfo=UTC)  # the start of 5 January in Dhaka
DAYS = ["2026-01-05", "2026-01-06", "2026-01-07"]
NAMES = ("first", "second", "down")


def sitemap(site: Site, number: int, at: datetime) -> Reply:
    spaces = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    body = (
        f'<?xml version="1.0"?><urlset {spaces}><url><loc>{site.url(f"/news/{number}")}</loc>'
        f"<n:news><n:publication_date>{at.isoformat()}</n:publication_date></n:news></url></urlset>"
    )
    return Reply(body.encode(), content_type="text/xml")


@pytest.fixture(scope="module")
def sites() -> Iterator[dict[str, Site]]:
    """Two outlets with a feed and a sitemap for each of three days; a third answers errors."""
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve({"/robots.txt": ROBOTS})) for name in NAMES}
        for name, site in sites.items():
            for number in range(1, 6):
                page = Reply(article(number)) if name != "down" else Reply(b"broken", 500)
                site.routes[f"/news/{number}"] = page
            items = [(site.url(f"/news/{n}"), format_datetime(DAY)) for n in (1, 2)]
            site.routes["/feed.xml"] = rss([*items])
            for number, day in enumerate(DAYS):
                at = DAY + timedelta(days=number, hours=8)
                site.routes[f"/sitemap-{day}.xml"] = sitemap(site, number + 3, at)
        yield sites


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, sites: dict[str, Site]) -> DevserverSettings:
    folder = tmp_path_factory.mktemp("scheduler")
    outlets = [
        {
            "id": name,
            "name_en": name,
            "hosts": [site.host],
            "url_id": r"/news/(\d+)",
            "feeds": [site.url("/feed.xml")],
            "sitemaps": [site.url("/sitemap-{date:%Y-%m-%d}.xml")] if name != "down" else [],
        }
        for name, site in sites.items()
    ]
    path = folder / "outlets.yml"
    path.write_text(json.dumps({"outlets": outlets}))
    return DevserverSettings(home=folder / "home", outlets=path, airflow_port=free_port())


@pytest.fixture(scope="module")
def airflow(settings: DevserverSettings) -> Iterator[Airflow]:
    khobor = {
        "KHOBOR_OUTLETS": str(settings.outlets),
        "KHOBOR_CONTACT": "desk@khobor.example",
        "KHOBOR_FETCH_DELAY_SECONDS": "0.02",
        "KHOBOR_FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
        "KHOBOR_INBOX_SETTLE_SECONDS": "0.5",
        "KHOBOR_WORKERS": "1",
    }
    with running(settings, khobor) as airflow:
        needed = {"ingest_feeds", "ingest_sitemaps", "ingest_inbox", "build_articles", "outlet_day"}
        airflow.wait_for(
            "the parsed DAGs",
            lambda: needed <= {row[0] for row in airflow.rows("SELECT dag_id FROM serialized_dag")},
        )
        assert airflow.rows("SELECT filename, stacktrace FROM import_error") == []
        yield airflow


def test_feeds_are_collected_by_outlets_and_start_what_hangs_on_them(
    airflow: Airflow, sites: dict[str, Site]
) -> None:
    airflow.unpause("build_articles", "outlet_day", "ingest_feeds")
    airflow.trigger("ingest_feeds")
    # The clock may start a run as well: the first to run finds the pages.
    airflow.wait_for("feeds", lambda: set(airflow.runs("ingest_feeds")) == {"success"})
    airflow.pause("ingest_feeds")
    mapped = airflow.returned("ingest_feeds", "collect")[: len(NAMES)]
    reports = {report["outlets"][0]: report["fetched"] for report in mapped}
    assert {name: reports[name]["captured"] for name in NAMES} == {
        "first": 2, "second": 2, "down": 0,
    }  # fmt: skip
    # The third host's circuit opens after five failures; the others go on.
    assert airflow.returned("ingest_feeds", "summarise")[0]["open_hosts"] == [sites["down"].host]
    asked = [entry.path for entry in sites["down"].log if entry.path.startswith("/news/")]
    assert asked == ["/news/1"] * 3 + ["/news/2"] * 2
    days = ["first|2026-01-05", "second|2026-01-05"]
    assert sorted(airflow.partitions("khobor_outlet_days")) == days
    assert set(airflow.state_store("khobor_outlet_days")) == {f"feed/{name}" for name in NAMES}
    airflow.wait_for("a run a day", lambda: len(airflow.returned("outlet_day", "tell")) == 2)
    assert sorted(airflow.returned("outlet_day", "tell")) == days
    airflow.wait_for("the chain", lambda: len(airflow.runs("build_articles", "asset_%")) > 0)


def test_a_backfill_of_airflow_has_a_run_for_each_day_in_dhaka(
    airflow: Airflow, sites: dict[str, Site]
) -> None:
    before = len(airflow.partitions("khobor_outlet_days"))
    airflow.command(
        "backfill", "create", "--dag-id", "ingest_sitemaps", "--max-active-runs", "1",
        "--from-date", f"{DAYS[0]}T00:00+06:00", "--to-date", f"{DAYS[-1]}T00:00+06:00",
    )  # fmt: skip
    airflow.unpause("ingest_sitemaps")
    airflow.wait_for(
        "the backfill", lambda: airflow.runs("ingest_sitemaps", "backfill") == ["success"] * 3
    )
    for name in NAMES[:2]:
        read = [
            entry.path for entry in sites[name].log if entry.path.startswith("/sitemap-2026-01")
        ]
        assert sorted(read) == [f"/sitemap-{day}.xml" for day in DAYS]
    assert sorted(airflow.partitions("khobor_outlet_days")[before:]) == [
        f"{name}|{day}" for name in NAMES[:2] for day in DAYS
    ]


def test_a_dropped_file_starts_the_run_that_takes_it(
    airflow: Airflow, settings: DevserverSettings
) -> None:
    airflow.unpause("ingest_inbox")
    inbox = settings.inbox_folder
    inbox.mkdir(parents=True, exist_ok=True)
    (inbox / "dropped.html").write_bytes(article(9, dated=True))
    airflow.wait_for("the dropped file", lambda: (inbox / "done" / "dropped.html").exists())
    airflow.wait_for(
        "its run", lambda: airflow.runs("ingest_inbox", "asset_triggered")[:1] == ["success"]
    )


def test_all_of_it_becomes_articles_and_no_page_was_asked_for_twice(
    airflow: Airflow, settings: DevserverSettings, sites: dict[str, Site]
) -> None:
    """Runs last: what came by feeds, sitemaps and the inbox."""

    def loaded() -> int:
        with open_lake(settings) as lake:
            row = lake.execute("SELECT count(*) FROM lake.core.fact_article").fetchone()
        return int(row[0]) if row else 0

    airflow.wait_for("the articles", lambda: loaded() == 11)
    for name in NAMES[:2]:
        pages = [entry.path for entry in sites[name].log if entry.path.startswith("/news/")]
        assert sorted(pages) == [f"/news/{number}" for number in range(1, 6)]
