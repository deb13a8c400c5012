SELECT
    takedown.takedown_id,
    takedown.takedown_kind,
    takedown.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, takedown.outlet_id) AS outlet_name_en,
    takedown.article_id,
    takedown.url,
    takedown.capture_id,
    takedown.content_sha256,
    takedown.requested_by,
    takedown.reason,
    takedown.taken_down_at AT TIME ZONE 'Asia/Dhaka' AS taken_down_at,
    takedown.taken_down_at AT TIME ZONE 'UTC' AS taken_down_at_utc
FROM lake.raw.takedown AS takedown
LEFT JOIN lake.core.dim_outlet AS outlet ON takedown.outlet_id = outlet.outlet_id
