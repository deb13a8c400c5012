"""Text dumps in shapes that the bundled pages lack. All texts are made up."""

from datetime import UTC, datetime

import pytest

from etl.extract.dump.reader import read_dump
from etl.outlets.profiles import Outlets, load_outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, ListKind, PageKind
from etl.settings import PROJECT

PROFILES = PROJECT / "seeds" / "outlets.yml"
LEAD = (
    "নদীর ওপর নতুন সেতুর কাজ শেষ হয়েছে বলে জানিয়েছে সড়ক বিভাগ। আগামী মাসে সেতুটি "
    "যান চলাচলের জন্য খুলে দেওয়া হবে।"
)
SECOND = "সেতুর দৈর্ঘ্য ৪২০ মিটার। এতে দুই পারের মানুষের যাতায়াতের সময় এক ঘণ্টা কমবে।"
THIRD = "স্থানীয় কৃষক হাশেম মিয়া বলেন, ‘এখন সবজি নিয়ে সহজে বাজারে যেতে পারব।’"
TITLE = "নতুন সেতু খুলে দেওয়া হবে আগামী মাসে"
HEADLINES = (
    "বাজারে উঠেছে আগাম জাতের তরমুজ",
    "হাওরে ধান কাটা শুরু, খুশি কৃষক",
    "কেন বাড়ছে না চালের দাম?",
    "পাহাড়ে নতুন পর্যটনকেন্দ্র চালু",
    "শিশুদের টিকা কর্মসূচি শুরু রোববার",
    "লঞ্চঘাটে যাত্রীদের উপচে পড়া ভিড়",
)


@pytest.fixture(scope="module")
def outlets() -> Outlets:
    return load_outlets(PROFILES)


def page(
    outlets: Outlets, *blocks: str, url: str | None = None, at: datetime | None = None
) -> Page:
    capture = Capture(
        "c1",
        "page.txt",
        url,
        None,
        at or datetime(2026, 3, 1, tzinfo=UTC),
        CaptureTimeSource.SIDECAR if at else CaptureTimeSource.FILE_TIME,
        b"",
    )
    return read_dump("\n\n".join(blocks), capture, outlets)


def counts(found: Page) -> dict[ListKind, int]:
    return {
        kind: sum(item.kind is kind for item in found.sidebar)
        for kind in ListKind
        if any(item.kind is kind for item in found.sidebar)
    }


def times(found: Page) -> tuple[str | None, str | None]:
    return (
        found.published_at.isoformat() if found.published_at else None,
        found.updated_at.isoformat() if found.updated_at else None,
    )


KALBELA_HEAD = (
    "বরিশাল ব্যুরো\nপ্রকাশ : ২২ জানুয়ারি ২০২৬, ০৬:২২ পিএম\nআপডেট : ২২ জানুয়ারি ২০২৬, ০৭:০৫ পিএম\nঅনলাইন সংস্করণ"
)
KALBELA_FOOT = (
    "কালবেলা অনলাইন এর সর্বশেষ খবর পেতে Google News ফিডটি অনুসরণ করুন",
    "মন্তব্য করুন",
    "  • সর্বশেষ\n  • জনপ্রিয়",
    *HEADLINES,
    "X",
)


def test_kalbela_with_update_kicker_and_picture_inside(outlets: Outlets) -> None:
    picture = "সেতুর কাজ দেখছেন প্রকৌশলীরা। ছবি : কালবেলা"
    found = page(
        outlets,
        KALBELA_HEAD,
        f"যোগাযোগ / {TITLE}",
        "নদীর ওপর নতুন সেতু। ছবি : সংগৃহীত\nনদীর ওপর নতুন সেতু। ছবি : সংগৃহীত",
        LEAD,
        "আরও পড়ুন : ফেরিঘাটে দীর্ঘ যানজট",
        SECOND,
        f"{picture}\n{picture}",
        "সেতুর টোল কত",
        THIRD,
        *KALBELA_FOOT,
    )
    assert found.outlet_id == "kalbela"
    assert (found.kicker, found.title) == ("যোগাযোগ", TITLE)
    assert (found.byline, found.edition) == ("বরিশাল ব্যুরো", "অনলাইন সংস্করণ")
    assert times(found) == ("2026-01-22T18:22:00+06:00", "2026-01-22T19:05:00+06:00")
    assert found.paragraphs == (LEAD, SECOND, "সেতুর টোল কত", THIRD)
    assert found.captions == ("নদীর ওপর নতুন সেতু। ছবি : সংগৃহীত", picture)
    assert found.photo_credit == "সংগৃহীত"
    assert counts(found) == {ListKind.LATEST: 6}


