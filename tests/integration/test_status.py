"""`khobor status` of a lake with known rows, held to the mart that a build has."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from etl.lake.connection import open_lake
from etl.publish.build import publish_build
from etl.publish.query import Result, query
from etl.publish.releases import new_build_id
from etl.schema.tables.facts import ARTICLE_TEXT, FACT_ARTICLE
from etl.schema.tables.ledgers import FACT_CAPTURE, FACT_DECLARED, FACT_FETCH
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.schema.vocabulary import CaptureTimeSource, Outcome
from etl.settings import Settings
from etl.workflows.status import status
from tests.factories.table_rows import insert_row

DHAKA = ZoneInfo("Asia/Dhaka")
COUNTS = ("declared", "captured", *Outcome, "blocked", "unreachable", "never_fetched")


def article(
    connection: duckdb.DuckDBPyConnection,
    number: int,
    seen_at: datetime,
    lag: timedelta,
    *,
    source: CaptureTimeSource = CaptureTimeSource.HTTP,
    version_no: int = 1,
    is_current: bool = True,
    first_seen_at: datetime | None = None,
) -> None:
    """One version of an article with its text, and the capture that showed it first."""
    article_id, capture_id = f"kalbela:{number}", f"c{number}-{version_no}"
    keys = {"outlet_id": "kalbela", "article_id": article_id}
    keys_of_content = {**keys, "content_hash": f"{number}-{version_no}"}
    insert_row(connection, PAGE_CAPTURE, capture_id=capture_id)
    insert_row(
        connection,
        FACT_CAPTURE,
        **keys,
        capture_id=capture_id,
        captured_at=seen_at,
        captured_at_source=source,
        outcome=Outcome.LOADED,
        url=f"https://kalbela.com/{number}",
    )
    insert_row(
        connection,
        FACT_ARTICLE,
        **keys_of_content,
        capture_id=capture_id,
        version_no=version_no,
        is_current=is_current,
        published_at=seen_at - lag,
        published_at_source="json_ld",
        valid_from=seen_at,
        first_seen_at=first_seen_at or seen_at,
        last_seen_at=seen_at,
    )
    if is_current:
        insert_row(connection, ARTICLE_TEXT, **keys_of_content, body="কথা")


def fill(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    yesterday = now - timedelta(days=1)
    article(connection, 1, now, timedelta(minutes=10))
    article(connection, 2, now, timedelta(minutes=31))
    # Times that only bound the capture give no lag; nor do those of other days count today.
    article(connection, 3, now, timedelta(hours=9), source=CaptureTimeSource.MASTHEAD)
    article(connection, 4, now, timedelta(hours=9), source=CaptureTimeSource.FILE_TIME)
    article(connection, 5, yesterday, timedelta(hours=9))
    # A second version with another time of publication: the lag is that of the first.
    article(connection, 6, now, timedelta(minutes=40), is_current=False)
    article(connection, 6, now, timedelta(hours=7), version_no=2)
    for name, declared_at, article_id, tries in (
        ("1", now, None, ()),
        ("other-address-of-2", now, "kalbela:2", ()),
        ("refused", now, None, ("blocked",)),
        ("gone", now, None, ("blocked", "gone")),
        ("waiting", now, None, ()),
        ("old", yesterday, None, ()),
    ):
        url = f"https://kalbela.com/{name}"
        insert_row(
            connection,
            FACT_DECLARED,
            url=url,
            outlet_id="kalbela",
            declared_at=declared_at,
            article_id=article_id,
        )
        for second, outcome in enumerate(tries):
            insert_row(
                connection,
                FACT_FETCH,
                url=url,
                outcome=outcome,
                fetched_at=now + timedelta(seconds=second),
            )


def test_completeness_today_is_what_a_build_made_now_would_hold(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    now = datetime.now(UTC)
    with open_lake(settings) as lake:
        with lake.write("rows"):
            fill(lake.connection, now)
        builds, current = settings.builds, settings.current_build
        build = publish_build(lake.connection, builds, current, new_build_id(now), "0.1.0", now)

    tables = dict(status(settings))
    today = tables["completeness today"]
    assert today == Result(
        ["outlet_id", *COUNTS, "lag_minutes_median", "lag_minutes_p95"],
        [""] * 14,
        [("kalbela", 5, 6, 6, 0, 0, 0, 0, 0, 1, 1, 1, 31.0, 39.1)],
    )
    columns = ", ".join(f"{name}_count" for name in COUNTS)
    mart = query(
        build.warehouse,
        f"SELECT outlet_id, {columns}, round(lag_minutes_median, 1), round(lag_minutes_p95, 1) "
        f"FROM mart.completeness WHERE collected_date = '{now.astimezone(DHAKA):%Y-%m-%d}'",
    )
    assert today.rows == mart.rows
    assert list(tables) == [
        "completeness today",
        "sources in trouble",
        "captures by outcome",
        "freshness by outlet",
        "last runs",
        "sizes",
        "no news for longer than usual",
    ]
