"""The frontier's tables. Times are seconds since 1970, UTC.

This is working state, not facts of the warehouse: what analysts count goes to the lake.
"""

from sqlalchemy import (
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

METADATA = MetaData()

# One host, and who is fetching from it now.
HOST = Table(
    "frontier_host",
    METADATA,
    Column("host", Text, primary_key=True),
    Column("next_at", Float, nullable=False),  # as of the end of a run
    Column("delay", Float, nullable=False),  # between two requests, in seconds
    Column("failures", Integer, nullable=False),  # in a row
    Column("open_until", Float, nullable=False),  # the circuit: no request before
    Column("owner", Text),
    Column("lease_until", Float, nullable=False),
)

# The answer to one origin's robots.txt.
ROBOTS = Table(
    "frontier_robots",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column("read_at", Float, nullable=False),
    Column("status", Integer),
    Column("content", LargeBinary, nullable=False),
    Column("problem", Text),
)

# What one origin says of the use of its pages.
POLICY = Table(
    "frontier_policy",
    METADATA,
    Column("origin", Text, primary_key=True),
    Column("read_at", Float, nullable=False),
    Column("tdmrep", LargeBinary),
    Column("ai_txt", LargeBinary),
)

# One feed, sitemap or listing, and what makes the next request for it conditional.
SOURCE = Table(
    "frontier_source",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("read_at", Float, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
)

# One page to fetch. `url` identifies it, `address` is what is requested.
PAGE = Table(
    "frontier_page",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("outlet_id", Text, nullable=False),
    Column("declared_at", Float, nullable=False),
    Column("published_at", Float),
    Column("time_source", Text),
    Column("due_at", Float),  # absent: not to be fetched again
    Column("fetched_at", Float),  # when it last gave a page
    Column("failures", Integer, nullable=False),  # runs in a row
    Column("etag", Text),
    Column("last_modified", Text),
    Index("frontier_page_due", "host", "due_at"),
)

# What was fetched and is still to be written to the lake.
OUTBOX = Table(
    "frontier_outbox",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("owner", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("fetch", Text, nullable=False),  # JSON, a row of `core.fact_fetch`
    Column("capture", Text),  # JSON, a `NewCapture` without its bytes
    Column("content", LargeBinary),
    Index("frontier_outbox_owner", "owner", "id"),
)
