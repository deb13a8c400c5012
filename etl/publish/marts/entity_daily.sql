WITH daily AS (
    SELECT
        published_date,
        outlet_id,
        entity_id,
        count(*) AS article_count,
        count(*) FILTER (is_in_title) AS title_article_count,
        CAST(sum(mention_count) AS BIGINT) AS mention_count,
        count(*) FILTER (is_first_of_story) AS story_count
    FROM build.mart.article_entity
    WHERE published_date IS NOT NULL
    GROUP BY ALL
)

SELECT
    daily.published_date,
    daily.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, daily.outlet_id) AS outlet_name_en,
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
LEFT JOIN lake.core.dim_outlet AS outlet ON daily.outlet_id = outlet.outlet_id
-- One entity's rows, and a kind's of some days, lie in few row groups.
ORDER BY entity.entity_kind, daily.published_date, daily.outlet_id
