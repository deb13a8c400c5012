"""Hosts that allow a request once in a long while: their sources and pages take turns."""

import time

from etl.ingest.sources import discovery
from etl.ingest.web import hosts
from etl.schema.vocabulary import DeclarationKind, ProblemCode
from etl.workflows.collect import web
from tests.web.site import Reply, article, rss

DELAY = 1.5


def test_each_run_sends_one_request_and_pages_have_their_turn(
    sites, outlets_file, settings_for, monkeypatch
) -> None:
    for module in (hosts, discovery):
        monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(discovery, "_PAGE_TURNS", 100)
    site = sites(
        {
            "/robots.txt": Reply(f"User-agent: *\nCrawl-delay: {DELAY}\n".encode()),
            "/rss": rss([("/1", None), ("/2", None)]),
            "/1": Reply(article(1)),
            "/2": Reply(article(2)),
        }
    )
    outlets = outlets_file(slow={"hosts": [site.host], "feeds": [site.url("/rss")]})
    settings = settings_for(outlets)
    found = []
    for number in range(20):  # on a busy machine, a run may find that a turn has come
        report = web.discover(settings, DeclarationKind.FEED, (), f"run{number}")
        web.fetch(settings, (), f"run{number}")
        found += [problem.problem.code for problem in report.problems]
        if len(site.log) == 4:
            break
        time.sleep(1.1 * DELAY)
    assert [asked.path for asked in site.log] == ["/robots.txt", "/rss", "/1", "/2"]
    assert min(site.gaps()) > 0.9 * DELAY  # the server's clock is read when its thread runs
    assert set(found) == {ProblemCode.ASKED_TO_WAIT}
