WITH run AS (
    SELECT
        run_id,
        min(started_at) AS run_started_at
    FROM lake.core.etl_run
    GROUP BY run_id
),

result AS (
    SELECT
        run_id,
        suite,
        rule,
        min(column_name) AS column_name,
        min(severity) AS severity,
        count(*) AS batch_count,
        count(*) FILTER (NOT is_success) AS failed_batch_count,
        CAST(sum(evaluated_count) AS BIGINT) AS evaluated_count,
        CAST(sum(unexpected_count) AS BIGINT) AS unexpected_count
    FROM lake.core.fact_validation
    GROUP BY run_id, suite, rule
)

SELECT
    result.run_id,
    run.run_started_at AT TIME ZONE 'Asia/Dhaka' AS run_started_at,
    run.run_started_at AT TIME ZONE 'UTC' AS run_started_at_utc,
    result.suite,
    result.rule,
    result.column_name,
    result.severity,
    result.batch_count,
    result.failed_batch_count,
    result.evaluated_count,
    result.unexpected_count,
    result.unexpected_count / nullif(result.evaluated_count, 0) AS unexpected_share
FROM result
LEFT JOIN run ON result.run_id = run.run_id
ORDER BY run.run_started_at, result.suite, result.rule
