-- Grain: one URL of one outlet that a feed, sitemap or listing declared.
-- Caveats: is_fetched says that a capture is held, whatever its outcome. The day is that of the
-- first declaration, not of publication.
WITH declared AS (
    SELECT
        outlet_id,
        url,
        min(declared_at) AS declared_at,
        arg_min(declaration_kind, turn) AS declaration_kind,
        arg_min(title, turn) AS title,
        arg_min(section, turn) AS section,
        max(article_id) AS article_id
    FROM (
        SELECT *, row(declared_at, declaration_kind, declared_in) AS turn
        FROM lake.core.fact_declared
    )
    GROUP BY outlet_id, url
),

-- Captures carry the address asked for; articles the one without tracking parameters.
fetched_url AS (
    SELECT url, max(article_id) AS article_id
    FROM (
        SELECT url, article_id FROM build.mart.capture_outcome WHERE url IS NOT NULL
        UNION ALL
        SELECT url, article_id FROM lake.core.fact_article WHERE url IS NOT NULL
    )
    GROUP BY url
),

fetched_article AS (
    SELECT DISTINCT article_id FROM build.mart.capture_outcome WHERE article_id IS NOT NULL
)

SELECT
    declared.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, declared.outlet_id) AS outlet_name_en,
    declared.url,
    declared.declared_at AT TIME ZONE 'Asia/Dhaka' AS declared_at,
    declared.declared_at AT TIME ZONE 'UTC' AS declared_at_utc,
    declared.declaration_kind,
    declared.title,
    declared.section,
    coalesce(declared.article_id, fetched_url.article_id) AS article_id,
    fetched_url.url IS NOT NULL OR fetched_article.article_id IS NOT NULL AS is_fetched
FROM declared
LEFT JOIN fetched_url ON declared.url = fetched_url.url
LEFT JOIN fetched_article ON declared.article_id = fetched_article.article_id
LEFT JOIN lake.core.dim_outlet AS outlet ON declared.outlet_id = outlet.outlet_id
