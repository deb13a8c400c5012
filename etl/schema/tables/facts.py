"""Facts of ``core``: what the articles are and what they say."""

from etl.schema import vocabulary
from etl.schema.columns import (
    ARTICLE_ID,
    CAPTURE_ID,
    CAPTURED_AT,
    CONTENT_HASH,
    OUTLET_ID,
    PUBLISHED_AT,
)
from etl.schema.model import Column, Severity, Table, Type
from etl.schema.vocabulary import values

S, N, T = Type.STRING, Type.INTEGER, Type.INSTANT

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
        Column(
            "body_source",
            S,
            "What gave the body; absent in rows of releases that did not keep it.",
            null=None,
            values=values(vocabulary.BodySource),
        ),
        Column(
            "topic",
            S,
            "What it is about, a top term of the IPTC Media Topics; absent where nothing tells.",
            null=None,
            values=values(vocabulary.Topic),
        ),
        Column(
            "topic_source",
            S,
            "What gave `topic`: the printed section or the words.",
            null=None,
            values=values(vocabulary.TopicSource),
        ),
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
    "One headline in one list next to an article, at one rank, on one capture.",
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
        Column(
            "confidence",
            Type.FLOAT,
            "The share of right ones among labelled events as plain as it.",
            minimum=0,
            maximum=1,
        ),
    ),
    partition_by="published_at",
    sort_by=("actor1", "published_at"),
)

FACT_QUOTE = Table(
    "core",
    "fact_quote",
    "What one content of one article says that somebody said, once.",
    ("article_id", "content_hash", "quote_no"),
    (
        ARTICLE_ID,
        CONTENT_HASH,
        OUTLET_ID,
        PUBLISHED_AT,
        Column("quote_no", N, "1 for the first quotation of the article.", minimum=1),
        Column("speaker", S, "Who said it: the person's longest name, else as the text has it."),
        Column(
            "speaker_entity_id",
            S,
            "`core.dim_entity`, where the speaker is one of the article's entities.",
            null=None,
        ),
        Column("quote", S, "What was said."),
        Column("is_direct", Type.BOOLEAN, "Whether it stands between quotation marks."),
        Column("verb", S, "The verb of speech; absent where the text has none.", null=None),
        Column("evidence", S, "The sentence that gives it, or its first one."),
        Column("first_position", N, "Characters before it, title first.", minimum=0),
    ),
    partition_by="published_at",
    sort_by=("speaker_entity_id", "published_at"),
)

FACT_FIGURE = Table(
    "core",
    "fact_figure",
    "One number that one content of one article gives.",
    ("article_id", "content_hash", "figure_no"),
    (
        ARTICLE_ID,
        CONTENT_HASH,
        OUTLET_ID,
        PUBLISHED_AT,
        Column("figure_no", N, "1 for the first number of the article.", minimum=1),
        Column("figure_kind", S, "What it counts.", values=values(vocabulary.FigureKind)),
        Column("value", Type.FLOAT, "The number, লাখ and কোটি multiplied out.", minimum=0),
        Column("unit", S, "`persons`, `per cent` or the ISO 4217 code of the currency."),
        Column("written", S, "The number with its unit, as the text has it."),
        Column("subject", S, "The words behind it; absent where it ends its clause.", null=None),
        Column("evidence", S, "The sentence that gives it."),
        Column("first_position", N, "Characters before it, title first.", minimum=0),
    ),
    partition_by="published_at",
    sort_by=("figure_kind", "published_at"),
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
        Column(
            "linked_on",
            Type.DATE,
            "The day, in Dhaka, whose articles put it there.",
            null=None,
        ),
    ),
    sort_by=("story_id",),
)

STORY_WORDING = Table(
    "core",
    "story_wording",
    "One current article as stories are linked by it: hashes of its words, no text.",
    ("article_id",),
    (
        ARTICLE_ID,
        CONTENT_HASH,
        OUTLET_ID,
        PUBLISHED_AT,
        Column(
            "reported_on",
            Type.DATE,
            "Day of publication in Dhaka, of the first capture where that is unknown.",
        ),
        Column("headline", Type.BYTES, "Hashes of the headline's words, 32 bits each, in order."),
        Column("lead", Type.BYTES, "Those of the first 80 words of the body."),
        Column(
            "bands",
            Type.BYTES,
            "Hashes of the bands of its MinHash signature; none for a short text.",
        ),
        Column("shingles", Type.BYTES, "Hashes of its runs of three words, each once, ascending."),
        Column("rules_version", N, "Version of the rules that read it.", minimum=1),
    ),
    partition_by="reported_on",
    sort_by=("reported_on", "outlet_id"),
    caveats="Derived: `khobor build` brings it up to date when it links stories.",
)
