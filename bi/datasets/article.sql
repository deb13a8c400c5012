-- Grain: one article and one country it names; an article that names none has one row.
SELECT
    article.article_id,
    coalesce(article.outlet_name_bn, article.outlet_name_en) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    coalesce(article.topic, '(বিষয় নেই)') AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    article.published_at,
    article.published_at_source,
    article.first_seen_at,
    article.lag_minutes,
    article.is_undated,
    article.is_agency_credited,
    article.revision_count,
    build.built_at
FROM mart.article AS article
LEFT JOIN mart.article_entity AS entity
    ON article.article_id = entity.article_id AND entity.entity_kind = 'country'
CROSS JOIN mart.build_info AS build
