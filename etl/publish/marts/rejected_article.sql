WITH run AS (
    SELECT run_id, min(started_at) AS started_at
    FROM lake.core.etl_run
    GROUP BY run_id
)

SELECT
    rejected.capture_id,
    rejected.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, rejected.outlet_id) AS outlet_name_en,
    rejected.article_id,
    rejected.url,
    rejected.title,
    rejected.row_json ->> 'section' AS section,
    array_to_string(list_sort(rejected.rules), ', ') AS rules,
    rejected.run_id,
    run.started_at AT TIME ZONE 'Asia/Dhaka' AS rejected_at,
    run.started_at AT TIME ZONE 'UTC' AS rejected_at_utc,
    rejected.review_state,
    rejected.reviewer,
    rejected.review_reason,
    rejected.reviewed_at AT TIME ZONE 'Asia/Dhaka' AS reviewed_at,
    rejected.reviewed_at AT TIME ZONE 'UTC' AS reviewed_at_utc
FROM lake.core.rejected_article AS rejected
LEFT JOIN run ON rejected.run_id = run.run_id
LEFT JOIN lake.core.dim_outlet AS outlet ON rejected.outlet_id = outlet.outlet_id
