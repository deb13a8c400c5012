"""Articles that name Iran and Russia, by outlet and week, with polars over the published build.

    python examples/iran_and_russia.py var/publish/current/warehouse.duckdb

writes `iran_and_russia.csv`, which Excel opens, and prints the counts.
"""

import sys
from pathlib import Path

import duckdb
import polars as pl

WAREHOUSE = Path(sys.argv[1] if len(sys.argv) > 1 else "var/publish/current/warehouse.duckdb")
OUTPUT = Path("iran_and_russia.csv")


def main() -> None:
    """Join articles with what they name, and count."""
    with duckdb.connect(str(WAREHOUSE), read_only=True) as connection:
        articles = connection.sql(
            "SELECT article_id, outlet_name_bn, published_date, title, url FROM mart.article"
        ).pl()
        named = connection.sql(
            "SELECT article_id, iso_code FROM mart.article_entity WHERE iso_code IN ('IR', 'RU')"
        ).pl()
    both = named.group_by("article_id").agg(pl.col("iso_code").n_unique().alias("countries"))
    found = articles.join(both.filter(pl.col("countries") == 2), on="article_id")
    either = articles.join(both, on="article_id")
    found.sort("published_date").write_csv(OUTPUT, include_bom=True)
    counts = (
        either.drop_nulls("published_date")
        .with_columns(pl.col("published_date").dt.truncate("1w").alias("week"))
        .group_by("week", "outlet_name_bn")
        .len("articles")
        .sort("week", "outlet_name_bn")
    )
    print(f"{len(found)} articles name both, {len(either)} one of the two; {OUTPUT} has the first")
    print(counts)


if __name__ == "__main__":
    main()
