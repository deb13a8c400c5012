-- How far can the dates be trusted?
-- `published_at_source` says where the time was read; a dateline has minutes, an image's path only a day.
SELECT
    published_at_source,
    count(*) AS articles,
    count(published_at) AS with_time,
    count(published_date) AS with_day
FROM mart.article
GROUP BY ALL
ORDER BY articles DESC, published_at_source
