WITH dated AS (
    SELECT
        article.*,
        row_number() OVER (
            PARTITION BY coalesce(story_id, article_id)
            ORDER BY published_date, published_at_utc NULLS LAST, article_id
        ) = 1 AS is_first_of_story
    FROM build.mart.article AS article
    WHERE NOT is_undated
),

volume AS (
    SELECT
        published_date,
        outlet_id,
        outlet_name_bn,
        outlet_name_en,
        count(*) AS article_count,
        count(*) FILTER (is_first_of_story) AS story_count,
        count(*) FILTER (revision_count > 0) AS revised_article_count,
        count(*) FILTER (is_agency_credited) AS agency_article_count,
        CAST(sum(word_count) AS BIGINT) AS word_count
    FROM dated
    GROUP BY ALL
)

SELECT
    volume.published_date,
    volume.outlet_id,
    volume.outlet_name_bn,
    volume.outlet_name_en,
    day.weekday_name_bn,
    day.bangla_day || ' ' || day.bangla_month_name || ' ' || day.bangla_year AS bangla_date,
    day.is_weekend,
    day.is_holiday,
    volume.article_count,
    volume.story_count,
    volume.revised_article_count,
    volume.agency_article_count,
    volume.word_count
FROM volume
LEFT JOIN lake.core.dim_date AS day ON volume.published_date = day.date
ORDER BY volume.published_date, volume.outlet_id
