-- Grain: one feed, sitemap or listing of one outlet.
SELECT
    health.source,
    health.outlet_id,
    coalesce(health.outlet_name_bn, health.outlet_name_en) AS outlet,
    '(বিভাগ নেই)' AS section,
    '(বিষয় নেই)' AS topic,
    '(দেশ নেই)' AS country,
    health.declaration_kind,
    health.state,
    health.last_read_at,
    health.last_good_read_at,
    health.failing_since_at,
    health.entry_count,
    health.failed_read_count,
    coalesce(health.problems, '-') AS problems
FROM mart.source_health AS health
