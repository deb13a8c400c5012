"""A build for BI with rows given by hand, and its search index."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.publish.releases import WAREHOUSE
from etl.schema.derive.ddl import create_table
from etl.schema.marts.articles import ARTICLE, ARTICLE_TEXT, ARTICLE_VERSION
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.search.index import IndexReport, update_index
from tests.factories.table_rows import insert_row


class BuildFactory:
    """Rows are given by the columns that matter; the rest is filled with defaults."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self._connection = duckdb.connect()
        self._connection.execute(f"ATTACH '{folder / WAREHOUSE}' AS lake")
        self._connection.execute("CREATE SCHEMA lake.mart")
        for table in MARTS:
            self._connection.execute(create_table(table, "lake")[0])

    def insert(self, table: Table, **given: Any) -> None:
        insert_row(self._connection, table, **given)

    def article(
        self,
        article_id: str,
        title: str = "শিরোনাম",
        body: str = "কথা।",
        published_at: str | None = "2025-01-20 10:00",
        **given: Any,
    ) -> None:
        """One article in its current version."""
        outlet_id = article_id.split(":")[0]
        at = None if published_at is None else datetime.fromisoformat(published_at)
        texts = {"article_id": article_id, "outlet_id": outlet_id, "title": title}
        times = {"published_at": at, "published_at_utc": at}
        given.setdefault("content_hash", f"{title}|{body}")
        given.setdefault("url", f"https://example.com/{article_id}")
        day = {"published_date": at and at.date()}
        self.insert(
            ARTICLE,
            outlet_name_en=outlet_id.title(),
            is_undated=at is None,
            **texts,
            **times,
            **day,
            **given,
        )
        self.insert(ARTICLE_TEXT, body=body, **texts, **day)
        number = given.get("version_no", 1)
        content = given["content_hash"]
        self.version(article_id, number, title, body, is_current=True, content_hash=content)

    def version(self, article_id: str, number: int, title: str, body: str, **given: Any) -> None:
        """One version of an article, the current one excepted, which ``article`` makes."""
        given.setdefault("content_hash", f"{title}|{body}")
        self.insert(
            ARTICLE_VERSION,
            article_id=article_id,
            outlet_id=article_id.split(":")[0],
            version_no=number,
            title=title,
            body=body,
            **given,
        )

    def finish(self, old: Path | None = None) -> IndexReport:
        """Close the build and make its index, from the one of an old build."""
        self._connection.close()
        return update_index(old, self.folder)
