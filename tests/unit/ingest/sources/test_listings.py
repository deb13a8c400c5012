"""Links to articles on listing pages."""

import pytest

from etl.ingest.sources.listings import read_listing
from etl.outlets.profiles import HtmlHints, Outlet

ADDRESS = "https://river.example/news/"


def _outlet(*listing: str) -> Outlet:
    return Outlet(
        id="river",
        name_en="River",
        hosts=("river.example",),
        url_id=r"^/a/(\d+)",
        html=HtmlHints(listing=listing),
    )


def _read(page: str, *listing: str) -> list[tuple[int, str, str | None]]:
    links = read_listing(page.encode(), ADDRESS, _outlet(*listing))
    return [(link.rank, link.url, link.title) for link in links]


def test_selectors_match_links_or_what_holds_them() -> None:
    page = (
        "<div class='lead'><h2><a href='/a/1'>প্রথম <b>খবর</b></a></h2><a href='/a/1'>ছবি</a>"
        "</div>"
        "<ul><li><a class='more' href='two#comments'>Second</a></li></ul><a href='/a/3'>no</a>"
    )
    assert _read(page, "div.lead", "li > a.more") == [
        (1, "https://river.example/a/1", "প্রথম খবর"),
        (2, "https://river.example/news/two", "Second"),
    ]


def test_without_selectors_links_with_a_native_id_count() -> None:
    page = "<a href='/a/7?x=1'>Seven</a><a href='/about'>About</a><a href='/a/8'></a><a>none</a>"
    assert _read(page) == [
        (1, "https://river.example/a/7?x=1", "Seven"),
        (2, "https://river.example/a/8", None),
    ]


def test_relative_links_start_from_the_base() -> None:
    page = "<head><base href='//cdn.river.example/x/'></head><p><a href='../a/1'>One</a></p>"
    assert _read(page, "p") == [(1, "https://cdn.river.example/a/1", "One")]


def test_links_to_other_than_pages_do_not_count() -> None:
    page = (
        "<p><a href='mailto:a@b.example'>m</a><a href='javascript:x()'>j</a><a href=' '>b</a></p>"
    )
    assert _read(page, "p") == []


@pytest.mark.parametrize("content", [b"", b"   ", b"\x00\xff", b"no markup"])
def test_a_page_without_links_has_none(content: bytes) -> None:
    assert read_listing(content, ADDRESS, _outlet("p")) == []
