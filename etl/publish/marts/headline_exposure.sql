WITH exposure AS (
    SELECT fact.*
    FROM lake.core.fact_headline_exposure AS fact
    ANTI JOIN build.mart.capture_outcome AS repeated
        ON fact.capture_id = repeated.capture_id AND repeated.outcome = 'duplicate'
),

held AS (
    SELECT
        outlet_id,
        list_kind,
        headline,
        target_article_id,
        min(url) AS url,
        min(captured_at) AS first_listed_at,
        max(captured_at) AS last_listed_at,
        count(DISTINCT capture_id) AS capture_count,
        min(headline_rank) AS best_rank,
        max(headline_rank) AS worst_rank
    FROM exposure
    GROUP BY outlet_id, list_kind, headline, target_article_id
)

SELECT
    held.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, held.outlet_id) AS outlet_name_en,
    held.list_kind,
    held.headline,
    held.target_article_id,
    held.url,
    held.first_listed_at AT TIME ZONE 'Asia/Dhaka' AS first_listed_at,
    held.first_listed_at AT TIME ZONE 'UTC' AS first_listed_at_utc,
    held.last_listed_at AT TIME ZONE 'Asia/Dhaka' AS last_listed_at,
    held.last_listed_at AT TIME ZONE 'UTC' AS last_listed_at_utc,
    epoch(held.last_listed_at - held.first_listed_at) / 60.0 AS listed_minutes,
    held.capture_count,
    held.best_rank,
    held.worst_rank
FROM held
LEFT JOIN lake.core.dim_outlet AS outlet ON held.outlet_id = outlet.outlet_id
