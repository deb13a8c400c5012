WITH coded AS (
    SELECT
        fact.* EXCLUDE (published_at),
        article.published_date,
        coalesce(article.story_id, article.article_id) AS story_key,
        fact.event_type IN ('AGREE', 'CONSULT', 'COOPERATE') AS is_mutual
    FROM lake.core.fact_event AS fact
    INNER JOIN build.mart.article AS article
        ON fact.article_id = article.article_id
        AND fact.content_hash = article.content_hash
    WHERE fact.confidence >= $counted_confidence
),

directed AS (
    SELECT
        *,
        CASE WHEN is_mutual THEN least(actor1, actor2) ELSE actor1 END AS side1,
        CASE WHEN is_mutual THEN greatest(actor1, actor2) ELSE actor2 END AS side2
    FROM coded
),

identified AS (
    SELECT
        *,
        coalesce(
            event_date,
            min(event_date) OVER (PARTITION BY side1, side2, event_type, story_key)
        ) AS day
    FROM directed
),

report AS (
    SELECT
        *,
        concat_ws('-', side1, side2, event_type, coalesce(CAST(day AS VARCHAR), story_key))
            AS event_id
    FROM identified
)

SELECT
    event_id,
    article_id,
    outlet_id,
    published_date,
    arg_min(actor1, event_no) AS actor1,
    arg_min(actor2, event_no) AS actor2,
    event_type,
    min(day) AS event_date,
    arg_min(place, event_no) AS place,
    CASE
        WHEN bool_or(modality = 'done') THEN 'done'
        WHEN bool_or(modality = 'reported') THEN 'reported'
        WHEN bool_or(modality = 'denied') THEN 'denied'
        ELSE 'planned'
    END AS modality,
    arg_min(evidence, event_no) AS evidence,
    max(confidence) AS confidence
FROM report
GROUP BY event_id, article_id, outlet_id, published_date, event_type
ORDER BY event_id, article_id
