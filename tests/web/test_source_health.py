"""Feeds, sitemaps and listings that give nothing are seen: in the lake, the mart and the status."""

import pytest

from etl.lake.connection import open_lake
from etl.publish.live import sources_in_trouble
from etl.schema.vocabulary import DeclarationKind
from etl.settings import Settings
from etl.workflows import status
from etl.workflows.collect import schedule, web
from tests.lake_rows import rows_of
from tests.web.site import Reply, article, rss

FEED, SITEMAP, LISTING = DeclarationKind.FEED, DeclarationKind.SITEMAP, DeclarationKind.LISTING
BLOCK_PAGE = Reply(b"<!doctype html><title>Just a moment</title><p>Checking your browser")
EMPTY_FEED = rss([])


def states(settings: Settings) -> dict[str, tuple[object, ...]]:
    """State, and whether a time of failing is known, by the path of the source."""
    with open_lake(settings) as lake:
        columns, rows = sources_in_trouble(lake.connection)
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return {
        str(row["source"]).rpartition("/")[2]: (
            row["state"],
            row["failing_since"] is not None,
            row["failed_reads"],
            str(row["problem"]).partition(":")[0],
        )
        for row in found
    }


@pytest.mark.parametrize("reply", [BLOCK_PAGE, EMPTY_FEED, Reply(b"")], ids=["block", "no", "nil"])
def test_a_feed_that_answers_with_nothing_has_failed_until_it_is_good_again(
    sites, outlets_file, settings_for, reply: Reply
) -> None:
    good = rss([("/1", None)])
    site = sites({"/bad": good, "/good": good, "/1": Reply(article(1))})
    feeds = [site.url("/bad"), site.url("/good")]
    settings = settings_for(outlets_file(one={"hosts": [site.host], "feeds": feeds}))
    web.discover(settings, FEED, (), "run1")
    assert states(settings) == {}
    site.routes["/bad"] = reply
    for number in (2, 3):
        web.discover(settings, FEED, (), f"run{number}")
    code = "not_a_feed" if reply is not EMPTY_FEED else "no_entries"
    assert states(settings) == {"bad": ("failing", True, 2, code)}
    (failing,) = schedule.failing_sources(settings)
    assert (failing.outlet_id, failing.source) == ("one", feeds[0])
    tables = dict(status.status(settings))
    assert [row[1] for row in tables["sources in trouble"].rows] == [feeds[0]]
    site.routes["/bad"] = good
    web.discover(settings, FEED, (), "run4")
    assert states(settings) == {}
    assert schedule.failing_sources(settings) == []


def test_files_of_an_index_count_for_their_source(sites, outlets_file, settings_for) -> None:
    site = sites()
    urls = "".join(f"<url><loc>{site.url(f'/{n}')}</loc></url>" for n in (1, 2))
    index = "".join(f"<sitemap><loc>{site.url(f'/{n}.xml')}</loc></sitemap>" for n in "abc")
    site.routes["/map.xml"] = Reply(f"<sitemapindex>{index}</sitemapindex>".encode())
    site.routes["/a.xml"] = Reply(f"<urlset>{urls}</urlset>".encode())
    site.routes["/b.xml"] = BLOCK_PAGE
    profile = {"hosts": [site.host], "sitemaps": [site.url("/map.xml"), site.url("/none.xml")]}
    settings = settings_for(outlets_file(one=profile))
    web.discover(settings, SITEMAP, (), "run")
    rows = rows_of(
        settings,
        "SELECT source, outcome, file_count, failed_file_count, entry_count "
        "FROM lake.core.fact_source_read ORDER BY ALL",
    )
    assert rows == [
        (site.url("/map.xml"), "read", 4, 2, 2),
        (site.url("/none.xml"), "failed", 1, 1, 0),
    ]
    found = states(settings)
    assert found["map.xml"] == ("good", False, 0, "http_status")
    assert found["none.xml"] == ("failing", True, 1, "http_status")


def test_a_listing_without_links_and_an_unchanged_feed(sites, outlets_file, settings_for) -> None:
    def feed(asked: object) -> Reply:
        known = "If-None-Match" in asked.headers  # type: ignore[attr-defined]
        return Reply(b"", 304) if known else rss([("/1", None)], ETag='"a"')

    site = sites({"/rss": feed, "/list": BLOCK_PAGE})
    profile = {"hosts": [site.host], "feeds": [site.url("/rss")], "listings": [site.url("/list")]}
    settings = settings_for(outlets_file(one=profile))
    for number in (1, 2):
        web.discover(settings, FEED, (), f"run{number}")
    web.discover(settings, LISTING, (), "run3")
    assert rows_of(settings, "SELECT outcome FROM lake.core.fact_source_read ORDER BY read_at") == [
        ("read",),
        ("unchanged",),
        ("failed",),
    ]
    assert states(settings) == {"list": ("failing", True, 1, "no_entries")}
