"""What is new in a selection of a build, as Bangla sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
from markupsafe import Markup

from bi.bangla import day, number, share
from etl.addresses import is_web_url

_DAYS = 7  # what counts as new, and the unit of comparison
_WEEKS_BEFORE = 4
_MOST = 3
# An outlet is silent when it rests for more than twice its longest usual pause: the pause that nine
# in ten of its own are not longer than, in the half year before. Three days are nobody's silence.
_HISTORY_DAYS = 182
_USUAL_QUANTILE = 0.9
_SILENCE_FACTOR, _LEAST_SILENCE_DAYS = 2, 3
_LEAST_PAUSES = 5


@dataclass(frozen=True, slots=True)
class News:
    """One sentence, and what it leads in."""

    text: Markup
    items: tuple[Markup, ...] = ()


def whats_new(connection: duckdb.DuckDBPyConnection) -> list[News]:
    """Say what is new in the selected articles; nothing where none of them has a date.

    Args:
        connection: has the views of ``selection.select``.
    """
    row = connection.execute(
        "SELECT count(*), count(DISTINCT outlet_id), min(published_date), max(published_date), "
        "count(*) FILTER (is_undated) FROM article"
    ).fetchone()
    if row is None or row[3] is None:
        return []
    articles, outlets, first, last, undated = row
    start = last - timedelta(days=_DAYS - 1)
    return [
        _extent(articles, outlets, first, last, undated),
        *_week(connection, first, start, last),
        *_stories(connection, start),
        *_edits(connection, start),
        _silent(connection, last),
    ]


def _extent(articles: int, outlets: int, first: date, last: date, undated: int) -> News:
    text = (
        f"{day(first)} থেকে {day(last)} পর্যন্ত {number(outlets)}টি মাধ্যমের "
        f"{number(articles)}টি সংবাদ আছে"
    )
    tail = f"; এর {number(undated)}টির তারিখ জানা নেই।" if undated else "।"
    return News(Markup("{}{}").format(text, tail))


def _week(
    connection: duckdb.DuckDBPyConnection, first: date, start: date, last: date
) -> Iterator[News]:
    before = start - timedelta(days=_DAYS * _WEEKS_BEFORE)
    counts = connection.execute(
        "SELECT count(*) FILTER (published_date >= $start), "
        "count(*) FILTER (published_date >= $before AND published_date < $start) FROM article",
        {"start": start, "before": before},
    ).fetchone()
    assert counts is not None
    now, usual = counts[0], counts[1] / _WEEKS_BEFORE
    text = f"শেষ সাত দিনে ({day(start)} থেকে {day(last)}) প্রকাশ পেয়েছে {number(now)}টি সংবাদ"
    if before < first or not usual:
        yield News(Markup("{}।").format(text))
        return
    change = now / usual - 1
    if abs(change) < 0.05:
        compared = "আগের চার সপ্তাহের গড়ের প্রায় সমান"
    else:
        compared = f"আগের চার সপ্তাহের গড়ের চেয়ে {share(abs(change))} {'বেশি' if change > 0 else 'কম'}"
    yield News(Markup("{}, {}।").format(text, compared))


def _stories(connection: duckdb.DuckDBPyConnection, start: date) -> Iterator[News]:
    rows = _rows(
        connection,
        """
        SELECT story.first_title AS title, story.first_url AS url,
               count(DISTINCT article.outlet_id) AS outlets, count(*) AS articles
        FROM story INNER JOIN article USING (story_id)
        WHERE article.published_date >= $start
        GROUP BY story.story_id, story.first_title, story.first_url
        HAVING count(*) > 1
        ORDER BY outlets DESC, articles DESC, story.story_id LIMIT $most
        """,
        start,
    )
    if rows:
        yield News(
            Markup("এ সময়ের সবচেয়ে বড় ঘটনা:"),
            tuple(
                Markup("{} — {}টি মাধ্যমে {}টি সংবাদ").format(
                    _linked(row), number(row["outlets"]), number(row["articles"])
                )
                for row in rows
            ),
        )


def _edits(connection: duckdb.DuckDBPyConnection, start: date) -> Iterator[News]:
    rows = _rows(
        connection,
        """
        SELECT any_value(article.title) AS title, any_value(article.url) AS url,
               any_value(revision.outlet) AS outlet, count(*) AS edits,
               sum(revision.changed_share) AS changed
        FROM revision INNER JOIN mart.article AS article USING (article_id)
        WHERE revision.revised_at >= $start
        GROUP BY article_id ORDER BY edits DESC, changed DESC, article_id LIMIT $most
        """,
        start,
    )
    if rows:
        yield News(
            Markup("প্রকাশের পর সবচেয়ে বেশি বদলেছে:"),
            tuple(
                Markup("{} — {}, {} বার").format(_linked(row), row["outlet"], number(row["edits"]))
                for row in rows
            ),
        )


def _silent(connection: duckdb.DuckDBPyConnection, last: date) -> News:
    rows = connection.execute(
        f"""
        WITH published AS (
            SELECT DISTINCT outlet, published_date AS day FROM article
            WHERE published_date IS NOT NULL
        ), pause AS (
            SELECT outlet, day, day - lag(day) OVER (PARTITION BY outlet ORDER BY day) AS days
            FROM published
        ), latest AS (SELECT outlet, max(day) AS day FROM published GROUP BY outlet),
        usual AS (
            SELECT pause.outlet, quantile_cont(days, {_USUAL_QUANTILE}) AS days
            FROM pause INNER JOIN latest USING (outlet)
            WHERE days IS NOT NULL AND pause.day > latest.day - {_HISTORY_DAYS}
            GROUP BY pause.outlet HAVING count(*) >= {_LEAST_PAUSES}
        )
        SELECT outlet, latest.day FROM latest INNER JOIN usual USING (outlet)
        WHERE $last - latest.day > greatest({_SILENCE_FACTOR} * usual.days, {_LEAST_SILENCE_DAYS})
        ORDER BY latest.day, outlet
        """,  # noqa: S608  (constants)
        {"last": last},
    ).fetchall()
    if not rows:
        return News(Markup("নিয়মিত প্রকাশ করে এমন কোনো মাধ্যম নীরব নয়।"))
    return News(
        Markup("যারা অস্বাভাবিক দীর্ঘ সময় নীরব:"),
        tuple(
            Markup("{} — শেষ সংবাদ {}, {} দিন আগে").format(
                outlet, day(latest), number((last - latest).days)
            )
            for outlet, latest in rows
        ),
    )


def _linked(row: dict[str, Any]) -> Markup:
    title = row["title"] or "(শিরোনাম নেই)"
    if not is_web_url(row["url"]):
        return Markup("{}").format(title)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(row["url"], title)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, start: date) -> list[dict[str, Any]]:
    found = connection.execute(sql, {"start": start, "most": _MOST})
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
