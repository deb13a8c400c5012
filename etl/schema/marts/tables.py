"""Every table that a build holds for BI, declared once: schema ``mart``.

Only flat types, so that every BI tool reads them. An instant is two columns: ``…_at`` by the
clock of Dhaka, ``…_at_utc`` in UTC, both without a zone. Marts of time series leave out articles
without a day of publication. The order of ``TABLES`` is the order in which they are built: a mart
may read those before it.
"""

from etl.schema import columns, vocabulary
from etl.schema.marts.columns import (
    ARTICLE_ID,
    BOOLEAN,
    DATE,
    DAY,
    FLOAT,
    INTEGER,
    LAG,
    OUTLET,
    PUBLISHED_AT,
    PUBLISHED_DATE,
    STORY_ID,
    STRING,
    at,
    count,
    date,
    flag,
    number,
    share,
    text,
)
from etl.schema.marts.content import (
    ARTICLE_ENTITY,
    ARTICLE_SOURCE,
    COUNTRY_PAIR_MONTH,
    ENTITY_DAILY,
    EVENT,
    SOURCE_RELIANCE,
    STORY,
)
from etl.schema.model import Column, Severity, Table
from etl.schema.tables.ledgers import FACT_DECLARED
from etl.schema.vocabulary import values

ARTICLE = Table(
    "mart",
    "article",
    "One article in its current version.",
    ("article_id",),
    (
        ARTICLE_ID,
        Column("content_hash", STRING, columns.CONTENT_HASH.description),
        *OUTLET,
        text("section", "The breadcrumb after the home page, levels joined by ` > `."),
        text("top_section", "Its first level."),
        text("kicker", "The line above the headline."),
        text("title", "The headline."),
        text("byline", "The byline as printed."),
        text("byline_kind", "Who the byline names: desk, agency or person."),
        text("edition", "The edition the page names."),
        text("url", "Address of the page, without tracking parameters."),
        Column(
            "identity_source",
            STRING,
            "What gave the article its id.",
            values=values(vocabulary.IdentitySource),
        ),
        *PUBLISHED_AT,
        PUBLISHED_DATE,
        Column(
            "published_at_source",
            STRING,
            "Where the time of publication was read, most trusted first in the list.",
            values=values(vocabulary.TimeSource),
        ),
        flag("is_undated", "Whether not even the day of publication is known."),
        *at("updated", "When the outlet says it last changed the article", None),
        *at("first_seen", "When the article was first captured"),
        *at("last_seen", "When the current version was last captured"),
        number("lag_minutes", f"{LAG.capitalize()}; negative where a clock was wrong."),
        date("page_date", "The date in the masthead, never the article's."),
        Column("word_count", INTEGER, "Words of the body.", minimum=1),
        Column("character_count", INTEGER, "Characters of the body.", minimum=1),
        Column("paragraph_count", INTEGER, "Paragraphs of the body.", minimum=1),
        text("language", "ISO 639-1 code of the text's language."),
        Column("version_no", INTEGER, "Number of the current version, from 1.", minimum=1),
        count("revision_count", "How often the article was seen changed: versions less one."),
        STORY_ID,
        flag("is_agency_credited", "Whether byline or text credits a news agency."),
        text("image_url", "The main picture."),
        text("photo_credit", "Whom the main picture is credited to."),
        text("signoff", "The editor's sign-off below the text."),
        text("keywords", "Tags that the page names, joined by `, `."),
        text("warnings", "What extraction mended or found odd, a word each, joined by `, `."),
    ),
    caveats="Undated articles are here (`is_undated`), and in no mart by day or month. "
    "`lag_minutes` is absent where the time of the capture is only that of a masthead or a file.",
)

ARTICLE_TEXT = Table(
    "mart",
    "article_text",
    "The text of one article in its current version.",
    ("article_id",),
    (
        ARTICLE_ID,
        OUTLET[0],
        PUBLISHED_DATE,
        text("title", "The headline."),
        Column("body", STRING, "The paragraphs, joined by blank lines."),
        text("captions", "Captions of pictures, one a line."),
    ),
    caveats="Texts of earlier versions stay in `core.article_text`.",
)

ARTICLE_REVISION = Table(
    "mart",
    "article_revision",
    "One change of one article: from one version to the next.",
    ("article_id", "version_no"),
    (
        ARTICLE_ID,
        *OUTLET,
        Column("version_no", INTEGER, "Number of the version that the change made.", minimum=2),
        *at("published", "When the article was first said to be published", None),
        *at("revised", "When the changed page was first captured"),
        number("minutes_since_publication", "From publication to that capture."),
        text(
            "changed_fields",
            "Which of title, kicker, byline, section, published_at, "
            "updated_at, body changed, joined by `, `.",
        ),
        flag("is_title_changed", "Whether the headline changed."),
        flag("is_body_changed", "Whether the body changed."),
        text("title_before", "The headline before."),
        text("title_after", "The headline after."),
        count("word_count_before", "Words of the body before."),
        count("word_count_after", "Words of the body after."),
        count("characters_added", "Characters of the words the body has gained."),
        count("characters_removed", "Characters of the words the body has lost."),
        share(
            "changed_share",
            "Added and removed as a share of both bodies' word characters: "
            "0 the same words, 1 none in common.",
        ),
    ),
    caveats="Changes between two captures are one change; the outlet may have made it earlier "
    "than we saw it. Words are compared as bags: moving a sentence is no change of words.",
)

