"""Every table that a build holds for BI, declared once: schema ``mart``.

Only flat types, so that every BI tool reads them. An instant is two columns: ``…_at`` by the
clock of Dhaka, ``…_at_utc`` in UTC, both without a zone. Marts of time series leave out articles
without a day of publication. The order of ``TABLES`` is the order in which they are built: a mart
may read those before it.
"""

from etl.schema import core, words
from etl.schema.model import Column, Severity, Table, Type
from etl.schema.words import values

S, I, F, B, D = Type.STRING, Type.INTEGER, Type.FLOAT, Type.BOOLEAN, Type.DATE
REQUIRED = Severity.CRITICAL


def _at(name: str, description: str, null: Severity | None = REQUIRED) -> tuple[Column, Column]:
    text = description.rstrip(".")
    return (
        Column(f"{name}_at", Type.LOCAL_TIME, f"{text} (clock of Dhaka).", null=null),
        Column(f"{name}_at_utc", Type.LOCAL_TIME, f"{text} (UTC).", null=null),
    )


def _text(name: str, description: str) -> Column:
    return Column(name, S, description, null=None)


def _date(name: str, description: str) -> Column:
    return Column(name, D, description, null=None)


def _number(name: str, description: str) -> Column:
    return Column(name, F, description, null=None)


def _count(name: str, description: str) -> Column:
    return Column(name, I, description, minimum=0)


def _share(name: str, description: str) -> Column:
    return Column(name, F, description, null=None, minimum=0, maximum=1)


def _flag(name: str, description: str) -> Column:
    return Column(name, B, description)


ARTICLE_ID = Column("article_id", S, core.ARTICLE_ID.description)
OUTLET = (
    Column("outlet_id", S, "Short name of the outlet; the host where no profile is known."),
    _text("outlet_name_bn", "Its name in Bangla."),
    Column("outlet_name_en", S, "Its name in English, or the host."),
)
PUBLISHED_AT = _at("published", "When the outlet says the article was published", None)
PUBLISHED_DATE = _date("published_date", "Day of publication in Dhaka.")
DAY = Column("published_date", D, "Day of publication in Dhaka.")
MONTH = Column("published_month", D, "First day of the month of publication in Dhaka.")
STORY_ID = _text(
    "story_id", "The story it belongs to, `mart.story`; absent if no other article tells it."
)
LAG = "minutes from publication to our first capture, where both times are known"

