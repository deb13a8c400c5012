"""Marts of what articles state: who said what, and the numbers they give."""

from etl.schema import vocabulary
from etl.schema.marts.columns import (
    ARTICLE_ID,
    FLOAT,
    INTEGER,
    OUTLET,
    PUBLISHED_DATE,
    STRING,
    flag,
    text,
)
from etl.schema.marts.upkeep import by_article
from etl.schema.model import Column, Lookup, Table
from etl.schema.vocabulary import values

QUOTE = Table(
    "mart",
    "quote",
    "What one article in its current version says that somebody said, once.",
    ("article_id", "quote_no"),
    (
        ARTICLE_ID,
        Column("quote_no", INTEGER, "1 for the first quotation of the article.", minimum=1),
        OUTLET[0],
        PUBLISHED_DATE,
        Column(
            "speaker", STRING, "Who said it: the person's longest name, else as the text has it."
        ),
        text("speaker_entity_id", "The entity, where the speaker is one of the article's."),
        Column(
            "speaker_kind",
            STRING,
            "What kind of entity.",
            null=None,
            values=values(vocabulary.EntityKind),
        ),
        text("speaker_name_bn", "The entity's name in Bangla."),
        text("speaker_name_en", "The entity's name in English."),
        Column("quote", STRING, "What was said."),
        flag("is_direct", "Whether it stands between quotation marks."),
        text("verb", "The verb of speech; absent where the text has none."),
        Column("evidence", STRING, "The sentence that gives it, or its first one."),
        Column("first_position", INTEGER, "Characters before it, title first.", minimum=0),
    ),
    caveats="Undated articles are here. Read by rules: of quotations whose words were labelled by "
    "hand on articles nobody tuned to, 82 of 100 have the right speaker. A pronoun means the "
    "person who spoke last.",
    upkeep=by_article(
        "core.fact_quote",
        "mart.article",
        lookups=(Lookup("core.dim_entity", "entity_id", "mart.quote", "speaker_entity_id"),),
    ),
)

FIGURE = Table(
    "mart",
    "figure",
    "One number that one article in its current version gives.",
    ("article_id", "figure_no"),
    (
        ARTICLE_ID,
        Column("figure_no", INTEGER, "1 for the first number of the article.", minimum=1),
        OUTLET[0],
        PUBLISHED_DATE,
        Column("figure_kind", STRING, "What it counts.", values=values(vocabulary.FigureKind)),
        Column("value", FLOAT, "The number, লাখ and কোটি multiplied out.", minimum=0),
        Column("unit", STRING, "`persons`, `per cent` or the ISO 4217 code of the currency."),
        Column("written", STRING, "The number with its unit, as the text has it."),
        text("subject", "The words behind it; absent where it ends its clause."),
        Column("evidence", STRING, "The sentence that gives it."),
        Column("first_position", INTEGER, "Characters before it, title first.", minimum=0),
    ),
    caveats="Undated articles are here. An article repeats a number and gives those of earlier "
    "events too: don't add them up; check `evidence`.",
    upkeep=by_article("core.fact_figure", "mart.article"),
)
