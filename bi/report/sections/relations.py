"""Section: which countries are named together, and what articles say they did."""

from bi.expressions import label
from bi.report import charts
from bi.report.maps import pairs
from bi.report.model import Chart, Column, Section, Table

_PAIRS = """\
WITH named AS (
    SELECT DISTINCT article_id, iso_code, entity_name_bn AS name FROM mention
    WHERE entity_kind = 'country'
), pair AS (
    SELECT one.name AS country1, other.name AS country2, count(*) AS articles
    FROM named AS one INNER JOIN named AS other
        ON one.article_id = other.article_id AND one.iso_code < other.iso_code
    GROUP BY ALL
)
"""
_ACTOR1 = f"coalesce(actor1_name_bn, {label('actor1', 'actor')})"
_ACTOR2 = f"coalesce(actor2_name_bn, {label('actor2', 'actor')})"

RELATIONS = Section(
    "relations",
    "দেশ ও সম্পর্ক",
    "Countries and relations",
    "সংবাদে যা লেখা হয়েছে, নিয়ম ধরে সাজানো; পাশের বাক্যটি মিলিয়ে দেখুন। একটি সংবাদ তার সব দেশ ও "
    "জোড়ায় গোনা হয়, তাই স্তম্ভ যোগ করা যায় না।",
    "What articles say, coded by rules: check the sentence. An article counts for every country "
    "and pair that it names, so bars can't be added up.",
    (
        Chart(
            "সবচেয়ে বেশি উল্লিখিত দেশ",
            "Countries by articles that name them",
            "SELECT entity_name_bn AS label, count(DISTINCT article_id) AS value FROM mention "
            "WHERE entity_kind = 'country' GROUP BY ALL ORDER BY value DESC, label",
            charts.bars,
            limit=15,
        ),
        Chart(
            "কোন দেশ কার সঙ্গে",
            "Pairs of countries by articles that name both; the twelve most named countries",
            _PAIRS
            + """\
, country AS (
    SELECT name, row_number() OVER (ORDER BY count(*) DESC, name) AS place
    FROM named GROUP BY name QUALIFY place <= 12
)
SELECT country1 AS label, country2 AS other, articles AS value
FROM pair
INNER JOIN country AS one ON country1 = one.name
INNER JOIN country AS two ON country2 = two.name
ORDER BY least(one.place, two.place), greatest(one.place, two.place)""",
            pairs,
        ),
        Chart(
            "ঘটনার ধরন",
            "Events by category",
            (
                f"SELECT {label('event_type', 'event_type')} AS label, count(*) AS value "
                "FROM event GROUP BY ALL ORDER BY value DESC, label"
            ),
            charts.bars,
        ),
    ),
    (
        Table(
            "সর্বশেষ ঘটনা",
            "Latest events, with the sentence that reports each. Coded by rules: on articles "
            "that no rule was written against 60 of 100 are right; of those with a confidence of "
            "80 % or more 90",
            (
                f"""\
SELECT first_reported_date, {_ACTOR1} AS actor1, {label("event_type", "event_type")} AS event_type,
       {_ACTOR2} AS actor2, {label("modality", "modality")} AS modality,
       confidence, evidence, first_article_url AS url
FROM event ORDER BY first_reported_at_utc DESC NULLS LAST, event_id"""
            ),
            (
                Column("evidence", "বাক্য", url="url"),
                Column("actor1", "কে"),
                Column("event_type", "ধরন"),
                Column("actor2", "কার প্রতি"),
                Column("modality", "অবস্থা"),
                Column("confidence", "নিশ্চয়তা", "share"),
                Column("first_reported_date", "প্রকাশ", "time"),
            ),
            limit=20,
        ),
        Table(
            "দেশজোড়া",
            "Pairs of countries: articles that name both, events between them",
            _PAIRS
            + """\
, coded AS (
    SELECT least(actor1_name_bn, actor2_name_bn) AS one,
           greatest(actor1_name_bn, actor2_name_bn) AS other, count(*) AS events,
           count(*) FILTER (event_class = 'cooperation') AS cooperation,
           count(*) FILTER (event_class = 'conflict') AS conflict
    FROM event GROUP BY ALL
)
SELECT country1 || ' – ' || country2 AS pair, articles, coalesce(events, 0) AS events,
       coalesce(cooperation, 0) AS cooperation, coalesce(conflict, 0) AS conflict
FROM pair LEFT JOIN coded
    ON one = least(country1, country2) AND other = greatest(country1, country2)
ORDER BY articles DESC, events DESC, pair""",
            (
                Column("pair", "দেশ"),
                Column("articles", "সংবাদ", "number"),
                Column("events", "ঘটনা", "number"),
                Column("cooperation", "সহযোগিতা", "number"),
                Column("conflict", "বিরোধ", "number"),
            ),
            limit=20,
        ),
    ),
)
