"""Ledgers of ``core``: what became of captures, declared URLs, fetches, rows and runs."""

from etl.schema import vocabulary
from etl.schema.columns import (
    BATCH_ID,
    CAPTURE_ID,
    CAPTURED_AT,
    CAPTURED_AT_SOURCE,
    OUTLET_ID,
    RUN_ID,
)
from etl.schema.model import Column, Severity, Table, Type
from etl.schema.vocabulary import values

S, N, T = Type.STRING, Type.INTEGER, Type.INSTANT

FACT_CAPTURE = Table(
    "core",
    "fact_capture",
    "One capture and its outcome: the ledger; once all is built, as many rows as captures.",
    ("capture_id",),
    (
        CAPTURE_ID,
        BATCH_ID,
        RUN_ID,
        Column("source", S, "As in `raw.page_capture`."),
        Column("url", S, "The page's address, where it is known.", null=None),
        OUTLET_ID,
        CAPTURED_AT,
        CAPTURED_AT_SOURCE,
        Column("content_sha256", S, "SHA-256 of the bytes.", pattern=r"[0-9a-f]{64}$"),
        Column("outcome", S, "How the capture ended.", values=values(vocabulary.Outcome)),
        Column(
            "reason",
            S,
            "Why, for what was not loaded: a word, then the detail. Who released or discarded it "
            "and why, for what was reviewed.",
            null=None,
        ),
        Column(
            "article_id",
            S,
            "The article the page shows, where it shows one.",
            null=None,
        ),
        Column("content_hash", S, "The content it shows, `core.article_text`.", null=None),
        Column("extractor_version", S, "Version of the extraction that read the page."),
    ),
    sort_by=("article_id",),
)

FACT_VALIDATION = Table(
    "core",
    "fact_validation",
    "One expectation's result on one batch: counts, no article text.",
    ("batch_id", "suite", "rule"),
    (
        BATCH_ID,
        RUN_ID,
        Column("suite", S, "The suite in `expectations/`."),
        Column("rule", S, "The expectation's id in the suite."),
        Column("column_name", S, "The column it looks at.", null=None),
        Column("severity", S, "What a violation does.", values=values(Severity)),
        Column("is_success", Type.BOOLEAN, "Whether no row broke it."),
        Column("evaluated_count", N, "Rows looked at.", minimum=0),
        Column("unexpected_count", N, "Rows that broke it.", minimum=0),
    ),
    inlined=True,
)

FACT_DECLARED = Table(
    "core",
    "fact_declared",
    "One URL that a feed, sitemap or listing declared, as first declared there.",
    ("declared_in", "url"),
    (
        Column("declared_in", S, "Address or file of the feed, sitemap or listing."),
        Column("url", S, "The URL declared, without tracking parameters."),
        Column(
            "declaration_kind",
            S,
            "What declared it.",
            values=values(vocabulary.DeclarationKind),
        ),
        OUTLET_ID,
        Column(
            "article_id",
            S,
            "The article that URL means, where a native id says so.",
            null=None,
        ),
        Column("declared_at", T, "When the declaration was captured."),
        Column("declared_rank", N, "Place in it, from 1.", minimum=1),
        Column("title", S, "The title it gives.", null=None),
        Column("published_at", T, "The publish time it gives.", null=None),
        Column("section", S, "The section it gives.", null=None),
        Column("capture_id", S, "The capture of the listing, where it was one.", null=None),
    ),
    sort_by=("outlet_id", "declared_at"),
    inlined=True,
)

FACT_FETCH = Table(
    "core",
    "fact_fetch",
    "One try to fetch one declared page, retries included, and how it ended.",
    ("url", "fetched_at"),
    (
        Column("url", S, "The URL declared, without tracking parameters."),
        RUN_ID,
        OUTLET_ID,
        Column("host", S, "The host that was asked, with its port where it is not the usual one."),
        Column("fetched_at", T, "When the try ended."),
        Column("outcome", S, "How it ended.", values=values(vocabulary.FetchOutcome)),
        Column(
            "reason",
            S,
            "Why, for what was not captured: a word, then the detail.",
            null=None,
        ),
        Column(
            "http_status",
            N,
            "Status of the last HTTP answer, where one came.",
            null=None,
            minimum=100,
            maximum=599,
        ),
        Column("duration_seconds", Type.FLOAT, "From the request to the whole answer.", minimum=0),
        Column("capture_id", S, "The capture made of the answer.", null=None),
    ),
    sort_by=("outlet_id", "fetched_at"),
    inlined=True,
)

