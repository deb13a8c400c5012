WITH mention AS (
    SELECT
        fact.entity_id,
        fact.mention_count,
        fact.is_in_title,
        article.article_id,
        article.story_id,
        article.published_date,
        article.published_at_utc,
        article.outlet_id,
        article.outlet_name_bn,
        article.outlet_name_en
    FROM lake.core.fact_entity_mention AS fact
    INNER JOIN build.mart.article AS article
        ON fact.article_id = article.article_id
        AND fact.content_hash = article.content_hash
    WHERE NOT article.is_undated
),

-- An article in no story is its own.
first_of_story AS (
    SELECT
        entity_id,
        story_id,
        arg_min(
            article_id,
            row(published_date, published_at_utc IS NULL, published_at_utc, article_id)
        ) AS article_id
    FROM mention
    WHERE story_id IS NOT NULL
    GROUP BY entity_id, story_id
),

daily AS (
    SELECT
        mention.published_date,
        mention.outlet_id,
        mention.outlet_name_bn,
        mention.outlet_name_en,
        mention.entity_id,
        count(*) AS article_count,
        count(*) FILTER (mention.is_in_title) AS title_article_count,
        CAST(sum(mention.mention_count) AS BIGINT) AS mention_count,
        count(*) FILTER (
            mention.story_id IS NULL OR mention.article_id = first_of_story.article_id
        ) AS story_count
    FROM mention
    LEFT JOIN first_of_story
        ON mention.entity_id = first_of_story.entity_id
        AND mention.story_id = first_of_story.story_id
    GROUP BY ALL
)

SELECT
    daily.published_date,
    daily.outlet_id,
    daily.outlet_name_bn,
    daily.outlet_name_en,
    daily.entity_id,
    entity.entity_kind,
    entity.name_bn AS entity_name_bn,
    entity.name_en AS entity_name_en,
    entity.iso_code,
    entity.place_kind,
    entity.latitude,
    entity.longitude,
    daily.article_count,
    daily.title_article_count,
    daily.mention_count,
    daily.story_count
FROM daily
INNER JOIN lake.core.dim_entity AS entity ON daily.entity_id = entity.entity_id
-- One entity's rows, and a kind's of some days, lie in few row groups.
ORDER BY entity.entity_kind, daily.published_date, daily.outlet_id
