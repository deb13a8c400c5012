-- Grain: one change of one article, and one country that the article names.
SELECT
    revision.article_id,
    revision.version_no,
    label_outlet(coalesce(revision.outlet_name_bn, revision.outlet_name_en)) AS outlet,
    coalesce(article.top_section, '(বিভাগ নেই)') AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    revision.revised_at,
    revision.minutes_since_publication,
    (
        SELECT string_agg(label_changed_field(field), ', ')
        FROM (SELECT unnest(string_split(revision.changed_fields, ', ')) AS field)
    ) AS changed_fields,
    revision.changed_share,
    coalesce(revision.title_before, '(শিরোনাম নেই)') AS title_before,
    link_to(article.url, coalesce(revision.title_after, '(শিরোনাম নেই)')) AS title_after,
    article.url
FROM mart.article_revision AS revision
INNER JOIN mart.article AS article ON revision.article_id = article.article_id
LEFT JOIN mart.article_entity AS entity
    ON revision.article_id = entity.article_id AND entity.entity_kind = 'country'
