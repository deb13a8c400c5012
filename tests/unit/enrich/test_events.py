"""Events in sentences written for these tests."""

from datetime import UTC, date, datetime

import pytest

from etl.enrich.article import Reference, code_article, load_reference
from etl.enrich.events.coder import confidence_of, score_of
from etl.enrich.events.dates import resolve_day
from etl.resources import LEXICON
from etl.schema.records import Event, Page
from etl.schema.vocabulary import EventType, Modality, PageKind

PUBLISHED = datetime(2024, 5, 15, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(LEXICON)


def events(reference: Reference, *paragraphs: str) -> tuple[Event, ...]:
    page = Page(
        kind=PageKind.ARTICLE,
        title="শিরোনাম",
        paragraphs=paragraphs,
        published_at=PUBLISHED,
    )
    return code_article(page, reference).events


@pytest.mark.parametrize(
    ("text", "first", "second", "kind"),
    [
        ("নেপালের সঙ্গে বৈঠক করেছেন চীনের পররাষ্ট্রমন্ত্রী।", "CN", "NP", EventType.CONSULT),
        ("ভুটানের রাজা ভারত সফর করেছেন।", "BT", "IN", EventType.CONSULT),
        ("ফ্রান্সকে অভিনন্দন জানিয়েছে জার্মানি।", "DE", "FR", EventType.SUPPORT),
        ("রাশিয়ার ওপর নিষেধাজ্ঞা আরোপ করেছে কানাডা।", "CA", "RU", EventType.SANCTION),
        ("ইয়েমেনে বিমান হামলা চালিয়েছে ইসরায়েল।", "IL", "YE", EventType.ASSAULT),
        ("নেপালকে আর্থিক সহায়তা দিয়েছে জাপান।", "JP", "NP", EventType.AID),
        ("চীনের বিরুদ্ধে অভিযোগ করেছে ফিলিপাইন।", "PH", "CN", EventType.ACCUSE),
        ("মিয়ানমারের প্রতি আহ্বান জানিয়েছে জাতিসংঘ।", "INT", "MM", EventType.REQUEST),
        ("জাপানের প্রস্তাব প্রত্যাখ্যান করেছে উত্তর কোরিয়া।", "KP", "JP", EventType.REJECT),
        ("সিরিয়ায় সেনা মোতায়েন করেছে তুরস্ক।", "TR", "SY", EventType.MOBILIZE),
        ("ইয়েমেনের হুতিরা ইসরায়েলের দিকে ক্ষেপণাস্ত্র ছুড়েছে।", "YE", "IL", EventType.ASSAULT),
        ("বাংলাদেশি নাগরিককে গুলি করে হত্যা করেছে বিএসএফ।", "IN", "BD", EventType.ASSAULT),
        ("ভারতীয় জেলেদের আটক করেছে শ্রীলঙ্কার নৌবাহিনী।", "LK", "IN", EventType.COERCE),
        ("রাশিয়া ইউক্রেনের সঙ্গে আলোচনায় রাজি হয়েছে।", "RU", "UA", EventType.AGREE),
        ("লেবাননে ইসরায়েলের বিমান হামলার নিন্দা জানিয়েছে ইরান।", "IR", "IL", EventType.ACCUSE),
    ],
)
def test_who_did_what_to_whom(
    reference: Reference, text: str, first: str, second: str, kind: EventType
) -> None:
    (event,) = events(reference, text)
    assert (event.actor1, event.actor2, event.type) == (first, second, kind)
    assert event.modality is Modality.DONE
    assert 0 < event.confidence <= 1


def test_an_event_has_its_day_place_and_sentence(reference: Reference) -> None:
    text = "মঙ্গলবার (১৪ মে) কাঠমান্ডুতে নেপালের প্রেসিডেন্ট চীনের সঙ্গে বৈঠক করেছেন।"
    (event,) = events(reference, text)
    assert (event.date, event.place) == (date(2024, 5, 14), "কাঠমান্ডু")
    assert event.evidence.startswith("মঙ্গলবার")


def test_a_meeting_to_come_is_an_agreement(reference: Reference) -> None:
    (event,) = events(reference, "আগামী মাসে নেপাল সফরে যাবেন চীনের প্রেসিডেন্ট।")
    assert (event.type, event.modality) == (EventType.AGREE, Modality.PLANNED)


def test_a_negated_act_is_denied(reference: Reference) -> None:
    (event,) = events(reference, "যুক্তরাষ্ট্র ইরানে বিমান হামলা চালায়নি।")
    assert (event.actor1, event.actor2, event.modality) == ("US", "IR", Modality.DENIED)


def test_an_act_that_its_own_side_tells_of_is_reported(reference: Reference) -> None:
    (event,) = events(reference, "পাকিস্তান দাবি করেছে, ভারতের পাঁচটি যুদ্ধবিমান ভূপাতিত করেছে তারা।")
    assert (event.actor1, event.actor2, event.type) == ("PK", "IN", EventType.ASSAULT)
    assert event.modality is Modality.REPORTED


def test_the_second_sentence_tells_the_act(reference: Reference) -> None:
    found = events(
        reference,
        "গত মঙ্গলবার ঢাকায় এসেছেন পাকিস্তানের পররাষ্ট্রমন্ত্রী ইসহাক দার।",
        "পরদিন তিনি বাংলাদেশের প্রধান উপদেষ্টা মুহাম্মদ ইউনূসের সঙ্গে সাক্ষাৎ করেছেন।",
    )
    (event,) = [event for event in found if event.type is EventType.CONSULT]
    assert (event.actor1, event.actor2, event.place) == ("PK", "BD", "ঢাকা")
    assert event.date == date(2024, 5, 14)


def test_a_list_acts_together(reference: Reference) -> None:
    found = events(reference, "কানাডা, জাপান ও নরওয়ে বেলারুশের ওপর নিষেধাজ্ঞা জারি করেছে।")
    assert {(event.actor1, event.actor2) for event in found} == {
        ("CA", "BY"),
        ("JP", "BY"),
        ("NO", "BY"),
    }


def test_a_person_stands_for_the_state(reference: Reference) -> None:
    found = events(
        reference,
        "নেপালের প্রধানমন্ত্রী রাম বাহাদুর থাপা ঢাকায় এসেছেন।",
        "থাপা ভারতের সঙ্গে চুক্তি স্বাক্ষর করেছেন।",
    )
    assert ("NP", "IN", EventType.SUPPORT) in {(e.actor1, e.actor2, e.type) for e in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the office of an outlet's own state
        (
            "ঢাকায় প্রধানমন্ত্রীর সঙ্গে সাক্ষাৎ করেছেন চীনের রাষ্ট্রদূত।",
            ("CN", "BD", EventType.CONSULT),
        ),
        # an envoy calls on the host
        (
            "প্রধান উপদেষ্টা মুহাম্মদ ইউনূস চীনের রাষ্ট্রদূতের সঙ্গে বৈঠক করেছেন।",
            ("CN", "BD", EventType.CONSULT),
        ),
        # a denial of blame is the act itself
        ("ইরানের অভিযোগ অস্বীকার করেছে পাকিস্তান।", ("PK", "IR", EventType.REJECT)),
        # emphasis between noun and verb
        ("ইরানকে হুমকিও দিয়েছে ইসরায়েল।", ("IL", "IR", EventType.THREATEN)),
        # who blames stands first, who is blamed nearer
        (
            "রাশিয়া জানায়, ইউক্রেন ভয় দেখানোর চেষ্টা করছে বলে অভিযোগ করেছে মস্কো।",
            ("RU", "UA", EventType.ACCUSE),
        ),
        # a government tells of its own act in the passive
        (
            "রাশিয়ার প্রতিরক্ষা মন্ত্রণালয় জানিয়েছে, ইউক্রেনের সীমান্তে সেনা মোতায়েন করা হয়েছে।",
            ("RU", "UA", EventType.MOBILIZE),
        ),
    ],
)
def test_who_acts_and_towards_whom(
    reference: Reference, text: str, expected: tuple[str, str, EventType]
) -> None:
    found = events(reference, text)
    assert expected in {(event.actor1, event.actor2, event.type) for event in found}
    assert all(event.modality is not Modality.DENIED for event in found)


