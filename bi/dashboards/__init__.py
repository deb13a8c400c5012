"""The five dashboards."""

from bi.dashboards.articles import ARTICLES
from bi.dashboards.coverage import COVERAGE
from bi.dashboards.relations import RELATIONS
from bi.dashboards.stories import STORIES
from bi.dashboards.trust import TRUST

DASHBOARDS = (COVERAGE, ARTICLES, STORIES, RELATIONS, TRUST)
