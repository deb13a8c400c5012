"""What the lake knows of articles and addresses besides stored captures."""

from collections.abc import Collection

import duckdb

from etl.lake import CATALOG

_CORE = f"{CATALOG}.core"
_OF_IDS = "IN (SELECT unnest(?::VARCHAR[]))"


def articles_at(connection: duckdb.DuckDBPyConnection, urls: Collection[str]) -> set[str]:
    """Ids of the articles whose versions have these canonical addresses."""
    rows = connection.execute(
        f"SELECT DISTINCT article_id FROM {_CORE}.fact_article WHERE url {_OF_IDS}", [sorted(urls)]
    ).fetchall()
    return {article_id for (article_id,) in rows}


def addresses_of(connection: duckdb.DuckDBPyConnection, article_ids: Collection[str]) -> set[str]:
    """Canonical addresses of articles, as versions and declarations have them."""
    rows = connection.execute(
        f"SELECT url FROM {_CORE}.fact_article WHERE article_id {_OF_IDS} AND url IS NOT NULL "
        f"UNION SELECT url FROM {_CORE}.fact_declared WHERE article_id {_OF_IDS}",
        [sorted(article_ids)] * 2,
    ).fetchall()
    return {url for (url,) in rows}


def is_declared_or_fetched(connection: duckdb.DuckDBPyConnection, url: str) -> bool:
    """Whether a source declared a canonical address, or a fetch was tried."""
    row = connection.execute(
        f"SELECT 1 FROM {_CORE}.fact_declared WHERE url = ? "
        f"UNION ALL SELECT 1 FROM {_CORE}.fact_fetch WHERE url = ? LIMIT 1",
        [url, url],
    ).fetchone()
    return row is not None


def is_known_article(connection: duckdb.DuckDBPyConnection, article_id: str) -> bool:
    """Whether an article has a version, a rejected row or a declaration."""
    tables = ("fact_article", "rejected_article", "fact_declared")
    found = " UNION ALL ".join(f"SELECT 1 FROM {_CORE}.{t} WHERE article_id = ?" for t in tables)
    return connection.execute(f"{found} LIMIT 1", [article_id] * len(tables)).fetchone() is not None
