-- Grain: one capture and one country that its article names, with the build it is in. A rejected
-- capture has no article here, although it has the id of one.
SELECT
    capture.capture_id,
    article.article_id,
    label_outlet(coalesce(capture.outlet_name_bn, capture.outlet_name_en)) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    capture.captured_at,
    capture.captured_at_source,
    period_of(capture.captured_at) AS period,
    label_outcome(capture.outcome) AS outcome,
    capture.outcome = 'loaded' AS is_loaded,
    label_reason(coalesce(capture.reason_word, capture.outcome)) AS reason,
    article.title,
    coalesce(capture.url, capture.source) AS url,
    build.build_id,
    build.built_at,
    build.lake_snapshot_id,
    build.khobor_version,
    build.pending_capture_count
FROM mart.capture_outcome AS capture
LEFT JOIN mart.article AS article ON capture.article_id = article.article_id
LEFT JOIN mart.article_entity AS entity
    ON capture.article_id = entity.article_id AND entity.entity_kind = 'country'
CROSS JOIN mart.build_info AS build
