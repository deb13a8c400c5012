"""Postgres, Redis and an S3 server on loopback, each private to a test run."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psycopg

from etl.settings import Settings

USER, PASSWORD = "khobor", "pass'word %&"
_ESCAPED = "pass%27word%20%25%26"
S3_KEY_ID, S3_SECRET, BUCKET = "key'id", "se;cret'\"", "khobor-lake"


@dataclass(frozen=True)
class Postgres:
    port: int
    log: Path

    def dsn(self, database: str) -> str:
        return f"postgresql://{USER}:{_ESCAPED}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """The DSN of a new database."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as session:
            session.execute(f"CREATE DATABASE {name}".encode())
        return self.dsn(name)


@dataclass(frozen=True)
class S3:
    endpoint: str

    def settings(self, prefix: str) -> dict[str, Any]:
        """Values of ``Settings`` for a lake under this prefix."""
        return {
            "data_path": f"s3://{BUCKET}/{prefix}",
            "s3_endpoint": self.endpoint,
            "s3_key_id": S3_KEY_ID,
            "s3_secret": S3_SECRET,
        }

    def keys(self, prefix: str) -> list[str]:
        """Names of the objects that begin so."""
        pages = (
            self.client().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        )
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def client(self) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=S3_KEY_ID,
            aws_secret_access_key=S3_SECRET,
        )


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings of a shared lake as they are given to a process."""
    return {
        "KHOBOR_HOME": str(settings.home),
        "KHOBOR_CATALOG": settings.catalog.get_secret_value(),
        "KHOBOR_DATA_PATH": settings.data_path,
        "KHOBOR_S3_ENDPOINT": settings.s3_endpoint,
        "KHOBOR_S3_KEY_ID": settings.s3_key_id.get_secret_value(),
        "KHOBOR_S3_SECRET": settings.s3_secret.get_secret_value(),
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def postgres_folder() -> Path | None:
    """Where Debian or the path has Postgres' programs."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """A server with its data in a folder that any user can enter; it does not sync to disk."""
    programs = postgres_folder()
    assert programs is not None
    port, data, log = free_port(), folder / "postgres", folder / "postgres.log"
    data.mkdir()
    password_file = folder / "password"
    password_file.write_text(PASSWORD)
    as_server: list[str] = []
    if os.geteuid() == 0:  # Postgres refuses to run as root
        as_server = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        for path in (data, password_file):
            shutil.chown(path, "postgres")
    initdb: list[str | Path] = [programs / "initdb", "-D", data, "-U", USER]
    options = ["-A", "scram-sha-256", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    subprocess.run(
        [*as_server, *initdb, f"--pwfile={password_file}", *options],
        check=True,
        capture_output=True,
        cwd="/",
    )
    command: list[str | Path] = [*as_server, programs / "postgres", "-D", data, "-k", data]
    options = ["-h", "127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*command, "-p", str(port), *options],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
        )
    try:
        _wait_for(port, server, log)
        yield Postgres(port, log)
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def redis(folder: Path) -> Iterator[int]:
    """The port of a Redis that keeps nothing on disk."""
    port, log = free_port(), folder / "redis.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
        )
    try:
        _wait_for(port, server, log)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


@contextmanager
def s3(folder: Path) -> Iterator[S3]:
    """A server in a process of its own, with an empty bucket."""
    port, log = free_port(), folder / "s3.log"
    program = Path(sys.prefix) / "bin" / "moto_server"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [program, "-H", "127.0.0.1", "-p", str(port)], stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_for(port, server, log)
        store = S3(f"http://127.0.0.1:{port}")
        store.client().create_bucket(Bucket=BUCKET)
        yield store
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server takes connections; its log if it ends instead."""
    while True:
        if server.poll() is not None:
            raise RuntimeError(log.read_text(errors="replace"))
        with socket.socket() as client:
            client.settimeout(1)
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            server.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
