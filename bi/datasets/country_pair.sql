-- Grain: one article, one pair of countries that it names, and each of the two.
WITH named AS (
    SELECT article_id, iso_code, entity_name_bn AS name
    FROM mart.article_entity
    WHERE entity_kind = 'country'
)

SELECT
    article.article_id,
    label_outlet(coalesce(article.outlet_name_bn, article.outlet_name_en)) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    unnest([country1.name, country2.name]) AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    period_of(article.published_date) AS period,
    article.title,
    article.url,
    country1.name || ' – ' || country2.name AS pair
FROM named AS country1
INNER JOIN named AS country2
    ON country1.article_id = country2.article_id AND country1.iso_code < country2.iso_code
INNER JOIN mart.article AS article ON country1.article_id = article.article_id
