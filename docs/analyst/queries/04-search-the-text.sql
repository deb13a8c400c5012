-- Which articles speak of a word, and in which sentence?
-- Text is in one normal form, so `LIKE` finds a word as written: with endings, in no other spelling.
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
