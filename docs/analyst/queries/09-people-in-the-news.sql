-- Who is named most?
-- Spellings of one name are joined; a person needs a title or a full name to be counted.
SELECT
    entity_name_bn AS person,
    sum(article_count) AS articles,
    sum(mention_count) AS mentions
FROM mart.entity_daily
WHERE entity_kind = 'person'
GROUP BY ALL
ORDER BY articles DESC, mentions DESC, person
LIMIT 10
