"""Every rule written by hand is broken by a row written for it, and by no other row."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pyarrow as pa
import pytest

from etl.outlets.profiles import Outlet, Outlets
from etl.resources import EXPECTATIONS
from etl.schema.derive.expectations import Rule
from etl.schema.tables.staged import STAGED
from etl.validate.batch import load_suite
from etl.validate.failure import Failure
from etl.validate.gx import evaluate_suite
from etl.validate.measures import Batch, with_measures
from etl.validate.structure import broken_structure, is_structural
from tests.factories.rows import generate_rows

Changes = Mapping[str, Mapping[str, object]]  # by table, by column

OUTLETS = Outlets(
    (
        Outlet(id="kalbela", name_en="Kalbela", name_bn="দৈনিক কালবেলা", hosts=("kalbela.com",)),
        Outlet(id="elsewhere", name_en="Elsewhere", hosts=("elsewhere.example",)),
    )
)
LATE = datetime(2030, 1, 1, tzinfo=UTC)
EARLY = datetime(1970, 1, 1, tzinfo=UTC)

ARTICLE: dict[str, Mapping[str, object]] = {
    "content_hash.pattern": {"content_hash": "0" * 63},
    "identity_source.values": {"identity_source": "guessed"},
    "title.not_null": {"title": None},
    "title.length": {"title": "ক " * 251},
    "paragraph_count_is_right": {"paragraph_count": 3},
    "body_is_joined_paragraphs": {"body": "অন্য কথা"},
    "published_at_is_sourced": {"published_at_source": "none"},
    "published_date_is_dhaka_day": {"published_date": date(2024, 12, 31)},
    "title_not_blank": {"title": " \u00a0"},
    "title_has_two_words": {"title": "বাংলাদেশ"},
    "title_is_one_line": {"title": "একটি\nশিরোনাম"},
    "title_is_not_outlet_name": {"title": " দৈনিক কালবেলা "},
    "title_does_not_open_body": {
        "title": "একই শিরোনাম আবার",
        "body": "একই শিরোনাম আবার",
        "paragraphs": ["একই শিরোনাম আবার"],
        "paragraph_count": 1,
    },
    "published_before_capture": {"published_at": LATE, "published_date": LATE.date()},
    "published_before_file_time": {
        "published_at": LATE,
        "published_date": LATE.date(),
        "captured_at_source": "file_time",
    },
    "published_since_1995": {"published_at": EARLY, "published_date": EARLY.date()},
    "updated_after_publication": {"updated_at": EARLY},
    "updated_before_capture": {"updated_at": LATE},
    "is_dated": {"published_at": None, "published_at_source": "none"},
    "body_is_an_article": {"word_count": 4},
    "body_is_not_short": {"word_count": 29},
    "text_is_decoded": {"title": "দুই দে\N{REPLACEMENT CHARACTER} বৈঠক"},
    "text_is_not_mojibake": {"title": "à¦¦à§à¦‡ à¦¦à§‡à¦¶à§‡à¦°"},
    "text_is_unicode": {"warnings": ["legacy_encoding:bijoy"]},
    "body_has_no_markup": {
        "body": "বাংলাদেশ</p>",
        "paragraphs": ["বাংলাদেশ</p>"],
        "paragraph_count": 1,
    },
    "language_is_known": {"language": None},
    "language_is_outlets": {"language": "en"},
    "bangla_outlet_writes_bangla": {
        "body": "Two countries met.",
        "paragraphs": ["Two countries met."],
        "paragraph_count": 1,
    },
    "url_host_is_outlets": {"url": "https://www.elsewhere.example/1"},
    "url_is_http": {"url": "javascript:void(0)"},
    "image_url_is_http": {"image_url": "/picture.webp"},
    "byline_is_known": {"byline": None},
}
# Rules that a row breaks besides its own, because one implies the other.
IMPLIED = {
    "title_not_blank": {"title_has_two_words"},
    "body_is_an_article": {"body_is_not_short"},
}
ELSEWHERE: Changes = {"article": {"capture_id": "elsewhere"}}

CASES: dict[str, dict[str, Changes]] = {
    "article": {
        **{rule: {"article": values} for rule, values in ARTICLE.items()},
        "capture_is_loaded": {"capture": {"outcome": "failed"}},
    },
    "capture": {
        "reason_is_given": {
            "capture": {"outcome": "failed", "article_id": None, "content_hash": None}
        },
        "loaded_capture_names_article": {"capture": {"article_id": None}},
        "loaded_capture_has_article": ELSEWHERE,
        "captured_since_1995": {"capture": {"captured_at": EARLY}},
        "captured_at_is_known": {"capture": {"captured_at_source": "file_time"}},
        "outcome.values": {
            "capture": {
                "outcome": "vanished",
                "reason": "lost",
                "article_id": None,
                "content_hash": None,
            }
        },
    },
    "headline_exposure": {
        "article_is_loaded": ELSEWHERE,
        "headline_not_blank": {"headline_exposure": {"headline": " "}},
        "headline_is_one": {"headline_exposure": {"headline": "ক" * 301}},
        "url_is_http": {"headline_exposure": {"url": "#"}},
        "headline_rank.range": {"headline_exposure": {"headline_rank": 0}},
    },
    "entity_mention": {
        "article_is_loaded": ELSEWHERE,
        "entity_id_names_kind": {"entity_mention": {"entity_id": "IR"}},
        "evidence_not_blank": {"entity_mention": {"evidence": ""}},
    },
    "source_citation": {
        "article_is_loaded": ELSEWHERE,
        "evidence_not_blank": {"source_citation": {"evidence": ""}},
    },
    "event": {
        "article_is_loaded": ELSEWHERE,
        "actor1_is_coded": {"event": {"actor1": "Iran"}},
        "actor2_is_coded": {"event": {"actor2": "EU27"}},
        "actors_differ": {"event": {"actor2": "IR"}},
        "evidence_not_blank": {"event": {"evidence": " "}},
        "event_date_is_near": {"event": {"event_date": date(1971, 3, 26)}},
        "confidence.range": {"event": {"confidence": 1.5}},
    },
    "quote": {
        "article_is_loaded": ELSEWHERE,
        "speaker_not_blank": {"quote": {"speaker": ""}},
        "quote_not_blank": {"quote": {"quote": " "}},
        "evidence_not_blank": {"quote": {"evidence": ""}},
    },
    "figure": {
        "article_is_loaded": ELSEWHERE,
        "evidence_not_blank": {"figure": {"evidence": " "}},
        "value.range": {"figure": {"value": -1.0}},
    },
    "declared": {
        "url_is_http": {"declared": {"url": "mailto:desk@kalbela.com"}},
        "published_before_declared": {"declared": {"published_at": LATE}},
    },
}


@cache
def broken(table: str) -> Mapping[str, Failure]:
    """All cases of a table in one batch: case n changes article n."""
    rules = load_suite(EXPECTATIONS, table)
    tables = generate_rows(len(CASES[table]) + 1)
    for number, changes in enumerate(CASES[table].values()):
        for name, values in changes.items():
            tables[name] = changed(tables[name], number, values)
    (declaration,) = (candidate for candidate in STAGED if candidate.name == table)
    rows = with_measures(Batch(tables, OUTLETS), declaration, rules)
    return judge(table, rules, rows)


def judge(table: str, rules: Sequence[Rule], rows: pa.Table) -> Mapping[str, Failure]:
    assert broken_structure(rules, rows) == {}
    return evaluate_suite(table, [rule for rule in rules if not is_structural(rule)], rows).failures


def changed(rows: pa.Table, article: int, values: Mapping[str, object]) -> pa.Table:
    """Rows with other values in the first row of an article."""
    found = rows["capture_id"].to_pylist() if "capture_id" in rows.column_names else []
    listed = rows.to_pylist()
    place = next((n for n, key in enumerate(found) if key == f"capture-{article:08d}"), article)
    listed[place].update(values)
    return pa.Table.from_pylist(listed, schema=rows.schema)


@pytest.mark.parametrize(
    ("table", "rule"), [(table, rule) for table, rules in CASES.items() for rule in rules]
)
def test_a_row_breaks_its_rule_alone(table: str, rule: str) -> None:
    capture_id = f"capture-{list(CASES[table]).index(rule):08d}"
    found = {name for name, failure in broken(table).items() if capture_id in failure.capture_ids}
    if table == "declared":  # its rows may have no capture
        assert broken(table)[rule].unexpected_count == 1
        return
    assert found == {rule} | IMPLIED.get(rule, set())


@pytest.mark.parametrize("table", [table.name for table in STAGED])
def test_every_rule_by_hand_has_its_row(table: str) -> None:
    by_hand = {
        rule["meta"]["rule"]
        for rule in load_suite(EXPECTATIONS, table)
        if not rule["meta"].get("derived")
    }
    assert by_hand <= set(CASES[table])


@pytest.mark.parametrize("table", [table.name for table in STAGED])
def test_good_rows_break_nothing_else(table: str) -> None:
    last = f"capture-{len(CASES[table]):08d}"
    assert set(broken(table)) == set(CASES[table])
    assert not [rule for rule, failure in broken(table).items() if last in failure.capture_ids]


def test_without_profiles_their_rules_pass_over_all() -> None:
    tables = generate_rows(1)
    tables["article"] = changed(
        tables["article"], 0, {"url": "https://other.example/1", "language": "en"}
    )
    rules = load_suite(EXPECTATIONS, "article")
    rows = with_measures(Batch(tables, None), STAGED[1], rules)
    assert judge("article", rules, rows) == {}


def test_dates_of_dhaka_begin_at_its_midnight() -> None:
    tables = generate_rows(1)
    evening = datetime(2025, 1, 21, 18, 22, tzinfo=UTC)
    tables["article"] = changed(
        tables["article"],
        0,
        {
            "published_at": evening,
            "published_date": date(2025, 1, 22),
            "captured_at": evening + timedelta(hours=1),
        },
    )
    rules = load_suite(EXPECTATIONS, "article")
    rows = with_measures(Batch(tables, OUTLETS), STAGED[1], rules)
    assert judge("article", rules, rows) == {}