def test_kalbela_with_a_list_and_a_last_line_without_full_stop(outlets: Outlets) -> None:
    items = tuple(f"{n}. {what}" for n, what in zip("১২৩৪৫৬", HEADLINES, strict=True))
    found = page(
        outlets,
        KALBELA_HEAD,
        TITLE,
        LEAD,
        "যা জানা জরুরি",
        *items,
        SECOND,
        "বিস্তারিত আসছে",
        *KALBELA_FOOT,
    )
    assert found.paragraphs == (LEAD, "যা জানা জরুরি", *items, SECOND, "বিস্তারিত আসছে")
    assert found.title == TITLE


def test_kalbela_with_two_tabs_of_lists(outlets: Outlets) -> None:
    numbered = [block for n, h in enumerate(HEADLINES[:3], 1) for block in (h, f"{n + 9}")]
    again = [block for n, h in enumerate(HEADLINES[3:], 1) for block in (h, f"{n + 9}")]
    found = page(
        outlets, KALBELA_HEAD, TITLE, LEAD, SECOND, "মন্তব্য করুন", "সর্বশেষ\nজনপ্রিয়", *numbered, *again
    )
    assert counts(found) == {ListKind.LATEST: 3, ListKind.MOST_READ: 3}


MASTHEAD = "X\nশুক্রবার, ২৩ জানুয়ারি ২০২৬\n৯ মাঘ ১৪৩২"


def test_banglatribune_signed_by_a_person(outlets: Outlets) -> None:
    found = page(
        outlets,
        MASTHEAD,
        TITLE,
        "রেহানা পারভীন\n২২ জানুয়ারি ২০২৬, ১৮:২২আপডেট : ২২ জানুয়ারি ২০২৬, ১৮:৪০",
        LEAD,
        SECOND,
        "/আরপি/এমএস/\nসম্পর্কিত\n"
        + "\n".join(HEADLINES[:2])
        + "\nসর্বশেষ খবর\n"
        + "\n".join(h for h in HEADLINES[2:5] for _ in "12")
        + f"\nসর্বাধিক পঠিত\nফিচার{HEADLINES[5]}\n{HEADLINES[5]}",
    )
    assert found.outlet_id == "banglatribune"
    assert (found.title, found.byline, found.kicker) == (TITLE, "রেহানা পারভীন", None)
    assert times(found) == ("2026-01-22T18:22:00+06:00", "2026-01-22T18:40:00+06:00")
    assert found.page_date is not None
    assert found.page_date.isoformat() == "2026-01-23"
    assert found.signoff == "আরপি/এমএস"
    assert found.paragraphs == (LEAD, SECOND)
    assert counts(found) == {ListKind.LATEST: 3, ListKind.MOST_READ: 1, ListKind.RELATED: 2}
    glued = next(item for item in found.sidebar if item.kind is ListKind.MOST_READ)
    assert (glued.kicker, glued.headline) == ("ফিচার", HEADLINES[5])


def test_banglatribune_without_byline_and_signoff(outlets: Outlets) -> None:
    found = page(
        outlets, MASTHEAD, "অবকাঠামো", TITLE, "২২ জানুয়ারি ২০২৬, ১৮:২২", LEAD, SECOND,
        "সম্পর্কিত\n" + "\n".join(HEADLINES[:3]),
    )  # fmt: skip
    assert (found.title, found.byline, found.kicker) == (TITLE, None, "অবকাঠামো")
    assert times(found) == ("2026-01-22T18:22:00+06:00", None)
    assert found.paragraphs == (LEAD, SECOND)
    assert counts(found) == {ListKind.RELATED: 3}


def test_ajkerpatrika_with_byline_date_and_unheaded_list(outlets: Outlets) -> None:
    found = page(
        outlets,
        "হোম > সারা দেশ > বরিশাল",
        TITLE,
        "আজকের পত্রিকা ডেস্ক\u200b\nপ্রকাশ : ২২ জানুয়ারি ২০২৬, ১১: ০৫",
        "নতুন সেতুর উদ্বোধনের অপেক্ষায় দুই পারের মানুষ",
        LEAD,
        "যেভাবে শুরু",
        SECOND,
        THIRD,
        *HEADLINES,
    )
    assert found.outlet_id == "ajkerpatrika"
    assert found.section == "সারা দেশ > বরিশাল"
    assert found.byline == "আজকের পত্রিকা ডেস্ক"
    assert times(found) == ("2026-01-22T11:05:00+06:00", None)
    assert found.captions == ("নতুন সেতুর উদ্বোধনের অপেক্ষায় দুই পারের মানুষ",)
    assert found.paragraphs == (LEAD, "যেভাবে শুরু", SECOND, THIRD)
    assert counts(found) == {ListKind.RELATED: 6}


