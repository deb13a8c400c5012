WITH capture AS (
    SELECT
        CAST(captured_at AS DATE) AS collected_date,
        outlet_id,
        count(*) AS captured_count,
        count(*) FILTER (outcome = 'loaded') AS loaded_count,
        count(*) FILTER (outcome = 'unchanged') AS unchanged_count,
        count(*) FILTER (outcome = 'duplicate') AS duplicate_count,
        count(*) FILTER (outcome = 'quarantined') AS quarantined_count,
        count(*) FILTER (outcome = 'not_article') AS not_article_count,
        count(*) FILTER (outcome = 'failed') AS failed_count
    FROM build.mart.capture_outcome
    GROUP BY ALL
),

declaration AS (
    SELECT
        CAST(declared_at AS DATE) AS collected_date,
        outlet_id,
        count(*) AS declared_count,
        count(*) FILTER (fetch_state = 'blocked') AS blocked_count,
        count(*) FILTER (fetch_state = 'unreachable') AS unreachable_count,
        count(*) FILTER (fetch_state = 'never_fetched') AS never_fetched_count
    FROM build.mart.declared_url
    GROUP BY ALL
),

lag AS (
    SELECT
        CAST(first_seen_at AS DATE) AS collected_date,
        outlet_id,
        count(*) AS lag_article_count,
        median(lag_minutes) AS lag_minutes_median,
        quantile_cont(lag_minutes, 0.95) AS lag_minutes_p95
    FROM build.mart.article
    WHERE lag_minutes IS NOT NULL
    GROUP BY ALL
),

collected AS (
    SELECT
        collected_date,
        outlet_id,
        capture.* EXCLUDE (collected_date, outlet_id),
        declaration.* EXCLUDE (collected_date, outlet_id)
    FROM capture
    FULL JOIN declaration USING (collected_date, outlet_id)
)

SELECT
    collected.collected_date,
    collected.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, collected.outlet_id) AS outlet_name_en,
    coalesce(collected.declared_count, 0) AS declared_count,
    coalesce(collected.blocked_count, 0) AS blocked_count,
    coalesce(collected.unreachable_count, 0) AS unreachable_count,
    coalesce(collected.never_fetched_count, 0) AS never_fetched_count,
    coalesce(collected.captured_count, 0) AS captured_count,
    coalesce(collected.loaded_count, 0) AS loaded_count,
    coalesce(collected.unchanged_count, 0) AS unchanged_count,
    coalesce(collected.duplicate_count, 0) AS duplicate_count,
    coalesce(collected.quarantined_count, 0) AS quarantined_count,
    coalesce(collected.not_article_count, 0) AS not_article_count,
    coalesce(collected.failed_count, 0) AS failed_count,
    coalesce(lag.lag_article_count, 0) AS lag_article_count,
    lag.lag_minutes_median,
    lag.lag_minutes_p95
FROM collected
LEFT JOIN lag
    ON collected.collected_date = lag.collected_date AND collected.outlet_id = lag.outlet_id
LEFT JOIN lake.core.dim_outlet AS outlet ON collected.outlet_id = outlet.outlet_id
ORDER BY collected.collected_date, collected.outlet_id
