"""The wheel, built from the sdist and installed elsewhere, does what the checkout does."""

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from etl.resources import checkout

CHECKOUT = checkout()
PACKAGES = ("bi", "dags", "etl")
PAGES = CHECKOUT / "seeds" / "pages" / "samakal"
# Superset's own environment runs these two; Khobor's does not have Superset.
FOR_SUPERSET = {
    "bi.superset.add_user",
    "bi.superset.prepare",
    "bi.superset.reading_dialect",
    "bi.superset.superset_config",
}

IMPORT_ALL = """
import importlib, json, pkgutil, sys
names, places = [], []
for package in sys.argv[1].split(","):
    module = importlib.import_module(package)
    places.append(module.__file__)
    names += [found.name for found in pkgutil.walk_packages(module.__path__, f"{package}.")]
for name in set(names) - set(sys.argv[2].split(",")) - {"etl.__main__"}:
    importlib.import_module(name)
print(json.dumps({"places": places, "names": names}))
"""
LIST_DAGS = """
import json
from pathlib import Path
import dags
from airflow.dag_processing.dagbag import BundleDagBag
folder = Path(dags.__file__).parent
bag = BundleDagBag(dag_folder=folder, bundle_path=folder, bundle_name="installed")
print(json.dumps({"errors": bag.import_errors, "ids": sorted(bag.dags)}))
"""
LIST_PROGRAM = """
import json
from etl.resources import program_files
print(json.dumps([str(path) for path in program_files()]))
"""


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel, and a working directory outside the checkout."""

    wheel: Path
    bin: Path
    cwd: Path

    def run(self, *words: str | Path) -> str:
        """Run a program of the environment, which must end with 0; what it prints."""
        done = self.attempt(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def attempt(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment with nothing of this process's settings."""
        foreign = ("AIRFLOW", "KHOBOR_", "PYTHON")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return subprocess.run(
            [self.bin / words[0], *words[1:]],
            cwd=self.cwd,
            env={**kept, "AIRFLOW_HOME": str(self.cwd / "airflow"), "KHOBOR_HOME": "home"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel next to the locked packages, without the editable install of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    uv = [sys.executable, "-m", "uv", "--quiet", "--offline"]
    build = ["build", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*uv, *build, "--out-dir", folder / "dist", CHECKOUT], check=True)
    assert [path.suffix for path in sorted((folder / "dist").glob("khobor*"))] == [".whl", ".gz"]
    (wheel,) = (folder / "dist").glob("*.whl")
    python = folder / "venv" / "bin" / "python"
    subprocess.run([*uv, "venv", "--python", sys.executable, folder / "venv"], check=True)
    install: list[str | Path] = ["pip", "install", "--no-deps", "--python", python, wheel]
    subprocess.run([*uv, *install], check=True)
    # Python reads `.pth` files of its own site-packages only: that of the checkout has no effect.
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    (site / "locked.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    cwd = folder / "elsewhere"
    cwd.mkdir()
    return Installed(wheel, python.parent, cwd)


@pytest.fixture(scope="module")
def names(installed: Installed) -> set[str]:
    """The files in the wheel."""
    with zipfile.ZipFile(installed.wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_three_packages_and_all_their_data(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)
    present = {
        path.relative_to(CHECKOUT).as_posix()
        for package in PACKAGES
        for path in (CHECKOUT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    data = [
        *(CHECKOUT / "seeds").rglob("*.csv"),
        CHECKOUT / "seeds" / "outlets.yml",
        *(CHECKOUT / "expectations").glob("*.json"),
    ]
    assert len(data) > 15
    present |= {f"etl/data/{path.relative_to(CHECKOUT).as_posix()}" for path in data}
    assert {name for name in names if ".dist-info/" not in name} == present


def test_the_metadata_is_valid_and_names_the_licence(installed: Installed, names: set[str]) -> None:
    (info,) = {name.partition("/")[0] for name in names if ".dist-info/" in name}
    with zipfile.ZipFile(installed.wheel) as archive:
        metadata = Metadata.from_email(archive.read(f"{info}/METADATA"), validate=True)
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    assert str(metadata.version) == project["version"]
    assert metadata.license_expression == "Apache-2.0"
    assert metadata.license_files == ["LICENSE"]
    assert f"{info}/licenses/LICENSE" in names
    assert metadata.description is not None
    assert metadata.description.startswith("# ")


def test_every_module_is_imported_from_the_wheel(installed: Installed) -> None:
    told = installed.run("python", "-c", IMPORT_ALL, ",".join(PACKAGES), ",".join(FOR_SUPERSET))
    found = json.loads(told)
    site = str(installed.bin.parent)
    assert [place for place in found["places"] if not place.startswith(site)] == []
    assert set(found["names"]) > FOR_SUPERSET


def test_pages_are_read_as_in_the_checkout(installed: Installed) -> None:
    here = subprocess.run(
        [sys.executable, "-m", "etl", "extract", PAGES], capture_output=True, text=True, check=True
    )
    assert here.stdout.count("\n") > 5
    assert installed.run("khobor", "extract", PAGES) == here.stdout


def test_the_chain_runs_and_answers(installed: Installed) -> None:
    printed = installed.run("khobor", "run", PAGES)
    assert "published: " in printed
    count = "SELECT count(*) AS articles FROM mart.article"
    (row,) = json.loads(installed.run("khobor", "sql", count, "--format", "json"))
    assert row["articles"] > 4
    installed.run("khobor", "report")
    assert (installed.cwd / "home" / "report" / "index.html").stat().st_size > 10_000
    installed.run("khobor", "reextract")


def test_what_is_staged_depends_on_the_installed_program(installed: Installed) -> None:
    paths = [Path(path) for path in json.loads(installed.run("python", "-c", LIST_PROGRAM))]
    assert all(path.is_relative_to(installed.bin.parent) for path in paths)
    assert {path.suffix for path in paths} == {".py", ".json", ".csv"}


def test_every_dag_is_imported(installed: Installed) -> None:
    found = json.loads(installed.run("python", "-c", LIST_DAGS).splitlines()[-1])
    files = [path.stem for path in (CHECKOUT / "dags").glob("*.py") if path.stem != "__init__"]
    assert found == {"errors": {}, "ids": sorted(files)}


def test_a_tool_that_writes_documents_asks_for_a_checkout(installed: Installed) -> None:
    for tool in ("dictionary", "diagram", "expectations"):
        done = installed.attempt("python", "-m", f"etl.schema.derive.{tool}")
        assert done.returncode == 1
        assert "run it in a clone of the repository" in done.stderr
