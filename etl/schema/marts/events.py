"""Marts of interactions between political actors, coded by rules."""

from etl.schema import vocabulary
from etl.schema.marts.columns import (
    ARTICLE_ID,
    FLOAT,
    INTEGER,
    MONTH,
    OUTLET,
    PUBLISHED_DATE,
    STRING,
    at,
    count,
    date,
    text,
)
from etl.schema.marts.upkeep import SAME_STORY, by_article, by_key, by_month
from etl.schema.model import Column, Lookup, Source, Table
from etl.schema.vocabulary import MUTUAL_EVENT_TYPES, values

_EVENT_ID = Column("event_id", STRING, "Actors, category, and the day or else the story.")
_ACTOR1 = Column("actor1", STRING, "Who acts: ISO 3166 alpha-2 code of a state, or `INT`.")
_ACTOR2 = Column("actor2", STRING, "Towards whom: ISO 3166 alpha-2 code of a state, or `INT`.")
_EVENT_TYPE = Column(
    "event_type", STRING, "PLOVER root category.", values=values(vocabulary.EventType)
)
_CAVEATS = (
    "Reports are joined if they agree on actors, category and day; the order of actors does not "
    f"matter for {', '.join(MUTUAL_EVENT_TYPES[:-1])} and {MUTUAL_EVENT_TYPES[-1]}. A report "
    "without a day joins the dated event of its story, else the undated ones of its story. Coded "
    f"by rules: check `evidence`. Counted from a confidence of {vocabulary.COUNTED_CONFIDENCE}; "
    "less certain ones are in `core.fact_event`. On 84 labelled articles that no rule was written "
    "against, 60 of 100 counted events are right, and 33 of 100 labelled ones are found."
)

EVENT_ARTICLE = Table(
    "mart",
    "event_article",
    "One article in its current version that reports one event.",
    ("event_id", "article_id"),
    (
        _EVENT_ID,
        ARTICLE_ID,
        OUTLET[0],
        PUBLISHED_DATE,
        _ACTOR1,
        _ACTOR2,
        _EVENT_TYPE,
        date("event_date", "Day of the act, where this text or another of its story tells it."),
        text("place", "Where, as the first sentence that names a place does."),
        Column(
            "modality",
            STRING,
            "The strongest the article gives: done, reported, denied, planned.",
            values=values(vocabulary.Modality),
        ),
        Column("evidence", STRING, "The article's first sentence that reports the event."),
        Column(
            "confidence", FLOAT, "Best confidence of any of its sentences.", minimum=0, maximum=1
        ),
    ),
    caveats=f"{_CAVEATS} Undated articles are here.",
    upkeep=by_article("core.fact_event", "mart.article", lookups=(SAME_STORY,)),
)

EVENT = Table(
    "mart",
    "event",
    "One interaction between two actors, over all articles that report it.",
    ("event_id",),
    (
        _EVENT_ID,
        _ACTOR1,
        text("actor1_name_bn", "Its name in Bangla."),
        text("actor1_name_en", "Its name in English."),
        _ACTOR2,
        text("actor2_name_bn", "Its name in Bangla."),
        text("actor2_name_en", "Its name in English."),
        _EVENT_TYPE,
        Column(
            "event_class",
            STRING,
            "Which side of PLOVER's quad classes.",
            values=("cooperation", "conflict"),
        ),
        date("event_date", "Day of the act, where a text tells it."),
        text("place", "Where, as the first report that names a place does."),
        Column(
            "modality",
            STRING,
            "The strongest any report gives: done, reported, denied, planned.",
            values=values(vocabulary.Modality),
        ),
        Column("article_count", INTEGER, "Articles that report it.", minimum=1),
        Column("outlet_count", INTEGER, "Outlets that report it.", minimum=1),
        *at("first_reported", "Publication of the first dated report", None),
        date("first_reported_date", "Day of publication of the first dated report in Dhaka."),
        Column("first_article_id", STRING, "The first report."),
        text("first_article_title", "Its headline."),
        text("first_article_url", "Its address."),
        Column("evidence", STRING, "Its sentence that reports the event."),
        Column("confidence", FLOAT, "Best confidence of any report.", minimum=0, maximum=1),
        Column("article_ids", STRING, "The articles of `mart.event_article`, joined by `, `."),
    ),
    caveats=_CAVEATS,
    upkeep=by_key(
        "event_id",
        "mart.event_article",
        lookups=(
            Lookup("mart.article", "article_id", "mart.event_article", "article_id"),
            Lookup("core.dim_entity", "iso_code", "mart.event", "actor1"),
            Lookup("core.dim_entity", "iso_code", "mart.event", "actor2"),
        ),
    ),
)

_CATEGORY_COUNTS = tuple(
    count(f"{word.lower()}_count", f"Events of the category {word}, done or reported.")
    for word in vocabulary.EventType
)

COUNTRY_PAIR_MONTH = Table(
    "mart",
    "country_pair_month",
    "One pair of countries in one month of publication.",
    ("published_month", "country1", "country2"),
    (
        MONTH,
        Column("country1", STRING, "ISO 3166 alpha-2 code, the first by alphabet."),
        text("country1_name_bn", "Its name in Bangla."),
        text("country1_name_en", "Its name in English."),
        Column("country2", STRING, "ISO 3166 alpha-2 code, the second."),
        text("country2_name_bn", "Its name in Bangla."),
        text("country2_name_en", "Its name in English."),
        count("mention_article_count", "Articles that name both countries."),
        count("report_count", "Articles that report an interaction between the two."),
        count("event_count", "Events done or reported by a side, first reported in the month."),
        count("planned_event_count", "Events planned."),
        count("denied_event_count", "Events denied."),
        *_CATEGORY_COUNTS,
        count("cooperation_count", "Events of the cooperative categories."),
        count("conflict_count", "Events of the conflictual categories."),
        Column("cooperation_minus_conflict", INTEGER, "Difference of the two."),
    ),
    caveats="By month of publication: an event is counted once, in the month of its first dated "
    "report, whatever day it is of. Articles count in every pair they name: don't add pairs up. "
    "The actor `INT` is no country. Undated articles are left out.",
    upkeep=by_month(
        "published_month",
        Source("mart.article_entity", "published_date"),
        Source("mart.event_article", "published_date"),
        Source("mart.event", "first_reported_date"),
        lookups=(
            Lookup("core.dim_entity", "iso_code", "mart.country_pair_month", "country1"),
            Lookup("core.dim_entity", "iso_code", "mart.country_pair_month", "country2"),
        ),
    ),
)
