WITH outlet_month AS (
    SELECT
        CAST(date_trunc('month', published_date) AS DATE) AS published_month,
        outlet_id,
        count(*) AS outlet_article_count
    FROM build.mart.article
    WHERE NOT is_undated
    GROUP BY ALL
),

credit AS (
    SELECT
        CAST(date_trunc('month', published_date) AS DATE) AS published_month,
        outlet_id,
        source_id,
        count(*) AS article_count,
        count(*) FILTER (credit_form = 'source_line') AS source_line_count,
        count(*) FILTER (credit_form = 'agency_line') AS agency_line_count,
        count(*) FILTER (credit_form = 'report') AS report_count,
        count(*) FILTER (credit_form = 'quoting') AS quoting_count
    FROM build.mart.article_source
    WHERE published_date IS NOT NULL
    GROUP BY ALL
)

SELECT
    credit.published_month,
    credit.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, credit.outlet_id) AS outlet_name_en,
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
LEFT JOIN lake.core.dim_outlet AS outlet ON credit.outlet_id = outlet.outlet_id
ORDER BY credit.published_month, credit.outlet_id, credit.source_id
