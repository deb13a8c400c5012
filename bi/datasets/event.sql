-- Grain: one event, one article that reports it, and each of the two actors.
WITH report AS (
    SELECT *, unnest(string_split(article_ids, ', ')) AS article_id
    FROM mart.event
)

SELECT
    report.event_id,
    report.article_id,
    coalesce(article.outlet_name_bn, article.outlet_name_en) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    unnest([
        coalesce(report.actor1_name_bn, report.actor1),
        coalesce(report.actor2_name_bn, report.actor2)
    ]) AS country,
    CAST(article.published_date AS TIMESTAMP) AS published_date,
    coalesce(report.actor1_name_bn, report.actor1) AS actor1,
    coalesce(report.actor2_name_bn, report.actor2) AS actor2,
    report.event_type,
    report.event_class,
    report.modality,
    CAST(coalesce(report.event_date, report.first_reported_date) AS TIMESTAMP) AS event_day,
    report.evidence,
    CASE
        WHEN regexp_matches(report.first_article_url, '^https?://')
            THEN '<a href="' || regexp_replace(report.first_article_url, '[<>"''\s]', '', 'g')
                || '" target="_blank">↗</a>'
        ELSE ''
    END AS link
FROM report
INNER JOIN mart.article AS article ON report.article_id = article.article_id
