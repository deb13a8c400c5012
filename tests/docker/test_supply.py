"""Pins of images and downloads, and the bills of the locked packages."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from etl.settings import PROJECT
from tests.web.site import LoggedRequest, Reply, serve


def script(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, PROJECT / "docker" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PIN, SBOM = script("pin_images"), script("sbom")
OLD, NEW = f"sha256:{'0' * 64}", f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("FROM python:3.11-slim", f"FROM python:3.11-slim@{NEW}"),
        (f"FROM python:3.11-slim@{OLD}", f"FROM python:3.11-slim@{NEW}"),
        ("FROM a/b:1 AS build", f"FROM a/b:1@{NEW} AS build"),
        ("    image: redis:8.2", f"    image: redis:8.2@{NEW}"),
        ("    image: khobor-s3:0.1.0", "    image: khobor-s3:0.1.0"),
        (
            "ARG V=1.2\nADD --chown=a:a https://x.example/${V}/a.jar /a.jar",
            f"ARG V=1.2\nADD --checksum={NEW} --chown=a:a https://x.example/${{V}}/a.jar /a.jar",
        ),
    ],
)
def test_lines_are_pinned_once_and_again(line: str, expected: str) -> None:
    asked: list[str] = []

    def checksum(address: str) -> str:
        asked.append(address)
        return "a" * 64

    once = PIN.pinned(line, lambda name, tag: NEW, checksum)
    assert once == expected
    assert PIN.pinned(once, lambda name, tag: NEW, checksum) == expected
    assert set(asked) <= {"https://x.example/1.2/a.jar"}


def test_every_image_and_download_of_the_project_is_found() -> None:
    images: list[str] = []
    downloads: list[str] = []

    def digest(name: str, tag: str) -> str:
        images.append(f"{name}:{tag}")
        return NEW

    def checksum(address: str) -> str:
        downloads.append(address)
        return "a" * 64

    files = [PROJECT / "docker-compose.yml", *PROJECT.glob("docker/*.Dockerfile")]
    for path in files:
        PIN.pinned(path.read_text("utf-8"), digest, checksum)
    names = {image.partition(":")[0] for image in images}
    assert names == {
        "apache/airflow", "chrislusf/seaweedfs", "eclipse-temurin", "postgres", "python", "redis",
    }  # fmt: skip
    assert len(downloads) == 2
    assert all("$" not in address for address in downloads)


def test_a_digest_is_asked_of_the_registry() -> None:
    """With a token, as Docker Hub wants it; one that it does not know is an error."""

    def manifest(request: LoggedRequest) -> Reply:
        if request.headers.get("Authorization") == "Bearer t":
            return Reply(headers={"Docker-Content-Digest": NEW})
        challenge = f'Bearer realm="{site.url("/token")}",service="r",scope="pull"'
        return Reply(status=401, headers={"WWW-Authenticate": challenge})

    with serve({}) as site:
        site.routes["/v2/library/python/manifests/3.11"] = manifest
        site.routes["/token?service=r&scope=pull"] = Reply(b'{"token": "t"}')
        assert PIN.registry_digest("python", "3.11", site.base) == NEW
        with pytest.raises(PIN.PinError, match=r"python:9\.9"):
            PIN.registry_digest("python", "9.9", site.base)


def test_a_bill_has_every_locked_package_with_its_hashes(tmp_path: Path) -> None:
    SBOM.main(tmp_path)
    for name, lock in SBOM.LOCKS.items():
        text = (tmp_path / name).read_text("utf-8")
        bill = json.loads(text)
        locked = [
            line.split(" ")[0] for line in lock.read_text("utf-8").splitlines() if "==" in line
            and not line.startswith((" ", "#"))
        ]  # fmt: skip
        assert len(bill["components"]) == len(locked) > 50
        assert all(component["hashes"] for component in bill["components"])
        assert bill["bomFormat"] == "CycloneDX"
        assert SBOM.bill(lock) == text