FACT_SOURCE_READ = Table(
    "core",
    "fact_source_read",
    "One reading of one feed, sitemap or listing of a profile, with the files below it.",
    ("source", "read_at"),
    (
        Column("source", S, "Its address in the profile; of dated sitemaps with `{date…}`."),
        Column(
            "declaration_kind",
            S,
            "What it is.",
            values=tuple(k.value for k in vocabulary.DeclarationKind if k.value != "url_list"),
        ),
        OUTLET_ID,
        RUN_ID,
        Column("read_at", T, "When the reading ended."),
        Column("outcome", S, "How it ended.", values=values(vocabulary.SourceOutcome)),
        Column("file_count", N, "Files asked for: more than one of a sitemap's index.", minimum=0),
        Column("failed_file_count", N, "Those of them that gave nothing.", minimum=0),
        Column("entry_count", N, "Links to the outlet's own pages in them.", minimum=0),
        Column("off_site_count", N, "Links to other hosts, which are left out.", minimum=0),
        Column(
            "reason",
            S,
            "The first problem of it or of a file below it: a word, then the detail.",
            null=None,
        ),
    ),
    sort_by=("outlet_id", "read_at"),
    inlined=True,
)

REJECTED_ARTICLE = Table(
    "core",
    "rejected_article",
    "One capture whose row broke a rule of severity `warning`, kept for review.",
    ("capture_id",),
    (
        CAPTURE_ID,
        BATCH_ID,
        RUN_ID,
        Column("stage", S, "The step that rejected it.", values=("validate",)),
        Column("rules", Type.STRINGS, "The rules it broke."),
        OUTLET_ID,
        Column("article_id", S, "The article it would be.", null=None),
        Column("url", S, "Its address.", null=None),
        Column("title", S, "Its headline.", null=None),
        CAPTURED_AT,
        Column("row_json", Type.JSON, "The rejected row."),
        Column("review_state", S, "What became of it.", values=values(vocabulary.ReviewState)),
        Column("reviewer", S, "Who reviewed it.", null=None),
        Column("review_reason", S, "The reviewer's reason.", null=None),
        Column("reviewed_at", T, "When it was reviewed.", null=None),
    ),
)

ETL_RUN = Table(
    "core",
    "etl_run",
    "One run of one step, on one batch where the step works by batch.",
    ("run_id", "step", "batch_id"),
    (
        Column("run_id", S, "Time and a random part."),
        Column(
            "step",
            S,
            "Which step.",
            values=(
                "ingest",
                "discover",
                "fetch",
                "build",
                "review",
                "reextract",
                "rebuild",
                "stories",
                "publish",
                "maintain",
                "forget",
                "purge",
                "erase",
            ),
        ),
        Column("batch_id", S, "The batch or part; `-` for steps that work on all."),
        Column("started_at", T, "Start."),
        Column("finished_at", T, "End."),
        Column("duration_seconds", Type.FLOAT, "Wall time.", minimum=0),
        Column("input_count", N, "Rows read.", minimum=0),
        Column("output_count", N, "Rows written.", minimum=0),
        Column(
            "rejected_count",
            N,
            "Rows rejected; for `stories`, articles compared with fewer than they had words in "
            "common with.",
            minimum=0,
        ),
        Column("khobor_version", S, "Version of the program."),
        Column(
            "lake_snapshot_id",
            N,
            "The lake's snapshot that the step read, for steps that follow what changed since.",
            null=None,
        ),
    ),
    inlined=True,
)

SCHEMA_CHANGE = Table(
    "core",
    "schema_change",
    "One change of the lake's form, by a numbered step or by what a release added.",
    ("change_no",),
    (
        Column("change_no", N, "1 for the first change.", minimum=1),
        Column("schema_version", N, "Version of the form afterwards.", minimum=1),
        Column("change", S, "Name of the step; `create` or `additions`."),
        Column("added_columns", Type.STRINGS, "Columns added, as `schema.table.column`."),
        Column("changed_at", T, "When."),
        Column("khobor_version", S, "Version of the program that changed it."),
    ),
    inlined=True,
)
