"""Takedown, backup and restore with a catalog on Postgres and data on S3."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from etl.errors import LakeError
from etl.settings import PROJECT, Settings
from etl.workflows.backup.make import back_up
from etl.workflows.backup.restore import restore
from etl.workflows.build import chain
from etl.workflows.doctor.examine import examine
from etl.workflows.run_ids import new_run_id
from etl.workflows.takedown.forget import forget
from tests.home_search import files_with
from tests.lake_rows import facts_of
from tests.scale import servers

pytestmark = pytest.mark.slow

PAGES = PROJECT / "seeds" / "pages" / "kalbela"
NAMES = ("fog-ferry-v1.html", "fog-ferry-v2.html", "untitled-river-port.html")
ARTICLE, WORD = "kalbela:253604", "ঝিকিমিকিশব্দ"

MakeSettings = Callable[[str], Settings]


@pytest.fixture
def lake(postgres: servers.Postgres, s3: servers.S3, tmp_path: Path) -> MakeSettings:
    """Settings of a new lake on both servers, by its name."""

    def make(name: str) -> Settings:
        values: dict[str, Any] = {"catalog": postgres.create_database(name), **s3.settings(name)}
        return Settings(home=tmp_path / name, workers=1, **values)

    return make


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in NAMES:
        text = (PAGES / name).read_text("utf-8")
        (folder / name).write_text(text.replace("ফেরি", f"ফেরি {WORD}"), "utf-8")
        shutil.copy(PAGES / f"{name}.meta.json", folder)
    return folder


def _copied(settings: Settings, s3: servers.S3, folder: Path) -> Path:
    """All objects of the lake, and all rows of its catalog, as files."""
    prefix = settings.data_path.rpartition("/")[2]
    for key in s3.keys(f"{prefix}/"):
        path = folder / "s3" / key
        if not key.endswith("/"):
            path.parent.mkdir(parents=True, exist_ok=True)
            body = s3.client().get_object(Bucket=servers.BUCKET, Key=key)["Body"]
            path.write_bytes(body.read())
    with psycopg.connect(settings.catalog.get_secret_value()) as session:
        names = session.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (name,) in names.fetchall():
            rows = session.execute(f'SELECT * FROM "{name}"'.encode()).fetchall()
            (folder / f"{name}.txt").write_text(str(rows), "utf-8")
    return folder


def test_a_takedown_leaves_nothing_on_the_servers(
    lake: MakeSettings, s3: servers.S3, pages: Path, tmp_path: Path
) -> None:
    settings = lake("takedown")
    chain.run(settings, [pages], new_run_id())
    (tmp_path / "before").mkdir()
    found = files_with(_copied(settings, s3, tmp_path / "before"), [WORD])
    assert any(line.startswith("s3/") for line in found)
    assert any(line.startswith("ducklake_") for line in found)
    forget(settings, [ARTICLE, "kalbela:256683"], "Rina", "a request", new_run_id())
    (tmp_path / "after").mkdir()
    assert files_with(_copied(settings, s3, tmp_path / "after"), [WORD]) == []
    assert files_with(settings.home, [WORD]) == []
    assert [item.text for item in examine(settings, deep=True) if item.level != "ok"] == []


def test_a_lake_is_put_back_on_other_servers(
    lake: MakeSettings, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, other = lake("saved"), lake("restored")
    chain.run(settings, [pages], new_run_id())
    before = facts_of(settings)
    back_up(settings, tmp_path / "backup", new_run_id())
    assert list(restore(other, tmp_path / "backup", new_run_id()))
    assert facts_of(other) == before
    assert [item.text for item in examine(other, deep=True) if item.level != "ok"] == []
    assert servers.PASSWORD not in (tmp_path / "backup" / "manifest.json").read_text()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LakeError, match="pg_dump is not installed"):
        back_up(settings, tmp_path / "backup", new_run_id())
