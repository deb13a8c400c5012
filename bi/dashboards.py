"""The four dashboards."""

from bi.coverage import COVERAGE
from bi.relations import RELATIONS
from bi.stories import STORIES
from bi.trust import TRUST

DASHBOARDS = (COVERAGE, RELATIONS, STORIES, TRUST)
