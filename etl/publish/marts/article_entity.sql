SELECT
    article.article_id,
    article.outlet_id,
    article.published_date,
    mention.entity_id,
    entity.entity_kind,
    entity.name_bn AS entity_name_bn,
    entity.name_en AS entity_name_en,
    entity.iso_code,
    entity.place_kind,
    entity.latitude,
    entity.longitude,
    mention.mention_count,
    mention.is_in_title
FROM lake.core.fact_entity_mention AS mention
INNER JOIN build.mart.article AS article
    ON mention.article_id = article.article_id
    AND mention.content_hash = article.content_hash
INNER JOIN lake.core.dim_entity AS entity ON mention.entity_id = entity.entity_id
