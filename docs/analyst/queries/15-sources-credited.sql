-- Whom do the articles credit, and in which way?
SELECT
    source_name_bn AS source,
    source_kind,
    sum(article_count) AS articles,
    sum(source_line_count) AS by_line,
    sum(report_count) AS by_report,
    sum(quoting_count) AS by_quoting
FROM mart.source_reliance
GROUP BY ALL
ORDER BY articles DESC, source
LIMIT 10
