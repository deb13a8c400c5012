WITH report AS (
    SELECT
        reported.*,
        article.title,
        article.url,
        article.published_at,
        article.published_at_utc,
        -- Orders the reports of an event: by publication, undated last.
        row(reported.published_date IS NULL, reported.published_date,
            article.published_at_utc IS NULL, article.published_at_utc,
            reported.article_id) AS turn
    FROM build.mart.event_article AS reported
    INNER JOIN build.mart.article AS article ON reported.article_id = article.article_id
),

event AS (
    SELECT
        event_id,
        arg_min(actor1, turn) AS actor1,
        arg_min(actor2, turn) AS actor2,
        event_type,
        min(event_date) AS event_date,
        arg_min(place, turn) AS place,
        CASE
            WHEN bool_or(modality = 'done') THEN 'done'
            WHEN bool_or(modality = 'reported') THEN 'reported'
            WHEN bool_or(modality = 'denied') THEN 'denied'
            ELSE 'planned'
        END AS modality,
        count(*) AS article_count,
        count(DISTINCT outlet_id) AS outlet_count,
        min(published_at) AS first_reported_at,
        min(published_at_utc) AS first_reported_at_utc,
        min(published_date) AS first_reported_date,
        arg_min(article_id, turn) AS first_article_id,
        arg_min_null(title, turn) AS first_article_title,
        arg_min_null(url, turn) AS first_article_url,
        arg_min(evidence, turn) AS evidence,
        max(confidence) AS confidence,
        string_agg(article_id, ', ' ORDER BY article_id) AS article_ids
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
