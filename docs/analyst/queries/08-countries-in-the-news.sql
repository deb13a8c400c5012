-- Which countries are written about most?
-- `article_count` counts an article once, however often it names the country.
SELECT
    entity_name_bn AS country,
    iso_code,
    sum(article_count) AS articles,
    sum(title_article_count) AS in_headline
FROM mart.entity_daily
WHERE entity_kind = 'country'
GROUP BY ALL
ORDER BY articles DESC, iso_code
LIMIT 10
