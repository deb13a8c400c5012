-- Which headlines stood on top of the lists next to the articles?
-- An exposure is a headline in a list on one capture; `best_rank` 1 is the top.
SELECT
    outlet_id,
    list_kind,
    headline,
    best_rank,
    capture_count AS captures
FROM mart.headline_exposure
WHERE best_rank = 1
ORDER BY captures DESC, outlet_id, list_kind, headline
LIMIT 10
