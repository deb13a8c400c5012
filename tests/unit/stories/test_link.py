"""Stories of articles written for these tests."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from etl.schema.records import StoryText
from etl.schema.vocabulary import StoryLink
from etl.stories.copies import containment, shingles
from etl.stories.link import link_by_month, link_stories
from etl.stories.same_event import Vocabulary, find_same_events

NOON = datetime(2024, 5, 15, 12, tzinfo=UTC)
WIRE = (
    "উত্তরাঞ্চলের নদীগুলোতে পানি বেড়ে তিন জেলার নিচু এলাকা ডুবে গেছে বলে জানিয়েছে পানি উন্নয়ন বোর্ড। "
    "রাতভর বৃষ্টিতে তিস্তার পানি বিপৎসীমার ওপর উঠে যায় এবং চরের মানুষ উঁচু বাঁধে আশ্রয় নেয়। "
    "জেলা প্রশাসন শুকনো খাবার ও ত্রিপল পাঠিয়েছে, বন্ধ রাখা হয়েছে সাতটি বিদ্যালয়। "
    "কৃষি কর্মকর্তারা বলছেন, আগাম আমনের বীজতলা নষ্ট হওয়ার ঝুঁকি রয়েছে।"
)


def text(
    name: str, title: str, body: str, hours: float | None = 0, outlet: str | None = None
) -> StoryText:
    published = None if hours is None else NOON + timedelta(hours=hours)
    reported_on = (published or NOON).date()
    return StoryText(name, outlet or name.split(":")[0], published, title, body, reported_on)


def sample() -> list[StoryText]:
    return [
        text("a:1", "তিস্তার পানি বিপৎসীমার ওপরে", WIRE, 3),
        text("b:1", "বন্যায় ডুবল তিন জেলা", WIRE, 0),
        text("c:1", "ডুবল তিন জেলা", WIRE, None),
        text(
            "d:1",
            "পাটুরিয়ায় ফেরিডুবি, উদ্ধার ৩১ যাত্রী",
            "পাটুরিয়া ঘাটে রজনীগন্ধা ফেরি ডুবে গেছে, ৩১ যাত্রী উদ্ধার।",
            1,
        ),
        text(
            "e:1",
            "পাটুরিয়া ঘাটে ফেরিডুবি: ৩১ যাত্রী জীবিত উদ্ধার",
            "রজনীগন্ধা নামের ফেরি পাটুরিয়ায় ডোবে; উদ্ধার হন ৩১ যাত্রী।",
            5,
        ),
        text("f:1", "স্বর্ণের দাম কমল", "ভরিতে দাম কমেছে বলে জানিয়েছে জুয়েলার্স সমিতি।", 2),
    ]


def test_wire_copy_is_one_story_even_undated() -> None:
    members = {member.article_id: member for member in link_stories(sample())}
    assert {members[name].story_id for name in ("a:1", "b:1", "c:1")} == {"b:1"}
    assert members["c:1"].link_kind == StoryLink.WIRE_COPY
    assert members["c:1"].score == 1.0


def test_reports_of_one_event_are_one_story() -> None:
    members = {member.article_id: member for member in link_stories(sample())}
    assert members["d:1"].story_id == members["e:1"].story_id == "d:1"
    assert members["e:1"].link_kind == StoryLink.SAME_EVENT
    assert members["e:1"].linked_article_id == "d:1"


def test_an_article_alone_has_no_story() -> None:
    assert "f:1" not in {member.article_id for member in link_stories(sample())}


def test_the_order_of_articles_changes_nothing() -> None:
    texts = sample()
    expected = link_stories(texts)
    for seed in range(5):
        random.Random(seed).shuffle(texts)
        assert link_stories(texts) == expected


def test_an_undated_report_joins_no_event() -> None:
    dated, undated = sample()[3], sample()[4]
    undated = text(undated.article_id, undated.title, undated.body, None)
    assert link_stories([dated, undated]) == []


def test_the_same_words_weeks_apart_are_two_events() -> None:
    first, second = sample()[3], sample()[4]
    second = text(second.article_id, second.title, second.body, 24 * 20)
    assert link_stories([first, second]) == []


def test_an_outlet_repeats_its_formulas_for_other_events() -> None:
    first = (
        "সোনার দাম ভরিতে বাড়ল দেড় হাজার টাকা",
        "জুয়েলার্স সমিতি এক বিজ্ঞপ্তিতে জানায়, তেজাবি সোনার দাম বেড়েছে, নতুন দর রোববার থেকে কার্যকর।",
    )
    second = (
        "তিন দিনের মাথায় কমল সোনার দাম",
        "স্থানীয় বাজারে দর পড়ে যাওয়ায় জুয়েলার্স সমিতি এক বিজ্ঞপ্তিতে নতুন দাম জানায়, সোমবার থেকে কার্যকর।",
    )
    assert link_stories([text("a:1", *first), text("a:2", *second, hours=40)]) == []
    assert len(link_stories([text("a:1", *first), text("b:2", *second, hours=1)])) == 2


def likeness(texts: list[StoryText]) -> dict[tuple[int, int], float]:
    words = Vocabulary()
    return find_same_events([words.read(text) for text in texts], words)


def test_words_quoted_side_by_side_link_more_than_scattered_ones() -> None:
    """Two reports quote one sentence; a third has the same words in other places."""
    lead = "সভায় তিনি বলেন, ভাঙা সেতু সারাতে ইটের বদলে পাথর চাই।"
    scattered = "পাথর ভাঙা হয় ইটের ভাটায়, বদলে যাওয়া সেতু সারাতে চাই টাকা, সভায় বলেন তিনি।"
    others = [
        text(f"x:{number}", f"খবর {number}", f"সভায় তিনি বলেন, কাজ {number} চলছে।")
        for number in range(30)
    ]
    quoting = likeness([text("a:1", "মেয়রের কথা", lead), text("b:1", "সেতু", lead), *others])
    apart = likeness([text("a:1", "মেয়রের কথা", lead), text("b:1", "সেতু", scattered), *others])
    assert quoting[0, 1] > 1.2 * apart[0, 1]


def test_no_articles_no_stories() -> None:
    assert link_stories([]) == []


def test_a_cut_copy_is_contained() -> None:
    assert containment(shingles(WIRE), shingles(WIRE[: len(WIRE) // 2])) > 0.9
    assert containment(shingles(WIRE), shingles("আজ বৃষ্টি হতে পারে")) == 0.0


def between(texts: list[StoryText]) -> Callable[[date, date], list[StoryText]]:
    return lambda start, end: [text for text in texts if start <= text.reported_on < end]


def test_month_by_month_gives_the_stories_of_the_whole() -> None:
    texts = sample()
    months = sorted({text.reported_on.replace(day=1) for text in texts})
    by_month = sorted(
        link_by_month(months, between(texts)), key=lambda m: (m.story_id, m.article_id)
    )
    assert by_month == link_stories(texts)


def test_a_story_over_the_end_of_a_month_is_one_and_bears_its_first_id() -> None:
    last_day = datetime(2026, 1, 31, 20, tzinfo=UTC)
    texts = [
        StoryText(name, name[0], at, "তিস্তার পানি বিপৎসীমার ওপরে", WIRE, at.date())
        for name, at in (
            ("a:1", last_day),
            ("b:1", last_day + timedelta(hours=6)),
            ("c:1", last_day + timedelta(hours=9)),
        )
    ]
    members = list(link_by_month([date(2026, 1, 1), date(2026, 2, 1)], between(texts)))
    assert [(m.story_id, m.article_id) for m in members] == [
        ("a:1", "a:1"),
        ("a:1", "b:1"),
        ("a:1", "c:1"),
    ]


def test_a_story_of_the_weeks_after_a_month_is_left_to_its_own() -> None:
    days = [date(2026, 1, 5), date(2026, 2, 10), date(2026, 2, 11), date(2026, 2, 20)]
    headings = ("সোনার দাম", *["তিস্তার পানি বিপৎসীমার ওপরে"] * 3)
    bodies = ("আজ সোনার দাম বেড়েছে।", *[WIRE] * 3)
    texts = [
        StoryText(str(day.day), f"o{day.day}", datetime(*day.timetuple()[:3], 6, tzinfo=UTC),
                  heading, body, day)
        for day, heading, body in zip(days, headings, bodies, strict=True)
    ]  # fmt: skip
    members = list(link_by_month([date(2026, 1, 1), date(2026, 2, 1)], between(texts)))
    assert [(m.story_id, m.article_id) for m in members] == [
        ("10", "10"),
        ("10", "11"),
        ("10", "20"),
    ]
