"""Words in the marts' SQL are of the vocabulary, and every word of a list is placed."""

from itertools import product

import pytest
from sqlglot import exp, parse_one

from etl.publish.fill import mart_sql
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.tables.facts import FACT_EVENT
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.vocabulary import (
    COOPERATIVE_EVENT_TYPES,
    EXACT_CAPTURE_TIMES,
    MUTUAL_EVENT_TYPES,
    CaptureTimeSource,
    EventType,
    Modality,
    Outcome,
)

# The strongest first, as the declarations of the marts of events say.
STRENGTH = (Modality.DONE, Modality.REPORTED, Modality.DENIED, Modality.PLANNED)


def report(lake, article_id, event_type, *, actors=("IR", "PK"), **given):
    lake.insert(
        FACT_EVENT,
        article_id=article_id,
        content_hash=f"{article_id}#1",
        outlet_id=article_id.split(":")[0],
        actor1=actors[0],
        actor2=actors[1],
        event_type=event_type,
        **{"event_date": "2025-01-20", **given},
    )


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_words_compared_with_coded_columns_are_of_their_lists(mart: Table) -> None:
    words: dict[str, set[str]] = {}
    for table in (*LAKE_TABLES, *MARTS):
        for column in table.columns:
            if column.values:
                words.setdefault(column.name, set()).update(column.values)
    for comparison in parse_one(mart_sql(mart), dialect="duckdb").find_all(exp.EQ, exp.In):
        if isinstance(comparison.this, exp.Column) and comparison.this.name in words:
            literals = {
                literal.this for literal in comparison.find_all(exp.Literal) if literal.is_string
            }
            assert literals <= words[comparison.this.name], comparison.sql("duckdb")


def test_lag_is_known_where_the_time_of_the_capture_is_exact(lake) -> None:
    for number, source in enumerate(CaptureTimeSource):
        lake.article(f"kalbela:{number}", captured_at_source=source, title=source)
    known = lake.mart("article", "title, lag_minutes IS NOT NULL")
    assert dict(known) == {word: word in EXACT_CAPTURE_TIMES for word in CaptureTimeSource}


def test_every_outcome_has_its_count(lake) -> None:
    for number, outcome in enumerate(Outcome, 1):
        for copy in range(number):
            lake.capture(f"{outcome}{copy}", outlet_id="kalbela", outcome=outcome)
    counts = ", ".join(f"{outcome}_count" for outcome in Outcome)
    assert lake.mart("completeness", counts) == [tuple(range(1, len(Outcome) + 1))]


def test_mutual_categories_join_whatever_the_order_of_actors(lake) -> None:
    lake.article("kalbela:1")
    lake.article("samakal:2")
    for number, event_type in enumerate(EventType, 1):
        report(lake, "kalbela:1", event_type, event_no=number)
        report(lake, "samakal:2", event_type, event_no=number, actors=("PK", "IR"))
    events = lake.mart("event", "event_type, event_class, article_count")
    assert {event_type for event_type, _, count in events if count == 2} == set(MUTUAL_EVENT_TYPES)
    assert {kind for kind, side, _ in events if side == "cooperation"} == set(
        COOPERATIVE_EVENT_TYPES
    )
    assert {kind for kind, _, _ in events} == set(EventType)


def test_the_strongest_modality_is_given(lake) -> None:
    strongest = {}
    for number, (first, second) in enumerate(product(Modality, Modality), 1):
        day = f"2025-01-{number:02}"
        strongest[day] = min(first, second, key=STRENGTH.index)
        lake.article(f"kalbela:{number}")
        lake.article(f"samakal:{number}")
        report(lake, f"kalbela:{number}", "ACCUSE", event_date=day, event_no=1, modality=first)
        report(lake, f"kalbela:{number}", "ACCUSE", event_date=day, event_no=2, modality=second)
        report(lake, f"kalbela:{number}", "REJECT", event_date=day, event_no=3, modality=first)
        report(lake, f"samakal:{number}", "REJECT", event_date=day, event_no=1, modality=second)
    events = lake.mart("event", "event_type, CAST(event_date AS VARCHAR), modality")
    for event_type in ("ACCUSE", "REJECT"):  # within one article, and over two
        assert {day: word for kind, day, word in events if kind == event_type} == strongest
