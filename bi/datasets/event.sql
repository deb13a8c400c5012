-- Grain: one event, one article that reports it, and each of the two actors.
SELECT
    event.event_id,
    report.article_id,
    coalesce(article.outlet_name_bn, article.outlet_name_en) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    coalesce(article.topic, '(বিষয় নেই)') AS topic,
    unnest([
        coalesce(event.actor1_name_bn, event.actor1),
        coalesce(event.actor2_name_bn, event.actor2)
    ]) AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    coalesce(event.actor1_name_bn, event.actor1) AS actor1,
    coalesce(event.actor2_name_bn, event.actor2) AS actor2,
    event.event_type,
    event.event_class,
    event.modality,
    event.confidence,
    CAST(coalesce(event.event_date, event.first_reported_date) AS TIMESTAMP) AS event_day,
    event.evidence,
    CASE
        WHEN regexp_matches(event.first_article_url, '^https?://')
            THEN '<a href="' || regexp_replace(event.first_article_url, '[<>"''\s]', '', 'g')
                || '" target="_blank">↗</a>'
        ELSE ''
    END AS link
FROM mart.event AS event
INNER JOIN mart.event_article AS report ON event.event_id = report.event_id
INNER JOIN mart.article AS article ON report.article_id = article.article_id
