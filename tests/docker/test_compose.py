"""docker-compose.yml: every profile resolves, holds no secret, and has the locked versions."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from etl.settings import PROJECT, Settings

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"init", "metabase-setup", "s3-init"}  # run to their end
PROFILES = ((), ("metabase",), ("scale",), ("metabase", "scale"))


def make_env() -> Any:
    spec = importlib.util.spec_from_file_location("make_env", PROJECT / "docker" / "make_env.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked(package: str, lock: str = "requirements.lock") -> str:
    text = (PROJECT / lock).read_text("utf-8")
    found = re.search(rf"^{re.escape(package)}==(\S+)", text, re.MULTILINE)
    assert found, f"{package} is not in {lock}"
    return found.group(1)


def dockerfile(name: str) -> str:
    return (PROJECT / "docker" / f"{name}.Dockerfile").read_text("utf-8")


def compose(folder: Path, *profiles: str) -> subprocess.CompletedProcess[str]:
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("docker-compose is not installed")
    shutil.copy(PROJECT / "docker-compose.yml", folder)
    flags = [word for profile in profiles for word in ("--profile", profile)]
    return subprocess.run(
        [command, *flags, "config"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
    )


@pytest.mark.parametrize("profiles", PROFILES)
def test_every_profile_resolves(tmp_path: Path, profiles: tuple[str, ...]) -> None:
    example = (PROJECT / ".env.example").read_text("utf-8")
    (tmp_path / ".env").write_text(make_env().filled(example))
    done = compose(tmp_path, *profiles)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # an unset variable would be told here


def test_without_secrets_it_is_refused_with_the_remedy(tmp_path: Path) -> None:
    done = compose(tmp_path)
    assert done.returncode != 0
    assert "make env" in done.stderr


def test_every_secret_is_asked_for_and_has_no_default() -> None:
    text = (PROJECT / "docker-compose.yml").read_text("utf-8")
    named = set(re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEY|KEY_ID))(:[?-])", text))
    assert len(named) > 8
    assert {kind for _, kind in named} == {":?"}
    example = (PROJECT / ".env.example").read_text("utf-8")
    for name, _ in named:
        assert re.search(rf"^{name}=<(random|fernet)>$", example, re.MULTILINE), name


def test_secrets_are_new_each_time_and_long() -> None:
    example = (PROJECT / ".env.example").read_text("utf-8")
    first, second = make_env().filled(example), make_env().filled(example)
    assert "<" not in re.sub(r"^#.*$", "", first, flags=re.MULTILINE)
    differing = [
        (a, b) for a, b in zip(first.splitlines(), second.splitlines(), strict=True) if a != b
    ]
    assert len(differing) == example.count("=<")
    # Airflow wants 64 bytes or more for the token's key.
    assert all(len(a.partition("=")[2]) >= 44 for a, _ in differing)
    assert (
        len(
            dict(line.split("=", 1) for line in first.splitlines() if "=" in line)[
                "AIRFLOW_JWT_SECRET"
            ]
        )
        >= 64
    )


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_each_service_is_pinned_limited_and_without_rights(name: str) -> None:
    service = SERVICES[name]
    assert re.search(r":[\w.-]*\d+\.\d+", service["image"])
    assert re.fullmatch(r"[1-9]\d*:\d+", service["user"])  # never root
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["cap_drop"] == ["ALL"]
    assert service["logging"]["options"].keys() >= {"max-size", "max-file"}
    assert ("healthcheck" in service) != (name in ONCE)
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:")
    for volume in service.get("volumes", []):
        assert volume.partition(":")[0] in COMPOSE["volumes"]  # named, not a path of the machine


@pytest.mark.parametrize("name", ["superset", "metabase", "explorer"])
def test_bi_reads_the_folder_of_builds_and_can_not_write_it(name: str) -> None:
    assert "khobor-publish:/data/publish:ro" in SERVICES[name]["volumes"]


def test_versions_are_the_locked_ones() -> None:
    assert f"FROM apache/airflow:{locked('apache-airflow')}-python3.11" in dockerfile("khobor")
    duckdb = locked("duckdb")
    assert f"DUCKDB_DRIVER_VERSION={duckdb}.0" in dockerfile("metabase")
    assert locked("duckdb", "bi/superset/requirements.lock") == duckdb
    for package in ("ducklake", "httpfs", "postgres-scanner", "sqlite-scanner"):
        assert locked(f"duckdb-extension-{package}") == duckdb
    version = re.search(
        r'^version = "(.+)"', (PROJECT / "pyproject.toml").read_text("utf-8"), re.MULTILINE
    )
    assert version
    images = {service["image"] for service in SERVICES.values() if "build" in service}
    assert {image.rpartition(":")[2] for image in images} == {version.group(1)}


def test_documents_name_the_versions_that_are_locked() -> None:
    superset = locked("apache-superset", "bi/superset/requirements.lock")
    named = {
        "Airflow": locked("apache-airflow"),
        "Superset": superset,
        "DuckDB": locked("duckdb"),
        "Great Expectations": locked("great-expectations"),
        "trafilatura": locked("trafilatura"),
    }
    texts = [PROJECT / "README.md", *(PROJECT / "docs").rglob("*.md")]
    for path in texts:
        for product, said in re.findall(
            rf"({'|'.join(named)}) (\d+\.\d+\.\d+)\b", path.read_text("utf-8")
        ):
            assert said == named[product], f"{path.name}: {product} {said}"


def test_khobor_s_variables_are_settings() -> None:
    fields = {f"KHOBOR_{name.upper()}" for name in Settings.model_fields}
    given = {
        name
        for service in SERVICES.values()
        for name in service.get("environment", {})
        if name.startswith("KHOBOR_")
    }
    assert given - fields == set()
