-- Grain: one entity in the articles that one outlet published on one day.
-- Caveats: current versions only, undated articles left out. story_count counts a story where it
-- first mentioned the entity, so that sums over rows of one entity count every story once. Sums
-- over entities count an article as often as it has entities.
WITH mention AS (
    SELECT
        fact.entity_id,
        fact.mention_count,
        fact.is_in_title,
        article.published_date,
        article.outlet_id,
        article.outlet_name_bn,
        article.outlet_name_en,
        -- A lone article is its own story; only stories need the search for their first article.
        article.story_id IS NULL OR row_number() OVER (
            PARTITION BY fact.entity_id, coalesce(article.story_id, article.article_id)
            ORDER BY
                article.published_date, article.published_at_utc NULLS LAST, article.article_id
        ) = 1 AS is_first_of_story
    FROM lake.core.fact_entity_mention AS fact
    INNER JOIN build.mart.article AS article
        ON fact.article_id = article.article_id
        AND fact.content_hash = article.content_hash
    WHERE NOT article.is_undated
),

daily AS (
    SELECT
        published_date,
        outlet_id,
        outlet_name_bn,
        outlet_name_en,
        entity_id,
        count(*) AS article_count,
        count(*) FILTER (is_in_title) AS title_article_count,
        CAST(sum(mention_count) AS BIGINT) AS mention_count,
        count(*) FILTER (is_first_of_story) AS story_count
    FROM mention
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
    daily.article_count,
    daily.title_article_count,
    daily.mention_count,
    daily.story_count
FROM daily
INNER JOIN lake.core.dim_entity AS entity ON daily.entity_id = entity.entity_id
