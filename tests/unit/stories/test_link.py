"""Stories of articles written for these tests."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np

from etl.schema.records import StoryText
from etl.schema.vocabulary import StoryLink
from etl.stories.copies import containment, shingles
from etl.stories.ragged import from_bytes
from etl.stories.relink import link_stories
from etl.stories.same_event import Likeness, read_terms
from etl.stories.wording import read_wordings

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


def test_a_follow_up_a_day_later_is_another_story() -> None:
    first = (
        "নতুন মহাপরিচালক নিয়োগ পেলেন রফিকুল আলম",
        "ডাক বিভাগের মহাপরিচালক পদে নিয়োগ পেয়েছেন রফিকুল আলম, প্রজ্ঞাপন জারি হয়েছে।",
    )
    second = (
        "দায়িত্ব নিলেন নতুন মহাপরিচালক রফিকুল আলম",
        "ডাক বিভাগের মহাপরিচালকের দায়িত্ব নিয়েছেন রফিকুল আলম, কর্মকর্তারা শুভেচ্ছা জানান।",
    )
    at_once = link_stories([text("a:1", *first), text("b:2", *second, hours=2)])
    a_day_later = link_stories([text("a:1", *first), text("b:2", *second, hours=30)])
    assert len(at_once) == 2
    assert a_day_later == []


def test_a_digest_of_every_day_is_no_story() -> None:
    lead = "সকালে পড়ে নিন গতকালের আলোচিত পাঁচ খবর, যা ছিল পাঠকের আগ্রহে।"
    digests = [text(f"a:{n}", "সকালেই পড়ুন আলোচিত ৫ খবর", lead + str(n), n * 24) for n in range(3)]
    assert link_stories(digests) == []


def likeness(texts: list[StoryText]) -> float:
    """How much alike the first two of some articles of one time are."""
    wordings = read_wordings(texts)
    terms = read_terms(from_bytes(wordings["headline"]), from_bytes(wordings["lead"]))
    return float(Likeness([terms], np.zeros(len(texts), np.int64)).between(0, np.array([1]))[0])


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
    assert quoting > 1.2 * apart > 0


def test_no_articles_no_stories() -> None:
    assert link_stories([]) == []


def test_a_cut_copy_is_contained() -> None:
    assert containment(shingles(WIRE), shingles(WIRE[: len(WIRE) // 2])) > 0.9
    assert containment(shingles(WIRE), shingles("আজ বৃষ্টি হতে পারে")) == 0.0


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
    members = link_stories(texts)
    assert [(m.story_id, m.article_id) for m in members] == [
        ("a:1", "a:1"),
        ("a:1", "b:1"),
        ("a:1", "c:1"),
    ]


def test_a_later_report_joins_a_story_but_never_joins_two() -> None:
    """The river's story and the ferry's are two; a report of both joins the one it is nearer to."""
    texts = sample()
    both = text("g:1", f"{texts[3].title}, {texts[0].title}", texts[4].body, 20)
    before, after = (
        {m.article_id: m.story_id for m in link_stories(some)} for some in (texts, [*texts, both])
    )
    assert before.items() <= after.items()
    assert after["g:1"] == "d:1"


def test_an_article_out_of_reach_of_the_first_begins_another_story() -> None:
    texts = [text(f"{n}:1", "তিস্তার পানি বিপৎসীমার ওপরে", WIRE, 24 * 5 * n) for n in range(6)]
    members = link_stories(texts)
    assert [(m.story_id, m.article_id) for m in members] == [
        ("0:1", "0:1"),
        ("0:1", "1:1"),
        ("0:1", "2:1"),
        ("3:1", "3:1"),
        ("3:1", "4:1"),
        ("3:1", "5:1"),
    ]


def test_thousands_of_copies_are_one_story_each_compared_with_few() -> None:
    texts = [text(f"o{n % 9}:{n}", "আবহাওয়ার পূর্বাভাস", WIRE, n / 100) for n in range(1500)]
    members = link_stories(texts)
    assert {member.story_id for member in members} == {"o0:0"}
    assert len(members) == len(texts)
