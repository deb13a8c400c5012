-- Grain: one event, one article that reports it, and each of the two actors.
SELECT
    event.event_id,
    report.article_id,
    label_outlet(coalesce(article.outlet_name_bn, article.outlet_name_en)) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    unnest([
        coalesce(event.actor1_name_bn, label_actor(event.actor1)),
        coalesce(event.actor2_name_bn, label_actor(event.actor2))
    ]) AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    period_of(article.published_date) AS period,
    article.title,
    article.url,
    coalesce(event.actor1_name_bn, label_actor(event.actor1)) AS actor1,
    coalesce(event.actor2_name_bn, label_actor(event.actor2)) AS actor2,
    label_event_type(event.event_type) AS event_type,
    label_event_class(event.event_class) AS event_class,
    label_modality(event.modality) AS modality,
    event.confidence,
    CAST(coalesce(event.event_date, event.first_reported_date) AS TIMESTAMP) AS event_day,
    link_to(event.first_article_url, event.evidence) AS evidence
FROM mart.event AS event
INNER JOIN mart.event_article AS report ON event.event_id = report.event_id
INNER JOIN mart.article AS article ON report.article_id = article.article_id
