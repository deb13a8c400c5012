-- Grain: one rule in one of the last 200 runs, and one outlet, section and country whose pages
-- that run handled.
WITH run AS (
    SELECT DISTINCT run_id, run_started_at
    FROM mart.data_quality
    ORDER BY run_started_at DESC, run_id
    LIMIT 200
),

handled AS (
    SELECT DISTINCT
        capture.run_id,
        label_outlet(coalesce(capture.outlet_name_bn, capture.outlet_name_en)) AS outlet,
        coalesce(article.top_section, '(বিভাগ নেই)') AS section,
        label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
        coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country
    FROM mart.capture_outcome AS capture
    LEFT JOIN mart.article AS article ON capture.article_id = article.article_id
    LEFT JOIN mart.article_entity AS entity
        ON capture.article_id = entity.article_id AND entity.entity_kind = 'country'
)

SELECT
    result.run_id,
    result.run_started_at,
    handled.outlet,
    handled.section,
    handled.topic,
    handled.country,
    label_suite(result.suite) AS suite,
    label_rule(result.rule) AS rule,
    label_severity(result.severity) AS severity,
    result.batch_count,
    result.failed_batch_count,
    result.evaluated_count,
    result.unexpected_count,
    result.unexpected_share
FROM mart.data_quality AS result
INNER JOIN run ON result.run_id = run.run_id
LEFT JOIN handled ON result.run_id = handled.run_id
