"""Tables of ``raw``: what came in, never changed."""

from etl.schema import vocabulary
from etl.schema.columns import (
    BATCH_ID,
    CAPTURE_ID,
    CAPTURED_AT,
    CAPTURED_AT_SOURCE,
    RUN_ID,
)
from etl.schema.model import Column, Table, Type
from etl.schema.vocabulary import values

S, N, T = Type.STRING, Type.INTEGER, Type.INSTANT

PAGE_CAPTURE = Table(
    "raw",
    "page_capture",
    "One fetch or import of one page, with its bytes as they came; never changed.",
    ("capture_id",),
    (
        CAPTURE_ID,
        BATCH_ID,
        RUN_ID,
        Column("source", S, "The file's path below the folder given, or the URL asked for."),
        Column("url", S, "The page's address, where it is known.", null=None),
        Column("outlet_id", S, "The outlet, where the origin names it.", null=None),
        CAPTURED_AT,
        CAPTURED_AT_SOURCE,
        Column(
            "declared_published_at",
            T,
            "The publish time that the feed or sitemap gave which declared the page.",
            null=None,
        ),
        Column(
            "declared_time_source",
            S,
            "Where that time comes from.",
            null=None,
            values=("feed", "sitemap"),
        ),
        Column(
            "http_status",
            N,
            "Status of the HTTP answer.",
            null=None,
            minimum=100,
            maximum=599,
        ),
        Column("http_headers", Type.JSON, "Headers of the HTTP answer.", null=None),
        Column("content_type", S, "Media type as declared by the origin.", null=None),
        Column(
            "content_encoding",
            S,
            "Compression of `content`: `gzip` or absent.",
            null=None,
        ),
        Column("content", Type.BYTES, "The bytes as they came."),
        Column("content_bytes", N, "Their number.", minimum=0),
        Column("content_sha256", S, "Their SHA-256.", pattern=r"[0-9a-f]{64}$"),
        Column(
            "read_error",
            S,
            "Why the origin could not be read, where it could not.",
            null=None,
        ),
    ),
    sort_by=("batch_id",),
)

# Not inlined: like captures, decisions can then be taken from their files if the catalog is lost.
REVIEW_DECISION = Table(
    "raw",
    "review_decision",
    "One decision of a person on one quarantined capture; never changed.",
    ("capture_id",),
    (
        CAPTURE_ID,
        Column("decision", S, "What was decided.", values=("released", "discarded")),
        Column("reviewer", S, "Who decided."),
        Column("reason", S, "Why."),
        Column("decided_at", T, "When."),
        RUN_ID,
    ),
)

# Not inlined either: a lake whose catalog is lost must still know what it may not take in.
TAKEDOWN = Table(
    "raw",
    "takedown",
    "One article, address or capture taken down: what it is known by, and why; no content.",
    ("takedown_id",),
    (
        Column("takedown_id", S, "Kind and id, address or capture (`article:kalbela:251042`)."),
        Column(
            "takedown_kind",
            S,
            "What is not taken in again.",
            values=values(vocabulary.TakedownKind),
        ),
        Column("article_id", S, "The article, where it was known.", null=None),
        Column("url", S, "Its address, without tracking parameters, where known.", null=None),
        Column("capture_id", S, "The capture, for one.", null=None),
        Column("content_sha256", S, "SHA-256 of the capture's bytes, for one.", null=None),
        Column("outlet_id", S, "The outlet, where it was known.", null=None),
        Column("requested_by", S, "Who took it down."),
        Column("reason", S, "Why."),
        Column("taken_down_at", T, "When."),
        RUN_ID,
    ),
)