def test_an_office_is_not_bangladeshs_in_an_outlet_abroad(reference: Reference) -> None:
    page = Page(
        kind=PageKind.ARTICLE,
        outlet_id="anandabazar",
        title="শিরোনাম",
        paragraphs=("ঢাকায় প্রধানমন্ত্রীর সঙ্গে সাক্ষাৎ করেছেন চীনের রাষ্ট্রদূত।",),
    )
    assert not any("BD" in (e.actor1, e.actor2) for e in code_article(page, reference).events)


def test_a_meeting_to_come_stands_next_to_one_that_was_held(reference: Reference) -> None:
    found = events(
        reference,
        "নেপালের প্রধানমন্ত্রী চীনের প্রেসিডেন্টের সঙ্গে বৈঠক করেছেন।",
        "আগামী মাসে চীন সফরে যাবেন নেপালের প্রধানমন্ত্রী।",
    )
    assert {event.type for event in found} == {EventType.CONSULT, EventType.AGREE}


@pytest.mark.parametrize(
    "text",
    [
        "ভারত ও চীনের যৌথ মহড়া নিয়ে হুঁশিয়ারি রয়েছে।",
        "মিসর সুদানকে অস্ত্র দিচ্ছে বলে অভিযোগ রয়েছে।",
    ],
)
def test_what_is_only_warned_of_or_alleged_is_no_event(reference: Reference, text: str) -> None:
    assert not any(
        event.type in (EventType.COOPERATE, EventType.AID) for event in events(reference, text)
    )


