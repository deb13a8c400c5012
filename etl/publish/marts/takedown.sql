SELECT
    kind,
    key,
    takedown_id,
    taken_down_at AT TIME ZONE 'Asia/Dhaka' AS taken_down_at,
    taken_down_at AT TIME ZONE 'UTC' AS taken_down_at_utc,
    taken_down_by,
    reason
FROM lake.raw.takedown
ORDER BY taken_down_at, kind, key
