"""Every test runs away from the user's Airflow, state and settings."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock

from devserver.embedded import apply_environment
from etl.settings import PROJECT, Settings

# At import, because Airflow reads its configuration when it is first imported.
_AIRFLOW_HOME = Path(tempfile.mkdtemp(prefix="khobor-airflow-"))
apply_environment(_AIRFLOW_HOME, _AIRFLOW_HOME / "logs")
for _name in [name for name in os.environ if name.startswith("KHOBOR_")]:
    del os.environ[_name]
Settings.model_config["env_file"] = None


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_AIRFLOW_HOME, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home that ``load_settings()`` finds by itself."""
    folder = tmp_path / "home"
    monkeypatch.setenv("KHOBOR_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample pages loaded and published: made once for all, to be read only."""
    from etl.lake.connection import open_lake
    from etl.schema.tables.ledgers import FACT_SOURCE_READ
    from etl.workflows.build import chain
    from etl.workflows.publishing import publish
    from etl.workflows.run_ids import new_run_id
    from tests.factories.table_rows import insert_row

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home, done = shared / "sample-home", shared / "sample-home.done"
    with FileLock(shared / "sample-home.lock"):
        if not done.exists():
            settings = Settings(home=home)
            chain.run(settings, [PROJECT / "seeds" / "pages"], new_run_id())
            # Pages from files say nothing of sources: one reading of a feed that failed does.
            with open_lake(settings) as lake, lake.write("read sources"):
                insert_row(
                    lake.connection,
                    FACT_SOURCE_READ,
                    source="https://samakal.com/feed",
                    outlet_id="samakal",
                    outcome="failed",
                    reason="http_status 503",
                )
            publish(settings, new_run_id())
            done.touch()
    return home
