"""Every table of the lake, declared once: the captures, facts and ledgers, and with them all.

Arrow schemas, DDL, the structural expectations and the data dictionary are derived from this.
"""

from etl.schema import vocabulary
from etl.schema.columns import (
    ARTICLE_ID,
    BATCH_ID,
    CAPTURE_ID,
    CAPTURED_AT,
    CAPTURED_AT_SOURCE,
    CONTENT_HASH,
    OUTLET_ID,
    PUBLISHED_AT,
    RUN_ID,
)
from etl.schema.model import Column, Severity, Table, Type
from etl.schema.tables.dimensions import (
    DIM_BYLINE,
    DIM_DATE,
    DIM_ENTITY,
    DIM_OUTLET,
    DIM_SECTION,
    DIM_SOURCE,
)
from etl.schema.vocabulary import values

S, N, T = Type.STRING, Type.INTEGER, Type.INSTANT

PAGE_CAPTURE = Table(
    "raw",
    "page_capture",
    "One fetch or import of one page, with its bytes as they came; never changed.",
    ("capture_id",),
    (
        CAPTURE_ID,
        BATCH_ID,
        RUN_ID,
        Column("source", S, "The file's path below the folder given, or the URL asked for."),
        Column("url", S, "The page's address, where it is known.", null=None),
        Column("outlet_id", S, "The outlet, where the origin names it.", null=None),
        CAPTURED_AT,
        CAPTURED_AT_SOURCE,
        Column(
            "declared_published_at",
            T,
            "The publish time that the feed or sitemap gave which declared the page.",
            null=None,
        ),
        Column(
            "declared_time_source",
            S,
            "Where that time comes from.",
            null=None,
            values=("feed", "sitemap"),
        ),
        Column(
            "http_status",
            N,
            "Status of the HTTP answer.",
            null=None,
            minimum=100,
            maximum=599,
        ),
        Column("http_headers", Type.JSON, "Headers of the HTTP answer.", null=None),
        Column("content_type", S, "Media type as declared by the origin.", null=None),
        Column(
            "content_encoding",
            S,
            "Compression of `content`: `gzip` or absent.",
            null=None,
        ),
        Column("content", Type.BYTES, "The bytes as they came."),
        Column("content_bytes", N, "Their number.", minimum=0),
        Column("content_sha256", S, "Their SHA-256.", pattern=r"[0-9a-f]{64}$"),
        Column(
            "read_error",
            S,
            "Why the origin could not be read, where it could not.",
            null=None,
        ),
    ),
    sort_by=("batch_id",),
)

# Not inlined: like captures, decisions can then be taken from their files if the catalog is lost.
REVIEW_DECISION = Table(
    "raw",
    "review_decision",
    "One decision of a person on one quarantined capture; never changed.",
    ("capture_id",),
    (
        CAPTURE_ID,
        Column("decision", S, "What was decided.", values=("released", "discarded")),
        Column("reviewer", S, "Who decided."),
        Column("reason", S, "Why."),
        Column("decided_at", T, "When."),
        RUN_ID,
    ),
)

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

