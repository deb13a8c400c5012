"""Superset's own environment next to the checkout, and the state of a home's Superset in it."""

import os
from pathlib import Path

from etl.errors import UsageError
from etl.resources import checkout
from etl.settings import Settings

FOLDER = Path(__file__).parent


def superset_home(home: Path) -> Path:
    """Return the folder of the Superset of a home: its metadata and key."""
    return home / "superset"


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of Superset's processes, without settings of another Superset."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SUPERSET", "FLASK", "GUNICORN", "PYTHON"))
    }
    return {
        **kept,
        "SUPERSET_CONFIG_PATH": str(FOLDER / "superset_config.py"),
        "KHOBOR_SUPERSET_HOME": str(superset_home(settings.home)),
        # The marts' times are by the clock of Dhaka: so must "last week" be.
        "TZ": "Asia/Dhaka",
        "KHOBOR_QUERY_SECONDS": str(settings.query_seconds),
    }


def python() -> Path:
    """Return the interpreter that has Superset.

    Raises:
        UsageError: Superset's environment does not exist.
    """
    folder = checkout() / ".venv-bi"
    interpreter = folder / "bin" / "python"
    if not interpreter.exists():
        raise UsageError(f"no Superset in {folder}: run `make setup-bi`")
    return interpreter
