"""Takedowns: all that belongs to an article, an address or a capture, and its removal for good.

What is removed leaves keys in ``raw.takedown``, by which it is kept out whenever it comes again:
in captures that are ingested, in batches that are built, in URLs that are declared.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb

from etl.addresses import canonical_url
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import FACT_DECLARED
from etl.schema.tables.raw import PAGE_CAPTURE, TAKEDOWN
from etl.schema.vocabulary import TakedownKind

_CAPTURES = f"{CATALOG}.{PAGE_CAPTURE.qualified_name}"
_TAKEDOWNS = f"{CATALOG}.{TAKEDOWN.qualified_name}"
_EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
# The columns of any table that hold a key of each kind.
_COLUMNS = {
    TakedownKind.ARTICLE: ("article_id", "target_article_id", "linked_article_id"),
    TakedownKind.URL: ("url",),
    TakedownKind.CAPTURE: ("capture_id",),
    TakedownKind.CONTENT: ("content_sha256",),
}


# Shorter headlines are words that other pages have too.
_LEAST_HEADLINE = 12


@dataclass(frozen=True, slots=True)
class Belongings:
    """All keys of what is taken down, and the words by which copies of it are found.

    Attributes:
        articles: ids of articles.
        urls: addresses, as stored and in canonical form.
        captures: ids of captures.
        contents: SHA-256 of the captures' bytes.
        titles: headlines of the articles' versions.
        named_in: captures of other pages that listed it; they stay.
    """

    articles: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    captures: frozenset[str] = frozenset()
    contents: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    named_in: frozenset[str] = frozenset()

    def pairs(self) -> list[tuple[TakedownKind, str]]:
        """All keys with their kinds, in order."""
        groups = (
            (TakedownKind.ARTICLE, self.articles),
            (TakedownKind.URL, self.urls),
            (TakedownKind.CAPTURE, self.captures),
            (TakedownKind.CONTENT, self.contents),
            (TakedownKind.HEADLINE, map(_hash, filter(is_telling, self.titles))),
        )
        return [(kind, key) for kind, group in groups for key in sorted(group)]


def is_telling(title: str) -> bool:
    """Whether a headline is long enough to stand for one article."""
    return len(title) >= _LEAST_HEADLINE


def find_belongings(
    connection: duckdb.DuckDBPyConnection, targets: Iterable[str], article_ids: Iterable[str]
) -> Belongings:
    """All that belongs to the targets: captures and articles that share a key, and so on.

    Args:
        connection: has the lake attached.
        targets: ids of articles or captures, or addresses.
        article_ids: articles that the addresses mean by their native ids.
    """
    given = frozenset(targets)
    addresses = {canonical_url(target) or target for target in given if "://" in target}
    urls = frozenset(addresses | {target for target in given if "://" in target})
    found = Belongings(articles=given.union(article_ids) - urls, urls=urls, captures=given - urls)
    while True:
        wider = _widened(connection, found)
        if wider == found:
            break
        found = wider
    known_articles = _strings(
        connection,
        f"SELECT article_id FROM {CATALOG}.core.fact_article UNION "
        f"SELECT article_id FROM {CATALOG}.core.fact_capture UNION "
        f"SELECT article_id FROM {CATALOG}.core.rejected_article UNION "
        f"SELECT article_id FROM {CATALOG}.core.fact_declared",
        "article_id",
        found.articles,
    )
    found = replace(found, articles=known_articles.union(article_ids))
    titles = _strings(
        connection, f"FROM {CATALOG}.core.fact_article", "article_id", found.articles, "title"
    )
    lists = f"FROM {CATALOG}.core.fact_headline_exposure"
    named_in = _strings(connection, lists, "target_article_id", found.articles, "capture_id")
    named_in |= _strings(connection, lists, "headline", filter(is_telling, titles), "capture_id")
    return replace(
        found,
        titles=titles,
        named_in=named_in - found.captures,
    )


def record(
    connection: duckdb.DuckDBPyConnection,
    found: Belongings,
    takedown_id: str,
    at: datetime,
    by: str,
    reason: str,
) -> None:
    """Write the keys that are not there yet; the caller holds a transaction."""
    rows = [(kind.value, key, takedown_id, at, by, reason) for kind, key in found.pairs()]
    for row in rows:
        connection.execute(
            f"INSERT INTO {_TAKEDOWNS} SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS "
            f"(FROM {_TAKEDOWNS} WHERE kind = ? AND key = ?)",
            [*row, row[0], row[1]],
        )


def is_any(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether anything was ever taken down."""
    return connection.execute(f"SELECT 1 FROM {_TAKEDOWNS} LIMIT 1").fetchone() is not None


