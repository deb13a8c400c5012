"""Marts of what was declared, captured and rejected."""

from etl.schema import columns, vocabulary
from etl.schema.marts.columns import (
    DATE,
    LAG,
    OUTLET,
    STRING,
    at,
    count,
    flag,
    number,
    text,
)
from etl.schema.marts.upkeep import by_day, by_key
from etl.schema.model import Column, Lookup, Source, Table
from etl.schema.tables import raw
from etl.schema.tables.ledgers import FACT_DECLARED, FACT_SOURCE_READ
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.schema.vocabulary import values

# What a page and its site say of its use.
RIGHTS = (
    "is_use_reserved",
    "robots_directives",
    "tdm_reservation",
    "tdm_policy",
    "ai_txt_disallows",
    "licence",
)

CAPTURE_OUTCOME = Table(
    "mart",
    "capture_outcome",
    "One capture and how it ended.",
    ("capture_id",),
    (
        Column("capture_id", STRING, columns.CAPTURE_ID.description),
        *OUTLET,
        text("url", "The page's address, where it is known."),
        Column("source", STRING, "The file's path below the folder given, or the URL asked for."),
        *at("captured", "When the page was fetched, as well as is known"),
        Column(
            "captured_at_source",
            STRING,
            "Where that time comes from.",
            values=values(vocabulary.CaptureTimeSource),
        ),
        Column("outcome", STRING, "How it ended.", values=values(vocabulary.Outcome)),
        text(
            "reason",
            "Why, for what was not loaded: a word, then the detail. Who released or discarded it "
            "and why, for what was reviewed.",
        ),
        text("reason_word", "Its first word alone."),
        text("article_id", "The article the page shows."),
        *(
            Column(
                name,
                PAGE_CAPTURE.column(name).type,
                PAGE_CAPTURE.column(name).description,
                null=None,
            )
            for name in RIGHTS
        ),
        Column("batch_id", STRING, "The batch it was built in."),
        Column("run_id", STRING, "The run that built it, `mart.data_quality`."),
    ),
    caveats="Captures that are still to be built are not here; `mart.build_info` counts them.",
    upkeep=by_key("capture_id", "core.fact_capture", "raw.page_capture"),
)

REJECTED_ARTICLE = Table(
    "mart",
    "rejected_article",
    "One capture whose row broke a rule of severity `warning`, and what review made of it.",
    ("capture_id",),
    (
        Column("capture_id", STRING, columns.CAPTURE_ID.description),
        *OUTLET,
        text("article_id", "The article it would be."),
        text("url", "Its address."),
        text("title", "Its headline."),
        text("section", "Its section, levels joined by ` > `."),
        Column("rules", STRING, "The rules it broke, joined by `, `."),
        Column("run_id", STRING, "The run that rejected it."),
        *at("rejected", "Start of that run", None),
        Column("review_state", STRING, "What became of it.", values=values(vocabulary.ReviewState)),
        text("reviewer", "Who reviewed it."),
        text("review_reason", "The reviewer's reason."),
        *at("reviewed", "When it was reviewed", None),
    ),
    caveats="Closed ones stay here: those that wait have `review_state` = `open`.",
)

TAKEDOWN = Table(
    "mart",
    "takedown",
    "One article, address or capture taken down; no content.",
    ("takedown_id",),
    (
        Column("takedown_id", STRING, raw.TAKEDOWN.column("takedown_id").description),
        Column(
            "takedown_kind",
            STRING,
            "What is not taken in again.",
            values=values(vocabulary.TakedownKind),
        ),
        text("outlet_id", "The outlet, where it was known."),
        text("outlet_name_bn", "Its name in Bangla."),
        text("outlet_name_en", "Its name in English, or the host."),
        text("article_id", "The article, where it was known."),
        text("url", "Its address, without tracking parameters, where known."),
        text("capture_id", "The capture, for one."),
        text("content_sha256", "SHA-256 of the capture's bytes, for one."),
        Column("requested_by", STRING, "Who took it down."),
        Column("reason", STRING, "Why."),
        *at("taken_down", "When"),
    ),
    caveats="An article has a row of its own, one for each of its addresses and one for each of "
    "its captures.",
)

