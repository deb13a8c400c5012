"""Marts of the build itself: how its rows passed their rules, and its figures."""

from etl.schema.marts.columns import (
    INTEGER,
    STRING,
    at,
    count,
    date,
    share,
    text,
)
from etl.schema.model import Column, Severity, Table
from etl.schema.vocabulary import values

DATA_QUALITY = Table(
    "mart",
    "data_quality",
    "One rule of one suite in one run, over its batches.",
    ("run_id", "suite", "rule"),
    (
        Column("run_id", STRING, "The run."),
        *at("run_started", "Start of the run", None),
        Column("suite", STRING, "The suite in `expectations/`."),
        Column("rule", STRING, "The expectation's id in the suite."),
        text("column_name", "The column it looks at."),
        Column("severity", STRING, "What a violation does.", values=values(Severity)),
        Column("batch_count", INTEGER, "Batches it looked at.", minimum=1),
        count("failed_batch_count", "Batches in which a row broke it."),
        count("evaluated_count", "Rows looked at."),
        count("unexpected_count", "Rows that broke it."),
        share("unexpected_share", "Their share of the rows looked at."),
    ),
    caveats="A batch that a critical rule stopped was not loaded: its results are only in the "
    "run's report. Rules overlap: rows that broke two are counted under both.",
)

BUILD_INFO = Table(
    "mart",
    "build_info",
    "The build: one row.",
    ("build_id",),
    (
        Column("build_id", STRING, "Time and a random part."),
        *at("built", "When the build was made"),
        Column("lake_id", STRING, "The lake that every mart was read from."),
        Column("lake_snapshot_id", INTEGER, "The DuckLake snapshot that every mart was read from."),
        Column("khobor_version", STRING, "Version of the program."),
        Column(
            "definition_hash",
            STRING,
            "Hash of the marts' queries and declarations, and of the tables they are read from.",
        ),
        count("update_count", "Builds that were made from one another since the last full one."),
        count("capture_count", "Captures with an outcome."),
        count("pending_capture_count", "Captures ingested and still to be built."),
        count("article_count", "Articles."),
        count("undated_article_count", "Articles without a day of publication."),
        count("version_count", "Versions of articles."),
        count("open_rejected_count", "Rejected rows that wait for review."),
        count("story_count", "Stories that at least two articles tell."),
        count("event_count", "Events."),
        count("outlet_count", "Outlets with an article."),
        date("first_published_date", "Day of the earliest dated article."),
        date("last_published_date", "Day of the latest dated article."),
    ),
)
