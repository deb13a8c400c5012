-- How complete is the collection, by outlet?
-- `declared` are URLs from feeds, sitemaps and listings; pages from files have none.
SELECT
    coalesce(outlet_name_bn, outlet_name_en) AS outlet,
    sum(declared_count) AS declared,
    sum(never_fetched_count) AS never_fetched,
    sum(captured_count) AS captured,
    sum(loaded_count) AS loaded,
    sum(quarantined_count + failed_count) AS not_loaded
FROM mart.completeness
GROUP BY ALL
ORDER BY captured DESC, outlet
