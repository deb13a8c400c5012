-- How many articles were published each week?
-- `mart.daily_volume` holds dated articles alone, so its sums are a time series.
SELECT
    CAST(date_trunc('week', published_date) AS DATE) AS week,
    sum(article_count) AS articles,
    count(DISTINCT outlet_id) AS outlets
FROM mart.daily_volume
GROUP BY ALL
ORDER BY week