ARTICLE = Table(
    "mart",
    "article",
    "One article in its current version.",
    ("article_id",),
    (
        ARTICLE_ID,
        Column("content_hash", S, core.CONTENT_HASH.description),
        *OUTLET,
        _text("section", "The breadcrumb after the home page, levels joined by ` > `."),
        _text("top_section", "Its first level."),
        _text("kicker", "The line above the headline."),
        _text("title", "The headline."),
        _text("byline", "The byline as printed."),
        _text("byline_kind", "Who the byline names: desk, agency or person."),
        _text("edition", "The edition the page names."),
        _text("url", "Address of the page, without tracking parameters."),
        Column(
            "identity_source",
            S,
            "What gave the article its id.",
            values=values(words.IdentitySource),
        ),
        *PUBLISHED_AT,
        PUBLISHED_DATE,
        Column(
            "published_at_source",
            S,
            "Where the time of publication was read, most trusted first in the list.",
            values=values(words.TimeSource),
        ),
        _flag("is_undated", "Whether not even the day of publication is known."),
        *_at("updated", "When the outlet says it last changed the article", None),
        *_at("first_seen", "When the article was first captured"),
        *_at("last_seen", "When the current version was last captured"),
        _number("lag_minutes", f"{LAG.capitalize()}; negative where a clock was wrong."),
        _date("page_date", "The date in the masthead, never the article's."),
        Column("word_count", I, "Words of the body.", minimum=1),
        Column("character_count", I, "Characters of the body.", minimum=1),
        Column("paragraph_count", I, "Paragraphs of the body.", minimum=1),
        _text("language", "ISO 639-1 code of the text's language."),
        Column("version_no", I, "Number of the current version, from 1.", minimum=1),
        _count("revision_count", "How often the article was seen changed: versions less one."),
        STORY_ID,
        _flag("is_agency_credited", "Whether byline or text credits a news agency."),
        _text("image_url", "The main picture."),
        _text("photo_credit", "Whom the main picture is credited to."),
        _text("signoff", "The editor's sign-off below the text."),
        _text("keywords", "Tags that the page names, joined by `, `."),
        _text("warnings", "What extraction mended or found odd, a word each, joined by `, `."),
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
        _text("title", "The headline."),
        Column("body", S, "The paragraphs, joined by blank lines."),
        _text("captions", "Captions of pictures, one a line."),
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
        Column("version_no", I, "Number of the version that the change made.", minimum=2),
        *_at("published", "When the article was first said to be published", None),
        *_at("revised", "When the changed page was first captured"),
        _number("minutes_since_publication", "From publication to that capture."),
        _text(
            "changed_fields",
            "Which of title, kicker, byline, section, published_at, "
            "updated_at, body changed, joined by `, `.",
        ),
        _flag("is_title_changed", "Whether the headline changed."),
        _flag("is_body_changed", "Whether the body changed."),
        _text("title_before", "The headline before."),
        _text("title_after", "The headline after."),
        _count("word_count_before", "Words of the body before."),
        _count("word_count_after", "Words of the body after."),
        _count("characters_added", "Characters of the words the body has gained."),
        _count("characters_removed", "Characters of the words the body has lost."),
        _share(
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
        _text("weekday_name_bn", "Weekday in Bangla."),
        _text("bangla_date", "The day in the Bangla calendar (`৮ মাঘ ১৪৩১`, digits Latin)."),
        Column("is_weekend", B, "Friday or Saturday.", null=None),
        Column("is_holiday", B, "A public holiday of fixed date.", null=None),
        Column("article_count", I, "Articles published.", minimum=1),
        _count(
            "story_count",
            "Stories first told here; a lone article is a story. Sums over rows "
            "count every story once.",
        ),
        _count("revised_article_count", "Articles that were seen changed later."),
        _count("agency_article_count", "Articles that credit a news agency."),
        _count("word_count", "Words of the bodies."),
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
        _count("article_count", "Articles, each once."),
        _count("undated_article_count", "Articles without a day of publication."),
        _share("undated_share", "Their share of the articles."),
        _count("revised_article_count", "Articles that were seen changed."),
        _share("revised_share", "Their share of the articles."),
        _count("revision_count", "Changes seen."),
        _count("agency_article_count", "Articles that credit a news agency."),
        _share("agency_share", "Their share of the articles."),
        _count("lag_article_count", "Articles whose lag is known."),
        _number("lag_minutes_median", f"Median of {LAG}."),
        _number("lag_minutes_p95", "95th percentile of the same."),
        _count("declared_count", "URLs that feeds, sitemaps and listings declared."),
        _count("fetched_declared_count", "Those of them that were captured, with any outcome."),
        _share("fetched_share", "Their share of the URLs declared."),
        _count("capture_count", "Captures of the outlet's pages."),
        _number("word_count_median", "Median of the words of an article."),
        _date("first_published_date", "Day of the earliest dated article."),
        _date("last_published_date", "Day of the latest dated article."),
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
        Column("collected_date", D, "Day of the declarations and of the captures."),
        *OUTLET,
        _count("declared_count", "URLs first declared on the day by a feed, sitemap or listing."),
        _count("never_fetched_count", "Those of them of which no capture is held to this day."),
        _count("captured_count", "Captures of the day: the sum of the six outcomes."),
        *(_count(f"{word}_count", f"Captures that ended as `{word}`.") for word in words.Outcome),
        _count("lag_article_count", "Articles first captured on the day whose lag is known."),
        _number("lag_minutes_median", f"Median over them of {LAG}."),
        _number("lag_minutes_p95", "95th percentile of the same."),
    ),
    caveats="Declarations and captures of one day need not be of the same pages. Medians can't be "
    "added up or averaged: take them from `mart.article.lag_minutes` for longer spans.",
)

HEADLINE_EXPOSURE = Table(
    "mart",
    "headline_exposure",
    "One headline in one list of one outlet, with the article it links to where that is known.",
    ("outlet_id", "list_kind", "headline", "target_article_id"),
    (
        *OUTLET,
        Column("list_kind", S, "Which list.", values=values(words.ListKind)),
        Column("headline", S, "The headline as printed in the list."),
        _text("target_article_id", "The article it links to."),
        _text("url", "Where it links to."),
        *_at("first_listed", "First capture that showed it in the list"),
        *_at("last_listed", "Last capture that showed it there"),
        Column("listed_minutes", F, "Minutes between the two; 0 if captured once.", minimum=0),
        Column("capture_count", I, "Captures that showed it there.", minimum=1),
        Column("best_rank", I, "Best place it had, 1 is the top.", minimum=1),
        Column("worst_rank", I, "Worst place it had.", minimum=1),
    ),
    caveats="Lists are seen only when a page is captured: a headline held its list at least as "
    "long as `listed_minutes` unless it left and came back. Captures of equal bytes count once.",
)

ENTITY_DAILY = Table(
    "mart",
    "entity_daily",
    "One entity in the articles that one outlet published on one day.",
    ("published_date", "outlet_id", "entity_id"),
    (
        DAY,
        *OUTLET,
        Column("entity_id", S, "Kind and code or name."),
        Column("entity_kind", S, "What it is.", values=values(words.EntityKind)),
        Column("entity_name_bn", S, "Its name in Bangla."),
        _text("entity_name_en", "Its name in English."),
        _text("iso_code", "ISO 3166 alpha-2 code, for countries."),
        Column("article_count", I, "Articles that mention it.", minimum=1),
        _count("title_article_count", "Articles that mention it in the headline."),
        Column("mention_count", I, "Mentions in title and body.", minimum=1),
        _count(
            "story_count",
            "Stories that mention it, each counted where it did so first. Sums "
            "over rows of one entity count every story once.",
        ),
    ),
    caveats="Current versions only. Sidebars, captions and names of media are not mentions. "
    "Sums over entities count an article as often as it has entities.",
)

_PAIR_TYPES = tuple(
    _count(f"{word.lower()}_count", f"Events of the category {word}, done or reported.")
    for word in words.EventType
)

EVENT = Table(
    "mart",
    "event",
    "One interaction between two actors, over all articles that report it.",
    ("event_id",),
    (
        Column("event_id", S, "Actors, category, and the day or else the story."),
        Column("actor1", S, "Who acts: ISO 3166 alpha-2 code of a state, or `INT`."),
        _text("actor1_name_bn", "Its name in Bangla."),
        _text("actor1_name_en", "Its name in English."),
        Column("actor2", S, "Towards whom: ISO 3166 alpha-2 code of a state, or `INT`."),
        _text("actor2_name_bn", "Its name in Bangla."),
        _text("actor2_name_en", "Its name in English."),
        Column("event_type", S, "PLOVER root category.", values=values(words.EventType)),
        Column(
            "event_class",
            S,
            "Which side of PLOVER's quad classes.",
            values=("cooperation", "conflict"),
        ),
        _date("event_date", "Day of the act, where a text tells it."),
        _text("place", "Where, as the first report that names a place does."),
        Column(
            "modality",
            S,
            "The strongest any report gives: done, reported, denied, planned.",
            values=values(words.Modality),
        ),
        Column("article_count", I, "Articles that report it.", minimum=1),
        Column("outlet_count", I, "Outlets that report it.", minimum=1),
        *_at("first_reported", "Publication of the first dated report", None),
        _date("first_reported_date", "Day of publication of the first dated report in Dhaka."),
        Column("first_article_id", S, "The first report."),
        _text("first_article_title", "Its headline."),
        _text("first_article_url", "Its address."),
        Column("evidence", S, "Its sentence that reports the event."),
        Column("confidence", F, "Best confidence of any report.", minimum=0, maximum=1),
        Column("article_ids", S, "All articles that report it, joined by `, `."),
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
        Column("country1", S, "ISO 3166 alpha-2 code, the first by alphabet."),
        _text("country1_name_bn", "Its name in Bangla."),
        _text("country1_name_en", "Its name in English."),
        Column("country2", S, "ISO 3166 alpha-2 code, the second."),
        _text("country2_name_bn", "Its name in Bangla."),
        _text("country2_name_en", "Its name in English."),
        _count("mention_article_count", "Articles that name both countries."),
        _count("report_count", "Articles that report an interaction between the two."),
        _count("event_count", "Events done or reported by a side, first reported in the month."),
        _count("planned_event_count", "Events planned."),
        _count("denied_event_count", "Events denied."),
        *_PAIR_TYPES,
        _count("cooperation_count", "Events of the cooperative categories."),
        _count("conflict_count", "Events of the conflictual categories."),
        Column("cooperation_minus_conflict", I, "Difference of the two."),
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
        Column("story_id", S, "The id of its earliest article when it was linked."),
        Column("first_article_id", S, "The article published first."),
        _text("first_title", "Its headline."),
        _text("first_url", "Its address."),
        Column("first_outlet_id", S, "Its outlet."),
        _text("first_outlet_name_bn", "The outlet's name in Bangla."),
        Column("first_outlet_name_en", S, "The outlet's name in English."),
        *_at("first_published", "When it was published", None),
        *_at("last_published", "When the last article of the story was published", None),
        Column("article_count", I, "Articles that tell it.", minimum=1),
        _count("undated_article_count", "Those without a time of publication."),
        Column("outlet_count", I, "Outlets that tell it.", minimum=1),
        _count("follower_count", "Outlets other than the first."),
        _count("wire_copy_count", "Articles linked as near-copies."),
        _count("agency_article_count", "Articles that credit a news agency."),
        _number("lag_minutes_min", "Minutes from the first article to the next outlet's first."),
        _number(
            "lag_minutes_median", "Median over the following outlets of minutes to their first."
        ),
        _number("lag_minutes_max", "Minutes to the last outlet's first."),
    ),
    caveats="Who is first is by the times the outlets print, among the outlets held. Undated "
    "articles follow without a lag.",
)

SOURCE_RELIANCE = Table(
    "mart",
    "source_reliance",
    "One news source credited by one outlet in one month of publication.",
    ("published_month", "outlet_id", "source_id"),
    (
        MONTH,
        *OUTLET,
        Column("source_id", S, "Short name of the source, or its folded name."),
        Column("source_name_bn", S, "Its name in Bangla."),
        _text("source_name_en", "Its name in English."),
        Column("source_kind", S, "Agency, paper, broadcaster, institute, ministry or other."),
        Column("article_count", I, "Articles that credit it.", minimum=1),
        *(
            _count(f"{word}_count", f"Articles that credit it by `{word}`.")
            for word in words.CreditForm
        ),
        Column("outlet_article_count", I, "All articles of the outlet in the month.", minimum=1),
        Column("article_share", F, "Share of those that credit it.", minimum=0, maximum=1),
    ),
    caveats="An article that credits two sources counts for both, so shares of an outlet may add "
    "up to more than 1. For longer spans divide summed counts; don't average shares, and count "
    "`outlet_article_count` once a month. Undated articles are left out.",
)

DATA_QUALITY = Table(
    "mart",
    "data_quality",
    "One rule of one suite in one run, over its batches.",
    ("run_id", "suite", "rule"),
    (
        Column("run_id", S, "The run."),
        *_at("run_started", "Start of the run", None),
        Column("suite", S, "The suite in `expectations/`."),
        Column("rule", S, "The expectation's id in the suite."),
        _text("column_name", "The column it looks at."),
        Column("severity", S, "What a violation does.", values=values(Severity)),
        Column("batch_count", I, "Batches it looked at.", minimum=1),
        _count("failed_batch_count", "Batches in which a row broke it."),
        _count("evaluated_count", "Rows looked at."),
        _count("unexpected_count", "Rows that broke it."),
        _share("unexpected_share", "Their share of the rows looked at."),
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
        Column("capture_id", S, core.CAPTURE_ID.description),
        *OUTLET,
        _text("url", "The page's address, where it is known."),
        Column("source", S, "The file's path below the folder given, or the URL asked for."),
        *_at("captured", "When the page was fetched, as well as is known"),
        Column(
            "captured_at_source",
            S,
            "Where that time comes from.",
            values=values(words.CaptureTimeSource),
        ),
        Column("outcome", S, "How it ended.", values=values(words.Outcome)),
        _text("reason", "Why, for what was not loaded: a word, then the detail."),
        _text("reason_word", "The word alone."),
        _text("article_id", "The article the page shows."),
        Column("batch_id", S, "The batch it was built in."),
    ),
    caveats="Captures that are still to be built are not here; `mart.build_info` counts them.",
)

BUILD_INFO = Table(
    "mart",
    "build_info",
    "The build: one row.",
    ("build_id",),
    (
        Column("build_id", S, "Time and a random part."),
        *_at("built", "When the build was made"),
        Column("lake_snapshot_id", I, "The DuckLake snapshot that every mart was read from."),
        Column("khobor_version", S, "Version of the program."),
        _count("capture_count", "Captures with an outcome."),
        _count("pending_capture_count", "Captures ingested and still to be built."),
        _count("article_count", "Articles."),
        _count("undated_article_count", "Articles without a day of publication."),
        _count("version_count", "Versions of articles."),
        _count("open_rejected_count", "Rejected rows that wait for review."),
        _count("story_count", "Stories that at least two articles tell."),
        _count("event_count", "Events."),
        _count("outlet_count", "Outlets with an article."),
        _date("first_published_date", "Day of the earliest dated article."),
        _date("last_published_date", "Day of the latest dated article."),
    ),
)

TABLES: tuple[Table, ...] = (
    ARTICLE,
    ARTICLE_TEXT,
    CAPTURE_OUTCOME,
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
