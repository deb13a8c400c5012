-- How long are the articles of each section?
-- A median from the articles themselves, never an average of averages.
SELECT
    top_section AS section,
    count(*) AS articles,
    median(word_count) AS median_words
FROM mart.article
WHERE top_section IS NOT NULL
GROUP BY ALL
ORDER BY articles DESC, section
LIMIT 10
