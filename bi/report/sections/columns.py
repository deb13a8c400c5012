"""Columns that several tables have."""

from bi.report.model import Column

TITLE = Column("title", "শিরোনাম", url="url")
OUTLET = Column("outlet", "মাধ্যম")
