-- Which articles speak of a word, and in which sentence?
-- Text is in one normal form (NFC, no zero-width joiners that mean nothing), so a plain `LIKE` finds it.
SELECT
    article.outlet_id,
    article.published_date,
    article.title,
    regexp_extract(text.body, '[^।\n]*বাংলাদেশ[^।\n]*।?') AS sentence
FROM mart.article
INNER JOIN mart.article_text AS text USING (article_id)
WHERE text.body LIKE '%বাংলাদেশ%'
ORDER BY article.published_date DESC, article.article_id
LIMIT 5
