"""Marts of articles: their current version, its text, and what was changed."""

from etl.schema import columns, vocabulary
from etl.schema.marts.columns import (
    ARTICLE_ID,
    BOOLEAN,
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
from etl.schema.marts.upkeep import by_article
from etl.schema.model import Column, Lookup, Table
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
        Column(
            "body_source",
            STRING,
            "What gave the body; absent in rows of releases that did not keep it.",
            null=None,
            values=values(vocabulary.BodySource),
        ),
        Column(
            "topic",
            STRING,
            "What it is about, a top term of the IPTC Media Topics; absent where nothing tells.",
            null=None,
            values=values(vocabulary.Topic),
        ),
        Column(
            "topic_source",
            STRING,
            "What gave `topic`: the printed section or the words.",
            null=None,
            values=values(vocabulary.TopicSource),
        ),
        text("language", "ISO 639-1 code of the text's language."),
        Column("version_no", INTEGER, "Number of the current version, from 1.", minimum=1),
        count("revision_count", "How often the article was seen changed: versions less one."),
        STORY_ID,
        flag("is_agency_credited", "Whether byline or text credits a news agency."),
        Column(
            "is_use_reserved",
            BOOLEAN,
            "Whether the page or its site reserves its use, as its capture says; absent where that "
            "was not read. What says so: `mart.capture_outcome`.",
            null=None,
        ),
        text("licence", "Address or name of the licence that the page names."),
        text("image_url", "The main picture."),
        text("photo_credit", "Whom the main picture is credited to."),
        text("signoff", "The editor's sign-off below the text."),
        text("keywords", "Tags that the page names, joined by `, `."),
        text("warnings", "What extraction mended or found odd, a word each, joined by `, `."),
    ),
    caveats="Undated articles are here (`is_undated`), and in no mart by day or month. "
    "`lag_minutes` is absent where the time of the capture is only that of a masthead or a file.",
    upkeep=by_article(
        "core.fact_article",
        "core.fact_capture",
        "core.fact_source_citation",
        "core.bridge_story",
        lookups=(
            Lookup("core.dim_section", "section_id", "core.fact_article", "section_id"),
            Lookup("core.dim_byline", "byline_id", "core.fact_article", "byline_id"),
            Lookup("core.dim_source", "source_id", "core.fact_source_citation", "source_id"),
            Lookup("raw.page_capture", "capture_id", "core.fact_article", "capture_id"),
        ),
    ),
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
    caveats="Texts of earlier versions are in `mart.article_version`.",
    upkeep=by_article("core.article_text", "mart.article"),
)

_VERSION = (
    ARTICLE_ID,
    Column("version_no", INTEGER, "1 for the first version seen.", minimum=1),
    OUTLET[0],
    text("title", "The headline of this version."),
    text("kicker", "The line above the headline."),
    text("byline", "The byline as printed."),
    text("section", "The breadcrumb after the home page, levels joined by ` > `."),
    *at("published", "When this version says the article was published", None),
    *at("updated", "When this version says the article was last changed", None),
    *at("seen_from", "First capture of this version"),
    *at("seen_to", "First capture of the next version; absent for the current", None),
)
_VERSION_TEXT = (
    Column("word_count", INTEGER, "Words of the body.", minimum=1),
    Column("body", STRING, "The paragraphs, joined by blank lines."),
    text("captions", "Captions of pictures, one a line."),
    Column("content_hash", STRING, columns.CONTENT_HASH.description),
)

EARLIER_VERSION = Table(
    "mart",
    "earlier_version",
    "One version of one article that a later one has replaced, with its text.",
    ("article_id", "version_no"),
    (*_VERSION, *_VERSION_TEXT),
    caveats="The current versions are in `mart.article`, all together in `mart.article_version`.",
    upkeep=by_article(
        "core.fact_article",
        "core.article_text",
        "mart.article",
        lookups=(
            Lookup("core.dim_section", "section_id", "core.fact_article", "section_id"),
            Lookup("core.dim_byline", "byline_id", "core.fact_article", "byline_id"),
        ),
    ),
)

ARTICLE_VERSION = Table(
    "mart",
    "article_version",
    "One version of one article, with its text.",
    ("article_id", "version_no"),
    (*_VERSION, flag("is_current", "Whether this is the latest version."), *_VERSION_TEXT),
    is_view=True,
    caveats="A version is a state that was captured; the outlet may have published others between "
    "two captures. Count articles in `mart.article`.",
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
    upkeep=by_article("core.fact_article", "core.article_text", "mart.article"),
)
