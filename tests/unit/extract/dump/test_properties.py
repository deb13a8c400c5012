"""What holds of text dumps whatever is in them."""

import re
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.bangla.text import normal_form
from etl.extract.dump.reader import read_dump
from etl.outlets.profiles import load_outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, PageKind
from etl.settings import PROJECT

OUTLETS = load_outlets(PROJECT / "seeds" / "outlets.yml")
CAPTURE = Capture(
    "c1", "page.txt", None, None, datetime(2026, 3, 1, tzinfo=UTC), CaptureTimeSource.HTTP, b""
)
_DANDA = re.compile("[I|৷]")

LINES = (
    "X",
    "হোম > জাতীয়",
    "হোম",
    "জাতীয়",
    "শুক্রবার, ২৩ জানুয়ারি ২০২৬",
    "৯ মাঘ ১৪৩২",
    "নতুন সেতু খুলে দেওয়া হবে আগামী মাসে",
    "যোগাযোগ / নতুন সেতুতে টোল লাগবে না",
    "নিজস্ব প্রতিবেদক, ঢাকা",
    "প্রকাশ : ২২ জানুয়ারি ২০২৬, ০৬:২২ পিএম",
    "প্রকাশ:",
    "২২ জানুয়ারি ২০২৬, ১৮:২২আপডেট : ২২ জানুয়ারি ২০২৬, ১৮:৪০",
    "নদীর ওপর নতুন সেতু। ছবি : সংগৃহীত",
    "ছবি: রফিক হাসান",
    "নদীর ওপর নতুন সেতুর কাজ শেষ হয়েছে বলে জানিয়েছে সড়ক বিভাগI",
    "সেতুর দৈর্ঘ্য ৪২০ মিটার। এতে যাতায়াতের সময় এক ঘণ্টা কমবে। /আরপি/",
    "স্থানীয় কৃষক বলেন, ‘এখন সবজি নিয়ে সহজে বাজারে যেতে পারব।’",
    "আরও পড়ুন : ফেরিঘাটে দীর্ঘ যানজট",
    "আরও পড়ুন",
    "১. বাজারে উঠেছে আগাম জাতের তরমুজ",
    "কেন বাড়ছে না চালের দাম?",
    "  • সর্বশেষ",
    "সর্বাধিক পঠিত",
    "মন্তব্য করুন",
    "ফিচারকেন বাড়ছে না চালের দাম?",
    "১০",
    "/এমপি/",
    "ট্যাগ: সেতু, সড়ক",
    "© ২০২৬ কালবেলা",
    "",
)
DUMPS = st.lists(
    st.one_of(st.sampled_from(LINES), st.text(max_size=40)), min_size=1, max_size=30
).map("\n".join)


def _texts(page: Page) -> list[str]:
    single = (page.title, page.kicker, page.byline, page.edition, page.photo_credit, page.signoff)
    lists = [page.paragraphs, page.captions, page.keywords]
    lists.append(tuple(item.headline for item in page.sidebar))
    lists.append(tuple(item.kicker for item in page.sidebar if item.kicker))
    lists.append(tuple((page.section or "").split(" > ")))
    return [text for text in single if text is not None] + [text for each in lists for text in each]


def _comparable(text: str) -> str:
    return _DANDA.sub("।", normal_form(text)).replace(" ", "")


@settings(max_examples=150, deadline=None)
@given(DUMPS)
def test_all_text_is_on_the_page(dump: str) -> None:
    page = read_dump(dump, CAPTURE, OUTLETS)
    whole = _comparable(dump)
    for text in _texts(page):
        assert _comparable(text) in whole
        assert text == normal_form(text)


@settings(max_examples=100, deadline=None)
@given(DUMPS)
def test_pages_are_whole_and_repeatable(dump: str) -> None:
    page = read_dump(dump, CAPTURE, OUTLETS)
    assert page == read_dump(dump, CAPTURE, OUTLETS)
    assert (page.kind is PageKind.ARTICLE) == bool(page.paragraphs)
    assert (page.kind is PageKind.ARTICLE) == (page.reason is None)
    assert all(text for text in _texts(page) if text != (page.section or ""))
    assert len(set(page.captions)) == len(page.captions)
    for kind in {item.kind for item in page.sidebar}:
        ranks = [item.rank for item in page.sidebar if item.kind is kind]
        assert ranks == list(range(1, len(ranks) + 1))


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=400))
def test_any_text_gives_a_page(dump: str) -> None:
    assert read_dump(dump, CAPTURE, OUTLETS).kind in PageKind
