WITH country_mention AS (
    SELECT
        article_id,
        iso_code,
        CAST(date_trunc('month', published_date) AS DATE) AS published_month
    FROM build.mart.article_entity
    WHERE entity_kind = 'country'
        AND iso_code IS NOT NULL
        AND published_date IS NOT NULL
),

mention AS (
    SELECT
        one.published_month,
        one.iso_code AS country1,
        other.iso_code AS country2,
        count(DISTINCT one.article_id) AS mention_article_count
    FROM country_mention AS one
    INNER JOIN country_mention AS other
        ON one.article_id = other.article_id AND one.iso_code < other.iso_code
    GROUP BY ALL
),

report AS (
    SELECT
        CAST(date_trunc('month', published_date) AS DATE) AS published_month,
        least(actor1, actor2) AS country1,
        greatest(actor1, actor2) AS country2,
        count(DISTINCT article_id) AS report_count
    FROM build.mart.event_article
    WHERE published_date IS NOT NULL
        AND actor1 <> actor2
        AND 'INT' NOT IN (actor1, actor2)
    GROUP BY ALL
),

event AS (
    SELECT
        *,
        modality IN ('done', 'reported') AS is_done
    FROM build.mart.event
    WHERE first_reported_date IS NOT NULL
        AND actor1 <> actor2
        AND 'INT' NOT IN (actor1, actor2)
),

coded AS (
    SELECT
        CAST(date_trunc('month', first_reported_date) AS DATE) AS published_month,
        least(actor1, actor2) AS country1,
        greatest(actor1, actor2) AS country2,
        count(*) FILTER (is_done) AS event_count,
        count(*) FILTER (modality = 'planned') AS planned_event_count,
        count(*) FILTER (modality = 'denied') AS denied_event_count,
        count(*) FILTER (is_done AND event_type = 'AGREE') AS agree_count,
        count(*) FILTER (is_done AND event_type = 'CONSULT') AS consult_count,
        count(*) FILTER (is_done AND event_type = 'SUPPORT') AS support_count,
        count(*) FILTER (is_done AND event_type = 'COOPERATE') AS cooperate_count,
        count(*) FILTER (is_done AND event_type = 'AID') AS aid_count,
        count(*) FILTER (is_done AND event_type = 'CONCEDE') AS concede_count,
        count(*) FILTER (is_done AND event_type = 'REQUEST') AS request_count,
        count(*) FILTER (is_done AND event_type = 'ACCUSE') AS accuse_count,
        count(*) FILTER (is_done AND event_type = 'REJECT') AS reject_count,
        count(*) FILTER (is_done AND event_type = 'THREATEN') AS threaten_count,
        count(*) FILTER (is_done AND event_type = 'PROTEST') AS protest_count,
        count(*) FILTER (is_done AND event_type = 'SANCTION') AS sanction_count,
        count(*) FILTER (is_done AND event_type = 'MOBILIZE') AS mobilize_count,
        count(*) FILTER (is_done AND event_type = 'COERCE') AS coerce_count,
        count(*) FILTER (is_done AND event_type = 'ASSAULT') AS assault_count,
        count(*) FILTER (is_done AND event_type = 'RETREAT') AS retreat_count,
        count(*) FILTER (is_done AND event_class = 'cooperation') AS cooperation_count,
        count(*) FILTER (is_done AND event_class = 'conflict') AS conflict_count
    FROM event
    GROUP BY ALL
),

joined AS (
    SELECT *
    FROM mention
    FULL JOIN report USING (published_month, country1, country2)
    FULL JOIN coded USING (published_month, country1, country2)
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
    joined.published_month,
    joined.country1,
    one.name_bn AS country1_name_bn,
    one.name_en AS country1_name_en,
    joined.country2,
    other.name_bn AS country2_name_bn,
    other.name_en AS country2_name_en,
    coalesce(joined.mention_article_count, 0) AS mention_article_count,
    coalesce(joined.report_count, 0) AS report_count,
    coalesce(joined.event_count, 0) AS event_count,
    coalesce(joined.planned_event_count, 0) AS planned_event_count,
    coalesce(joined.denied_event_count, 0) AS denied_event_count,
    coalesce(joined.agree_count, 0) AS agree_count,
    coalesce(joined.consult_count, 0) AS consult_count,
    coalesce(joined.support_count, 0) AS support_count,
    coalesce(joined.cooperate_count, 0) AS cooperate_count,
    coalesce(joined.aid_count, 0) AS aid_count,
    coalesce(joined.concede_count, 0) AS concede_count,
    coalesce(joined.request_count, 0) AS request_count,
    coalesce(joined.accuse_count, 0) AS accuse_count,
    coalesce(joined.reject_count, 0) AS reject_count,
    coalesce(joined.threaten_count, 0) AS threaten_count,
    coalesce(joined.protest_count, 0) AS protest_count,
    coalesce(joined.sanction_count, 0) AS sanction_count,
    coalesce(joined.mobilize_count, 0) AS mobilize_count,
    coalesce(joined.coerce_count, 0) AS coerce_count,
    coalesce(joined.assault_count, 0) AS assault_count,
    coalesce(joined.retreat_count, 0) AS retreat_count,
    coalesce(joined.cooperation_count, 0) AS cooperation_count,
    coalesce(joined.conflict_count, 0) AS conflict_count,
    coalesce(joined.cooperation_count - joined.conflict_count, 0) AS cooperation_minus_conflict
FROM joined
LEFT JOIN country AS one ON joined.country1 = one.iso_code
LEFT JOIN country AS other ON joined.country2 = other.iso_code
ORDER BY joined.published_month, joined.country1, joined.country2
