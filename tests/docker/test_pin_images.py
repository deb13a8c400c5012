"""Images and downloads pinned by what a registry and a server say."""

import hashlib
import importlib.util
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

from etl.settings import PROJECT

JAR = b"a jar"


def pin_images() -> Any:
    spec = importlib.util.spec_from_file_location(
        "pin_images", PROJECT / "docker" / "pin_images.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Registry(BaseHTTPRequestHandler):
    """A registry that wants a token, and a server with a jar."""

    salt = ""

    def do_HEAD(self) -> None:
        if self.headers.get("Authorization") != "Bearer token-of-repository":
            self.send_response(401)
            host = self.headers["Host"]
            challenge = f'Bearer realm="http://{host}/token",service="s",scope="repository:x:pull"'
            self.send_header("WWW-Authenticate", challenge)
        elif "absent" in self.path:
            self.send_response(404)
        else:
            self.send_response(200)
            digest = hashlib.sha256(f"{self.path}{self.salt}".encode()).hexdigest()
            self.send_header("Docker-Content-Digest", f"sha256:{digest}")
        self.end_headers()

    def do_GET(self) -> None:
        body = JAR
        if self.path.startswith("/token"):
            body = b'{"token": "token-of-repository"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Registry)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
    _Registry.salt = ""


@pytest.fixture
def project(tmp_path: Path, registry: str) -> Path:
    """Compose file and Dockerfiles as they are, their downloads from the server here."""
    shutil.copy(PROJECT / "docker-compose.yml", tmp_path)
    (tmp_path / "docker").mkdir()
    for path in (PROJECT / "docker").glob("*.Dockerfile"):
        text = re.sub(r"https://[\w.]+/", f"{registry}/", path.read_text("utf-8"))
        (tmp_path / "docker" / path.name).write_text(text, "utf-8")
    return tmp_path


def _digest(name: str, tag: str, salt: str = "") -> str:
    return hashlib.sha256(f"/v2/{name}/manifests/{tag}{salt}".encode()).hexdigest()


def test_every_image_and_download_is_pinned(project: Path, registry: str) -> None:
    main = pin_images().main
    assert main(project, registry) == 0
    text = (project / "docker-compose.yml").read_text("utf-8")
    assert (
        f"image: postgres:17.6-bookworm@sha256:{_digest('library/postgres', '17.6-bookworm')}"
        in text
    )
    services = yaml.safe_load(text)["services"]
    for service in services.values():
        assert "@sha256:" in service["image"] or service["image"].startswith("khobor-")
    for path in (project / "docker").glob("*.Dockerfile"):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("FROM"):
                assert re.search(r"@sha256:[0-9a-f]{64}$", line), line
            if line.startswith("ADD"):
                assert f"--checksum=sha256:{hashlib.sha256(JAR).hexdigest()} --chown=" in line
    before = {path: path.read_text("utf-8") for path in pin_images().files(project)}
    assert main(project, registry) == 0
    assert {path: path.read_text("utf-8") for path in before} == before


def test_a_moved_tag_gets_its_new_digest(project: Path, registry: str) -> None:
    main = pin_images().main
    assert main(project, registry) == 0
    _Registry.salt = "moved"
    assert main(project, registry) == 0
    text = (project / "docker-compose.yml").read_text("utf-8")
    assert _digest("library/postgres", "17.6-bookworm", "moved") in text
    assert _digest("library/postgres", "17.6-bookworm") not in text


def test_what_can_not_be_looked_up_stays_and_is_named(
    project: Path, registry: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project / "docker" / "s3.Dockerfile"
    path.write_text("FROM absent/image:1.0\n", "utf-8")
    assert pin_images().main(project, registry) == 1
    assert path.read_text("utf-8") == "FROM absent/image:1.0\n"
    assert "not pinned: absent/image:1.0" in capsys.readouterr().err
