-- Grain: one interaction between two actors, over all articles that report it.
-- Caveats: reports are joined if they agree on actors, category and day; the order of actors does
-- not matter for mutual categories. A report without a day joins the dated event of its story,
-- else the undated ones of its story. Events are coded by rules: check the evidence.
WITH coded AS (
    SELECT
        fact.* EXCLUDE (published_at),
        article.title,
        article.url,
        article.published_at,
        article.published_at_utc,
        article.published_date,
        coalesce(article.story_id, article.article_id) AS story_key,
        fact.event_type IN ('AGREE', 'CONSULT', 'COOPERATE') AS is_mutual
    FROM lake.core.fact_event AS fact
    INNER JOIN build.mart.article AS article
        ON fact.article_id = article.article_id
        AND fact.content_hash = article.content_hash
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
            AS event_id,
        -- Orders the reports of an event: by publication, undated last.
        row(published_date IS NULL, published_date, published_at_utc IS NULL, published_at_utc,
            article_id, event_no) AS turn
    FROM identified
),

event AS (
    SELECT
        event_id,
        arg_min(actor1, turn) AS actor1,
        arg_min(actor2, turn) AS actor2,
        event_type,
        min(day) AS event_date,
        arg_min(place, turn) AS place,
        CASE
            WHEN bool_or(modality = 'done') THEN 'done'
            WHEN bool_or(modality = 'reported') THEN 'reported'
            WHEN bool_or(modality = 'denied') THEN 'denied'
            ELSE 'planned'
        END AS modality,
        count(DISTINCT article_id) AS article_count,
        count(DISTINCT outlet_id) AS outlet_count,
        min(published_at) AS first_reported_at,
        min(published_at_utc) AS first_reported_at_utc,
        min(published_date) AS first_reported_date,
        arg_min(article_id, turn) AS first_article_id,
        arg_min_null(title, turn) AS first_article_title,
        arg_min_null(url, turn) AS first_article_url,
        arg_min(evidence, turn) AS evidence,
        max(confidence) AS confidence,
        array_to_string(list_sort(list(DISTINCT article_id)), ', ') AS article_ids
    FROM report
    GROUP BY event_id, event_type
),

country AS (
    SELECT
        iso_code,
        min(name_bn) AS name_bn,
        min(name_en) AS name_en
    FROM lake.core.dim_entity
    WHERE entity_kind = 'country' AND iso_code IS NOT NULL
    GROUP BY iso_code
)

SELECT
    event.event_id,
    event.actor1,
    country1.name_bn AS actor1_name_bn,
    country1.name_en AS actor1_name_en,
    event.actor2,
    country2.name_bn AS actor2_name_bn,
    country2.name_en AS actor2_name_en,
    event.event_type,
    CASE
        WHEN event.event_type IN (
            'AGREE', 'CONSULT', 'SUPPORT', 'COOPERATE', 'AID', 'CONCEDE', 'RETREAT'
        ) THEN 'cooperation'
        ELSE 'conflict'
    END AS event_class,
    event.event_date,
    event.place,
    event.modality,
    event.article_count,
    event.outlet_count,
    event.first_reported_at,
    event.first_reported_at_utc,
    event.first_reported_date,
    event.first_article_id,
    event.first_article_title,
    event.first_article_url,
    event.evidence,
    event.confidence,
    event.article_ids
FROM event
LEFT JOIN country AS country1 ON event.actor1 = country1.iso_code
LEFT JOIN country AS country2 ON event.actor2 = country2.iso_code
