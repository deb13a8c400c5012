"""Publish times in the shapes that pages write them, and whose time a time on a page is."""

from datetime import UTC, date, datetime

import pytest

from etl.extract.page import extract_page
from etl.outlets.profiles import Outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, TimeSource

BANGLA = "নীলডাঙ্গার খালের ওপর নতুন সেতু চালু হয়েছে। সোমবার সকালে উপজেলা প্রশাসন সেতুটি খুলে দেয়। " * 2
ENGLISH = (
    "A new bridge over the canal was opened to traffic on Monday by the council of Nildanga. " * 2
)
OTHER = "পাশের আরেকটি সংবাদ শিরোনাম"
MINUTE = "2024-03-11T09:30:00+06:00"


def read(
    body: str,
    head: str = "",
    *,
    lang: str = "bn",
    captured_at: datetime = datetime(2024, 3, 12, tzinfo=UTC),
    url: str | None = "https://porikkha.example/news/48213",
    window: str | None = None,
) -> Page:
    text, title = (BANGLA, "খালে নতুন সেতু") if lang == "bn" else (ENGLISH, "A new bridge")
    page = (
        f"<html lang='{lang}'><head><title>{window or title}</title>{head}</head><body>"
        f"{body.format(text=f'<div><p>{text}</p><p>{text} #</p></div>', title=title)}</body></html>"
    )
    capture = Capture(
        capture_id="c",
        source="test",
        url=url,
        outlet_id=None,
        captured_at=captured_at,
        captured_at_source=CaptureTimeSource.HTTP,
        content=page.encode(),
        content_type="text/html",
    )
    return extract_page(capture, Outlets(()), 1_000_000)


def time_of(page: Page) -> str | None:
    value = page.published_at or page.published_date
    return value.isoformat() if value else None


def linked(field: str, written: str, kind: str = "NewsArticle") -> str:
    return f'<script type="application/ld+json">{{"@type":"{kind}","{field}":"{written}"}}</script>'


@pytest.mark.parametrize(
    ("written", "time"),
    [
        ("2024-3-11 9:30", MINUTE),
        ("2024-03-11 03:30:00 UTC", MINUTE),
        ("11-03-2024 09:30", MINUTE),
        ("11/03/2024", "2024-03-11"),
        ("11.3.2024", "2024-03-11"),
        ("March 11, 2024 9:30 am", MINUTE),
        ("11 Mar 2024", "2024-03-11"),
        ("Mon Mar 11 09:30:00 BDT 2024", MINUTE),
        ("Mon Mar 11 2024 09:30:00 GMT+0600 (Bangladesh Standard Time)", MINUTE),
        ("১১ মার্চ ২০২৪, সকাল ৯:৩০", MINUTE),
        ("২০২৪-০৩-১১ ০৯:৩০", MINUTE),
        ("soon, in 2024", None),
        ("31.02.2024", None),
    ],
)
def test_forms_of_machine_times(written: str, time: str | None) -> None:
    assert time_of(read("<h1>{title}</h1>{text}", linked("datePublished", written))) == time


@pytest.mark.parametrize(
    ("printed", "time"),
    [
        ("<p>March 11, 2024</p>", "2024-03-11"),
        ("<p>Monday, 11 March 2024</p>", "2024-03-11"),
        ("<p>11.03.2024</p>", "2024-03-11"),
        ("<p>Published on 11 March 2024, 9:30 am EDT</p>", "2024-03-11T09:30:00-04:00"),
        ("<p>Posted: 11 Mar 2024 15:00 IST</p>", None),  # India's, Ireland's or Israel's
        ("<p>03/11/2024</p>", None),
        ("<p>Montag, 11. März 2024</p>", "2024-03-11"),
        ("<p>Publié le 11 mars 2024</p>", "2024-03-11"),
        ("<p>11 de marzo de 2024</p>", "2024-03-11"),
        ("<p>By Rokeya Anwar on March 11, 2024</p>", "2024-03-11"),
        ("<p>Nildanga | March 11, 2024 | 5 min read</p>", "2024-03-11"),
        ("<div class='entry-date'>11 March 2024 by our reporter</div>", "2024-03-11"),
        ("<p>The council met on March 11, 2024 and voted.</p>", None),
    ],
)
def test_printed_lines_of_pages_without_a_known_zone(printed: str, time: str | None) -> None:
    page = read(f"<h1>{{title}}</h1>{printed}{{text}}", lang="en")
    assert time_of(page) == time


@pytest.mark.parametrize(
    "marked",
    [
        "<abbr class='published' title='2024-03-11T09:30:00+06:00'>09:30</abbr>",
        "<abbr class='dtstart' title='2024-03-11T09:30:00+06:00'>09:30</abbr>",
        "<span property='schema:datePublished' content='2024-03-11T09:30:00+06:00'></span>",
        "<span property='dc:dateCreated' content='2024-03-11T09:30:00+06:00'></span>",
        "<meta itemprop='datePublished' content='2024-03-11T09:30:00+06:00'>",
        "<time class='entry-date' datetime='2024-03-11T09:30:00+06:00'>11 March</time>",
        "<p class='post-footer'><abbr class='published' title='2024-03-11 09:30'>9:30</abbr></p>",
    ],
)
def test_times_in_attributes(marked: str) -> None:
    assert time_of(read(f"<h1>{{title}}</h1>{{text}}{marked}")) == MINUTE


