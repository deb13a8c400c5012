WITH version AS (
    SELECT fact.*
    FROM lake.core.fact_article AS fact
    -- Most articles have one version, and end here.
    WHERE NOT fact.is_current AND fact.article_id IN (
        SELECT article.article_id FROM build.mart.article AS article
        WHERE article.revision_count > 0
    )
)

SELECT
    version.article_id,
    version.version_no,
    version.outlet_id,
    version.title,
    version.kicker,
    byline.byline,
    section.section,
    version.published_at AT TIME ZONE 'Asia/Dhaka' AS published_at,
    version.published_at AT TIME ZONE 'UTC' AS published_at_utc,
    version.updated_at AT TIME ZONE 'Asia/Dhaka' AS updated_at,
    version.updated_at AT TIME ZONE 'UTC' AS updated_at_utc,
    version.valid_from AT TIME ZONE 'Asia/Dhaka' AS seen_from_at,
    version.valid_from AT TIME ZONE 'UTC' AS seen_from_at_utc,
    version.valid_to AT TIME ZONE 'Asia/Dhaka' AS seen_to_at,
    version.valid_to AT TIME ZONE 'UTC' AS seen_to_at_utc,
    version.word_count,
    text.body,
    nullif(array_to_string(text.captions, chr(10)), '') AS captions,
    version.content_hash
FROM version
INNER JOIN lake.core.article_text AS text
    ON version.article_id = text.article_id
    AND version.content_hash = text.content_hash
LEFT JOIN lake.core.dim_section AS section ON version.section_id = section.section_id
LEFT JOIN lake.core.dim_byline AS byline ON version.byline_id = byline.byline_id
