WITH current_version AS (
    SELECT * FROM lake.core.fact_article WHERE is_current
),

history AS (
    SELECT
        article_id,
        count(*) AS version_count
    FROM lake.core.fact_article
    GROUP BY article_id
),

-- The lag is that of the first version: outlets move the publish time when they update.
first_capture AS (
    SELECT
        version.article_id,
        epoch(version.valid_from - version.published_at) / 60.0 AS lag_minutes
    FROM lake.core.fact_article AS version
    INNER JOIN lake.core.fact_capture AS capture USING (capture_id)
    WHERE version.version_no = 1
        AND version.published_at IS NOT NULL
        AND capture.captured_at_source IN ('http', 'warc', 'sidecar')
),

agency_credit AS (
    SELECT DISTINCT
        citation.article_id,
        citation.content_hash
    FROM lake.core.fact_source_citation AS citation
    INNER JOIN lake.core.dim_source AS source USING (source_id)
    WHERE source.source_kind = 'agency'
)

SELECT
    version.article_id,
    version.content_hash,
    version.outlet_id,
    outlet.name_bn AS outlet_name_bn,
    coalesce(outlet.name_en, version.outlet_id) AS outlet_name_en,
    section.section,
    section.top_section,
    version.kicker,
    version.title,
    byline.byline,
    byline.byline_kind,
    version.edition,
    version.url,
    version.identity_source,
    version.published_at AT TIME ZONE 'Asia/Dhaka' AS published_at,
    version.published_at AT TIME ZONE 'UTC' AS published_at_utc,
    coalesce(
        CAST(version.published_at AT TIME ZONE 'Asia/Dhaka' AS DATE), version.published_date
    ) AS published_date,
    version.published_at_source,
    version.published_at IS NULL AND version.published_date IS NULL AS is_undated,
    version.updated_at AT TIME ZONE 'Asia/Dhaka' AS updated_at,
    version.updated_at AT TIME ZONE 'UTC' AS updated_at_utc,
    version.first_seen_at AT TIME ZONE 'Asia/Dhaka' AS first_seen_at,
    version.first_seen_at AT TIME ZONE 'UTC' AS first_seen_at_utc,
    version.last_seen_at AT TIME ZONE 'Asia/Dhaka' AS last_seen_at,
    version.last_seen_at AT TIME ZONE 'UTC' AS last_seen_at_utc,
    first_capture.lag_minutes,
    version.page_date,
    version.word_count,
    version.character_count,
    version.paragraph_count,
    version.body_source,
    version.topic,
    version.topic_source,
    version.language,
    version.version_no,
    history.version_count - 1 AS revision_count,
    story.story_id,
    agency_credit.article_id IS NOT NULL
    OR coalesce(byline.byline_kind = 'agency', false) AS is_agency_credited,
    page.is_use_reserved,
    page.licence,
    version.image_url,
    version.photo_credit,
    version.signoff,
    nullif(array_to_string(version.keywords, ', '), '') AS keywords,
    nullif(array_to_string(version.warnings, ', '), '') AS warnings
FROM current_version AS version
INNER JOIN history ON version.article_id = history.article_id
LEFT JOIN lake.core.dim_outlet AS outlet ON version.outlet_id = outlet.outlet_id
LEFT JOIN lake.core.dim_section AS section ON version.section_id = section.section_id
LEFT JOIN lake.core.dim_byline AS byline ON version.byline_id = byline.byline_id
LEFT JOIN lake.core.bridge_story AS story ON version.article_id = story.article_id
LEFT JOIN lake.raw.page_capture AS page ON version.capture_id = page.capture_id
LEFT JOIN first_capture ON version.article_id = first_capture.article_id
LEFT JOIN agency_credit
    ON version.article_id = agency_credit.article_id
    AND version.content_hash = agency_credit.content_hash
-- BI asks for a span of days more than for anything else: its rows lie together.
ORDER BY published_date, version.outlet_id
