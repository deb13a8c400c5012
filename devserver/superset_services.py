"""Superset over one home: how ``make serve`` sets it up and starts it."""

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from bi.superset.environment import FOLDER, environment, python
from bi.superset.generate import FOLDER as ASSETS
from devserver.settings import DevserverSettings
from etl.publish.releases import WAREHOUSE

ADMIN = "admin"
# A worker that dies or is busy leaves the others.
_WORKERS = 2
_THREADS = 8


def ensure_secrets(settings: DevserverSettings) -> None:
    """Make the home's passwords and Superset's key, readable by their owner alone.

    Those that exist stay as they are.
    """
    settings.superset_home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_once(settings.passwords, json.dumps({ADMIN: secrets.token_urlsafe(12)}) + "\n")
    _write_once(settings.superset_home / "secret_key", secrets.token_urlsafe(42) + "\n")


def _write_once(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def command(port: int) -> list[str]:
    """Return the command that serves Superset on loopback."""
    return [
        str(python()),
        "-m",
        "gunicorn",
        f"--bind=127.0.0.1:{port}",
        f"--workers={_WORKERS}",
        "--worker-class=gthread",
        f"--threads={_THREADS}",
        "--timeout=300",
        "--no-control-socket",  # it would lie in the user's home, one for all
        "superset.app:create_app()",
    ]


def prepare(
    settings: DevserverSettings, run: Callable[[str, list[str], dict[str, str]], None]
) -> None:
    """Migrate Superset's metadata, make its admin, import the assets, if anything changed.

    Args:
        settings: the home and its published build.
        run: runs a command and waits for its end; its arguments are name, words, environment.
    """
    warehouse = settings.current_build / WAREHOUSE
    words = [python(), FOLDER / "prepare.py", warehouse, settings.passwords]
    stamp = settings.superset_home / "prepared"
    state = _state(settings, warehouse)
    if not stamp.exists() or stamp.read_text("utf-8") != state:
        run("superset-prepare", [str(word) for word in words], environment(settings))
        stamp.write_text(state, "utf-8")


def _state(settings: DevserverSettings, warehouse: Path) -> str:
    """Return a hash of everything that an import depends on."""
    digest = hashlib.sha256(str(warehouse).encode())
    files = [settings.passwords, settings.superset_home / "secret_key", *FOLDER.glob("*.py")]
    for path in sorted([*files, FOLDER / "requirements.lock", *ASSETS.rglob("*.yaml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
