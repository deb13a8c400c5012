WITH last_change AS (
    SELECT
        article_id,
        max(seen_to_at) AS changed_at,
        max(seen_to_at_utc) AS changed_at_utc
    FROM build.mart.earlier_version
    GROUP BY article_id
)

SELECT
    earlier.article_id,
    earlier.version_no,
    earlier.outlet_id,
    earlier.title,
    earlier.kicker,
    earlier.byline,
    earlier.section,
    earlier.published_at,
    earlier.published_at_utc,
    earlier.updated_at,
    earlier.updated_at_utc,
    earlier.seen_from_at,
    earlier.seen_from_at_utc,
    earlier.seen_to_at,
    earlier.seen_to_at_utc,
    false AS is_current,
    earlier.word_count,
    earlier.body,
    earlier.captions,
    earlier.content_hash
FROM build.mart.earlier_version AS earlier
UNION ALL
SELECT
    article.article_id,
    article.version_no,
    article.outlet_id,
    article.title,
    article.kicker,
    article.byline,
    article.section,
    article.published_at,
    article.published_at_utc,
    article.updated_at,
    article.updated_at_utc,
    coalesce(last_change.changed_at, article.first_seen_at) AS seen_from_at,
    coalesce(last_change.changed_at_utc, article.first_seen_at_utc) AS seen_from_at_utc,
    CAST(NULL AS TIMESTAMP) AS seen_to_at,
    CAST(NULL AS TIMESTAMP) AS seen_to_at_utc,
    true AS is_current,
    article.word_count,
    text.body,
    text.captions,
    article.content_hash
FROM build.mart.article AS article
INNER JOIN build.mart.article_text AS text ON article.article_id = text.article_id
LEFT JOIN last_change ON article.article_id = last_change.article_id
