"""Dashboard: the articles themselves, each with its page."""

from bi.datasets import ARTICLE
from bi.model import Dashboard, Number, Row, Table

ARTICLES = Dashboard(
    "khobor-articles",
    "সংবাদ",
    "Articles",
    "The articles of a selection: headline with its page, outlet, section, date and story.",
    (
        Row(
            26,
            (
                (
                    Number(
                        title_bn="এই বাছাইয়ে সংবাদ",
                        title="Articles selected",
                        note_bn="প্রতিটি একবার, বর্তমান সংস্করণে; তারিখহীনসহ",
                        note="Each once, in its current version; undated ones too.",
                        dataset=ARTICLE,
                        metrics=("articles",),
                    ),
                    6,
                ),
                (
                    Number(
                        title_bn="পরে বদলেছে",
                        title="Changed later",
                        note_bn="যেসব সংবাদ প্রকাশের পর অন্তত একবার বদলেছে, তাদের অংশ",
                        note="Share of articles that changed after publication.",
                        dataset=ARTICLE,
                        metrics=("revised_share",),
                    ),
                    6,
                ),
            ),
        ),
        Row(
            100,
            (
                (
                    Table(
                        title_bn="সংবাদের তালিকা",
                        title="List of articles",
                        note_bn="নতুনটি আগে, সর্বোচ্চ ১,০০০টি; শিরোনামে চাপ "
                        "দিলে মূল পাতা খোলে; ঘরে লিখে খুঁজুন",
                        note="The newest first, 1,000 at most; headlines open their page.",
                        dataset=ARTICLE,
                        metrics=(),
                        columns=(
                            "published_at",
                            "headline",
                            "outlet",
                            "section",
                            "topic",
                            "byline",
                            "word_count",
                            "story_article_count",
                        ),
                        order_by="published_at",
                        is_searchable=True,
                        limit=1000,
                    ),
                    12,
                ),
            ),
        ),
    ),
)
