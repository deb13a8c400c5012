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
    WHERE url IN (SELECT declared.url FROM declared)
    GROUP BY url
),

fetched_article AS (
    SELECT DISTINCT article_id FROM build.mart.capture_outcome
    WHERE article_id IN (SELECT declared.article_id FROM declared)
),

-- A capture that is still to be built has no outcome yet, but the try that made it is known.
tried AS (
    SELECT
        url,
        arg_max(outcome, fetched_at) AS outcome,
        bool_or(capture_id IS NOT NULL) AS is_captured
    FROM lake.core.fact_fetch
    GROUP BY url
),

matched AS (
    SELECT
        declared.* EXCLUDE (article_id),
        coalesce(declared.article_id, fetched_url.article_id) AS article_id,
        fetched_url.url IS NOT NULL
        OR fetched_article.article_id IS NOT NULL
        OR coalesce(tried.is_captured, FALSE) AS is_fetched,
        tried.outcome AS tried_outcome
    FROM declared
    LEFT JOIN fetched_url ON declared.url = fetched_url.url
    LEFT JOIN fetched_article ON declared.article_id = fetched_article.article_id
    LEFT JOIN tried ON declared.url = tried.url
)

SELECT
    matched.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, matched.outlet_id) AS outlet_name_en,
    matched.url,
    matched.declared_at AT TIME ZONE 'Asia/Dhaka' AS declared_at,
    matched.declared_at AT TIME ZONE 'UTC' AS declared_at_utc,
    matched.declaration_kind,
    matched.title,
    matched.section,
    matched.article_id,
    matched.is_fetched,
    CASE
        WHEN matched.is_fetched THEN 'fetched'
        WHEN matched.tried_outcome IS NULL THEN 'never_fetched'
        WHEN matched.tried_outcome = 'blocked' THEN 'blocked'
        ELSE 'unreachable'
    END AS fetch_state
FROM matched
LEFT JOIN lake.core.dim_outlet AS outlet ON matched.outlet_id = outlet.outlet_id
