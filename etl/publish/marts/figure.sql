SELECT
    article.article_id,
    figure.figure_no,
    article.outlet_id,
    article.published_date,
    figure.figure_kind,
    figure.value,
    figure.unit,
    figure.written,
    figure.subject,
    figure.evidence,
    figure.first_position
FROM lake.core.fact_figure AS figure
INNER JOIN build.mart.article AS article
    ON figure.article_id = article.article_id
    AND figure.content_hash = article.content_hash
ORDER BY article.published_date, article.article_id, figure.figure_no
