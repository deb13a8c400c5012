WITH mention AS (
    SELECT
        fact.entity_id,
        fact.mention_count,
        fact.is_in_title,
        article.article_id,
        article.outlet_id,
        article.published_date,
        article.published_at_utc,
        article.is_undated,
        -- An article in no story is its own.
        coalesce(article.story_id, article.article_id) AS story_key
    FROM lake.core.fact_entity_mention AS fact
    INNER JOIN build.mart.article AS article
        ON fact.article_id = article.article_id
        AND fact.content_hash = article.content_hash
),

first_of_story AS (
    SELECT
        entity_id,
        story_key,
        arg_min(
            article_id,
            row(published_date, published_at_utc IS NULL, published_at_utc, article_id)
        ) AS article_id
    FROM mention
    WHERE NOT is_undated
    GROUP BY entity_id, story_key
)

SELECT
    mention.article_id,
    mention.outlet_id,
    mention.published_date,
    mention.entity_id,
    entity.entity_kind,
    entity.name_bn AS entity_name_bn,
    entity.name_en AS entity_name_en,
    entity.iso_code,
    entity.place_kind,
    entity.latitude,
    entity.longitude,
    mention.mention_count,
    mention.is_in_title,
    first_of_story.article_id IS NOT NULL AS is_first_of_story
FROM mention
INNER JOIN lake.core.dim_entity AS entity ON mention.entity_id = entity.entity_id
LEFT JOIN first_of_story
    ON mention.entity_id = first_of_story.entity_id
    AND mention.story_key = first_of_story.story_key
    AND mention.article_id = first_of_story.article_id
