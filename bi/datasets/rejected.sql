-- Grain: one rejected row, and one country that its article names where that was loaded all the
-- same.
SELECT
    rejected.capture_id,
    coalesce(rejected.outlet_name_bn, rejected.outlet_name_en) AS outlet,
    coalesce(split_part(rejected.section, ' > ', 1), '(বিভাগ নেই)') AS section,
    coalesce(article.topic, '(বিষয় নেই)') AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    rejected.rejected_at,
    rejected.review_state,
    rejected.rules,
    coalesce(rejected.title, '(শিরোনাম নেই)') AS title,
    epoch_ms(build.built_at) - epoch_ms(rejected.rejected_at) AS waiting_ms,
    CASE
        WHEN regexp_matches(rejected.url, '^https?://')
            THEN '<a href="' || regexp_replace(rejected.url, '[<>"''\s]', '', 'g')
                || '" target="_blank">↗</a>'
        ELSE ''
    END AS link
FROM mart.rejected_article AS rejected
LEFT JOIN mart.article AS article ON rejected.article_id = article.article_id
LEFT JOIN mart.article_entity AS entity
    ON rejected.article_id = entity.article_id AND entity.entity_kind = 'country'
CROSS JOIN mart.build_info AS build
