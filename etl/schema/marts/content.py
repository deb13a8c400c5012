"""Marts of what the articles say: entities, events, stories, sources."""

from etl.schema import vocabulary
from etl.schema.marts.columns import (
    ARTICLE_ID,
    DAY,
    FLOAT,
    INTEGER,
    MONTH,
    OUTLET,
    PUBLISHED_DATE,
    STRING,
    at,
    count,
    date,
    flag,
    number,
    text,
)
from etl.schema.model import Column, Table
from etl.schema.vocabulary import values

ENTITY = (
    Column("entity_id", STRING, "Kind and code or name."),
    Column("entity_kind", STRING, "What it is.", values=values(vocabulary.EntityKind)),
    Column("entity_name_bn", STRING, "Its name in Bangla."),
    text("entity_name_en", "Its name in English."),
    text("iso_code", "ISO 3166 alpha-2 code, for countries."),
    Column(
        "place_kind", STRING, "What kind of place.", null=None, values=values(vocabulary.PlaceKind)
    ),
    number("latitude", "Degrees north, for places."),
    number("longitude", "Degrees east, for places."),
)

SOURCE = (
    Column("source_id", STRING, "Short name of the source, or its folded name."),
    Column("source_name_bn", STRING, "Its name in Bangla."),
    text("source_name_en", "Its name in English."),
    Column("source_kind", STRING, "Agency, paper, broadcaster, institute, ministry or other."),
)

ARTICLE_ENTITY = Table(
    "mart",
    "article_entity",
    "One entity in one article in its current version.",
    ("article_id", "entity_id"),
    (
        ARTICLE_ID,
        OUTLET[0],
        PUBLISHED_DATE,
        *ENTITY,
        Column("mention_count", INTEGER, "Mentions in title and body.", minimum=1),
        flag("is_in_title", "Whether the headline names it."),
    ),
    caveats="Undated articles are here. Sidebars, captions and names of media are not mentions.",
)

ENTITY_DAILY = Table(
    "mart",
    "entity_daily",
    "One entity in the articles that one outlet published on one day.",
    ("published_date", "outlet_id", "entity_id"),
    (
        DAY,
        *OUTLET,
        *ENTITY,
        Column("article_count", INTEGER, "Articles that mention it.", minimum=1),
        count("title_article_count", "Articles that mention it in the headline."),
        Column("mention_count", INTEGER, "Mentions in title and body.", minimum=1),
        count(
            "story_count",
            "Stories that mention it, each counted where it did so first. Sums "
            "over rows of one entity count every story once.",
        ),
    ),
    caveats="Current versions only. Sidebars, captions and names of media are not mentions. "
    "Sums over entities count an article as often as it has entities.",
)

_CATEGORY_COUNTS = tuple(
    count(f"{word.lower()}_count", f"Events of the category {word}, done or reported.")
    for word in vocabulary.EventType
)

EVENT = Table(
    "mart",
    "event",
    "One interaction between two actors, over all articles that report it.",
    ("event_id",),
    (
        Column("event_id", STRING, "Actors, category, and the day or else the story."),
        Column("actor1", STRING, "Who acts: ISO 3166 alpha-2 code of a state, or `INT`."),
        text("actor1_name_bn", "Its name in Bangla."),
        text("actor1_name_en", "Its name in English."),
        Column("actor2", STRING, "Towards whom: ISO 3166 alpha-2 code of a state, or `INT`."),
        text("actor2_name_bn", "Its name in Bangla."),
        text("actor2_name_en", "Its name in English."),
        Column("event_type", STRING, "PLOVER root category.", values=values(vocabulary.EventType)),
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
        Column("article_ids", STRING, "All articles that report it, joined by `, `."),
    ),
    caveats="Reports are joined if they agree on actors, category and day; the order of actors "
    "does not matter for AGREE, CONSULT and COOPERATE. A report without a day joins the dated "
    "event of its story, else the undated ones of its story. Coded by rules: check `evidence`.",
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
    "The actor `INT` is no country.",
)

STORY = Table(
    "mart",
    "story",
    "One story that at least two articles tell.",
    ("story_id",),
    (
        Column("story_id", STRING, "The id of its earliest article when it was linked."),
        Column("first_article_id", STRING, "The article published first."),
        text("first_title", "Its headline."),
        text("first_url", "Its address."),
        Column("first_outlet_id", STRING, "Its outlet."),
        text("first_outlet_name_bn", "The outlet's name in Bangla."),
        Column("first_outlet_name_en", STRING, "The outlet's name in English."),
        *at("first_published", "When it was published", None),
        *at("last_published", "When the last article of the story was published", None),
        Column("article_count", INTEGER, "Articles that tell it.", minimum=1),
        count("undated_article_count", "Those without a time of publication."),
        Column("outlet_count", INTEGER, "Outlets that tell it.", minimum=1),
        count("follower_count", "Outlets other than the first."),
        text(
            "followers",
            "These outlets in the order of their first article, each with its lag "
            "(`samakal +40 min, ittefaq +60 min`).",
        ),
        count("wire_copy_count", "Articles linked as near-copies."),
        count("agency_article_count", "Articles that credit a news agency."),
        number("lag_minutes_min", "Minutes from the first article to the next outlet's first."),
        number(
            "lag_minutes_median", "Median over the following outlets of minutes to their first."
        ),
        number("lag_minutes_max", "Minutes to the last outlet's first."),
    ),
    caveats="Who is first is by the times the outlets print, among the outlets held. Undated "
    "articles follow without a lag.",
)

ARTICLE_SOURCE = Table(
    "mart",
    "article_source",
    "One news source credited by one article in its current version.",
    ("article_id", "source_id"),
    (
        ARTICLE_ID,
        OUTLET[0],
        PUBLISHED_DATE,
        *SOURCE,
        Column(
            "credit_form",
            STRING,
            "How it is credited, first time.",
            values=values(vocabulary.CreditForm),
        ),
        Column("evidence", STRING, "The sentence that credits it."),
    ),
    caveats="Undated articles are here. An article that credits two sources has two rows.",
)

SOURCE_RELIANCE = Table(
    "mart",
    "source_reliance",
    "One news source credited by one outlet in one month of publication.",
    ("published_month", "outlet_id", "source_id"),
    (
        MONTH,
        *OUTLET,
        *SOURCE,
        Column("article_count", INTEGER, "Articles that credit it.", minimum=1),
        *(
            count(f"{word}_count", f"Articles that credit it by `{word}`.")
            for word in vocabulary.CreditForm
        ),
        Column(
            "outlet_article_count", INTEGER, "All articles of the outlet in the month.", minimum=1
        ),
        Column("article_share", FLOAT, "Share of those that credit it.", minimum=0, maximum=1),
    ),
    caveats="An article that credits two sources counts for both, so shares of an outlet may add "
    "up to more than 1. For longer spans divide summed counts; don't average shares, and count "
    "`outlet_article_count` once a month. Undated articles are left out.",
)
