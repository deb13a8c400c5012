-- Grain: one news source credited by one article, and one country that the article names.
SELECT
    credit.article_id,
    label_outlet(coalesce(article.outlet_name_bn, article.outlet_name_en)) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    credit.source_name_bn AS source,
    label_source_kind(credit.source_kind) AS source_kind,
    article.title,
    article.url
FROM mart.article_source AS credit
INNER JOIN mart.article AS article ON credit.article_id = article.article_id
LEFT JOIN mart.article_entity AS entity
    ON credit.article_id = entity.article_id AND entity.entity_kind = 'country'
