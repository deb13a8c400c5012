WITH article AS (
    SELECT
        outlet_id,
        count(*) AS article_count,
        count(*) FILTER (is_undated) AS undated_article_count,
        count(*) FILTER (revision_count > 0) AS revised_article_count,
        CAST(sum(revision_count) AS BIGINT) AS revision_count,
        count(*) FILTER (is_agency_credited) AS agency_article_count,
        count(lag_minutes) AS lag_article_count,
        median(lag_minutes) AS lag_minutes_median,
        quantile_cont(lag_minutes, 0.95) AS lag_minutes_p95,
        median(word_count) AS word_count_median,
        min(published_date) AS first_published_date,
        max(published_date) AS last_published_date
    FROM build.mart.article
    GROUP BY outlet_id
),

-- Counts of days add up; a URL is declared on one day only.
collection AS (
    SELECT
        outlet_id,
        CAST(sum(declared_count) AS BIGINT) AS declared_count,
        CAST(
            sum(declared_count - blocked_count - unreachable_count - never_fetched_count) AS BIGINT
        ) AS fetched_declared_count,
        CAST(sum(captured_count) AS BIGINT) AS capture_count
    FROM build.mart.completeness
    GROUP BY outlet_id
),

profile_week AS (
    SELECT
        outlet_id,
        CAST(date_trunc('week', valid_from AT TIME ZONE 'Asia/Dhaka') AS DATE) AS week,
        count(*) AS article_count,
        count(*) FILTER (
            len(list_filter(warnings, lambda word: starts_with(word, 'selector_'))) > 0
        ) AS missed_count
    FROM lake.core.fact_article
    GROUP BY ALL
),

profile AS (
    SELECT
        outlet_id,
        sum(missed_count) / sum(article_count) AS missed_share,
        max(week) AS last_week,
        arg_max(missed_count / article_count, week) AS last_week_missed_share,
        string_agg(
            strftime(week, '%Y-%m-%d') || ': ' || format('{:.2f}', missed_count / article_count),
            ', '
            ORDER BY week
        ) AS missed_by_week
    FROM profile_week
    GROUP BY outlet_id
),

outlet AS (
    SELECT outlet_id FROM article
    UNION
    SELECT outlet_id FROM collection
)

SELECT
    outlet_id,
    dim.name_bn AS outlet_name_bn,
    coalesce(dim.name_en, outlet_id) AS outlet_name_en,
    coalesce(article.article_count, 0) AS article_count,
    coalesce(article.undated_article_count, 0) AS undated_article_count,
    article.undated_article_count / article.article_count AS undated_share,
    coalesce(article.revised_article_count, 0) AS revised_article_count,
    article.revised_article_count / article.article_count AS revised_share,
    coalesce(article.revision_count, 0) AS revision_count,
    coalesce(article.agency_article_count, 0) AS agency_article_count,
    article.agency_article_count / article.article_count AS agency_share,
    coalesce(article.lag_article_count, 0) AS lag_article_count,
    article.lag_minutes_median,
    article.lag_minutes_p95,
    coalesce(collection.declared_count, 0) AS declared_count,
    coalesce(collection.fetched_declared_count, 0) AS fetched_declared_count,
    collection.fetched_declared_count / nullif(collection.declared_count, 0) AS fetched_share,
    coalesce(collection.capture_count, 0) AS capture_count,
    article.word_count_median,
    article.first_published_date,
    article.last_published_date,
    profile.missed_share AS selector_missing_share,
    profile.last_week AS last_captured_week,
    profile.last_week_missed_share AS selector_missing_last_week_share,
    profile.missed_by_week AS selector_missing_by_week
FROM outlet
LEFT JOIN article USING (outlet_id)
LEFT JOIN collection USING (outlet_id)
LEFT JOIN profile USING (outlet_id)
LEFT JOIN lake.core.dim_outlet AS dim USING (outlet_id)
ORDER BY outlet_id
