"""Dashboard: which countries deal with which."""

from bi.datasets import ARTICLE, COUNTRY_PAIR, EVENT
from bi.model import Bars, Dashboard, HeatMap, Row, Table, TimeBars

RELATIONS = Dashboard(
    "khobor-relations",
    "Relations",
    "Which countries deal with which, as articles report it. Events are coded by rules and are "
    "reports of what articles say: each has its sentence.",
    (
        Row(
            80,
            (
                (
                    HeatMap(
                        title="Who deals with whom",
                        note="Events by the one who acts and the one towards whom.",
                        dataset=EVENT,
                        metrics=("events",),
                        x="actor2",
                        y="actor1",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Bars(
                        title="Event categories",
                        note="Events by PLOVER category.",
                        dataset=EVENT,
                        metrics=("events",),
                        category="event_type",
                        series="event_class",
                    ),
                    6,
                ),
                (
                    TimeBars(
                        title="Events by month",
                        note="Events by the month of the articles that report them.",
                        dataset=EVENT,
                        metrics=("events",),
                        where=("published_date IS NOT NULL",),
                        grain="P1M",
                        series="event_class",
                    ),
                    6,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    TimeBars(
                        title="Country pairs by month",
                        note="Articles that name both countries, the twelve most frequent pairs. "
                        "An article counts in every pair it names.",
                        dataset=COUNTRY_PAIR,
                        metrics=("articles",),
                        where=("published_date IS NOT NULL",),
                        grain="P1M",
                        series="pair",
                        series_limit=12,
                    ),
                    12,
                ),
            ),
        ),
        Row(
            60,
            (
                (
                    Table(
                        title="Latest events",
                        note="With the sentence that reports each, and a link to the article.",
                        dataset=EVENT,
                        metrics=("reports",),
                        columns=(
                            "event_day",
                            "actor1",
                            "event_type",
                            "actor2",
                            "modality",
                            "confidence",
                            "evidence",
                            "link",
                        ),
                        order_by="event_day",
                    ),
                    12,
                ),
            ),
        ),
        Row(
            54,
            (
                (
                    Bars(
                        title="Countries in the news",
                        note="Articles that name the country.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                        where=("country <> '(দেশ নেই)'",),
                        category="country",
                        limit=15,
                    ),
                    6,
                ),
                (
                    Bars(
                        title="Most frequent pairs",
                        note="Articles that name both countries.",
                        dataset=COUNTRY_PAIR,
                        metrics=("articles",),
                        category="pair",
                        limit=15,
                    ),
                    6,
                ),
            ),
        ),
    ),
)
