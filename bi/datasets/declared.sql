-- Grain: one URL declared by a feed, sitemap or listing, and one country that its article names.
SELECT
    declared.url,
    declared.outlet_id,
    label_outlet(coalesce(declared.outlet_name_bn, declared.outlet_name_en)) AS outlet,
    coalesce(article.top_section, split_part(declared.section, ' > ', 1), '(বিভাগ নেই)')
        AS section,
    label_topic(coalesce(article.topic, '(বিষয় নেই)')) AS topic,
    coalesce(entity.entity_name_bn, '(দেশ নেই)') AS country,
    declared.declared_at,
    declared.is_fetched,
    period_of(declared.declared_at) AS period,
    label_fetch_state(declared.fetch_state) AS fetch_state,
    declared.title
FROM mart.declared_url AS declared
LEFT JOIN mart.article AS article ON declared.article_id = article.article_id
LEFT JOIN mart.article_entity AS entity
    ON declared.article_id = entity.article_id AND entity.entity_kind = 'country'
