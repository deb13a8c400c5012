-- What did outlets change after publication?
-- One row a change that was seen; what an outlet changes at every view makes none.
SELECT
    outlet_id,
    article_id,
    version_no,
    minutes_since_publication AS minutes,
    changed_fields,
    characters_added AS added,
    characters_removed AS removed
FROM mart.article_revision
ORDER BY article_id, version_no
