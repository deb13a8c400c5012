-- What became of every capture?
-- Outcomes add up to the captures: nothing is dropped without a record.
SELECT
    outcome,
    coalesce(reason_word, '') AS reason,
    count(*) AS captures
FROM mart.capture_outcome
GROUP BY ALL
ORDER BY captures DESC, outcome, reason