def test_confidence_grows_with_the_score() -> None:
    scores = [0.5, 0.6, 0.7, 0.8, 0.9]
    confidences = [confidence_of(score) for score in scores]
    assert confidences == sorted(confidences)
    assert confidence_of(0.75) >= 0.8
    assert score_of(confidence_of(0.7)) == pytest.approx(0.7, abs=0.002)


@pytest.mark.parametrize(
    "text",
    [
        "ইউক্রেন যুদ্ধ নিয়ে বই লিখেছেন রাশিয়ার এক লেখক।",
        "ভারতের বিপক্ষে ম্যাচে গোল করে পাকিস্তান; এ ম্যাচে আরও গোল, উইকেট, রান, লিগ ও ফাইনাল।",
        "নেপালে বৃষ্টি হয়েছে।",
        "কানাডায় বসবাসরত ভারতীয়দের সতর্ক করেছে নয়াদিল্লি।",
    ],
)
def test_no_interaction_no_event(reference: Reference, text: str) -> None:
    assert events(reference, text) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("মঙ্গলবার বৈঠক হয়", date(2024, 5, 14)),
        ("বুধবার বৈঠক হয়", date(2024, 5, 15)),
        ("গত শুক্রবার বৈঠক হয়", date(2024, 5, 10)),
        ("আগামী রোববার বৈঠক", date(2024, 5, 19)),
        ("গতকাল বৈঠক হয়", date(2024, 5, 14)),
        ("৩০ ডিসেম্বর বৈঠক হয়", date(2023, 12, 30)),
        ("১ জুন বৈঠক", date(2024, 6, 1)),
        ("১৯ মার্চ ২০২১ বৈঠক হয়", date(2021, 3, 19)),
        ("গত সোমবার (১৪ মে) বৈঠক হয়", date(2024, 5, 13)),
        ("বৈঠক হয়", None),
    ],
)
def test_days_resolve_by_publication(text: str, expected: date | None) -> None:
    from etl.bangla.text import normal_form

    assert resolve_day(normal_form(text), PUBLISHED.date()) == expected


def test_a_day_without_publication_stays_unknown() -> None:
    assert resolve_day("১৪ মে", None) is None
    assert resolve_day("১৪ মে ২০২৪", None) == date(2024, 5, 14)
