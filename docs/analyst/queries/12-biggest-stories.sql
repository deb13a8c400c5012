-- Which stories were reported by most outlets, and who was first?
SELECT
    first_title,
    coalesce(first_outlet_name_bn, first_outlet_name_en) AS first_outlet,
    article_count AS articles,
    outlet_count AS outlets,
    wire_copy_count AS near_copies,
    round(lag_minutes_median) AS median_lag_minutes
FROM mart.story
ORDER BY outlets DESC, articles DESC, story_id
