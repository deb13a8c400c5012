"""What pages say about themselves: sources, the order of trust, disagreement."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from etl.extract.page import extract_page
from etl.outlets.profiles import Outlet, Outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, TimeSource

DHAKA = timedelta(hours=6)
TEXT = "নদীর ঘাটে নতুন জেটি চালু হয়েছে, খুশি যাত্রীরা। সকালে প্রথম লঞ্চটি এখান থেকে ছেড়ে যায়।"
RIVER = Outlet(id="river", name_en="River Times", name_bn="নদীর খবর", hosts=("river.example",))


def linked(data: Any) -> str:
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f'<script type="application/ld+json">{text}</script>'


def read(
    head: str = "",
    body: str = "",
    *,
    url: str | None = "https://river.example/a/1",
    lang: str = "bn",
    outlets: tuple[Outlet, ...] = (RIVER,),
) -> Page:
    page = (
        f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body>{body}"
        f"<article><p>{TEXT}</p><p>{TEXT} আরও বলেন তিনি।</p></article></body></html>"
    )
    return extract_page(
        Capture(
            capture_id="c",
            source="test",
            url=url,
            outlet_id=None,
            captured_at=datetime(2026, 2, 20, tzinfo=UTC),
            captured_at_source=CaptureTimeSource.HTTP,
            content=page.encode(),
            content_type="text/html",
        ),
        Outlets(outlets),
        10_000_000,
    )


ARTICLE = {"@type": "NewsArticle", "headline": "ঘাটে নতুন জেটি"}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2026-01-21T18:22:00+06:00", "2026-01-21T18:22:00+06:00"),
        ("2026-01-21T18:22:00Z", "2026-01-22T00:22:00+06:00"),
        ("2026-01-21T12:22:00.000Z", "2026-01-21T18:22:00+06:00"),
        ("2026-01-21 18:22:00", "2026-01-21T18:22:00+06:00"),
        ("2026-01-21T18:22+0600", "2026-01-21T18:22:00+06:00"),
        ("2026-01-21 06:22 PM", "2026-01-21T18:22:00+06:00"),
        ("Wed, 21 Jan 2026 12:22:00 +0000", "2026-01-21T18:22:00+06:00"),
        ("1768998120", "2026-01-21T18:22:00+06:00"),
        ("1768998120000", "2026-01-21T18:22:00+06:00"),
        (1768998120, "2026-01-21T18:22:00+06:00"),
    ],
)
def test_written_times(written: str | int, shown: str) -> None:
    page = read(linked({**ARTICLE, "datePublished": written}))
    assert page.published_at is not None
    assert page.published_at.isoformat() == shown
    assert page.published_at_source is TimeSource.JSON_LD


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-45", "0000-00-00", "2026", "12"])
def test_no_time_is_made_up(written: str) -> None:
    page = read(linked({**ARTICLE, "datePublished": written}))
    assert page.published_at is None
    assert page.published_date is None
    assert page.published_at_source is TimeSource.NONE
    assert "undated" in page.warnings


SOURCES = {
    TimeSource.JSON_LD: (linked({**ARTICLE, "datePublished": "2026-01-01T10:00:00+06:00"}), ""),
    TimeSource.META: (
        "<meta property='article:published_time' content='2026-01-02T10:00:00+06:00'>",
        "",
    ),
    TimeSource.TIME_TAG: (
        "",
        "<h1>ঘাটে নতুন জেটি</h1><time datetime='2026-01-03T10:00:00+06:00'>৩ জানুয়ারি</time>",
    ),
    TimeSource.DATELINE: ("", "<h1>ঘাটে নতুন জেটি</h1><p>প্রকাশ : ০৪ জানুয়ারি ২০২৬, ১০:০০ এএম</p>"),
}


def test_order_of_trust() -> None:
    order = list(SOURCES)
    for place, source in enumerate(order):
        rest = order[place:]
        page = read("".join(SOURCES[s][0] for s in rest), "".join(SOURCES[s][1] for s in rest))
        assert page.published_at_source is source
        assert page.published_at is not None
        assert (page.published_at + DHAKA - timedelta(hours=6)).day == place + 1
        disagreeing = {w.partition(",")[2] for w in page.warnings if w.startswith("time_disagrees")}
        assert disagreeing == {str(other) for other in rest[1:]}


def test_microdata_is_a_tag() -> None:
    page = read(
        body="<h1>ঘাটে নতুন জেটি</h1>"
        "<span itemprop='datePublished' content='2026-01-03T10:00:00+06:00'>৩ জানুয়ারি</span>"
    )
    assert page.published_at_source is TimeSource.TIME_TAG


def test_clock_beats_day_alone() -> None:
    page = read(
        linked({**ARTICLE, "datePublished": "2026-01-04"}),
        "<h1>ঘাটে নতুন জেটি</h1><p>প্রকাশ : ০৪ জানুয়ারি ২০২৬, ১০:০০ এএম</p>",
    )
    assert page.published_at_source is TimeSource.DATELINE
    assert not page.warnings


def test_day_alone() -> None:
    page = read(linked({**ARTICLE, "datePublished": "2026-01-04"}))
    assert page.published_at is None
    assert str(page.published_date) == "2026-01-04"
    assert page.published_at_source is TimeSource.JSON_LD


def test_image_path_is_the_last_resort() -> None:
    page = read("<meta property='og:image' content='https://river.example/p/2026/01/22/x.jpg'>")
    assert str(page.published_date) == "2026-01-22"
    assert page.published_at_source is TimeSource.IMAGE_PATH


@pytest.mark.parametrize(
    "masthead",
    [
        "<header><nav><a href='/'>হোম</a></nav><p class='date'>শুক্রবার, ২০ ফেব্রুয়ারি ২০২৬</p></header>",
        "<div><time datetime='2026-02-20T09:00:00+06:00'>শুক্রবার, ২০ ফেব্রুয়ারি ২০২৬</time></div>",
        "<div class='x'>শুক্রবার, ২০ ফেব্রুয়ারি ২০২৬, ৭ ফাল্গুন ১৪৩২</div>",
    ],
)
def test_masthead_dates_the_capture_alone(masthead: str) -> None:
    page = read(body=f"{masthead}<main><div class='a'><h1>ঘাটে নতুন জেটি</h1></div></main>")
    assert page.published_at is None
    assert page.published_date is None
    assert str(page.page_date) == "2026-02-20"


def test_stamp_of_publishing_is_no_update() -> None:
    at = "2026-01-04T10:00:00+06:00"
    assert read(linked({**ARTICLE, "datePublished": at, "dateModified": at})).updated_at is None
    later = "2026-01-04T11:00:00+06:00"
    page = read(linked({**ARTICLE, "datePublished": at, "dateModified": later}))
    assert page.updated_at == datetime.fromisoformat(later)


def test_update_is_no_rival_of_publishing() -> None:
    page = read(
        linked(
            {
                **ARTICLE,
                "datePublished": "2026-01-04T10:00:00+06:00",
                "dateModified": "2026-01-05T10:00:00+06:00",
            }
        )
        + "<meta property='article:published_time' content='2026-01-05T10:00:00+06:00'>"
    )
    assert not [w for w in page.warnings if w.startswith("time_disagrees")]


@pytest.mark.parametrize(
    "block",
    [
        {
            "@graph": [
                {"@type": "WebSite", "name": "x"},
                {**ARTICLE, "datePublished": "2026-01-04T10:00"},
            ]
        },
        [{"@type": "Organization", "name": "x"}, {**ARTICLE, "datePublished": "2026-01-04T10:00"}],
        {"@type": "WebPage", "mainEntity": {**ARTICLE, "datePublished": "2026-01-04T10:00"}},
        {**ARTICLE, "@type": ["Article", "NewsArticle"], "datePublished": "2026-01-04T10:00"},
        {**ARTICLE, "@type": "http://schema.org/NewsArticle", "datePublished": "2026-01-04T10:00"},
        '<!-- {"@type":"NewsArticle","datePublished":"2026-01-04T10:00"} -->',
        '{"@type":"NewsArticle","datePublished":"2026-01-04T10:00",}',
        '{"@type":"NewsArticle","description":"line\nbreak","datePublished":"2026-01-04T10:00"}',
    ],
)
def test_shapes_of_linked_data(block: Any) -> None:
    page = read(linked(block))
    assert page.published_at is not None
    assert page.published_at.isoformat() == "2026-01-04T10:00:00+06:00"
    assert page.published_at_source is TimeSource.JSON_LD


BROKEN = (
    '{"@type":"NewsArticle","headline":"ঘাটে "নতুন" জেটি",'
    '"datePublished":"2026-01-04T10:00:00+06:00",'
    '"author":{"@type":"Person","name":"মিতা রায়"}'
)


def test_scraps_of_broken_linked_data() -> None:
    page = read(linked(BROKEN))
    assert page.byline == "মিতা রায়"
    assert page.published_at_source is TimeSource.JSON_LD
    assert "json_ld_broken" in page.warnings


def test_scraps_come_after_meta() -> None:
    page = read(linked(BROKEN) + SOURCES[TimeSource.META][0])
    assert page.published_at_source is TimeSource.META


def test_article_of_this_page_among_several() -> None:
    other = {**ARTICLE, "headline": "অন্য খবর", "url": "https://river.example/a/2",
             "datePublished": "2025-01-01T10:00:00+06:00"}  # fmt: skip
    own = {**ARTICLE, "url": "https://river.example/a/1",
           "datePublished": "2026-01-04T10:00:00+06:00"}  # fmt: skip
    page = read(linked(other) + linked(own))
    assert page.title == ARTICLE["headline"]


def test_author_by_reference() -> None:
    graph = [
        {**ARTICLE, "author": {"@id": "#p1"}},
        {"@type": "Person", "@id": "#p1", "name": "মিতা রায়"},
    ]
    assert read(linked({"@graph": graph})).byline == "মিতা রায়"


def test_person_before_the_outlet() -> None:
    page = read(
        linked({**ARTICLE, "author": {"@type": "Organization", "name": "নদীর খবর"}}),
        "<h1>ঘাটে নতুন জেটি</h1><p class='byline'>মিতা রায়</p>",
    )
    assert page.byline == "মিতা রায়"


@pytest.mark.parametrize(
    "window",
    [
        "ঘাটে নতুন জেটি | নদীর খবর",
        "ঘাটে নতুন জেটি - River Times",
        "ঘাটে নতুন জেটি – নদীর খবর",
        "ঘাটে নতুন জেটি :: নদীর খবর",
        "নদীর খবর | ঘাটে নতুন জেটি",
    ],
)
def test_title_without_the_outlet(window: str) -> None:
    assert read(f"<title>{window}</title>").title == "ঘাটে নতুন জেটি"


def test_title_keeps_its_own_bar() -> None:
    assert read("<title>ঘাটে নতুন জেটি - কার লাভ</title>").title == "ঘাটে নতুন জেটি - কার লাভ"


def test_title_that_is_the_outlets_name_is_none() -> None:
    assert (
        read("<title>নদীর খবর</title><meta property='og:title' content='River Times'>").title
        is None
    )


CRUMB_LIST = (
    "<div class='breadcrumb'><ul><li><a href='/'>হোম</a></li><li><a href='/w'>বিশ্ব</a></li>"
    "<li><a href='/w/a'>এশিয়া</a></li></ul></div>"
)


@pytest.mark.parametrize(
    "crumbs",
    [
        CRUMB_LIST,
        "<p class='bread'><a href='/'>হোম</a> / <a href='/w'>বিশ্ব</a> / এশিয়া</p>",
        "<div><a href='/'>হোম</a> &gt; <a href='/w'>বিশ্ব</a> &gt; <a href='/w/a'>এশিয়া</a></div>",
        linked({"@type": "BreadcrumbList", "itemListElement": [
            {"position": 1, "name": "হোম"}, {"position": 2, "name": "বিশ্ব"},
            {"position": 3, "item": {"name": "এশিয়া"}}]}),
    ],
)  # fmt: skip
def test_section(crumbs: str) -> None:
    assert read(body=f"{crumbs}<h1>ঘাটে নতুন জেটি</h1>").section == "বিশ্ব > এশিয়া"


def test_section_of_meta() -> None:
    assert read("<meta property='article:section' content='বিশ্ব'>").section == "বিশ্ব"


@pytest.mark.parametrize(
    ("canonical", "captured", "url"),
    [
        ("/a/1?utm_source=fb&id=3", "https://river.example/x", "https://river.example/a/1?id=3"),
        (
            "https://river.example/",
            "https://river.example/a/1?fbclid=1",
            "https://river.example/a/1",
        ),
        ("javascript:1", "https://river.example/a/1#top", "https://river.example/a/1"),
        ("https://river.example/a/1", None, "https://river.example/a/1"),
        ("http://[", "https://river.example/a/1", "https://river.example/a/1"),
    ],
)
def test_canonical_address(canonical: str, captured: str | None, url: str) -> None:
    assert read(f"<link rel='canonical' href='{canonical}'>", url=captured).url == url


def test_zone_of_another_source() -> None:
    page = read(
        linked({**ARTICLE, "headline": "A new jetty", "datePublished": "2026-01-04T10:00:00"})
        + "<meta property='article:published_time' content='2026-01-04T10:00:00+02:00'>",
        lang="en",
        url="https://elsewhere.example/1",
    )
    assert page.published_at == datetime(2026, 1, 4, 8, tzinfo=UTC)


def test_zone_is_assumed_where_none_is_known() -> None:
    page = read(
        linked({**ARTICLE, "headline": "A new jetty", "datePublished": "2026-01-04T10:00:00"}),
        lang="en",
        url="https://elsewhere.example/1",
    )
    assert page.published_at == datetime(2026, 1, 4, 10, tzinfo=UTC)
    assert "zone_assumed:json_ld" in page.warnings


def test_keywords_and_image() -> None:
    page = read(
        "<meta name='keywords' content='নদী, লঞ্চ,নদী'><meta property='og:image' content='/p/x.jpg'>"
    )
    assert page.keywords == ("নদী", "লঞ্চ")
    assert page.image_url == "https://river.example/p/x.jpg"
