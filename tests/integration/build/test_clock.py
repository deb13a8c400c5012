"""A clock that was ahead once: what is loaded later is linked, published and kept all the same."""

from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest

from etl.ingest.frontier.store import open_frontier
from etl.load import runs
from etl.publish.releases import new_build_id
from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import chain
from etl.workflows.collect.files import ingest_files
from tests.lake_rows import rows_of

PAGES = PROJECT / "seeds" / "pages" / "samakal"


class Ahead(datetime):
    """A clock ten years ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime.now(tz) + timedelta(days=3650)


def test_later_runs_follow_those_of_the_future(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=tmp_path, workers=1)
    with monkeypatch.context() as future:
        future.setattr(runs, "datetime", Ahead)
        future.setattr(publishing, "datetime", Ahead)
        first = chain.run(settings, [PAGES / "export-earnings-january.html"], "r1").publish
    assert first is not None
    assert publishing.publish_if_behind(settings, "r2") is None
    ingest_files(settings, [PAGES / "china-nepal-border-market.html"], "r3")
    chain.build(settings, "r3")
    runs_of = "SELECT count(*) FROM lake.core.etl_run WHERE step = 'stories' AND run_id = 'r3'"
    assert rows_of(settings, runs_of) == [(1,)]
    second = publishing.publish_if_behind(settings, "r4")
    assert second is not None
    assert second.build_id > first.build_id
    assert settings.current_build.resolve().name == second.build_id
    copies = sorted(path.stem for path in settings.catalog_backups.glob("*.sqlite"))
    assert copies[-1] == second.build_id


def test_ids_of_builds_rise() -> None:
    now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    ahead = new_build_id(now + timedelta(days=99))
    assert ahead < new_build_id(now, [ahead, "publish.lock"])
    assert new_build_id(now) < ahead


def test_a_lease_of_the_future_does_not_hold_a_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another machine's, whose clock was ten years ahead when it died."""
    with open_frontier(tmp_path, "r1") as frontier:
        with monkeypatch.context() as future:
            future.setattr("etl.ingest.frontier.hosts.time.time", lambda: 4e9)
            other = type(frontier.hosts)(frontier.hosts._database, "other:1")
            assert other.claim("x.example", 1.0) is not None
        claimed = frontier.hosts.claim("x.example", 1.0)
        assert claimed is not None
