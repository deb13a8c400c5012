"""Servers of this folder's tests, started once. Without their programs the tests are skipped."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scale import servers


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    # Not pytest's own folder: Postgres runs as another user, who must be let in.
    folder = Path(tempfile.mkdtemp(prefix="khobor-scale-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[servers.Postgres]:
    if servers.postgres_folder() is None:
        pytest.skip("Postgres is not installed: `make test-scale` installs it")
    with servers.postgres(server_folder) as server:
        yield server


@pytest.fixture(scope="session")
def s3(server_folder: Path) -> Iterator[servers.S3]:
    with servers.s3(server_folder) as server:
        yield server
