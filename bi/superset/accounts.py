"""Accounts of people in the Superset of a home."""

import secrets
import subprocess
from pathlib import Path

from bi.superset.add_user import NAME_TAKEN
from bi.superset.environment import FOLDER, environment, python, superset_home
from etl.errors import TerminalError, UsageError


def add_user(home: Path, name: str, role: str) -> str:
    """Create an account.

    Args:
        home: whose Superset; ``make serve`` has set it up.
        name: to log in with.
        role: one of ``add_user.ROLES``.

    Returns:
        The account's password, which is kept nowhere in plain text.

    Raises:
        UsageError: there is no Superset, or it has a user of that name.
        TerminalError: Superset could not create it.
    """
    if not (superset_home(home) / "prepared").exists():
        raise UsageError(f"no Superset in {superset_home(home)}: run `make serve` once")
    password = secrets.token_urlsafe(12)
    done = subprocess.run(
        [str(python()), str(FOLDER / "add_user.py"), name, role],
        env=environment(home),
        input=password,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode == NAME_TAKEN:
        raise UsageError(f"Superset has a user {name} already: choose another name")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise TerminalError(f"Superset could not create {name}: {last}")
    return password
