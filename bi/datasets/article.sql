-- Grain: one article and one country it names; an article that names none has one row.
SELECT
    article.article_id,
    link_to(article.url, coalesce(article.title, '(শিরোনাম নেই)')) AS headline,
    article.title,
    article.url,
    label_outlet(coalesce(article.outlet_name_bn, article.outlet_name_en)) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    period_of(article.published_date) AS period,
    article.published_at,
    label_time_source(article.published_at_source) AS published_at_source,
    article.first_seen_at,
    article.lag_minutes,
    article.is_undated,
    article.is_agency_credited,
    article.byline,
    article.word_count,
    article.revision_count,
    coalesce(story.article_count, 1) AS story_article_count,
    story.first_title AS story,
    newest.published_at AS newest_published_at
FROM mart.article AS article
LEFT JOIN mart.article_entity AS entity
    ON article.article_id = entity.article_id AND entity.entity_kind = 'country'
LEFT JOIN mart.story AS story ON article.story_id = story.story_id
CROSS JOIN (SELECT max(published_at) AS published_at FROM mart.article) AS newest
