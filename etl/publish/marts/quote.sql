SELECT
    article.article_id,
    quotation.quote_no,
    article.outlet_id,
    article.published_date,
    quotation.speaker,
    quotation.speaker_entity_id,
    entity.entity_kind AS speaker_kind,
    entity.name_bn AS speaker_name_bn,
    entity.name_en AS speaker_name_en,
    quotation.quote,
    quotation.is_direct,
    quotation.verb,
    quotation.evidence,
    quotation.first_position
FROM lake.core.fact_quote AS quotation
INNER JOIN build.mart.article AS article
    ON quotation.article_id = article.article_id
    AND quotation.content_hash = article.content_hash
LEFT JOIN lake.core.dim_entity AS entity ON quotation.speaker_entity_id = entity.entity_id
ORDER BY article.published_date, article.article_id, quotation.quote_no
