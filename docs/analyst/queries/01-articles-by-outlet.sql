-- How many articles does each outlet have, and over which days?
-- Undated articles count, but have no day.
SELECT
    coalesce(outlet_name_bn, outlet_name_en) AS outlet,
    count(*) AS articles,
    min(published_date) AS first_day,
    max(published_date) AS last_day
FROM mart.article
GROUP BY ALL
ORDER BY articles DESC, outlet
