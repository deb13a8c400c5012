"""Columns that several tables share, declared once."""

from etl.schema import vocabulary
from etl.schema.model import Column, Type
from etl.schema.vocabulary import values

CAPTURE_ID = Column(
    "capture_id", Type.STRING, "Identifies the capture: a hash of its origin and its bytes."
)
BATCH_ID = Column(
    "batch_id", Type.STRING, "The batch the capture was ingested in, and is built in."
)
RUN_ID = Column("run_id", Type.STRING, "The run of `core.etl_run` that wrote the row.")
OUTLET_ID = Column(
    "outlet_id",
    Type.STRING,
    "The outlet, `core.dim_outlet`; the host where no profile is known, `unknown` without a URL.",
)
ARTICLE_ID = Column(
    "article_id",
    Type.STRING,
    "The article: outlet and native id (`kalbela:251042`), or a hash where there is none.",
)
CONTENT_HASH = Column(
    "content_hash",
    Type.STRING,
    "SHA-256 of title, kicker, byline, times and body: one content of one article.",
    pattern=r"[0-9a-f]{64}$",
)
CAPTURED_AT = Column("captured_at", Type.INSTANT, "When the page was fetched, as well as is known.")
CAPTURED_AT_SOURCE = Column(
    "captured_at_source",
    Type.STRING,
    "Where that time comes from; `file_time` means that nothing better is known.",
    values=values(vocabulary.CaptureTimeSource),
)
PUBLISHED_AT = Column(
    "published_at",
    Type.INSTANT,
    "When the outlet says the article was published; absent where neither page nor feed says.",
    null=None,
)
