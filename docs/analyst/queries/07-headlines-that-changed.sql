-- Which headlines were rewritten, from what to what?
SELECT
    article_id,
    title_before,
    title_after
FROM mart.article_revision
WHERE is_title_changed
ORDER BY article_id, version_no
