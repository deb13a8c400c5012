"""``doctor --deep`` proves that every stored page is as it came."""

import shutil
from pathlib import Path

import pytest

from etl.lake.connection import open_lake
from etl.settings import PROJECT, Settings
from etl.workflows.collect.files import ingest_files
from etl.workflows.doctor.examine import examine
from etl.workflows.maintain import maintain
from etl.workflows.run_ids import new_run_id

PAGES = PROJECT / "seeds" / "pages" / "ittefaq"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("filled") / "home", batch_rows=3)
    ingest_files(settings, [PAGES], new_run_id())
    return settings.home


@pytest.fixture
def settings(filled: Path, tmp_path: Path) -> Settings:
    shutil.copytree(filled, tmp_path / "home")
    return Settings(home=tmp_path / "home")


def _manifest(settings: Settings) -> tuple[str, str]:
    (found,) = [item for item in examine(settings, deep=True) if item.check == "manifest"]
    return found.level.value, found.text


def _change(settings: Settings, statement: str) -> None:
    with open_lake(settings) as lake:
        lake.execute(statement)


ONE = "capture_id = (SELECT min(capture_id) FROM lake.raw.page_capture)"


def test_an_untouched_lake_is_proved(settings: Settings) -> None:
    assert _manifest(settings) == ("ok", "every capture and batch is as it was stored")
    assert "manifest" not in {item.check for item in examine(settings, deep=False)}
    maintain(settings, new_run_id())
    assert _manifest(settings)[0] == "ok"


CONTENT = f"UPDATE lake.raw.page_capture SET content = 'x'::BLOB WHERE {ONE}"
CONTENT_AND_HASH = (
    "UPDATE lake.raw.page_capture SET content = 'x'::BLOB, content_sha256 = sha256('x'::BLOB) "
    f"WHERE {ONE}"
)
ONE_LOST = f"DELETE FROM lake.raw.page_capture WHERE {ONE}"
ALL_LOST = "DELETE FROM lake.raw.page_capture"
ONE_MORE = (
    "INSERT INTO lake.raw.page_capture SELECT * REPLACE ('new' AS capture_id) "
    f"FROM lake.raw.page_capture WHERE {ONE}"
)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (CONTENT, "capture "),
        (CONTENT_AND_HASH, "batch "),
        (ONE_LOST, "batch "),
        (ALL_LOST, "batch "),
        (ONE_MORE, "batch "),
    ],
    ids=["content", "content and hash", "one lost", "all lost", "one more"],
)
def test_a_page_that_is_not_as_it_came_is_named(
    settings: Settings, change: str, named: str
) -> None:
    _change(settings, change)
    level, text = _manifest(settings)
    assert level == "fail"
    assert named in text


def test_batches_of_earlier_releases_are_recorded_by_maintenance(settings: Settings) -> None:
    _change(settings, "DELETE FROM lake.raw.capture_manifest")
    level, text = _manifest(settings)
    assert level == "warn"
    assert "in no manifest" in text
    maintain(settings, new_run_id())
    assert _manifest(settings)[0] == "ok"
