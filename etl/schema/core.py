"""Every table of the lake, declared once: ``raw`` and ``core``.

Arrow schemas, DDL, the structural expectations and the data dictionary are derived from this.
"""

from etl.schema import words
from etl.schema.model import Column, Severity, Table, Type
from etl.schema.words import values

S, N, T = Type.STRING, Type.INTEGER, Type.INSTANT

# Columns that several tables share.
CAPTURE_ID = Column("capture_id", S, "Identifies the capture: a hash of its origin and its bytes.")
BATCH_ID = Column("batch_id", S, "The batch the capture was ingested in, and is built in.")
RUN_ID = Column("run_id", S, "The run of `core.etl_run` that wrote the row.")
OUTLET_ID = Column(
    "outlet_id",
    S,
    "The outlet, `core.dim_outlet`; the host where no profile is known, `unknown` without a URL.",
)
ARTICLE_ID = Column(
    "article_id",
    S,
    "The article: outlet and native id (`kalbela:251042`), or a hash where there is none.",
)
CONTENT_HASH = Column(
    "content_hash",
    S,
    "SHA-256 of title, kicker, byline, times and body: one content of one article.",
    pattern=r"[0-9a-f]{64}$",
)
CAPTURED_AT = Column("captured_at", T, "When the page was fetched, as well as is known.")
CAPTURED_AT_SOURCE = Column(
    "captured_at_source",
    S,
    "Where that time comes from; `file_time` means that nothing better is known.",
    values=values(words.CaptureTimeSource),
)
PUBLISHED_AT = Column(
    "published_at",
    T,
    "When the outlet says the article was published; absent where the page does not say.",
    null=None,
)

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
        Column("outcome", S, "How the capture ended.", values=values(words.Outcome)),
        Column(
            "reason",
            S,
            "Why, for what was not loaded: a word, then the detail.",
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
            values=values(words.IdentitySource),
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
            values=values(words.TimeSource),
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
    sort_by=("outlet_id", "published_at"),
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
        Column("list_kind", S, "Which list.", values=values(words.ListKind)),
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
            values=values(words.CreditForm),
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
        Column("event_type", S, "PLOVER root category.", values=values(words.EventType)),
        Column(
            "event_date",
            Type.DATE,
            "Day of the act, where the text tells it.",
            null=None,
        ),
        Column("place", S, "Where, as the text names it.", null=None),
        Column("modality", S, "Whether it was done.", values=values(words.Modality)),
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
        Column("link_kind", S, "Why it belongs there.", values=values(words.StoryLink)),
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
            values=("feed", "sitemap", "listing", "url_list"),
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
        Column("review_state", S, "What became of it.", values=values(words.ReviewState)),
        Column("reviewer", S, "Who reviewed it.", null=None),
        Column("review_reason", S, "The reviewer's reason.", null=None),
        Column("reviewed_at", T, "When it was reviewed.", null=None),
    ),
)

DIM_OUTLET = Table(
    "core",
    "dim_outlet",
    "One outlet.",
    ("outlet_id",),
    (
        Column("outlet_id", S, "Short name in `seeds/outlets.yml`, or the host."),
        Column("name_bn", S, "Name in Bangla.", null=None),
        Column("name_en", S, "Name in English, or the host."),
        Column("hosts", Type.STRINGS, "Hosts it publishes under."),
        Column("language", S, "ISO 639-1 code.", null=None),
        Column("timezone", S, "Zone of the times it prints."),
    ),
    inlined=True,
)

DIM_SECTION = Table(
    "core",
    "dim_section",
    "One section of one outlet, as its breadcrumb names it.",
    ("section_id",),
    (
        Column("section_id", S, "Outlet and path (`kalbela:বিশ্ব > এশিয়া`)."),
        Column("outlet_id", S, "`core.dim_outlet`."),
        Column("section", S, "The breadcrumb after the home page, levels joined by ` > `."),
        Column("top_section", S, "Its first level."),
    ),
    inlined=True,
)

DIM_BYLINE = Table(
    "core",
    "dim_byline",
    "One byline of one outlet, as printed.",
    ("byline_id",),
    (
        Column("byline_id", S, "Outlet and byline (`kalbela:কালবেলা ডেস্ক`)."),
        Column("outlet_id", S, "`core.dim_outlet`."),
        Column("byline", S, "The byline as printed."),
        Column("byline_kind", S, "Who it names.", values=("desk", "agency", "person")),
    ),
    inlined=True,
)

DIM_ENTITY = Table(
    "core",
    "dim_entity",
    "One entity that articles mention.",
    ("entity_id",),
    (
        Column("entity_id", S, "Kind and code or name (`country:IR`, `person:আসিম মুনির`)."),
        Column("entity_kind", S, "What it is.", values=values(words.EntityKind)),
        Column("name_bn", S, "Name in Bangla, as the press writes it most."),
        Column("name_en", S, "Name in English.", null=None),
        Column("iso_code", S, "ISO 3166 alpha-2 code, for countries.", null=None),
    ),
    inlined=True,
)

DIM_SOURCE = Table(
    "core",
    "dim_source",
    "One news source that articles credit.",
    ("source_id",),
    (
        Column("source_id", S, "Short name in `seeds/sources.csv`, or the folded name."),
        Column("name_bn", S, "Name in Bangla."),
        Column("name_en", S, "Name in English.", null=None),
        Column(
            "source_kind",
            S,
            "What it is.",
            values=("agency", "paper", "broadcaster", "institute", "ministry", "other"),
        ),
    ),
    inlined=True,
)

DIM_DATE = Table(
    "core",
    "dim_date",
    "One day, with the Bangla calendar of Bangladesh.",
    ("date",),
    (
        Column("date", Type.DATE, "The day."),
        Column("year", N, "Gregorian year."),
        Column("month", N, "Gregorian month.", minimum=1, maximum=12),
        Column("day", N, "Day of the month.", minimum=1, maximum=31),
        Column("month_name_bn", S, "Gregorian month in Bangla (`জানুয়ারি`)."),
        Column("iso_weekday", N, "1 Monday to 7 Sunday.", minimum=1, maximum=7),
        Column("weekday_name_bn", S, "Weekday in Bangla."),
        Column("bangla_year", N, "Year of the Bangla calendar."),
        Column("bangla_month", N, "Month of the Bangla calendar.", minimum=1, maximum=12),
        Column("bangla_day", N, "Day of that month.", minimum=1, maximum=31),
        Column("bangla_month_name", S, "Its name (`বৈশাখ`)."),
        Column("bangla_season_name", S, "Its season (`গ্রীষ্ম`)."),
        Column("is_weekend", Type.BOOLEAN, "Friday or Saturday, Bangladesh's weekend."),
        Column("is_holiday", Type.BOOLEAN, "A public holiday of fixed date."),
        Column("holiday_name_bn", S, "Its name.", null=None),
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
            values=("ingest", "build", "stories", "publish", "maintain"),
        ),
        Column("batch_id", S, "The batch; `-` for steps that work on all."),
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

TABLES: tuple[Table, ...] = (
    PAGE_CAPTURE,
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
    REJECTED_ARTICLE,
    DIM_OUTLET,
    DIM_SECTION,
    DIM_BYLINE,
    DIM_ENTITY,
    DIM_SOURCE,
    DIM_DATE,
    ETL_RUN,
)
