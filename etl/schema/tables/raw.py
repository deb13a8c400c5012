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
        Column(
            "robots_directives",
            S,
            "What its robots meta and X-Robots-Tag say to all robots, joined by `, `.",
            null=None,
        ),
        Column(
            "tdm_reservation",
            Type.BOOLEAN,
            "Whether text and data mining is reserved, as the page, its header or its site's "
            "`/.well-known/tdmrep.json` say (TDM Reservation Protocol).",
            null=None,
        ),
        Column("tdm_policy", S, "Address of the policy that they name.", null=None),
        Column(
            "ai_txt_disallows", Type.BOOLEAN, "Whether the site's `ai.txt` forbids it.", null=None
        ),
        Column("licence", S, "Address or name of the licence in its JSON-LD.", null=None),
        Column(
            "is_use_reserved",
            Type.BOOLEAN,
            "Whether one of these reserves its use: TDM reservation, `ai.txt`, or the directives "
            "`none`, `noindex`, `noarchive`, `noai`, `noml`; absent of captures of older releases.",
            null=None,
        ),
    ),
    sort_by=("batch_id",),
)

# Not inlined either: what proves the captures must not be lost with the catalog.
CAPTURE_MANIFEST = Table(
    "raw",
    "capture_manifest",
    "One batch of captures as it was stored, to prove that it still is so.",
    ("batch_id",),
    (
        BATCH_ID,
        Column("capture_count", N, "Its captures.", minimum=1),
        Column("content_bytes", N, "Their bytes.", minimum=0),
        Column(
            "digest",
            S,
            "SHA-256 of the lines `capture_id content_sha256`, in order, joined by newlines.",
            pattern=r"[0-9a-f]{64}$",
        ),
    ),
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