def test_a_foreign_desk_is_no_profiled_outlet(outlets: Outlets) -> None:
    found = page(outlets, "হোম > জাতীয়", TITLE, "সুরমা বার্তা ডেস্ক", LEAD, SECOND, *HEADLINES)
    assert found.outlet_id is None
    assert found.byline == "সুরমা বার্তা ডেস্ক"


def test_todays_paper_in_a_menu_is_not_ajker_patrika(outlets: Outlets) -> None:
    found = page(outlets, "প্রচ্ছদ\nআজকের পত্রিকা\nজাতীয়\nখেলা", TITLE, "নিজস্ব প্রতিবেদক", LEAD, SECOND)
    assert found.outlet_id is None
    assert found.title == TITLE


def test_archive_page_without_blank_lines(outlets: Outlets) -> None:
    """The form of WET files: menus above, tags, comments and a footer below, no blank lines."""
    lines = (
        "প্রচ্ছদ", "জাতীয়", "রাজনীতি", "খেলা", "বিনোদন", "ই-পেপার", "Facebook", "Twitter",
        TITLE, "নিজস্ব প্রতিবেদক, ঢাকা", "প্রকাশ: ২২ জানুয়ারি ২০২৬, ১৮: ২২", "ফলো করুন",
        "নতুন সেতু। বৃহস্পতিবার সকালে", "ছবি: রফিক হাসান", LEAD, SECOND, "আরও পড়ুন", HEADLINES[0],
        THIRD, "ট্যাগ: সেতু, সড়ক, যোগাযোগ", "মন্তব্য (২)", "আবুল কালাম",
        "খুব ভালো খবর। ধন্যবাদ সবাইকে।", "সর্বাধিক পঠিত",
        *(f"{n}. {h}" for n, h in zip("১২৩৪৫৬", HEADLINES, strict=True)),
        "সম্পাদক ও প্রকাশক: কামাল উদ্দিন", "© ২০২৬ সুরমা বার্তা। সর্বস্বত্ব সংরক্ষিত",
    )  # fmt: skip
    found = page(outlets, "\n".join(lines))
    assert found.title == TITLE
    assert found.byline == "নিজস্ব প্রতিবেদক, ঢাকা"
    assert times(found) == ("2026-01-22T18:22:00+06:00", None)
    assert found.captions == ("নতুন সেতু। বৃহস্পতিবার সকালে ছবি: রফিক হাসান",)
    assert found.photo_credit == "রফিক হাসান"
    assert found.paragraphs == (LEAD, SECOND, THIRD)
    assert found.keywords == ("সেতু", "সড়ক", "যোগাযোগ")
    assert [item.headline for item in found.sidebar] == list(HEADLINES)


def test_english_page_without_profile(outlets: Outlets) -> None:
    lead = (
        "The new bridge over the river will open next month, the roads department said on Thursday."
    )
    second = "It is 420 metres long and will cut the crossing from an hour to ten minutes."
    found = page(
        outlets,
        "Home\nNews\nSport\nOpinion",
        "New bridge over the river to open next month",
        "By Rahim Khan",
        "Published: 22 January 2026, 06:22 PM",
        lead,
        second,
        "Related News\nWatermelons reach the market early\nHarvest begins in the wetlands",
    )
    assert found.title == "New bridge over the river to open next month"
    assert found.byline == "By Rahim Khan"
    assert times(found) == ("2026-01-22T18:22:00+06:00", None)
    assert found.paragraphs == (lead, second)
    assert found.language == "en"
    assert counts(found) == {ListKind.RELATED: 2}


def test_interview_keeps_questions(outlets: Outlets) -> None:
    talk = ("প্রশ্ন: সেতুর কাজ কবে শেষ হলো?", "উত্তর: গত মাসে কাজ শেষ হয়েছে।", "টোল দিতে হবে?", "উত্তর: না।")
    found = page(outlets, TITLE, "প্রকাশ: ২২ জানুয়ারি ২০২৬", LEAD, *talk, SECOND)
    assert found.paragraphs == (LEAD, *talk, SECOND)
    assert found.published_at is None
    assert found.published_date is not None


def test_bar_and_capital_i_for_danda_are_mended_and_counted(outlets: Outlets) -> None:
    found = page(outlets, TITLE, LEAD, SECOND.replace("।", "|"), THIRD.replace("।", "I"))
    assert found.paragraphs == (LEAD, SECOND, THIRD)
    assert found.warnings == ("danda_mended:3",)