DECLARED_URL = Table(
    "mart",
    "declared_url",
    "One URL of one outlet that a feed, sitemap or listing declared.",
    ("outlet_id", "url"),
    (
        *OUTLET,
        Column("url", STRING, "The URL declared, without tracking parameters."),
        *at("declared", "When it was first declared"),
        Column(
            "declaration_kind",
            STRING,
            "What declared it first.",
            values=FACT_DECLARED.column("declaration_kind").values,
        ),
        text("title", "The title declared."),
        text("section", "The section declared."),
        text("article_id", "The article it means, where its native id or a capture says so."),
        flag("is_fetched", "Whether a capture of it is held, with any outcome."),
        Column(
            "fetch_state",
            STRING,
            "The same, and why no capture is held: robots.txt, no usable answer, or no try yet.",
            values=("fetched", "blocked", "unreachable", "never_fetched"),
        ),
    ),
    caveats="The day of a declaration is not that of publication. Of several tries without a "
    "capture the last one counts.",
    upkeep=by_key(
        "url",
        "core.fact_declared",
        "core.fact_fetch",
        "core.fact_article",
        lookups=tuple(
            Lookup("mart.capture_outcome", column, "core.fact_declared", column)
            for column in ("url", "article_id")
        ),
    ),
)

COMPLETENESS = Table(
    "mart",
    "completeness",
    "One outlet on one day of collection in Dhaka.",
    ("collected_date", "outlet_id"),
    (
        Column("collected_date", DATE, "Day of the declarations and of the captures."),
        *OUTLET,
        count("declared_count", "URLs first declared on the day by a feed, sitemap or listing."),
        count("blocked_count", "Those of them that robots.txt forbids to fetch, or can't be read."),
        count("unreachable_count", "Those that were tried and gave no answer, or errors alone."),
        count("never_fetched_count", "Those that were never tried and have no capture."),
        count("captured_count", "Captures of the day: the sum of the six outcomes."),
        *(
            count(f"{word}_count", f"Captures that ended as `{word}`.")
            for word in vocabulary.Outcome
        ),
        count("lag_article_count", "Articles first captured on the day whose lag is known."),
        number("lag_minutes_median", f"Median over them of {LAG}."),
        number("lag_minutes_p95", "95th percentile of the same."),
    ),
    caveats="Declarations and captures of one day need not be of the same pages. Declared URLs "
    "that are neither blocked, unreachable nor never fetched have a capture. Medians can't be "
    "added up or averaged: take them from `mart.article.lag_minutes` for longer spans.",
    upkeep=by_day(
        "collected_date",
        Source("mart.capture_outcome", "captured_at"),
        Source("mart.declared_url", "declared_at"),
        Source("mart.article", "first_seen_at"),
    ),
)

SOURCE_HEALTH = Table(
    "mart",
    "source_health",
    "One feed, sitemap or listing of one outlet, and how it does by its last readings.",
    ("outlet_id", "source"),
    (
        *OUTLET,
        Column("source", STRING, FACT_SOURCE_READ.column("source").description),
        Column(
            "declaration_kind",
            STRING,
            "What it is.",
            values=FACT_SOURCE_READ.column("declaration_kind").values,
        ),
        Column(
            "state",
            STRING,
            "How it does: `failing` by its last reading, `empty` if that listed nothing, `put_off` "
            "if its host let no reading through yet.",
            values=values(vocabulary.SourceState),
        ),
        *at("last_read", "When it was last asked", None),
        *at("last_good_read", "When it last could be read, or was unchanged", None),
        count("entry_count", "Links to the outlet's own pages in the last reading that had any."),
        count("off_site_count", "Links to other hosts in the same reading."),
        *at("failing_since", "First reading that failed after the last good one", None),
        count("failed_read_count", "Readings that failed since then."),
        text("problem_word", "First word of the last reading's problem; also of a file below it."),
        text("problem", "That problem."),
        text(
            "problems",
            "Problems of the seven days before the latest reading of any source by their word, as "
            "`http_status 3, not_a_feed 1`.",
        ),
    ),
    caveats="Sources that were never asked are not here. Readings that were put off don't count as "
    "failed: the host wanted a pause, or another process asked it.",
)
