WITH member AS (
    SELECT
        bridge.story_id,
        bridge.link_kind,
        bridge.linked_article_id,
        bridge.score,
        article.* EXCLUDE (story_id)
    FROM lake.core.bridge_story AS bridge
    INNER JOIN build.mart.article AS article ON bridge.article_id = article.article_id
)

SELECT
    story_id,
    article_id,
    outlet_id,
    outlet_name_bn,
    outlet_name_en,
    title,
    byline,
    url,
    published_at,
    published_at_utc,
    published_date,
    row_number() OVER (
        PARTITION BY story_id
        ORDER BY published_at_utc NULLS LAST, published_date NULLS LAST, article_id
    ) AS story_position,
    epoch(published_at_utc - min(published_at_utc) OVER (PARTITION BY story_id)) / 60.0
        AS lag_minutes,
    link_kind,
    linked_article_id,
    score,
    is_agency_credited
FROM member
ORDER BY story_id, story_position
