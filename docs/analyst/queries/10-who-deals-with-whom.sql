-- Which countries deal with each other, and how?
-- Events, not reports: several reports of one event count once in `event_count`.
SELECT
    country1,
    country2,
    sum(report_count) AS reports,
    sum(event_count) AS events,
    sum(cooperation_count) AS cooperation,
    sum(conflict_count) AS conflict
FROM mart.country_pair_month
GROUP BY ALL
HAVING events > 0
ORDER BY events DESC, reports DESC, country1, country2
LIMIT 10
