WITH dated AS (
    SELECT
        article_id,
        content_hash,
        outlet_id,
        outlet_name_bn,
        outlet_name_en,
        CAST(date_trunc('month', published_date) AS DATE) AS published_month
    FROM build.mart.article
    WHERE NOT is_undated
),

outlet_month AS (
    SELECT
        published_month,
        outlet_id,
        count(*) AS outlet_article_count
    FROM dated
    GROUP BY ALL
),

credit AS (
    SELECT
        dated.published_month,
        dated.outlet_id,
        dated.outlet_name_bn,
        dated.outlet_name_en,
        citation.source_id,
        count(*) AS article_count,
        count(*) FILTER (citation.credit_form = 'source_line') AS source_line_count,
        count(*) FILTER (citation.credit_form = 'agency_line') AS agency_line_count,
        count(*) FILTER (citation.credit_form = 'report') AS report_count,
        count(*) FILTER (citation.credit_form = 'quoting') AS quoting_count
    FROM lake.core.fact_source_citation AS citation
    INNER JOIN dated
        ON citation.article_id = dated.article_id
        AND citation.content_hash = dated.content_hash
    GROUP BY ALL
)

SELECT
    credit.published_month,
    credit.outlet_id,
    credit.outlet_name_bn,
    credit.outlet_name_en,
    credit.source_id,
    source.name_bn AS source_name_bn,
    source.name_en AS source_name_en,
    source.source_kind,
    credit.article_count,
    credit.source_line_count,
    credit.agency_line_count,
    credit.report_count,
    credit.quoting_count,
    outlet_month.outlet_article_count,
    credit.article_count / outlet_month.outlet_article_count AS article_share
FROM credit
INNER JOIN outlet_month USING (published_month, outlet_id)
INNER JOIN lake.core.dim_source AS source ON credit.source_id = source.source_id
ORDER BY credit.published_month, credit.outlet_id, credit.source_id
