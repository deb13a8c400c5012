WITH reading AS (
    SELECT
        *,
        outcome IN ('read', 'unchanged') AS is_good,
        regexp_extract(reason, '^[^: ]+') AS problem_word,
        max(read_at) OVER () AS latest_read_at
    FROM lake.core.fact_source_read
),

source AS (
    SELECT
        outlet_id,
        source,
        arg_max(declaration_kind, read_at) AS declaration_kind,
        max(read_at) FILTER (outcome <> 'put_off') AS last_read_at,
        max(read_at) FILTER (is_good) AS last_good_read_at,
        arg_max(entry_count, read_at) FILTER (outcome = 'read') AS entry_count,
        arg_max(off_site_count, read_at) FILTER (outcome = 'read') AS off_site_count,
        arg_max(outcome, read_at) FILTER (outcome <> 'put_off') AS last_outcome,
        arg_max(coalesce(reason, ''), read_at) AS last_problem
    FROM reading
    GROUP BY outlet_id, source
),

failure AS (
    SELECT
        reading.outlet_id,
        reading.source,
        min(reading.read_at) AS failing_since,
        count(*) AS failed_read_count
    FROM reading
    INNER JOIN source
        ON reading.outlet_id = source.outlet_id AND reading.source = source.source
    WHERE
        reading.outcome = 'failed'
        AND reading.read_at > coalesce(source.last_good_read_at, TIMESTAMPTZ '-infinity')
    GROUP BY reading.outlet_id, reading.source
),

recent AS (
    SELECT outlet_id, source, problem_word, count(*) AS problem_count
    FROM reading
    WHERE problem_word IS NOT NULL AND read_at > latest_read_at - INTERVAL 7 DAY
    GROUP BY outlet_id, source, problem_word
),

problem AS (
    SELECT
        outlet_id,
        source,
        string_agg(
            concat(problem_word, ' ', problem_count), ', ' ORDER BY problem_count DESC, problem_word
        ) AS problems
    FROM recent
    GROUP BY outlet_id, source
)

SELECT
    source.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, source.outlet_id) AS outlet_name_en,
    source.source,
    source.declaration_kind,
    CASE
        WHEN source.last_outcome IS NULL THEN 'put_off'
        WHEN source.last_outcome = 'failed' THEN 'failing'
        WHEN coalesce(source.entry_count, 1) = 0 THEN 'empty'
        ELSE 'good'
    END AS state,
    source.last_read_at AT TIME ZONE 'Asia/Dhaka' AS last_read_at,
    source.last_read_at AT TIME ZONE 'UTC' AS last_read_at_utc,
    source.last_good_read_at AT TIME ZONE 'Asia/Dhaka' AS last_good_read_at,
    source.last_good_read_at AT TIME ZONE 'UTC' AS last_good_read_at_utc,
    coalesce(source.entry_count, 0) AS entry_count,
    coalesce(source.off_site_count, 0) AS off_site_count,
    failure.failing_since AT TIME ZONE 'Asia/Dhaka' AS failing_since_at,
    failure.failing_since AT TIME ZONE 'UTC' AS failing_since_at_utc,
    coalesce(failure.failed_read_count, 0) AS failed_read_count,
    nullif(regexp_extract(source.last_problem, '^[^: ]+'), '') AS problem_word,
    nullif(source.last_problem, '') AS problem,
    problem.problems
FROM source
LEFT JOIN failure ON source.outlet_id = failure.outlet_id AND source.source = failure.source
LEFT JOIN problem ON source.outlet_id = problem.outlet_id AND source.source = problem.source
LEFT JOIN lake.core.dim_outlet AS outlet ON source.outlet_id = outlet.outlet_id
ORDER BY source.outlet_id, source.source