def test_source_line_and_agency_signoff(outlets: Outlets) -> None:
    found = page(
        outlets,
        TITLE,
        "আন্তর্জাতিক ডেস্ক",
        LEAD,
        SECOND,
        "সূত্র: রয়টার্স, এএফপি",
        "এমএন/জেকে",
        "সর্বশেষ",
        *HEADLINES,
    )
    assert found.paragraphs == (LEAD, SECOND, "সূত্র: রয়টার্স, এএফপি")
    assert found.signoff == "এমএন/জেকে"


def test_masthead_date_never_becomes_the_articles(outlets: Outlets) -> None:
    found = page(outlets, "ঢাকা, শুক্রবার, ২৩ জানুয়ারি ২০২৬, ৯ মাঘ ১৪৩২", TITLE, LEAD, SECOND)
    assert (found.published_at, found.published_date) == (None, None)
    assert found.page_date is not None


def test_time_after_the_capture_is_given_with_a_warning(outlets: Outlets) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    found = page(outlets, TITLE, "প্রকাশ : ২২ জানুয়ারি ২০২৬, ০৬:২২ পিএম", LEAD, SECOND, at=at)
    assert times(found)[0] == "2026-01-22T18:22:00+06:00"
    assert "published_after_capture" in found.warnings


@pytest.mark.parametrize(
    ("blocks", "kind"),
    [
        ((*HEADLINES, *(f"{h} আবার" for h in HEADLINES)), PageKind.LISTING),
        (tuple(f"{h}\n{LEAD}\n২২ জানুয়ারি ২০২৬, ১০:১০" for h in HEADLINES), PageKind.LISTING),
        (("সেতুর ছবি", *(f"{h}। ছবি: রফিক হাসান" for h in HEADLINES)), PageKind.GALLERY),
        (("৪০৪", "দুঃখিত, পাতাটি খুঁজে পাওয়া যায়নি"), PageKind.SOFT_404),
        (("দয়া করে অপেক্ষা করুন",), PageKind.NO_ARTICLE),
        (("",), PageKind.NO_ARTICLE),
        (
            (f"লাইভ: {TITLE}", "১০:১০", LEAD, "১০:৩০", SECOND, "১১:০০", THIRD),
            PageKind.LIVE_BLOG,
        ),
    ],
)
def test_pages_without_an_article(
    outlets: Outlets, blocks: tuple[str, ...], kind: PageKind
) -> None:
    found = page(outlets, *blocks)
    assert found.kind is kind
    assert found.reason
    assert found.paragraphs == ()


def test_home_page_by_its_address(outlets: Outlets) -> None:
    found = page(outlets, TITLE, LEAD, SECOND, url="https://www.kalbela.com/")
    assert (found.kind, found.outlet_id) == (PageKind.HOME_PAGE, "kalbela")


def test_lines_that_only_look_like_furniture_stay_in_the_body(outlets: Outlets) -> None:
    inside = (
        "এরপর অ্যাপ চালু করে সেটিংসে প্রবেশ করুন।",
        "কপিরাইট নিয়েও কথা হয়েছে সভায়।",
        "ছড়িয়ে পড়া একটি ছবি: সেখানে দুই পারের মানুষকে দেখা গেছে।",
        "যাত্রী/পথচারী",
        SECOND,
        "সর্বশেষ",
        THIRD,
        LEAD.replace("নদীর", "খালের"),
    )
    found = page(outlets, TITLE, "নিজস্ব প্রতিবেদক", LEAD, *inside, "মন্তব্য করুন")
    assert found.paragraphs == (LEAD, *inside)


def test_last_paragraph_without_full_stop_above_an_unheaded_list(outlets: Outlets) -> None:
    last = "সড়ক বিভাগ জানায়, নতুন সেতুর টোল আগামী মাসে ঠিক করা হবে"
    found = page(outlets, "হোম > জাতীয়", TITLE, LEAD, SECOND, last, *HEADLINES)
    assert found.paragraphs == (LEAD, SECOND, last)
    assert counts(found) == {ListKind.RELATED: 6}


def test_caption_printed_twice_without_credit(outlets: Outlets) -> None:
    found = page(
        outlets,
        KALBELA_HEAD,
        TITLE,
        "সেতু দেখতে আসা মানুষ।\nসেতু দেখতে আসা মানুষ।",
        LEAD,
        SECOND,
        *KALBELA_FOOT,
    )
    assert found.captions == ("সেতু দেখতে আসা মানুষ।",)
    assert found.paragraphs == (LEAD, SECOND)