def sweep(connection: duckdb.DuckDBPyConnection) -> int:
    """Delete all rows of the lake that have a key of a takedown; the caller holds a transaction.

    Captures of an article that was taken down go too, whatever address they came by.

    Returns:
        The number of captures deleted.
    """
    if not is_any(connection):
        return 0
    with Relations(connection) as relations:
        relations.create(
            "taken_down_capture",
            f"""
            SELECT capture_id FROM {CATALOG}.core.fact_capture
            WHERE article_id IN (SELECT key FROM {_TAKEDOWNS} WHERE kind = 'article')
            UNION SELECT capture_id FROM {_CAPTURES}
            WHERE url IN (SELECT key FROM {_TAKEDOWNS} WHERE kind = 'url')
              OR content_sha256 IN (SELECT key FROM {_TAKEDOWNS} WHERE kind = 'content')
              OR capture_id IN (SELECT key FROM {_TAKEDOWNS} WHERE kind = 'capture')
            """,
        )
        _delete_names(connection)
        for table in LAKE_TABLES:
            if table is TAKEDOWN:
                continue
            conditions = [
                f"{column} IN (SELECT key FROM {_TAKEDOWNS} WHERE kind = '{kind.value}')"
                for kind, columns in _COLUMNS.items()
                for column in columns
                if column in table.column_names
            ]
            conditions += [
                f"sha256({column}) IN (SELECT key FROM {_TAKEDOWNS} WHERE kind = 'headline')"
                for column in table.column_names
                if column == "headline" or (column == "title" and table is FACT_DECLARED)
            ]
            if "capture_id" in table.column_names:
                conditions.append("capture_id IN (FROM taken_down_capture)")
            if conditions:
                connection.execute(
                    f"DELETE FROM {CATALOG}.{table.qualified_name} WHERE {' OR '.join(conditions)}"
                )
        row = connection.execute("SELECT count(*) FROM taken_down_capture").fetchone()
    return int(row[0]) if row else 0


def kept_out(
    connection: duckdb.DuckDBPyConnection, captures: Sequence[tuple[str, str | None, str]]
) -> set[str]:
    """Which captures may not be stored.

    Args:
        connection: has the lake attached.
        captures: id, address and SHA-256 of each.

    Returns:
        Their ids.
    """
    if not is_any(connection):
        return set()
    keys = {
        (kind, key)
        for kind, key in connection.execute(f"SELECT kind, key FROM {_TAKEDOWNS}").fetchall()
    }
    return {
        capture_id
        for capture_id, url, content in captures
        if ("capture", capture_id) in keys
        or ("content", content) in keys
        or (url is not None and not keys.isdisjoint((("url", url), ("url", canonical_url(url)))))
    }


def all_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """The rows of ``raw.takedown``."""
    names = TAKEDOWN.column_names
    rows = connection.execute(f"SELECT {', '.join(names)} FROM {_TAKEDOWNS}").fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def taken_down_urls(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Addresses that were taken down."""
    rows = connection.execute(f"SELECT key FROM {_TAKEDOWNS} WHERE kind = 'url'").fetchall()
    return {key for (key,) in rows}


def _widened(connection: duckdb.DuckDBPyConnection, found: Belongings) -> Belongings:
    """What is found, with what shares a key with it."""
    captures = found.captures | _strings(
        connection, f"FROM {CATALOG}.core.fact_capture", "article_id", found.articles, "capture_id"
    )
    captures |= _strings(connection, f"FROM {_CAPTURES}", "url", found.urls, "capture_id")
    captures |= _strings(
        connection,
        f"FROM {CATALOG}.core.rejected_article",
        "article_id",
        found.articles,
        "capture_id",
    )
    captures = _strings(connection, f"FROM {_CAPTURES}", "capture_id", captures, "capture_id")
    articles = found.articles
    for table in ("fact_capture", "rejected_article"):
        articles |= _strings(
            connection, f"FROM {CATALOG}.core.{table}", "capture_id", captures, "article_id"
        )
    for table in ("fact_article", "fact_declared"):
        articles |= _strings(
            connection, f"FROM {CATALOG}.core.{table}", "url", found.urls, "article_id"
        )
    urls = found.urls
    for table in ("fact_article", "fact_declared", "fact_capture", "rejected_article"):
        urls |= _strings(connection, f"FROM {CATALOG}.core.{table}", "article_id", articles, "url")
    urls |= _strings(connection, f"FROM {_CAPTURES}", "capture_id", captures, "url")
    urls |= {canonical for url in urls if (canonical := canonical_url(url))}
    # Of articles alone: the bytes of a server's error page are those of many addresses.
    contents = _strings(
        connection,
        f"FROM {CATALOG}.core.fact_capture WHERE article_id IS NOT NULL",
        "capture_id",
        captures,
        "content_sha256",
    ) - {_EMPTY_SHA256}
    captures |= _strings(connection, f"FROM {_CAPTURES}", "content_sha256", contents, "capture_id")
    return Belongings(articles, urls, captures, contents)


def _strings(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    column: str,
    keys: Iterable[str],
    wanted: str | None = None,
) -> frozenset[str]:
    """Values of a column in the rows that have one of the keys in another."""
    rows = connection.execute(
        f"SELECT DISTINCT {wanted or column} FROM ({source}) WHERE {column} IN "
        "(SELECT unnest(?::VARCHAR[]))",
        [list(keys)],
    ).fetchall()
    return frozenset(value for (value,) in rows if value)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _delete_names(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete bylines and persons that only what goes names; mentions bring others again."""
    gone = f"(SELECT key FROM {_TAKEDOWNS} WHERE kind = 'article')"
    core = f"{CATALOG}.core"
    connection.execute(
        f"DELETE FROM {core}.dim_byline WHERE byline_id IN "
        f"(SELECT byline_id FROM {core}.fact_article WHERE article_id IN {gone}) AND byline_id "
        f"NOT IN (SELECT byline_id FROM {core}.fact_article "
        f"WHERE article_id NOT IN {gone} AND byline_id IS NOT NULL)"
    )
    connection.execute(
        f"DELETE FROM {core}.dim_entity WHERE entity_kind = 'person' AND entity_id IN "
        f"(SELECT entity_id FROM {core}.fact_entity_mention WHERE article_id IN {gone}) "
        f"AND entity_id NOT IN (SELECT entity_id FROM {core}.fact_entity_mention "
        f"WHERE article_id NOT IN {gone})"
    )