FACT_ARTICLE = Table(
    "core",
    "fact_article",
    "One version of one article, from its first capture to the first of the next version.",
    ("article_id", "version_no"),
    (
        ARTICLE_ID,
        Column("version_no", N, "1 for the first version seen.", minimum=1),
        CONTENT_HASH,
        OUTLET_ID,
        Column(
            "section_id",
            S,
            "`core.dim_section`, where the page names a section.",
            null=None,
        ),
        Column(
            "byline_id",
            S,
            "`core.dim_byline`, where the page names an author.",
            null=None,
        ),
        Column(
            "identity_source",
            S,
            "The rung of the identity ladder that gave `article_id`.",
            values=values(vocabulary.IdentitySource),
        ),
        Column("url", S, "Address of the page, without tracking parameters.", null=None),
        Column(
            "title",
            S,
            "The headline.",
            null=Severity.WARNING,
            max_length=500,
        ),
        Column("kicker", S, "The line above the headline.", null=None, max_length=300),
        Column("edition", S, "The edition the page names (`অনলাইন সংস্করণ`).", null=None),
        PUBLISHED_AT,
        Column(
            "published_at_source",
            S,
            "Where `published_at` was read.",
            values=values(vocabulary.TimeSource),
        ),
        Column(
            "published_date",
            Type.DATE,
            "Day of publication in Dhaka; known alone where a day without time is given.",
            null=None,
        ),
        Column(
            "updated_at",
            T,
            "When the outlet says it last changed the article.",
            null=None,
        ),
        Column(
            "page_date",
            Type.DATE,
            "The date in the masthead: the day the page was made, never the article's.",
            null=None,
        ),
        Column("language", S, "ISO 639-1 code of the text's language.", null=None),
        Column("word_count", N, "Words of the body.", minimum=1),
        Column("character_count", N, "Characters of the body.", minimum=1),
        Column("paragraph_count", N, "Paragraphs of the body.", minimum=1),
        Column("image_url", S, "The main picture.", null=None),
        Column("photo_credit", S, "Whom the main picture is credited to.", null=None),
        Column(
            "signoff",
            S,
            "The editor's sign-off below the text, without slashes.",
            null=None,
        ),
        Column("keywords", Type.STRINGS, "Tags that the page names."),
        Column(
            "warnings",
            Type.STRINGS,
            "What extraction mended or found odd, a word each.",
        ),
        Column("capture_id", S, "The first capture that showed this version."),
        Column("first_seen_at", T, "When the article was first captured."),
        Column("last_seen_at", T, "When this version was last captured."),
        Column("valid_from", T, "First capture of this version."),
        Column(
            "valid_to",
            T,
            "First capture of the next version; absent for the current.",
            null=None,
        ),
        Column("is_current", Type.BOOLEAN, "Whether this is the latest version."),
        Column("extractor_version", S, "Version of the extraction that read the page."),
    ),
    partition_by="published_at",
    # Old versions together, so that most vectors of rows need no sifting (decision 0002).
    sort_by=("is_current", "outlet_id", "published_at"),
)

ARTICLE_TEXT = Table(
    "core",
    "article_text",
    "The text of one content of one article; a content that comes back is one row.",
    ("article_id", "content_hash"),
    (
        ARTICLE_ID,
        CONTENT_HASH,
        OUTLET_ID,
        PUBLISHED_AT,
        Column("body", S, "The paragraphs, joined by blank lines."),
        Column("paragraphs", Type.STRINGS, "The body's paragraphs, in order."),
        Column(
            "captions",
            Type.STRINGS,
            "Captions of pictures, each once, with their credits.",
        ),
    ),
    partition_by="published_at",
    sort_by=("outlet_id", "published_at"),
)

FACT_HEADLINE_EXPOSURE = Table(
    "core",
    "fact_headline_exposure",
    "One headline in one list beside an article, at one rank, on one capture.",
    ("capture_id", "list_kind", "headline_rank"),
    (
        CAPTURE_ID,
        OUTLET_ID,
        CAPTURED_AT,
        Column("list_kind", S, "Which list.", values=values(vocabulary.ListKind)),
        Column(
            "headline_rank",
            N,
            "Place in the list, from 1; duplicates folded.",
            minimum=1,
        ),
        Column("headline", S, "The headline as printed."),
        Column("kicker", S, "The line above it.", null=None),
        Column("url", S, "Where it links to, where the page says so.", null=None),
        Column("target_article_id", S, "The article it links to, by its URL.", null=None),
    ),
    partition_by="captured_at",
    sort_by=("outlet_id", "captured_at"),
)

FACT_ENTITY_MENTION = Table(
    "core",
    "fact_entity_mention",
    "One entity in one content of one article.",
    ("article_id", "content_hash", "entity_id"),
    (
        ARTICLE_ID,
        CONTENT_HASH,
        OUTLET_ID,
        PUBLISHED_AT,
        Column("entity_id", S, "`core.dim_entity`."),
        Column("mention_count", N, "How often title and body name it.", minimum=1),
        Column(
            "first_position",
            N,
            "Characters before the first mention, title first.",
            minimum=0,
        ),
        Column("is_in_title", Type.BOOLEAN, "Whether the headline names it."),
        Column("evidence", S, "The first mention as written, with its case ending."),
    ),
    partition_by="published_at",
    sort_by=("entity_id", "published_at"),
)

