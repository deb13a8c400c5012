-- What happened last between states, in which words?
-- The sentence is the evidence: events are coded by rules, so read it before you quote the event.
SELECT
    coalesce(event_date, first_reported_date) AS day,
    actor1,
    event_type,
    actor2,
    modality,
    article_count AS reports,
    evidence
FROM mart.event
ORDER BY day DESC NULLS LAST, event_id
LIMIT 5
