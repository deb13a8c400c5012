SELECT
    article.article_id,
    article.outlet_id,
    article.published_date,
    citation.source_id,
    source.name_bn AS source_name_bn,
    source.name_en AS source_name_en,
    source.source_kind,
    citation.credit_form,
    citation.evidence
FROM lake.core.fact_source_citation AS citation
INNER JOIN build.mart.article AS article
    ON citation.article_id = article.article_id
    AND citation.content_hash = article.content_hash
INNER JOIN lake.core.dim_source AS source ON citation.source_id = source.source_id
