"""Hostile addresses, dates and texts through the chain: read, coded, staged, validated.

Each of them may be refused; none may raise, end as a defect, or change how another page ends.
"""

import json
from datetime import UTC, datetime
from functools import cache

from hypothesis import strategies as st

from etl.enrich.article import Reference, code_article, load_reference
from etl.extract.page import extract_page
from etl.outlets.profiles import load_outlets
from etl.resources import EXPECTATIONS, LEXICON
from etl.schema.problems import Problem, UnreadablePageError
from etl.schema.records import Article, Capture, Page
from etl.schema.vocabulary import CaptureTimeSource, PageKind, ProblemCode, TimeSource
from etl.settings import PROJECT
from etl.transform.rows import CaptureRow, Staging
from etl.validate.batch import validate_batch

_OUTLETS = load_outlets(PROJECT / "seeds" / "outlets.yml")
_ADDRESSES = (
    "http://[", "http://[::1", "https://www.kalbela.com:99999/world/1", "http://a\u2100b.example/1",
    "https://www.kalbela.com/world/1?q=\ud83d", "https://x.example/%e0%a6%96?ref=1&&=&a", "//", "",
    "https://xn--a.example/", "https://www.kalbela.com/world/159001", "javascript:1", "http://:0/",
    "https://x.example/?/news/5#\ud800", "http://\u2100", "https://x.example/%zz/%", "?12345",
    "https://x.example:port/", "\\\\x\\y", "https://u:p@[::ffff:1.2.3.4]:443/a", "http://a..b/",
)  # fmt: skip
_TIMES = (
    "9999-12-31T23:59:59-04:00", "0001-01-01T00:00:00+14:00", "9999-12-31", "0001-01-01",
    "9999-12-31T23:59:59", "2026-02-20T06:00:00+23:59", "2026-02-20T06:00:00+99:99", "9999999999",
    "9999999999999", "-0001-11-30T00:00:00", "2026-02-20T06:00:00+06:00", "2026-13-45T99:99",
    "Fri, 31 Dec 9999 23:59:59 -1200", "1990-01-01T00:00:00+14:00", "২০২৬-০২-২০T০৬:০০", "",
)  # fmt: skip
_INSTANTS = (
    None, datetime(2026, 2, 20, tzinfo=UTC), datetime.max.replace(tzinfo=UTC),
    datetime.min.replace(tzinfo=UTC), datetime(2026, 2, 20),  # noqa: DTZ001  (one without a zone)
)  # fmt: skip
_WORDS = (
    "\ud83d", "\ude00", "হাসি", "\x00", "\u202e", "\uffff", "\ufdd0", "ইরান", "পাকিস্তানকে হুঁশিয়ারি",
    "</script>", "\U0001f600", "\u09cd\u09bc", "The ferry opened on Monday.", "&#xD83D;",
)  # fmt: skip
_BODY = (
    "The new ferry opened on Monday at the old harbour, where hundreds of people had waited since "
    "the early morning to see it cross the river with two hundred passengers on board. "
)


def _mostly(values: tuple[object, ...]) -> st.SearchStrategy[object]:
    return st.sampled_from(values)


_text = st.lists(st.one_of(_mostly(_WORDS), st.text(max_size=8)), max_size=6).map(
    lambda words: " ".join(map(str, words))
)
_address = st.one_of(_mostly(_ADDRESSES), st.text(max_size=12).map(lambda text: f"http://{text}"))
_PAGE = st.fixed_dictionaries(
    {
        "captured_url": st.one_of(st.none(), _address),
        "canonical": _address,
        "link": _address,
        "image": _address,
        "published": st.one_of(_mostly(_TIMES), st.text(max_size=20)),
        "updated": _mostly(_TIMES),
        "declared": _mostly(_INSTANTS),
        "title": _text,
        "body": _text,
        "printed": _mostly(_TIMES),
    }
)
PAGES = st.lists(_PAGE, min_size=1, max_size=8)


@cache
def _reference() -> Reference:
    return load_reference(LEXICON)


def _html(page: dict[str, str]) -> bytes:
    document = {
        "@type": "NewsArticle",
        "headline": f"Ferry opens at the old harbour {page['title']}",
        "datePublished": page["published"],
        "dateModified": page["updated"],
        "url": page["canonical"],
        "image": page["image"],
        "articleSection": page["title"],
        "keywords": [page["title"]],
        "author": {"name": page["title"]},
    }
    data = json.dumps(document).replace("</", "<\\/")  # half letters as escapes
    return (
        f'<html lang="en"><head><link rel="canonical" href="{page["canonical"]}">'
        f'<script type="application/ld+json">{data}</script></head><body>'
        f"<h1>Ferry opens at the old harbour {page['title']}</h1>"
        f'<time datetime="{page["printed"]}">{page["printed"]}</time>'
        f"<article><p>{_BODY}</p><p>{page['body']} {_BODY}</p><p>{_BODY}</p></article>"
        f'<h3>Most read</h3><ul><li><a href="{page["link"]}">Another page of this site today</a>'
        "</li></ul></body></html>"
    ).encode("utf-8", "replace")


def _capture(number: int, page: dict[str, object]) -> Capture:
    url = page["captured_url"]
    # What the lake holds is UTF-8, so half a letter can't come from there.
    stored = str(url).encode("utf-8", "replace").decode() if url is not None else None
    declared = page["declared"]
    return Capture(
        f"{number:032d}",
        f"page-{number}.html",
        stored,
        None,
        datetime(2026, 2, 20, 6, tzinfo=UTC),
        CaptureTimeSource.HTTP,
        _html(page),  # type: ignore[arg-type]
        "text/html",
        declared_published_at=declared,  # type: ignore[arg-type]
        declared_time_source=TimeSource.FEED if declared else None,
    )


def _result(capture: Capture) -> Article | Page | Problem:
    try:
        page = extract_page(capture, _OUTLETS, 1_000_000)
    except UnreadablePageError as error:
        return error.problem
    return code_article(page, _reference()) if page.kind is PageKind.ARTICLE else page


def run_chain(pages: list[dict[str, object]]) -> None:
    """Take a batch of hostile pages through the chain."""
    staging = Staging(_OUTLETS, "batch", "run", "1")
    for number, page in enumerate(pages):
        capture = _capture(number, page)
        staging.add(CaptureRow(capture, "0" * 64), _result(capture))
    tables = staging.tables()
    assert tables["capture"].num_rows == len(pages)
    for reason in tables["capture"]["reason"].to_pylist():
        assert not (reason or "").startswith(ProblemCode.INTERNAL_ERROR), reason
    validate_batch(tables, "batch", "run", EXPECTATIONS, None, _OUTLETS)
