-- Grain: one rejected row, and one country that its article names where that was loaded all the
-- same.
SELECT
    rejected.capture_id,
    label_outlet(coalesce(rejected.outlet_name_bn, rejected.outlet_name_en)) AS outlet,
    coalesce(split_part(rejected.section, ' > ', 1), '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    rejected.rejected_at,
    rejected.review_state = 'open' AS is_waiting,
    label_review_state(rejected.review_state) AS review_state,
    (
        SELECT string_agg(label_rule(rule), ', ')
        FROM (
            SELECT substr(broken, instr(broken, '.') + 1) AS rule
            FROM (SELECT unnest(string_split(rejected.rules, ', ')) AS broken)
        )
    ) AS rules,
    link_to(rejected.url, coalesce(rejected.title, '(শিরোনাম নেই)')) AS headline,
    rejected.title,
    rejected.url,
    epoch(build.built_at - rejected.rejected_at) / 60.0 AS waiting_minutes
FROM mart.rejected_article AS rejected
LEFT JOIN mart.article AS article ON rejected.article_id = article.article_id
LEFT JOIN mart.article_entity AS entity
    ON rejected.article_id = entity.article_id AND entity.entity_kind = 'country'
CROSS JOIN mart.build_info AS build
