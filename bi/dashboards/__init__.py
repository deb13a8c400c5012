"""The four dashboards."""

from bi.dashboards.coverage import COVERAGE
from bi.dashboards.relations import RELATIONS
from bi.dashboards.stories import STORIES
from bi.dashboards.trust import TRUST

DASHBOARDS = (COVERAGE, RELATIONS, STORIES, TRUST)
