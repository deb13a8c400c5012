SELECT
    article.article_id,
    article.outlet_id,
    article.published_date,
    article.title,
    text.body,
    nullif(array_to_string(text.captions, chr(10)), '') AS captions
FROM lake.core.article_text AS text
INNER JOIN build.mart.article AS article
    ON text.article_id = article.article_id
    AND text.content_hash = article.content_hash
