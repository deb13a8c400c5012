-- Grain: one article of one story that at least two articles tell, and one country it names.
SELECT
    story.story_id,
    article.article_id,
    article.outlet_id,
    label_outlet(coalesce(article.outlet_name_bn, article.outlet_name_en)) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    article.article_id = story.first_article_id AS is_first,
    article.is_agency_credited,
    CASE
        WHEN article.outlet_id <> story.first_outlet_id
            THEN epoch(article.published_at_utc - story.first_published_at_utc) / 60.0
    END AS lag_minutes,
    link_to(story.first_url, coalesce(story.first_title, story.story_id)) AS headline,
    label_outlet(coalesce(story.first_outlet_name_bn, story.first_outlet_name_en)) AS first_outlet,
    story.first_published_at,
    article.title,
    article.url
FROM mart.story AS story
INNER JOIN mart.article AS article ON story.story_id = article.story_id
LEFT JOIN mart.article_entity AS entity
    ON article.article_id = entity.article_id AND entity.entity_kind = 'country'
