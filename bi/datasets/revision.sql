-- Grain: one change of one article, and one country that the article names.
SELECT
    revision.article_id,
    revision.version_no,
    coalesce(revision.outlet_name_bn, revision.outlet_name_en) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    coalesce(article.topic, '(বিষয় নেই)') AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    revision.revised_at,
    revision.minutes_since_publication,
    revision.changed_fields,
    revision.changed_share,
    revision.title_before,
    revision.title_after,
    CASE
        WHEN regexp_matches(article.url, '^https?://')
            THEN '<a href="' || regexp_replace(article.url, '[<>"''\s]', '', 'g')
                || '" target="_blank">↗</a>'
        ELSE ''
    END AS link
FROM mart.article_revision AS revision
INNER JOIN mart.article AS article ON revision.article_id = article.article_id
LEFT JOIN mart.article_entity AS entity
    ON revision.article_id = entity.article_id AND entity.entity_kind = 'country'
