SELECT
    $build_id AS build_id,
    $built_at AT TIME ZONE 'Asia/Dhaka' AS built_at,
    $built_at AT TIME ZONE 'UTC' AS built_at_utc,
    $lake_id AS lake_id,
    CAST($lake_snapshot_id AS BIGINT) AS lake_snapshot_id,
    $khobor_version AS khobor_version,
    $definition_hash AS definition_hash,
    CAST($update_count AS BIGINT) AS update_count,
    (SELECT count(*) FROM build.mart.capture_outcome) AS capture_count,
    (
        SELECT count(*)
        FROM lake.raw.page_capture AS page
        ANTI JOIN build.mart.capture_outcome AS capture ON page.capture_id = capture.capture_id
    ) AS pending_capture_count,
    (SELECT count(*) FROM build.mart.article) AS article_count,
    (SELECT count(*) FROM build.mart.article WHERE is_undated) AS undated_article_count,
    (SELECT count(*) FROM lake.core.fact_article) AS version_count,
    (
        SELECT count(*) FROM lake.core.rejected_article WHERE review_state = 'open'
    ) AS open_rejected_count,
    (SELECT count(*) FROM build.mart.story) AS story_count,
    (SELECT count(*) FROM build.mart.event) AS event_count,
    (SELECT count(DISTINCT outlet_id) FROM build.mart.article) AS outlet_count,
    (SELECT min(published_date) FROM build.mart.article) AS first_published_date,
    (SELECT max(published_date) FROM build.mart.article) AS last_published_date
