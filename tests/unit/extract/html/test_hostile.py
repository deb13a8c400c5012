"""Pages that nobody meant to be read: extraction gives a page or one kind of error, in time."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.bangla.text import normal_form
from etl.extract.page import extract_page
from etl.outlets.profiles import Outlets, load_outlets
from etl.schema.problems import UnreadablePageError
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource
from etl.settings import PROJECT

OUTLETS = load_outlets(PROJECT / "seeds" / "outlets.yml")
TEXT = "নদীর ঘাটে নতুন জেটি চালু হয়েছে, খুশি যাত্রীরা। সকালে প্রথম লঞ্চটি এখান থেকে ছেড়ে যায়।"
BODY = "".join(f"<p>{TEXT} অনুচ্ছেদ নম্বর {n}।</p>" for n in range(4))


def read(content: bytes, outlets: Outlets = OUTLETS, url: str | None = None) -> Page:
    return extract_page(
        Capture(
            capture_id="c",
            source="test",
            url=url,
            outlet_id=None,
            captured_at=datetime(2026, 2, 20, tzinfo=UTC),
            captured_at_source=CaptureTimeSource.HTTP,
            content=content,
            content_type="text/html",
        ),
        outlets,
        20_000_000,
    )


@pytest.mark.parametrize("levels", [100, 250, 300, 3000, 10_000])
@pytest.mark.parametrize("tag", ["div", "span", "b", "table><tr><td", "ul><li", "font", "section"])
def test_deep_nesting(levels: int, tag: str) -> None:
    page = read(f"<html><body><h1>ঘাটে জেটি</h1>{f'<{tag}>' * levels}{BODY}</body></html>".encode())
    assert any(TEXT in p for p in page.paragraphs)


def test_deep_nesting_keeps_what_follows() -> None:
    deep = "<div>" * 10_000 + "</div>" * 10_000
    page = read(f"<html><body>{deep}<h1>ঘাটে জেটি</h1><article>{BODY}</article>".encode())
    assert len(page.paragraphs) == 4


def test_small_article_in_ten_megabytes_of_scripts() -> None:
    script = "<script>" + "var a = 'x<p>y</p>';" * 25_000 + "</script>"
    page = f"<html><head>{script * 10}</head><body>{script * 10}<h1>ঘাটে জেটি</h1>{BODY}</body>"
    start = time.process_time()
    found = read(page.encode())
    assert len(found.paragraphs) == 4
    assert time.process_time() - start < 10


def test_page_on_one_line() -> None:
    assert len(read(f"<html><body><h1>ঘাটে</h1><article>{BODY}</article></body></html>".encode())
               .paragraphs) == 4  # fmt: skip


@pytest.mark.parametrize(
    "markup",
    [
        "<a href='/x'>খবরের শিরোনাম এখানে</a>" * 20_000,
        "<div class='date'>১২ মে ২০২৫</div>" * 10_000,
        "<div class='card'><a href='/x/1'><h3>খবরের শিরোনাম এখানে</h3></a></div>" * 30_000,
        "<h1>" * 5_000,
        "<li><a href='#'>সর্বশেষ</a></li>" * 3_000,
        "<p>" + "শব্দ " * 200_000,
        "<p>" + "x" * 1_000_000,
        "<time datetime='2025-01-01T10:00:00Z'>" * 5_000,
        "<figcaption>ছবি: " + "ক" * 580 + ":</figcaption>",
        "<br>" * 50_000,
        "<script type='application/ld+json'>" + "[" * 50_000 + "</script>",
        "<script type='application/ld+json'>[" + "1," * 200_000 + "1]</script>",
        "<script type='application/ld+json'>" + '{"a":' * 900 + "1" + "}" * 900 + "</script>",
        "<script type='application/ld+json'>"
         '{"@type":"Article","author":' + "[" * 900 + "]" * 900 + "}</script>",
        "<meta property='og:url' content='http://[::1'><link rel=canonical href='//['>",
        "<meta property='og:title' content=''><title></title><h1></h1>",
    ],
)  # fmt: skip
def test_repetition_stays_quick(markup: str) -> None:
    start = time.process_time()
    read(f"<html><body>{markup}{BODY}".encode())
    assert time.process_time() - start < 15


SNIPPETS = st.sampled_from(
    [
        "<div>", "</div>", "<p>", "</p>", "<article>", "<h1>", "</h1>", "<a href='/x/1'>", "</a>",
        "<script>", "</script>", "<!--", "-->", "<![CDATA[", "]]>", "<ul><li>", "<table><tr><td>",
        "<figure><figcaption>", "<time datetime='2025-13-45T99:99'>", "<h3>সর্বশেষ</h3>", "<br>",
        "<meta property='og:url' content='http://['>", "<base href='http://['>", "<html lang='bn'>",
        "<script type='application/ld+json'>", '{"@type":"NewsArticle","datePublished":', '"2025"}',
        "<link rel='canonical' href='https://www.kalbela.com/x/123'>", "&#0;", "&#xD800;", "&amp;",
        "<p itemprop='articleBody'>", "<div class='dtl_content_section'>", "<style>", "\x00", TEXT,
        "প্রকাশ : ২২ জানুয়ারি ২০২৫, ০৬:২২ পিএম", "/এমপি/", "ছবি: সংগৃহীত", "<svg><title>x</title></svg>",
    ]
)  # fmt: skip
MARKUP = st.lists(st.one_of(SNIPPETS, st.text(max_size=12)), max_size=40).map("".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MARKUP)
def test_markup_never_breaks_it(markup: str) -> None:
    try:
        page = read(b"<html>" + markup.encode("utf-8", "replace"))
    except UnreadablePageError:
        return
    check(page)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_never_break_it(content: bytes) -> None:
    try:
        page = read(content)
    except UnreadablePageError:
        return
    check(page)


def check(page: Page) -> None:
    """What every page promises: no empty strings, aware times, ranks from 1, writable text."""
    for value in (page.title, page.byline, page.section, page.kicker, page.url, page.image_url):
        assert value is None or value.strip()
        assert value is None or value.encode("utf-8")
    assert all(text.strip() and text.encode("utf-8") for text in page.paragraphs)
    assert all(at is None or at.tzinfo for at in (page.published_at, page.updated_at))
    for kind in {item.kind for item in page.sidebar}:
        ranks = [item.rank for item in page.sidebar if item.kind is kind]
        assert ranks == list(range(1, len(ranks) + 1))


PAGE = "<html><body><h1>ঘাটে জেটি</h1><article>{}</article><aside><ul>{}</ul></aside></body></html>"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("অআইকখগঘচজটডতদনপবমরলশসহািী ", min_size=30, max_size=200), max_size=6))
def test_text_is_from_the_page(texts: list[str]) -> None:
    texts = [normal_form(text) for text in texts]
    markup = "".join(f"<p>{text}।</p>" for text in texts)
    page = read(PAGE.format(markup, "<li>অন্য</li>").encode(), Outlets(()))
    whole = {" ".join(f"{text}।".split()) for text in texts} | {"ঘাটে জেটি", "অন্য"}
    assert set(page.paragraphs) <= whole
