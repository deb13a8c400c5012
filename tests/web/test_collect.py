"""The chain from the live web: discovery, frontier, fetching, lake; stopped, killed, run again."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from etl.cli.app import main
from etl.errors import LakeError, UsageError
from etl.ingest.frontier.records import DuePage
from etl.ingest.frontier.store import open_frontier
from etl.ingest.sources import feeds
from etl.ingest.web.crawl import RefetchPolicy
from etl.schema.records import DeclaredLink
from etl.schema.vocabulary import DeclarationKind, ProblemCode
from etl.settings import PROJECT, Settings
from etl.workflows import status
from etl.workflows.build import chain
from etl.workflows.collect import web
from tests.lake_rows import rows_of
from tests.web.site import ROBOTS, LoggedRequest, Reply, Site, article, rss, serve

FEED, SITEMAP = DeclarationKind.FEED, DeclarationKind.SITEMAP
URL_ID = r"/news/(\d+)"


def profile(site: Site, **sources: list[str]) -> dict[str, object]:
    return {
        "hosts": [site.host],
        "url_id": URL_ID,
        **{key: [site.url(path) for path in paths] for key, paths in sources.items()},
    }


def make_due(settings: Settings, **columns: object) -> None:
    """Time goes by: every page is due."""
    with closing(sqlite3.connect(settings.frontier / "frontier.sqlite")) as connection, connection:
        connection.execute("UPDATE frontier_page SET due_at = 1 WHERE due_at IS NOT NULL")


def due_times(settings: Settings) -> dict[str, float | None]:
    """When each page is due, by its URL."""
    with closing(sqlite3.connect(settings.frontier / "frontier.sqlite")) as connection:
        return dict(connection.execute("SELECT url, due_at FROM frontier_page"))


def test_from_a_feed_to_facts(sites, outlets_file, settings_for) -> None:
    def page(number: int) -> Callable[[LoggedRequest], Reply]:
        def reply(asked: LoggedRequest) -> Reply:
            if asked.headers.get("If-None-Match") == f'"{number}"':
                return Reply(b"", 304)
            return Reply(article(number, dated=number == 1001), headers={"ETag": f'"{number}"'})

        return reply

    def feed(asked: LoggedRequest) -> Reply:
        if asked.headers.get("If-None-Match") == '"f"':
            return Reply(b"", 304)
        date = "Mon, 05 Jan 2026 16:30:00 +0600"
        links = ["/news/1001", "/news/1002?utm_source=rss", "/news/1404", "/private/1003"]
        return rss(
            [*((link, date) for link in links), ("https://else.example/1", None)], ETag='"f"'
        )

    site = sites({"/rss": feed, **{f"/news/{n}": page(n) for n in (1001,)}})
    site.routes["/news/1002?utm_source=rss"] = page(1002)
    settings = settings_for(outlets_file(desh=profile(site, feeds=["/rss"])))

    found = web.discover(settings, FEED, (), "run-1")
    assert (found.sources_read, found.declared, found.new, found.off_site) == (1, 4, 4, 1)
    report = web.fetch(settings, (), "run-1")
    assert (report.due, report.captured, report.gone, report.blocked) == (4, 2, 1, 1)
    assert report.left_due == 0
    assert not site.asked("/private/1003")
    outcomes = chain.build(settings, "run-1")
    assert (outcomes["loaded"], outcomes["failed"]) == (2, 1)

    assert rows_of(
        settings,
        "SELECT article_id, strftime(published_at, '%d %H:%M'), published_at_source "
        "FROM lake.core.fact_article ORDER BY 1",
    ) == [("desh:1001", "05 04:00", "meta"), ("desh:1002", "05 10:30", "feed")]
    assert rows_of(
        settings,
        "SELECT url, outcome, reason, http_status, capture_id IS NULL "
        "FROM lake.core.fact_fetch ORDER BY url",
    ) == [
        (site.url("/news/1001"), "captured", None, 200, False),
        (site.url("/news/1002"), "captured", None, 200, False),
        (site.url("/news/1404"), "gone", "http_status: 404", 404, False),
        (
            site.url("/private/1003"),
            "blocked",
            "robots_disallow: robots.txt forbids it",
            None,
            True,
        ),
    ]
    assert rows_of(
        settings,
        "SELECT url, outlet_id, article_id, declared_rank, declared_in "
        "FROM lake.core.fact_declared ORDER BY declared_rank LIMIT 2",
    ) == [
        (site.url("/news/1001"), "desh", "desh:1001", 1, site.url("/rss")),
        (site.url("/news/1002"), "desh", "desh:1002", 2, site.url("/rss")),
    ]
    ((headers, source),) = rows_of(
        settings,
        "SELECT http_headers, captured_at_source FROM lake.raw.page_capture "
        "WHERE http_status = 200 ORDER BY url LIMIT 1",
    )
    assert json.loads(headers)["etag"] == '"1001"'
    assert source == "http"

    ((title, table), *_) = status.status(settings)
    today = dict(zip(table.columns, table.rows[0], strict=True))
    assert title == "completeness today"
    assert {name: count for name, count in today.items() if count} == {
        "outlet_id": "desh",
        "declared": 4,
        "captured": 3,
        "loaded": 2,
        "failed": 1,
        "blocked": 1,
        "lag_minutes_median": today["lag_minutes_median"],
        "lag_minutes_p95": today["lag_minutes_p95"],
    }

    # Again at once: the feed is unchanged, nothing is due, nothing changes.
    count = len(site.log)
    again = web.discover(settings, FEED, ("desh",), "run-2")
    assert (again.sources_unchanged, again.new) == (1, 0)
    assert web.fetch(settings, (), "run-2").due == 0
    assert len(site.log) == count + 1


def test_sitemaps_are_walked_backwards_over_a_range(sites, outlets_file, settings_for) -> None:
    def daily(day: int) -> bytes:
        return f"<urlset><url><loc>/news/{2000 + day}</loc></url></urlset>".encode()

    import gzip

    site = sites({f"/daily/2026-01-{d:02}.xml": Reply(daily(d)) for d in range(1, 8)})
    site.routes["/index.xml"] = Reply(
        b"<sitemapindex><sitemap><loc>/old.xml</loc><lastmod>2025-11-01</lastmod></sitemap>"
        b"<sitemap><loc>/new.xml.gz</loc><lastmod>2026-01-04</lastmod></sitemap>"
        b"<sitemap><loc>/index.xml</loc></sitemap></sitemapindex>"
    )
    site.routes["/new.xml.gz"] = Reply(
        gzip.compress(
            b"<urlset><url><loc>/news/3001</loc><lastmod>2026-01-03</lastmod></url>"
            b"<url><loc>/news/3002</loc><lastmod>2025-12-03</lastmod></url></urlset>"
        ),
        content_type="application/gzip",
    )
    outlet = profile(site, sitemaps=["/daily/{date}.xml", "/index.xml"])
    settings = settings_for(outlets_file(desh=outlet))
    since = datetime.fromisoformat("2026-01-02T00:00:00+06:00")
    until = datetime.fromisoformat("2026-01-04T23:59:59+06:00")
    report = web.discover(settings, SITEMAP, (), "run", since, until)
    assert report.problems == ()
    asked = [asked.path for asked in site.log if asked.path != "/robots.txt"]
    assert asked == [
        "/daily/2026-01-04.xml",
        "/daily/2026-01-03.xml",
        "/daily/2026-01-02.xml",
        "/index.xml",
        "/new.xml.gz",
    ]
    urls = rows_of(settings, "SELECT url FROM lake.core.fact_declared ORDER BY url")
    assert urls == [(site.url(f"/news/{n}"),) for n in (2002, 2003, 2004, 3001)]


def test_listings_and_url_lists(sites, outlets_file, settings_for, tmp_path: Path) -> None:
    links = "".join(f'<h2><a href="/news/{n}">খবর {n}</a></h2>' for n in (1001, 1002))
    site = sites({"/desh": Reply(links.encode()), "/news/1009": Reply(article(1009))})
    settings = settings_for(outlets_file(desh=profile(site, listings=["/desh"])))
    report = web.discover(settings, DeclarationKind.LISTING, (), "run")
    assert (report.declared, report.new) == (2, 2)
    wanted = tmp_path / "wanted.txt"
    wanted.write_text(f"{site.url('/news/1009')}\n{site.url('/news/1001')}\n")
    report = web.declare_urls(settings, [wanted], None, "run")
    assert (report.declared, report.new) == (2, 1)
    assert rows_of(
        settings,
        "SELECT declaration_kind, title, declared_in, outlet_id FROM lake.core.fact_declared "
        "ORDER BY url, declaration_kind",
    ) == [
        ("listing", "খবর 1001", site.url("/desh"), "desh"),
        ("url_list", None, "wanted.txt", "desh"),
        ("listing", "খবর 1002", site.url("/desh"), "desh"),
        ("url_list", None, "wanted.txt", "desh"),
    ]
    assert web.fetch(settings, ("desh",), "run").captured == 1


def test_young_articles_are_fetched_again_and_edits_make_versions(
    sites, outlets_file, settings_for
) -> None:
    versions = [article(1001), article(1001, " সংশোধিত")]

    def page(asked: LoggedRequest) -> Reply:
        if asked.headers.get("If-None-Match") == f'"{len(versions)}"':
            return Reply(b"", 304)
        return Reply(versions[-1], headers={"ETag": f'"{len(versions)}"'})

    now = datetime.now(UTC)
    young = (now - timedelta(minutes=10)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    old = (now - timedelta(days=30)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    site = sites({"/rss": rss([("/news/1001", young), ("/news/1002", old)]), "/news/1001": page})
    site.routes["/news/1002"] = Reply(article(1002))
    settings = settings_for(outlets_file(desh=profile(site, feeds=["/rss"])))
    web.discover(settings, FEED, (), "run-1")
    latest = versions.pop()
    assert web.fetch(settings, (), "run-1").captured == 2
    due = due_times(settings)
    assert due[site.url("/news/1002")] is None
    young_due = due[site.url("/news/1001")]
    assert young_due is not None
    age = (young_due - now.timestamp()) / 60
    assert 49 <= age <= 51
    make_due(settings)
    assert web.fetch(settings, (), "run-2").not_modified == 1
    versions.append(latest)
    make_due(settings)
    assert web.fetch(settings, (), "run-3").captured == 1
    chain.build(settings, "run-3")
    assert rows_of(
        settings,
        "SELECT article_id, max(version_no) FROM lake.core.fact_article GROUP BY 1 ORDER BY 1",
    ) == [("desh:1001", 2), ("desh:1002", 1)]
    assert len(site.asked("/news/1002")) == 1


@pytest.mark.parametrize(
    ("age", "due"), [(0.2, 1), (1, 6), (6.1, 24), (20, 168), (24.5, 168), (168, None)]
)
def test_young_articles_are_due_again_at_1_6_and_24_hours_and_7_days(
    settings_for, tmp_path: Path, age: float, due: float | None
) -> None:
    """Ages in hours; who is fetched shortly before an age is due at the next one."""
    hour = 3600.0
    born = 1_000_000.0
    page = DuePage("u", "u", "h", "o", born + 5 * hour, born, "feed", None, 0, None, None)
    policy = RefetchPolicy(settings_for(tmp_path).refetch_hours)
    again = policy.due_again(page, born + age * hour)
    assert again == (None if due is None else born + due * hour)


def test_failed_pages_wait_longer_each_time_and_end(sites, outlets_file, settings_for) -> None:
    site = sites({"/rss": rss([("/news/1001", None)]), "/news/1001": Reply(b"", 403)})
    settings = settings_for(outlets_file(desh=profile(site, feeds=["/rss"])))
    web.discover(settings, FEED, (), "run")
    waits = []
    for _ in range(5):
        assert web.fetch(settings, (), "run").failed == 1
        (due,) = due_times(settings).values()
        waits.append(due and round((due - time.time()) / 3600, 1))
        make_due(settings)
    assert waits == [0.2, 1.0, 6.0, 24.0, None]
    assert web.fetch(settings, (), "run").due == 0


_KILLED = """
import sys
from etl.workflows.collect import web as collect
from etl.settings import Settings
from pathlib import Path
settings = Settings(
    home=Path(sys.argv[1]), outlets=Path(sys.argv[2]), contact="desk@khobor.example",
    fetch_delay_seconds=0.02, fetch_allow_private="127.0.0.0/8", workers=1, batch_rows=7,
)
print(collect.fetch(settings, (), "run-" + sys.argv[3]))
"""


@pytest.mark.slow
def test_killed_and_run_again_goes_on_where_it_was(sites, outlets_file, settings_for) -> None:
    pages = {f"/news/{n}": Reply(article(n)) for n in range(1000, 1040)}
    names = [sites(dict(pages), address=f"127.0.0.{n}") for n in (2, 3)]
    for site in names:
        site.routes["/rss"] = rss([(path, None) for path in pages])
    outlets = outlets_file(
        **{f"o{number}": profile(site, feeds=["/rss"]) for number, site in enumerate(names)}
    )
    settings = settings_for(outlets)
    web.discover(settings, FEED, (), "run-0")
    command = [sys.executable, "-c", _KILLED, str(settings.home), str(outlets)]
    for kill, after in enumerate((10, 45), start=1):
        process = subprocess.Popen([*command, str(kill)], cwd=PROJECT)
        deadline = time.monotonic() + 600
        while sum(len(site.log) for site in names) < after and time.monotonic() < deadline:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    done = subprocess.run([*command, "3"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert "left_due=0" in done.stdout
    stored = rows_of(settings, "SELECT source, count(*) FROM lake.raw.page_capture GROUP BY 1")
    assert sorted(stored) == sorted((site.url(path), 1) for site in names for path in pages)
    assert len(rows_of(settings, "FROM lake.core.fact_fetch")) == 80
    # A page is asked for twice only if the answer was on its way when the process was killed.
    for site in names:
        twice = [path for path in pages if len(site.asked(path)) > 1]
        assert len(twice) <= 2


def test_a_source_whose_host_another_process_asks_is_told(
    sites, outlets_file, settings_for
) -> None:
    site = sites({"/rss": rss([("/news/1", None)])})
    settings = settings_for(outlets_file(one=profile(site, feeds=["/rss"])))
    with open_frontier(settings.frontier, "other") as other:
        assert other.hosts.claim(site.host, 0.02)
        report = web.discover(settings, FEED, (), "run")
        assert report.sources_read == 0
        assert [found.problem.code for found in report.problems] == [ProblemCode.HOST_TAKEN]
        assert site.log == []
    assert web.discover(settings, FEED, (), "again").sources_read == 1


def test_nothing_is_asked_for_where_the_lake_could_not_take_it(
    sites, outlets_file, settings_for
) -> None:
    site = sites({"/rss": rss([("/news/1", None)])})
    settings = settings_for(outlets_file(one=profile(site, feeds=["/rss"])))
    web.discover(settings, FEED, (), "run")
    asked = len(site.log)
    catalog = settings.lake_folder / "catalog.sqlite"
    whole = catalog.read_bytes()
    catalog.write_bytes(b"no database" * 1_000)
    with pytest.raises(LakeError):
        web.fetch(settings, (), "run")
    assert len(site.log) == asked
    catalog.write_bytes(whole)
    assert web.fetch(settings, (), "again").due == 1


def test_two_processes_share_the_hosts(sites, outlets_file, settings_for) -> None:
    pages = {f"/news/{n}": Reply(article(n)) for n in range(1000, 1020)}
    names = [sites(dict(pages), address=f"127.0.0.{n}") for n in (2, 3, 4)]
    for site in names:
        site.routes["/rss"] = rss([(path, None) for path in pages])
    outlets = outlets_file(
        **{f"o{number}": profile(site, feeds=["/rss"]) for number, site in enumerate(names)}
    )
    settings = settings_for(outlets)
    web.discover(settings, FEED, (), "run-0")
    command = [sys.executable, "-c", _KILLED, str(settings.home), str(outlets)]
    processes = [subprocess.Popen([*command, str(n)], cwd=PROJECT) for n in (1, 2)]
    assert [process.wait(600) for process in processes] == [0, 0]
    for site in names:
        assert all(len(site.asked(path)) == 1 for path in pages)
    assert len(rows_of(settings, "FROM lake.raw.page_capture")) == 60


def test_wrong_usage_is_told(sites, outlets_file, settings_for) -> None:
    site = sites()
    outlets = outlets_file(desh=profile(site, feeds=["/rss"]))
    with pytest.raises(UsageError, match="KHOBOR_CONTACT is not set"):
        web.discover(settings_for(outlets, contact=""), FEED, (), "run")
    with pytest.raises(UsageError, match="KHOBOR_CONTACT is not set"):
        web.fetch(settings_for(outlets, contact=""), (), "run")
    with pytest.raises(UsageError, match="no outlet 'x'"):
        web.discover(settings_for(outlets), FEED, ("x",), "run")
    with pytest.raises(UsageError, match="outlet desh has no sitemaps"):
        web.discover(settings_for(outlets), SITEMAP, ("desh",), "run")


@pytest.mark.parametrize(
    "contact", ["nobody", "a@b.org\r\nX-Evil: 1", "খবর@x.example", "a b@x.example", "ftp://x"]
)
def test_a_contact_that_is_none_is_refused(contact: str, settings_for, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mail address or an http"):
        settings_for(tmp_path / "outlets.yml", contact=contact)


def test_run_without_paths_from_the_command_line(outlets_file, tmp_path: Path) -> None:
    with serve({"/robots.txt": ROBOTS, "/news/1001": Reply(article(1001))}) as site:
        site.routes["/rss"] = rss([("/news/1001", None), ("/private/x", None)])
        outlets = outlets_file(
            desh=profile(site, feeds=["/rss"]), broken=profile(site, feeds=["/x"])
        )
        environment: dict[str, Any] = {
            **os.environ,
            "KHOBOR_HOME": str(tmp_path / "home"),
            "KHOBOR_OUTLETS": str(outlets),
            "KHOBOR_CONTACT": "https://khobor.example/about",
            "KHOBOR_FETCH_ALLOW_PRIVATE": "127.0.0.0/8",
            "KHOBOR_FETCH_DELAY_SECONDS": "0.02",
        }
        command = [sys.executable, "-m", "etl"]
        done = subprocess.run(
            [*command, "run"], cwd=PROJECT, env=environment, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        lines = done.stdout.splitlines()
        assert lines[0] == "feed: 2 URLs declared, 2 new; 1 sources read, 0 unchanged"
        assert lines[1:3] == [
            "1 sources gave nothing:",
            f"  {site.url('/x')}: http_status: 404",
        ]
        assert lines[3] == "pages due: 2 (1 captured, 1 blocked by robots.txt)"
        assert lines[4] == "outcomes: 1 loaded"
        assert lines[5].startswith("published: 1 articles")
        done = subprocess.run(
            [*command, "ingest", "feeds"],
            cwd=PROJECT,
            env={**environment, "KHOBOR_CONTACT": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2
        assert "KHOBOR_CONTACT is not set" in done.stderr


def test_a_new_frontier_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def opened(folder: Path) -> int:
        start.wait()
        with open_frontier(folder, "run") as frontier:
            return frontier.outbox.count()

    with ThreadPoolExecutor(8) as threads:
        for number in range(10):
            folders = [tmp_path / str(number)] * 8
            assert list(threads.map(opened, folders)) == [0] * 8


def test_a_source_that_raises_anything_fails_alone(
    sites, outlets_file, settings_for, monkeypatch, capsys
) -> None:
    good, bad = (sites({"/rss": rss([("/news/1", None)]), "/news/1": article(1)}) for _ in "12")

    def read(
        content: bytes, content_type: str | None, address: str, zone: tzinfo
    ) -> list[DeclaredLink]:
        if address.startswith(bad.url("")):
            raise ZeroDivisionError
        return feeds_read(content, content_type, address, zone)

    feeds_read = feeds.read_feed
    monkeypatch.setattr(feeds, "read_feed", read)
    outlets = outlets_file(one=profile(bad, feeds=["/rss"]), two=profile(good, feeds=["/rss"]))
    report = web.discover(settings_for(outlets), FEED, (), "run")
    assert (report.sources_read, report.declared) == (1, 1)
    (found,) = report.problems
    assert found.address == bad.url("/rss")
    assert str(found.problem).startswith("internal_error: ZeroDivisionError in ")


def test_sources_of_which_none_can_be_read_end_the_command_with_1(
    sites, outlets_file, settings_for, monkeypatch, capsys
) -> None:
    site = sites({"/rss": Reply(b"no feed")})
    settings = settings_for(outlets_file(one=profile(site, feeds=["/rss"])))
    for command in (["ingest", "feeds"], ["run"]):
        for name in ("outlets", "contact", "fetch_delay_seconds"):
            monkeypatch.setenv(f"KHOBOR_{name.upper()}", str(getattr(settings, name)))
        monkeypatch.setenv("KHOBOR_FETCH_ALLOW_PRIVATE", "127.0.0.1")
        assert main([*command, "--home", str(settings.home)]) == 1
        printed = capsys.readouterr()
        assert "1 sources gave nothing" in printed.out
        assert "none of the sources could be read" in printed.err
