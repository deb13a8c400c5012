WITH member AS (
    SELECT
        bridge.story_id,
        bridge.link_kind,
        article.*  EXCLUDE (story_id),
        row(article.published_at_utc IS NULL, article.published_at_utc,
            article.published_date IS NULL, article.published_date, article.article_id) AS turn
    FROM lake.core.bridge_story AS bridge
    INNER JOIN build.mart.article AS article ON bridge.article_id = article.article_id
),

story AS (
    SELECT
        story_id,
        arg_min(article_id, turn) AS first_article_id,
        arg_min_null(title, turn) AS first_title,
        arg_min_null(url, turn) AS first_url,
        arg_min(outlet_id, turn) AS first_outlet_id,
        arg_min_null(outlet_name_bn, turn) AS first_outlet_name_bn,
        arg_min(outlet_name_en, turn) AS first_outlet_name_en,
        min(published_at) AS first_published_at,
        min(published_at_utc) AS first_published_at_utc,
        max(published_at) AS last_published_at,
        max(published_at_utc) AS last_published_at_utc,
        count(*) AS article_count,
        count(*) FILTER (published_at_utc IS NULL) AS undated_article_count,
        count(DISTINCT outlet_id) AS outlet_count,
        count(*) FILTER (link_kind = 'wire_copy') AS wire_copy_count,
        count(*) FILTER (is_agency_credited) AS agency_article_count
    FROM member
    GROUP BY story_id
),

-- One row per outlet that follows, so that an outlet's later articles don't weigh.
follower AS (
    SELECT
        member.story_id,
        member.outlet_id,
        epoch(min(member.published_at_utc) - min(story.first_published_at_utc)) / 60.0
            AS lag_minutes
    FROM member
    INNER JOIN story ON member.story_id = story.story_id
    WHERE member.outlet_id <> story.first_outlet_id
    GROUP BY member.story_id, member.outlet_id
),

lag AS (
    SELECT
        story_id,
        string_agg(
            outlet_id || coalesce(' +' || CAST(round(lag_minutes) AS BIGINT) || ' min', ''),
            ', ' ORDER BY lag_minutes NULLS LAST, outlet_id
        ) AS followers,
        min(lag_minutes) AS lag_minutes_min,
        median(lag_minutes) AS lag_minutes_median,
        max(lag_minutes) AS lag_minutes_max
    FROM follower
    GROUP BY story_id
)

SELECT
    story.story_id,
    story.first_article_id,
    story.first_title,
    story.first_url,
    story.first_outlet_id,
    story.first_outlet_name_bn,
    story.first_outlet_name_en,
    story.first_published_at,
    story.first_published_at_utc,
    story.last_published_at,
    story.last_published_at_utc,
    story.article_count,
    story.undated_article_count,
    story.outlet_count,
    story.outlet_count - 1 AS follower_count,
    lag.followers,
    story.wire_copy_count,
    story.agency_article_count,
    lag.lag_minutes_min,
    lag.lag_minutes_median,
    lag.lag_minutes_max
FROM story
LEFT JOIN lag ON story.story_id = lag.story_id
