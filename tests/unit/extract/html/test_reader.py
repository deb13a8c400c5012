"""HTML pages to ``Page``: bodies, profiles, kinds, lists and what stands round an article."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from etl.extract.page import extract_page
from etl.outlets.profiles import EarlierHtml, HtmlHints, Outlet, Outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import BodySource, CaptureTimeSource, ListKind, PageKind

AT = datetime(2026, 2, 20, 6, tzinfo=UTC)
ONE = "শহরের নতুন পাঠাগারে প্রথম দিনেই ভিড় করেছেন পাঁচ শতাধিক পাঠক, জানিয়েছে কর্তৃপক্ষ।"
TWO = "পাঠাগারের পরিচালক বলেন, ‘বই পড়ার অভ্যাস ফেরাতেই এই উদ্যোগ নেওয়া হয়েছে।’"
THREE = "আগামী মাসে শিশুদের জন্য আলাদা একটি কক্ষ খোলা হবে বলেও জানান তিনি।"
MEADOW = Outlet(
    id="meadow",
    name_en="Meadow Daily",
    name_bn="মাঠের খবর",
    hosts=("meadow.example",),
    url_id=r"/(\d+)$",
    html=HtmlHints(
        title=("h2.headline",),
        byline=(".who",),
        body=(".story",),
        remove=(".box",),
        lists={ListKind.MOST_READ: ("#top5",)},
    ),
)


def read(
    body: str,
    *,
    head: str = "",
    url: str | None = "https://meadow.example/town/77",
    outlets: tuple[Outlet, ...] = (),
) -> Page:
    page = f"<!DOCTYPE html><html lang='bn'><head>{head}</head><body>{body}</body></html>"
    return extract_page(capture(page.encode(), url), Outlets(outlets), 20_000_000)


def capture(content: bytes, url: str | None = "https://meadow.example/town/77") -> Capture:
    return Capture(
        capture_id="c",
        source="test",
        url=url,
        outlet_id=None,
        captured_at=AT,
        captured_at_source=CaptureTimeSource.HTTP,
        content=content,
        content_type="text/html; charset=utf-8",
    )


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def test_generic_page() -> None:
    page = read(
        f"<nav><a href='/'>হোম</a></nav><h1>পাঠাগারে ভিড়</h1><article>"
        f"{paragraphs(ONE, TWO, THREE)}</article><footer><p>সম্পাদক: কেউ একজন</p></footer>"
    )
    assert page.kind is PageKind.ARTICLE
    assert page.title == "পাঠাগারে ভিড়"
    assert page.paragraphs == (ONE, TWO, THREE)
    assert page.language == "bn"


def test_profile_picks_and_prunes() -> None:
    page = read(
        f"<h1>মাঠের খবর</h1><h2 class='headline'>পাঠাগারে ভিড়</h2><i class='who'>মিতা রায়</i>"
        f"<div class='story'>{paragraphs(ONE)}<div class='box'>{paragraphs(TWO)}</div>"
        f"{paragraphs(THREE)}</div>",
        outlets=(MEADOW,),
    )
    assert page.outlet_id == "meadow"
    assert (page.title, page.byline) == ("পাঠাগারে ভিড়", "মিতা রায়")
    assert page.paragraphs == (ONE, THREE)
    assert not page.warnings or page.warnings == ("undated",)


def test_missing_selector_falls_back_and_says_so() -> None:
    page = read(
        f"<h1>পাঠাগারে ভিড়</h1><article>{paragraphs(ONE, TWO, THREE)}</article>",
        outlets=(MEADOW,),
    )
    assert page.paragraphs == (ONE, TWO, THREE)
    assert page.title == "পাঠাগারে ভিড়"
    assert {"selector_missing:body", "selector_missing:title"} <= set(page.warnings)


def test_empty_selector_falls_back() -> None:
    page = read(
        f"<h2 class='headline'>পাঠাগারে ভিড়</h2><div class='story'></div>"
        f"<article>{paragraphs(ONE, TWO, THREE)}</article>",
        outlets=(MEADOW,),
    )
    assert page.paragraphs == (ONE, TWO, THREE)
    assert "selector_empty:body" in page.warnings


@pytest.mark.parametrize(
    "noise",
    [
        "<script>jwARI.fetch( $( '#ari' ) );</script>",
        "<p>আরও পড়ুন: <a href='/8'>পুরোনো বইয়ের নতুন বাজার</a></p>",
        "<div class='read-more'><a href='/8'>পুরোনো বইয়ের নতুন বাজার</a></div>",
        "<div class='ad_slot'><span>বিজ্ঞাপন</span></div>",
        "<p>বিজ্ঞাপন</p>",
        "<p>সর্বশেষ খবর পেতে Google News ফিডটি অনুসরণ করুন</p>",
        "<blockquote class='twitter-tweet'><p>A post written elsewhere.</p></blockquote>",
        "<iframe src='https://video.example/1'>player</iframe>",
        "<figure><img src='/a.jpg' alt=''><figcaption>নতুন পাঠাগার। ছবি: সংগৃহীত</figcaption></figure>",
        "<div style='display:none'>এটি পাঠকের জন্য নয়, লুকানো একটি বাক্য।</div>",
        "<ul><li><a href='/1'>প্রথম অন্য খবর</a></li><li><a href='/2'>দ্বিতীয় অন্য খবর</a></li></ul>",
    ],
)
@pytest.mark.parametrize("box", ["<article>{}</article>", "<div class='story'>{}</div>"])
def test_noise_inside_the_article(noise: str, box: str) -> None:
    inside = paragraphs(ONE) + noise + paragraphs(TWO, THREE)
    page = read(f"<h2 class='headline'>পাঠাগারে ভিড়</h2>{box.format(inside)}", outlets=(MEADOW,))
    assert page.paragraphs == (ONE, TWO, THREE)


def test_comments_are_not_text() -> None:
    page = read(
        f"<h1>পাঠাগারে ভিড়</h1><article>{paragraphs(ONE, TWO, THREE)}</article>"
        f"<div id='comments'><h3>মন্তব্য</h3>{paragraphs('খুব ভালো খবর, এমন আরও চাই।')}</div>"
    )
    assert page.paragraphs == (ONE, TWO, THREE)


def test_words_in_links_stay_in_their_sentence() -> None:
    page = read(
        "<h1>পাঠাগারে ভিড়</h1><article><p>শহরের নতুন <a class='nav-link' href='/t'>পাঠাগারে</a> "
        f"প্রথম দিনেই এসেছেন <span class='tags'>পাঁচ শতাধিক</span> পাঠক।</p>{paragraphs(TWO, THREE)}"
        "</article>"
    )
    assert page.paragraphs[0] == "শহরের নতুন পাঠাগারে প্রথম দিনেই এসেছেন পাঁচ শতাধিক পাঠক।"


def test_breaks_split_paragraphs_not_verse() -> None:
    page = read(
        f"<h1>পাঠাগারে ভিড়</h1><div class='content'>{ONE}<br><br>{TWO}<br/> <br/>"
        "নদী ডাকে আয়,<br>বেলা বয়ে যায়।</div>"
    )
    assert page.paragraphs == (ONE, TWO, "নদী ডাকে আয়, বেলা বয়ে যায়।")


def test_entity_coded_bangla() -> None:
    coded = "".join(f"&#{ord(c)};" for c in ONE)
    page = read(f"<h1>&#2474;&#2494;&#2464;</h1><article>{paragraphs(coded, TWO)}</article>")
    assert page.title == "পাঠ"
    assert page.paragraphs == (ONE, TWO)


def test_captions_once_with_credit() -> None:
    figure = "<figure><img src='/a.jpg'><figcaption>নতুন পাঠাগার। ছবি: রাফি</figcaption></figure>"
    page = read(f"<h1>পাঠাগারে ভিড়</h1>{figure}<article>{figure}{paragraphs(ONE, TWO)}</article>")
    assert page.captions == ("নতুন পাঠাগার। ছবি: রাফি",)
    assert page.photo_credit == "রাফি"


def test_signoff_is_split_off() -> None:
    page = read(f"<h1>পাঠাগারে ভিড়</h1><article>{paragraphs(ONE, TWO, '/এমপি/')}</article>")
    assert page.signoff == "এমপি"
    assert page.paragraphs == (ONE, TWO)


def test_lists_by_heading() -> None:
    page = read(
        f"<h1>পাঠাগারে ভিড়</h1><article>{paragraphs(ONE, TWO)}</article><aside>"
        "<h3>সর্বশেষ</h3><ul><li>১<a href='/a/1'>নদীর ঘাটে নতুন জেটি</a></li>"
        "<li>২<a href='/a/2'>খেলা / শেষ ওভারে জয় মেঘনার</a></li>"
        "<li>৩<a href='/a/3'>নদীর ঘাটে নতুন জেটি</a></li></ul>"
        "<h3>সর্বাধিক পঠিত</h3><ul><li><a href='/a/4'><span class='kicker'>বাজার</span> "
        "ডিমের দাম কমেছে</a></li><li><a href='/a/5'>শীতের পিঠার দোকানে ভিড়</a></li></ul></aside>"
    )
    assert [(i.kind.value, i.rank, i.kicker, i.headline, i.url) for i in page.sidebar] == [
        ("latest", 1, None, "নদীর ঘাটে নতুন জেটি", "https://meadow.example/a/1"),
        ("latest", 2, "খেলা", "শেষ ওভারে জয় মেঘনার", "https://meadow.example/a/2"),
        ("most_read", 1, "বাজার", "ডিমের দাম কমেছে", "https://meadow.example/a/4"),
        ("most_read", 2, None, "শীতের পিঠার দোকানে ভিড়", "https://meadow.example/a/5"),
    ]


def test_lists_by_profile() -> None:
    page = read(
        f"<h2 class='headline'>পাঠাগারে ভিড়</h2><div class='story'>{paragraphs(ONE)}</div>"
        "<div id='top5'><a href='/1'>নদীর ঘাটে নতুন জেটি</a><a href='/2'>ডিমের দাম কমেছে</a></div>",
        outlets=(MEADOW,),
    )
    assert [(i.kind, i.rank) for i in page.sidebar] == [
        (ListKind.MOST_READ, 1),
        (ListKind.MOST_READ, 2),
    ]


CARDS = "".join(
    f"<div class='card'><a href='/town/{n}'><h3>খবরের শিরোনাম নম্বর {n} এখানে</h3></a></div>"
    for n in range(100, 112)
)


LINKS = "".join(f"<li><a href='/town/{n}'>পাঠাগার নিয়ে আরেকটি খবর {n}</a></li>" for n in (1, 2, 3))
MORE = "".join(f"<li><a href='/town/{n}'>নদী নিয়ে আরেকটি খবর {n}</a></li>" for n in (4, 5))
TABS = "<ul class='tabs'><li{}><a href='#'>সর্বশেষ</a></li><li{}><a href='#'>জনপ্রিয়</a></li></ul>"


@pytest.mark.parametrize(
    ("tabs", "panes", "kinds"),
    [
        # Nothing shows whose the list is: it is neither's, and there once.
        (TABS.format("", ""), f"<ul>{LINKS}</ul>", ["unknown"] * 3),
        (TABS.format(" class='active'", ""), f"<ul>{LINKS}</ul>", ["latest"] * 3),
        (TABS.format("", " aria-selected='true'"), f"<ul>{LINKS}</ul>", ["most_read"] * 3),
        # Two panes in the order of their tabs.
        (
            TABS.format(" class='active'", ""),
            f"<div><ul>{LINKS}</ul><ul>{MORE}</ul></div>",
            ["latest"] * 3 + ["most_read"] * 2,
        ),
    ],
)
def test_a_list_under_two_tabs_is_counted_once(tabs: str, panes: str, kinds: list[str]) -> None:
    page = read(f"<h1>শহরে পাঠাগার</h1>{paragraphs(ONE, TWO)}<div>{tabs}{panes}</div>")
    assert [item.kind.value for item in page.sidebar] == kinds


def test_a_list_that_the_profile_does_not_name_is_known_by_its_heading() -> None:
    body = (
        f"<h2 class='headline'>পাঠাগার</h2><div class='story'>{paragraphs(ONE, TWO)}</div>"
        f"<div id='top5'>{LINKS}</div><section><h3>সম্পর্কিত খবর</h3><ul>{MORE}</ul></section>"
    )
    page = read(body, outlets=(MEADOW,))
    assert [item.kind.value for item in page.sidebar] == ["most_read"] * 3 + ["related"] * 2


FORMER = Outlet(
    id="meadow",
    name_en="Meadow Daily",
    hosts=("meadow.example",),
    html=HtmlHints(body=(".story", ".page")),
    earlier_html=(
        EarlierHtml(
            valid_until=date(2026, 2, 20), html=HtmlHints(body=(".page",), remove=(".box",))
        ),
    ),
)


@pytest.mark.parametrize(
    ("captured_at", "box", "paragraphs_found"),
    [
        (datetime(2026, 2, 20, 17, tzinfo=UTC), "page", (ONE, TWO)),
        (datetime(2026, 2, 20, 18, tzinfo=UTC), "page", (ONE, THREE, TWO)),  # the next day in Dhaka
        # A page of the present template that was captured before it is read by its selectors.
        (datetime(2026, 2, 20, 17, tzinfo=UTC), "story", (ONE, THREE, TWO)),
    ],
)
def test_a_page_is_read_by_the_selectors_of_its_time(
    captured_at: datetime, box: str, paragraphs_found: tuple[str, ...]
) -> None:
    body = f"<div class='{box}'><p>{ONE}</p><div class='box'><p>{THREE}</p></div><p>{TWO}</p></div>"
    given = replace(
        capture(f"<html><body><h1>x</h1>{body}</body></html>".encode(), "https://meadow.example/1"),
        captured_at=captured_at,
    )
    page = extract_page(given, Outlets((FORMER,)), 1_000_000)
    assert page.paragraphs == paragraphs_found
    assert page.body_source is BodySource.PROFILE


def test_listing_gives_links() -> None:
    page = read(f"<h1>শহর</h1>{CARDS}", url="https://meadow.example/town", outlets=(MEADOW,))
    assert page.kind is PageKind.LISTING
    assert page.reason
    assert [link.rank for link in page.links] == list(range(1, 13))
    assert page.links[0].url == "https://meadow.example/town/100"
    assert page.links[0].title == "খবরের শিরোনাম নম্বর 100 এখানে"


def test_home_page() -> None:
    page = read(CARDS, url="https://meadow.example/", outlets=(MEADOW,))
    assert page.kind is PageKind.HOME_PAGE
    assert len(page.links) == 12


@pytest.mark.parametrize(
    ("head", "body", "url", "kind"),
    [
        ("<title>৪০৪ | পাতাটি খুঁজে পাওয়া যায়নি</title>", "<p>দুঃখিত।</p>", "/x/1", PageKind.SOFT_404),
        ("<title>Page not found</title>", "<p>Sorry.</p>", "/x/1", PageKind.SOFT_404),
        (
            '<script type="application/ld+json">{"@type":"ImageGallery"}</script>',
            "<h1>ছবিতে বসন্ত</h1>",
            "/x/1",
            PageKind.GALLERY,
        ),
        ("", "<h1>ছবিতে বসন্ত</h1><p>ছোট লেখা।</p>", "/photo/1", PageKind.GALLERY),
        (
            "<meta property='og:type' content='video.other'>",
            "<h1>দেখুন</h1>",
            "/x/1",
            PageKind.VIDEO,
        ),
        (
            '<script type="application/ld+json">{"@type":"VideoObject"}</script>',
            "<h1>দেখুন</h1>",
            "/x/1",
            PageKind.VIDEO,
        ),
        (
            '<script type="application/ld+json">{"@type":"LiveBlogPosting"}</script>',
            f"<h1>সরাসরি</h1>{paragraphs(ONE, TWO, THREE)}",
            "/x/1",
            PageKind.LIVE_BLOG,
        ),
        ("", "<ul><li><a href='/a'>ক</a></li></ul>", "/x/1", PageKind.NO_ARTICLE),
    ],
)
def test_kinds(head: str, body: str, url: str, kind: PageKind) -> None:
    page = read(body, head=head, url=f"https://meadow.example{url}")
    assert page.kind is kind
    assert page.reason


def test_pay_wall_is_noted() -> None:
    page = read(
        f"<h1>পাঠাগারে ভিড়</h1><article>{paragraphs(ONE, TWO)}</article>",
        head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"পাঠাগারে ভিড়",'
        '"isAccessibleForFree":"False"}</script>',
    )
    assert page.kind is PageKind.ARTICLE
    assert "not_free" in page.warnings


def test_outlet_by_canonical_address() -> None:
    page = read(
        f"<h2 class='headline'>পাঠাগারে ভিড়</h2><div class='story'>{paragraphs(ONE)}</div>",
        head="<link rel='canonical' href='https://www.meadow.example/town/77?utm_source=x'>",
        url=None,
        outlets=(MEADOW,),
    )
    assert page.outlet_id == "meadow"
    assert page.url == "https://www.meadow.example/town/77"


def test_same_page_twice_is_the_same() -> None:
    body = f"<h1>পাঠাগারে ভিড়</h1><article>{paragraphs(ONE, TWO)}</article>{CARDS}"
    assert read(body) == read(body)


def test_outlet_by_the_name_that_the_page_gives_itself() -> None:
    page = read(
        f"<h2 class='headline'>পাঠাগারে ভিড়</h2><div class='story'>{paragraphs(ONE)}</div>",
        head="<meta property='og:site_name' content='মাঠের খবর'>",
        url=None,
        outlets=(MEADOW,),
    )
    assert page.outlet_id == "meadow"


def test_article_cut_into_like_boxes() -> None:
    cut = "".join(
        f"<div class='wrap'><div class='piece'>{paragraphs(text, text + ' জানা গেছে।')}</div></div>"
        for text in (ONE * 3, TWO * 3, THREE * 3)
    )
    page = read(f"<h1>পাঠাগারে ভিড়</h1><div class='all'>{cut}</div>")
    assert len(page.paragraphs) == 6


def test_headings_stay_and_bare_ones_go() -> None:
    page = read(
        f"<h1>পাঠাগারে ভিড়</h1><article>{paragraphs(ONE)}<h2>সর্বশেষ পরিস্থিতি</h2>{paragraphs(TWO)}"
        f"<h2>শিশুদের কক্ষ</h2>{paragraphs(THREE)}<h3>সম্পর্কিত খবর</h3>"
        "<p><a href='/1'>নদীর ঘাটে নতুন জেটি</a></p></article>"
    )
    assert page.paragraphs == (ONE, "সর্বশেষ পরিস্থিতি", TWO, "শিশুদের কক্ষ", THREE)
