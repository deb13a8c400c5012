-- How much of an outlet's news credits an agency?
SELECT
    coalesce(outlet_name_bn, outlet_name_en) AS outlet,
    article_count AS articles,
    agency_article_count AS with_agency,
    round(agency_share, 2) AS share
FROM mart.outlet_scorecard
WHERE article_count >= 2
ORDER BY share DESC, outlet