FACT_SOURCE_CITATION = Table(
    "core",
    "fact_source_citation",
    "One news source credited by one content of one article.",
    ("article_id", "content_hash", "source_id"),
    (
        ARTICLE_ID,
        CONTENT_HASH,
        OUTLET_ID,
        PUBLISHED_AT,
        Column("source_id", S, "`core.dim_source`."),
        Column(
            "credit_form",
            S,
            "How it is credited, first time.",
            values=values(vocabulary.CreditForm),
        ),
        Column("evidence", S, "The sentence that credits it."),
    ),
    partition_by="published_at",
    sort_by=("source_id", "published_at"),
)

FACT_EVENT = Table(
    "core",
    "fact_event",
    "One coded interaction between two actors, as one content of one article reports it.",
    ("article_id", "content_hash", "event_no"),
    (
        ARTICLE_ID,
        CONTENT_HASH,
        OUTLET_ID,
        PUBLISHED_AT,
        Column("event_no", N, "1 for the first event of the article.", minimum=1),
        Column("actor1", S, "Who acts: ISO 3166 code of a state, or `INT`."),
        Column("actor2", S, "Towards whom: ISO 3166 code of a state, or `INT`."),
        Column("event_type", S, "PLOVER root category.", values=values(vocabulary.EventType)),
        Column(
            "event_date",
            Type.DATE,
            "Day of the act, where the text tells it.",
            null=None,
        ),
        Column("place", S, "Where, as the text names it.", null=None),
        Column("modality", S, "Whether it was done.", values=values(vocabulary.Modality)),
        Column("evidence", S, "The sentence that reports it."),
        Column("confidence", Type.FLOAT, "Of the rule that coded it.", minimum=0, maximum=1),
    ),
    partition_by="published_at",
    sort_by=("actor1", "published_at"),
)

BRIDGE_STORY = Table(
    "core",
    "bridge_story",
    "One article in one story that at least two articles tell.",
    ("article_id",),
    (
        Column("story_id", S, "The story: the id of its earliest article."),
        ARTICLE_ID,
        OUTLET_ID,
        PUBLISHED_AT,
        Column("link_kind", S, "Why it belongs there.", values=values(vocabulary.StoryLink)),
        Column("linked_article_id", S, "The article of the story that it is nearest to."),
        Column("score", Type.FLOAT, "Likeness of the two texts.", minimum=0, maximum=1),
    ),
    sort_by=("story_id",),
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
            ),
        ),
        Column("batch_id", S, "The batch or part; `-` for steps that work on all."),
        Column("started_at", T, "Start."),
        Column("finished_at", T, "End."),
        Column("duration_seconds", Type.FLOAT, "Wall time.", minimum=0),
        Column("input_count", N, "Rows read.", minimum=0),
        Column("output_count", N, "Rows written.", minimum=0),
        Column("rejected_count", N, "Rows rejected.", minimum=0),
        Column("khobor_version", S, "Version of the program."),
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

TABLES: tuple[Table, ...] = (
    PAGE_CAPTURE,
    REVIEW_DECISION,
    FACT_CAPTURE,
    FACT_ARTICLE,
    ARTICLE_TEXT,
    FACT_HEADLINE_EXPOSURE,
    FACT_ENTITY_MENTION,
    FACT_SOURCE_CITATION,
    FACT_EVENT,
    BRIDGE_STORY,
    FACT_VALIDATION,
    FACT_DECLARED,
    FACT_FETCH,
    REJECTED_ARTICLE,
    DIM_OUTLET,
    DIM_SECTION,
    DIM_BYLINE,
    DIM_ENTITY,
    DIM_SOURCE,
    DIM_DATE,
    ETL_RUN,
    SCHEMA_CHANGE,
)
