SELECT
    capture.capture_id,
    capture.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, capture.outlet_id) AS outlet_name_en,
    capture.url,
    capture.source,
    capture.captured_at AT TIME ZONE 'Asia/Dhaka' AS captured_at,
    capture.captured_at AT TIME ZONE 'UTC' AS captured_at_utc,
    capture.captured_at_source,
    capture.outcome,
    capture.reason,
    regexp_extract(capture.reason, '^[^: ]+') AS reason_word,
    capture.article_id,
    page.is_use_reserved,
    page.robots_directives,
    page.tdm_reservation,
    page.tdm_policy,
    page.ai_txt_disallows,
    page.licence,
    capture.batch_id,
    capture.run_id
FROM lake.core.fact_capture AS capture
LEFT JOIN lake.raw.page_capture AS page ON capture.capture_id = page.capture_id
LEFT JOIN lake.core.dim_outlet AS outlet ON capture.outlet_id = outlet.outlet_id
