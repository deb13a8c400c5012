-- What was published on which day of the Bangla calendar?
-- Weekday and Bangla date come with every day.
SELECT
    published_date,
    weekday_name_bn,
    bangla_date,
    sum(article_count) AS articles
FROM mart.daily_volume
GROUP BY ALL
ORDER BY published_date DESC
LIMIT 7
