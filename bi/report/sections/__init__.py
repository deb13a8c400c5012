"""The sections of the report, in their order."""

from bi.report.sections.coverage import COVERAGE
from bi.report.sections.relations import RELATIONS
from bi.report.sections.stories import STORIES
from bi.report.sections.trust import TRUST

SECTIONS = (COVERAGE, STORIES, RELATIONS, TRUST)
