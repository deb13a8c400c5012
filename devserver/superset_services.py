"""Superset over one home: how ``make serve`` sets it up and starts it."""

import hashlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from bi.superset.generate import FOLDER as ASSETS
from devserver.settings import DevserverSettings
from etl.errors import UsageError
from etl.publish.releases import WAREHOUSE
from etl.resources import checkout

ADMIN = "admin"
# Superset's own environment: `make setup-bi`.
_ENVIRONMENT = checkout() / ".venv-bi"
_PYTHON = _ENVIRONMENT / "bin" / "python"
_SUPERSET = ASSETS.parent
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


def environment(settings: DevserverSettings) -> dict[str, str]:
    """Return the environment of Superset's processes, without settings of another Superset."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SUPERSET", "FLASK", "GUNICORN", "PYTHON"))
    }
    return {
        **kept,
        "SUPERSET_CONFIG_PATH": str(_SUPERSET / "superset_config.py"),
        "KHOBOR_SUPERSET_HOME": str(settings.superset_home),
        # The marts' times are by the clock of Dhaka: so must "last week" be.
        "TZ": "Asia/Dhaka",
        "KHOBOR_QUERY_SECONDS": str(settings.query_seconds),
    }


def command(port: int) -> list[str]:
    """Return the command that serves Superset on loopback."""
    return [
        str(_PYTHON),
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
    words = [_PYTHON, _SUPERSET / "prepare.py", warehouse, settings.passwords]
    stamp = settings.superset_home / "prepared"
    state = _state(settings, warehouse)
    if not stamp.exists() or stamp.read_text("utf-8") != state:
        run("superset-prepare", [str(word) for word in words], environment(settings))
        stamp.write_text(state, "utf-8")


def check_installed() -> None:
    """Check that Superset can be started.

    Raises:
        UsageError: its environment does not exist.
    """
    if not _PYTHON.exists():
        raise UsageError(f"no Superset in {_ENVIRONMENT}: run `make setup-bi`")


def _state(settings: DevserverSettings, warehouse: Path) -> str:
    """Return a hash of everything that an import depends on."""
    digest = hashlib.sha256(str(warehouse).encode())
    files = [settings.passwords, settings.superset_home / "secret_key", *_SUPERSET.glob("*.py")]
    for path in sorted([*files, _SUPERSET / "requirements.lock", *ASSETS.rglob("*.yaml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
