-- Which rules were broken, by how many rows?
SELECT
    suite,
    rule,
    severity,
    sum(evaluated_count) AS evaluated,
    sum(unexpected_count) AS broken
FROM mart.data_quality
GROUP BY ALL
HAVING broken > 0
ORDER BY broken DESC, suite, rule