@pytest.mark.parametrize(
    "other",
    [
        f"<div><a href='/b'>{OTHER}</a><time datetime='2024-03-09'>৯ মার্চ</time></div>",
        f"<article><h3><a href='/b'>{OTHER}</a></h3><time datetime='2024-03-09'></time></article>",
        "<div class='comment'><time datetime='2024-03-09T10:00:00+06:00'>৯ মার্চ</time></div>",
        "<div class='comment'><span property='dateCreated' content='2024-03-09'></span></div>",
        "<ul><li><time datetime='2024-03-09'>৯ মার্চ</time></li></ul>",
    ],
)
def test_a_time_of_a_card_or_comment_is_none_of_the_article(other: str) -> None:
    assert read(f"<h1>{{title}}</h1>{other}{{text}}").published_at_source is TimeSource.NONE
    page = read(f"<h1>{{title}}</h1>{other}<p>প্রকাশ: ১১ মার্চ ২০২৪, ০৯:৩০</p>{{text}}")
    assert time_of(page) == MINUTE


def test_json_ld_of_the_page_dates_its_article() -> None:
    page = read("<h1>{title}</h1>{text}", linked("datePublished", MINUTE, "WebPage"))
    assert time_of(page) == MINUTE
    assert page.published_at_source is TimeSource.JSON_LD


@pytest.mark.parametrize(
    "nodes",
    [
        '{{"@type":"ItemList","itemListElement":[{{"@type":"ListItem","item":{0}}}]}}',
        '[{0},{{"@type":"NewsArticle","headline":"আরও একটি","datePublished":"2024-02-03"}}]',
        "{0}",
    ],
)
def test_json_ld_of_other_articles_says_nothing_of_this_one(nodes: str) -> None:
    other = (
        '{"@type":"NewsArticle","headline":"অন্য খবরের শিরোনাম","author":"অন্য লেখক",'
        '"datePublished":"2024-02-01","url":"https://porikkha.example/news/91"}'
    )
    head = f'<script type="application/ld+json">{nodes.format(other)}</script>'
    page = read("<h1>{title}</h1>{text}", head)
    assert page.published_at_source is TimeSource.NONE
    assert page.title == "খালে নতুন সেতু"
    assert page.byline is None


PRINTED = "<h1>{title}</h1><p>প্রকাশ: ১১ মার্চ ২০২৪, ০৯:৩০</p>{text}"


@pytest.mark.parametrize(
    ("written", "body", "captured_at"),
    [
        ("2024-03-11T09:30:00Z", PRINTED, datetime(2024, 3, 12, tzinfo=UTC)),
        ("2024-03-11T09:30:00+00:00", PRINTED, datetime(2024, 3, 12, tzinfo=UTC)),
        ("2024-03-11T03:30:00", PRINTED, datetime(2024, 3, 12, tzinfo=UTC)),
        # Nothing is printed, but the page was fetched before it says it was published.
        ("2024-03-11T09:30:00Z", "<h1>{title}</h1>{text}", datetime(2024, 3, 11, 4, tzinfo=UTC)),
    ],
)
def test_a_clock_written_in_another_zone_is_put_right(
    written: str, body: str, captured_at: datetime
) -> None:
    page = read(body, linked("datePublished", written), captured_at=captured_at)
    assert time_of(page) == MINUTE
    assert "zone_corrected:json_ld" in page.warnings


def test_another_clock_of_the_page_tells_its_zone() -> None:
    head = linked("datePublished", "2024-03-12T01:09:55Z")
    page = read(
        "<h1>{title}</h1><time datetime='2024-03-11 18:09:55'></time>{text}", head, lang="en"
    )
    assert time_of(page) == "2024-03-11T18:09:55-07:00"


def test_htmldate_gives_a_day_where_nothing_else_does() -> None:
    line = "<div class='date'>11. März 2024 (DJV/FWR) Berlin und Ratingen am Rhein</div>"
    page = read(f"<h1>{{title}}</h1>{line}{{text}}", lang="en")
    assert page.published_at is None
    assert page.published_date == date(2024, 3, 11)
    assert page.published_at_source is TimeSource.HTMLDATE


def test_a_day_in_a_sentence_is_the_story_s() -> None:
    said = f"<p>{ENGLISH} It burnt down on 09.03.2016, people of the village say.</p>"
    page = read(f"<h1>{{title}}</h1>{{text}}{said}", lang="en")
    assert page.published_at_source is TimeSource.NONE


def test_an_ambiguous_day_is_not_guessed() -> None:
    head = "<meta name='date' content='03/11/2024 12:43:42'>"
    assert time_of(read("<h1>{title}</h1>{text}", head, lang="en")) is None


def test_a_publish_line_below_the_text_is_read() -> None:
    page = read("<h1>{title}</h1>{text}<p>প্রকাশের সময়: ১১ মার্চ ২০২৪, ০৯:৩০</p>")
    assert time_of(page) == MINUTE


def test_the_masthead_s_day_is_not_the_article_s() -> None:
    page = read("<div class='date'>Tuesday, 12 March 2024</div><h1>{title}</h1>{text}", lang="en")
    assert page.published_at_source is TimeSource.NONE
    assert page.page_date == date(2024, 3, 12)
