WITH version AS (
    SELECT
        fact.article_id,
        fact.version_no,
        fact.content_hash,
        fact.outlet_id,
        fact.title,
        fact.kicker,
        fact.byline_id,
        fact.section_id,
        fact.published_at,
        fact.updated_at,
        fact.word_count,
        fact.valid_from
    FROM lake.core.fact_article AS fact
    -- An article is revised if it has a second version; most have none, and end here.
    WHERE fact.article_id IN (
        SELECT article.article_id FROM build.mart.article AS article
        WHERE article.revision_count > 0
    )
),

pair AS (
    SELECT
        version.*,
        lag(version_no) OVER in_order AS previous_no,
        lag(content_hash) OVER in_order AS previous_hash,
        lag(title) OVER in_order AS previous_title,
        lag(kicker) OVER in_order AS previous_kicker,
        lag(byline_id) OVER in_order AS previous_byline_id,
        lag(section_id) OVER in_order AS previous_section_id,
        lag(published_at) OVER in_order AS previous_published_at,
        lag(updated_at) OVER in_order AS previous_updated_at,
        lag(word_count) OVER in_order AS previous_word_count,
        min(published_at) OVER (PARTITION BY article_id) AS first_published_at
    FROM version
    WINDOW in_order AS (PARTITION BY article_id ORDER BY version_no)
),

-- The bodies are most of the lake: they are read once, though each pair needs two. By the article
-- alone, which DuckDB turns into a filter of the scan: bodies of others are not decoded.
revised_text AS MATERIALIZED (
    SELECT
        text.article_id,
        text.content_hash,
        text.body
    FROM lake.core.article_text AS text
    SEMI JOIN version ON text.article_id = version.article_id
),

body AS (
    SELECT
        pair.*,
        text_after.body AS body_after,
        text_before.body AS body_before,
        text_after.body IS DISTINCT FROM text_before.body AS is_body_changed
    FROM pair
    INNER JOIN revised_text AS text_after
        ON pair.article_id = text_after.article_id
        AND pair.content_hash = text_after.content_hash
    INNER JOIN revised_text AS text_before
        ON pair.article_id = text_before.article_id
        AND pair.previous_hash = text_before.content_hash
    WHERE pair.previous_no IS NOT NULL
),

paragraph AS (
    SELECT
        article_id,
        version_no,
        1 AS gain,
        unnest(string_split(body_after, chr(10))) AS paragraph
    FROM body
    WHERE is_body_changed
    UNION ALL
    SELECT
        article_id,
        version_no,
        -1 AS gain,
        unnest(string_split(body_before, chr(10))) AS paragraph
    FROM body
    WHERE is_body_changed
),

-- Most paragraphs stay as they are: only the words of the others are compared.
paragraph_change AS (
    SELECT
        article_id,
        version_no,
        paragraph,
        sum(gain) AS gained,
        count(*) * length(translate(paragraph, ' ' || chr(9), '')) AS characters
    FROM paragraph
    GROUP BY article_id, version_no, paragraph
),

word_change AS (
    SELECT
        article_id,
        version_no,
        length(word) AS characters,
        sum(gained) AS gained
    FROM (
        SELECT
            article_id,
            version_no,
            gained,
            unnest(string_split(translate(paragraph, chr(9), ' '), ' ')) AS word
        FROM paragraph_change
        WHERE gained != 0
    )
    GROUP BY article_id, version_no, word
),

word_total AS (
    SELECT
        article_id,
        version_no,
        sum(greatest(gained, 0) * characters) AS added,
        sum(greatest(-gained, 0) * characters) AS removed
    FROM word_change
    GROUP BY article_id, version_no
),

character_total AS (
    SELECT article_id, version_no, sum(characters) AS total
    FROM paragraph_change
    GROUP BY article_id, version_no
),

change AS (
    SELECT article_id, version_no, added, removed, total
    FROM word_total
    INNER JOIN character_total USING (article_id, version_no)
)

SELECT
    body.article_id,
    article.outlet_id,
    article.outlet_name_bn,
    article.outlet_name_en,
    body.version_no,
    body.first_published_at AT TIME ZONE 'Asia/Dhaka' AS published_at,
    body.first_published_at AT TIME ZONE 'UTC' AS published_at_utc,
    body.valid_from AT TIME ZONE 'Asia/Dhaka' AS revised_at,
    body.valid_from AT TIME ZONE 'UTC' AS revised_at_utc,
    epoch(body.valid_from - body.first_published_at) / 60.0 AS minutes_since_publication,
    nullif(
        concat_ws(
            ', ',
            CASE WHEN body.title IS DISTINCT FROM body.previous_title THEN 'title' END,
            CASE WHEN body.kicker IS DISTINCT FROM body.previous_kicker THEN 'kicker' END,
            CASE WHEN body.byline_id IS DISTINCT FROM body.previous_byline_id THEN 'byline' END,
            CASE WHEN body.section_id IS DISTINCT FROM body.previous_section_id THEN 'section' END,
            CASE
                WHEN body.published_at IS DISTINCT FROM body.previous_published_at
                    THEN 'published_at'
            END,
            CASE WHEN body.updated_at IS DISTINCT FROM body.previous_updated_at THEN 'updated_at' END,
            CASE WHEN body.is_body_changed THEN 'body' END
        ),
        ''
    ) AS changed_fields,
    body.title IS DISTINCT FROM body.previous_title AS is_title_changed,
    body.is_body_changed,
    body.previous_title AS title_before,
    body.title AS title_after,
    body.previous_word_count AS word_count_before,
    body.word_count AS word_count_after,
    CAST(coalesce(change.added, 0) AS BIGINT) AS characters_added,
    CAST(coalesce(change.removed, 0) AS BIGINT) AS characters_removed,
    coalesce((change.added + change.removed) / change.total, 0.0) AS changed_share
FROM body
INNER JOIN build.mart.article AS article USING (article_id)
LEFT JOIN change ON body.article_id = change.article_id AND body.version_no = change.version_no
