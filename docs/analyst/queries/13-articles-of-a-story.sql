-- Who reported the biggest story, in which order?
WITH biggest AS (
    SELECT story_id
    FROM mart.story
    ORDER BY outlet_count DESC, article_count DESC, story_id
    LIMIT 1
)

SELECT
    article.published_at,
    coalesce(article.outlet_name_bn, article.outlet_name_en) AS outlet,
    article.title
FROM mart.article
INNER JOIN biggest USING (story_id)
ORDER BY article.published_at, article.article_id