DAILY_VOLUME = Table(
    "mart",
    "daily_volume",
    "One outlet on one day of publication.",
    ("published_date", "outlet_id"),
    (
        DAY,
        *OUTLET,
        text("weekday_name_bn", "Weekday in Bangla."),
        text("bangla_date", "The day in the Bangla calendar (`৮ মাঘ ১৪৩১`, digits Latin)."),
        Column("is_weekend", BOOLEAN, "Friday or Saturday.", null=None),
        Column("is_holiday", BOOLEAN, "A public holiday of fixed date.", null=None),
        Column("article_count", INTEGER, "Articles published.", minimum=1),
        count(
            "story_count",
            "Stories first told here; a lone article is a story. Sums over rows "
            "count every story once.",
        ),
        count("revised_article_count", "Articles that were seen changed later."),
        count("agency_article_count", "Articles that credit a news agency."),
        count("word_count", "Words of the bodies."),
    ),
    caveats="A day without a row is a day of which we hold no article, which is not a day without "
    "news: see `mart.completeness`. Undated articles are left out.",
)

OUTLET_SCORECARD = Table(
    "mart",
    "outlet_scorecard",
    "One outlet, over all that is held of it.",
    ("outlet_id",),
    (
        *OUTLET,
        count("article_count", "Articles, each once."),
        count("undated_article_count", "Articles without a day of publication."),
        share("undated_share", "Their share of the articles."),
        count("revised_article_count", "Articles that were seen changed."),
        share("revised_share", "Their share of the articles."),
        count("revision_count", "Changes seen."),
        count("agency_article_count", "Articles that credit a news agency."),
        share("agency_share", "Their share of the articles."),
        count("lag_article_count", "Articles whose lag is known."),
        number("lag_minutes_median", f"Median of {LAG}."),
        number("lag_minutes_p95", "95th percentile of the same."),
        count("declared_count", "URLs that feeds, sitemaps and listings declared."),
        count("fetched_declared_count", "Those of them that were captured, with any outcome."),
        share("fetched_share", "Their share of the URLs declared."),
        count("capture_count", "Captures of the outlet's pages."),
        number("word_count_median", "Median of the words of an article."),
        date("first_published_date", "Day of the earliest dated article."),
        date("last_published_date", "Day of the latest dated article."),
    ),
    caveats="Shares and medians are taken over articles, not over days. A revision is only seen "
    "where a page was captured twice.",
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
    caveats="The day of a declaration is not that of publication.",
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

HEADLINE_EXPOSURE = Table(
    "mart",
    "headline_exposure",
    "One headline in one list of one outlet, with the article it links to where that is known.",
    ("outlet_id", "list_kind", "headline", "target_article_id"),
    (
        *OUTLET,
        Column("list_kind", STRING, "Which list.", values=values(vocabulary.ListKind)),
        Column("headline", STRING, "The headline as printed in the list."),
        text("target_article_id", "The article it links to."),
        text("url", "Where it links to."),
        *at("first_listed", "First capture that showed it in the list"),
        *at("last_listed", "Last capture that showed it there"),
        Column("listed_minutes", FLOAT, "Minutes between the two; 0 if captured once.", minimum=0),
        Column("capture_count", INTEGER, "Captures that showed it there.", minimum=1),
        Column("best_rank", INTEGER, "Best place it had, 1 is the top.", minimum=1),
        Column("worst_rank", INTEGER, "Worst place it had.", minimum=1),
    ),
    caveats="Lists are seen only when a page is captured: a headline held its list at least as "
    "long as `listed_minutes` unless it left and came back. Captures of equal bytes count once.",
)

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
        Column("batch_id", STRING, "The batch it was built in."),
        Column("run_id", STRING, "The run that built it, `mart.data_quality`."),
    ),
    caveats="Captures that are still to be built are not here; `mart.build_info` counts them.",
)

BUILD_INFO = Table(
    "mart",
    "build_info",
    "The build: one row.",
    ("build_id",),
    (
        Column("build_id", STRING, "Time and a random part."),
        *at("built", "When the build was made"),
        Column("lake_snapshot_id", INTEGER, "The DuckLake snapshot that every mart was read from."),
        Column("khobor_version", STRING, "Version of the program."),
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

TABLES: tuple[Table, ...] = (
    ARTICLE,
    ARTICLE_TEXT,
    ARTICLE_ENTITY,
    ARTICLE_SOURCE,
    CAPTURE_OUTCOME,
    REJECTED_ARTICLE,
    DECLARED_URL,
    ARTICLE_REVISION,
    DAILY_VOLUME,
    COMPLETENESS,
    OUTLET_SCORECARD,
    HEADLINE_EXPOSURE,
    ENTITY_DAILY,
    EVENT,
    COUNTRY_PAIR_MONTH,
    STORY,
    SOURCE_RELIANCE,
    DATA_QUALITY,
    BUILD_INFO,
)
