"""What pages and sites say of their use: in the captures, in the marts, and obeyed if so set."""

import json
from datetime import UTC, datetime

import pytest

from etl.ingest.capture import NewCapture
from etl.ingest.rights import Rights, SitePolicy, with_rights
from etl.schema.vocabulary import CaptureTimeSource, DeclarationKind
from etl.settings import Settings
from etl.workflows.build import chain
from etl.workflows.collect import web
from tests.lake_rows import rows_of
from tests.web.site import Reply, Site, article, rss

FEED = DeclarationKind.FEED
URL = "https://x.example/desh/1"
COLUMNS = "robots_directives, tdm_reservation, tdm_policy, ai_txt_disallows, licence"


def rights(head: str = "", site: SitePolicy | None = None, **headers: str) -> NewCapture:
    capture = NewCapture(
        source=URL,
        content=f"<html><head>{head}</head><body>x</body></html>".encode(),
        captured_at=datetime(2026, 1, 1, tzinfo=UTC),
        captured_at_source=CaptureTimeSource.HTTP,
        url=URL,
        http_headers=json.dumps({name.replace("_", "-"): text for name, text in headers.items()}),
    )
    return with_rights(capture, is_skipped=False, site=site or SitePolicy())


@pytest.mark.parametrize(
    ("head", "headers", "directives", "is_reserved"),
    [
        ('<meta name="robots" content="index, follow">', {}, "follow, index", False),
        ("<META content=NOARCHIVE name=Robots>", {}, "noarchive", True),
        ('<meta name="googlebot" content="noindex">', {}, None, False),
        ('<meta name="khobor" content="noai">', {}, "noai", True),
        ("", {"X_Robots_Tag": "otherbot: noindex, nofollow"}, None, False),
        ("", {"X_Robots_Tag": "khobor: none"}, "none", True),
        (
            "",
            {"X_Robots_Tag": "max-snippet: 20, noimageindex"},
            "max-snippet:20, noimageindex",
            False,
        ),
        ("", {}, None, False),
    ],
)
def test_robots_directives(
    head: str, headers: dict[str, str], directives: str | None, is_reserved: bool
) -> None:
    found = rights(head, None, **headers)
    assert (found.robots_directives, found.is_use_reserved) == (directives, is_reserved)


TDM_SITE = SitePolicy.read(
    json.dumps(
        [
            {"location": "/free/*", "tdm-reservation": 0},
            {"location": "/desh/", "tdm-reservation": 1, "tdm-policy": "https://x.example/policy"},
        ]
    ).encode(),
    None,
)


def test_a_tdm_reservation_of_the_page_counts_before_its_header_and_its_site() -> None:
    site = rights(site=TDM_SITE)
    assert (site.tdm_reservation, site.tdm_policy) == (True, "https://x.example/policy")
    header = rights(site=TDM_SITE, TDM_Reservation="0")
    assert (header.tdm_reservation, header.tdm_policy, header.is_use_reserved) == (
        False,
        None,
        False,
    )
    meta = '<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="/p.json">'
    page = rights(meta, TDM_Reservation="0")
    assert (page.tdm_reservation, page.tdm_policy, page.is_use_reserved) == (True, "/p.json", True)
    assert TDM_SITE.of("https://x.example/free/2").tdm_reservation is False
    assert TDM_SITE.of("https://x.example/other") == Rights()


@pytest.mark.parametrize(
    ("ai_txt", "expected"),
    [
        (b"User-Agent: *\nDisallow: /", True),
        (b"User-Agent: *\nDisallow: /photos/\n", False),
        (b"<html>not found</html>", None),
        (b"", None),
        (None, None),
    ],
)
def test_ai_txt(ai_txt: bytes | None, expected: bool | None) -> None:
    assert rights(site=SitePolicy.read(None, ai_txt)).ai_txt_disallows is expected


@pytest.mark.parametrize(
    "document",
    [
        {"@type": "NewsArticle", "license": "https://l.example/by"},
        {"@graph": [{"@type": "WebPage"}, {"license": {"@id": "https://l.example/by"}}]},
        [{"license": ["", {"@type": "CreativeWork", "url": "https://l.example/by"}]}],
    ],
)
def test_the_licence_of_linked_data(document: object) -> None:
    block = f'<script type="application/ld+json">{json.dumps(document)}</script>'
    assert rights(block).licence == "https://l.example/by"
    assert rights('<script type="application/ld+json">{"license": </script>').licence is None


@pytest.mark.parametrize("content", [b"[", b"{}", b'[{"location": 1}, 3]', b"\xff", b"[" * 5000])
def test_a_broken_policy_says_nothing(content: bytes) -> None:
    assert SitePolicy.read(content, content).of(URL).reservation is None


def reserving(sites: object, outlets_file: object, **tdm: str) -> tuple[Site, object]:
    site = sites(  # type: ignore[operator]
        {
            "/rss": rss([("/news/1", None), ("/news/2", None)]),
            "/news/1": Reply(article(1, dated=True), headers=tdm),
            "/news/2": Reply(article(2, dated=True)),
        }
    )
    profile = {"hosts": [site.host], "url_id": r"/news/(\d+)", "feeds": [site.url("/rss")]}
    return site, outlets_file(one=profile)  # type: ignore[operator]


def test_rights_are_recorded(sites, outlets_file, settings_for) -> None:
    site, outlets = reserving(sites, outlets_file, **{"tdm-reservation": "1"})
    site.routes["/ai.txt"] = Reply(b"User-Agent: *\nDisallow: /x/\n", content_type="text/plain")
    settings: Settings = settings_for(outlets)
    web.discover(settings, FEED, (), "run")
    assert web.fetch(settings, (), "run").captured == 2
    assert rows_of(settings, f"SELECT {COLUMNS} FROM lake.raw.page_capture ORDER BY url") == [
        (None, True, None, False, None),
        (None, None, None, False, None),
    ]
    outcomes = chain.build(settings, "build")
    assert outcomes["loaded"] == 2
    asked = [asked.path for asked in site.log]
    assert asked.count("/ai.txt") == asked.count("/.well-known/tdmrep.json") == 1


def test_reserved_pages_are_skipped_if_so_set(sites, outlets_file, settings_for) -> None:
    _, outlets = reserving(sites, outlets_file, **{"tdm-reservation": "1", "ETag": '"a"'})
    settings: Settings = settings_for(outlets, rights="skip")
    web.discover(settings, FEED, (), "run")
    web.fetch(settings, (), "run")
    assert rows_of(
        settings, "SELECT content_bytes > 0, read_error FROM lake.raw.page_capture ORDER BY url"
    ) == [(False, "rights_reserved: tdm-reservation, policy not given"), (True, None)]
    outcomes = chain.build(settings, "build")
    assert (outcomes["loaded"], outcomes["failed"]) == (1, 1)


def test_a_reserved_site_is_not_asked_for_its_pages(sites, outlets_file, settings_for) -> None:
    site, outlets = reserving(sites, outlets_file)
    site.routes["/.well-known/tdmrep.json"] = Reply(b'[{"location": "/", "tdm-reservation": 1}]')
    settings: Settings = settings_for(outlets, rights="skip")
    web.discover(settings, FEED, (), "run")
    assert web.fetch(settings, (), "run").blocked == 2
    assert not site.asked("/news/1")
