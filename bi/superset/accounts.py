"""Accounts of people in the Superset of a home."""

import secrets
import subprocess

from bi.superset.add_user import NAME_TAKEN
from bi.superset.environment import FOLDER, environment, python, superset_home
from etl.errors import TerminalError, UsageError
from etl.settings import Settings


def add_user(settings: Settings, name: str, role: str) -> str:
    """Create an account.

    Args:
        settings: say whose Superset; ``make serve`` has set it up.
        name: to log in with.
        role: one of ``add_user.ROLES``.

    Returns:
        The account's password, which is kept nowhere in plain text.

    Raises:
        UsageError: there is no Superset, or it has a user of that name.
        TerminalError: Superset could not create it.
    """
    home = superset_home(settings.home)
    if not (home / "prepared").exists():
        raise UsageError(f"no Superset in {home}: run `make serve` once")
    password = secrets.token_urlsafe(12)
    done = subprocess.run(
        [str(python()), str(FOLDER / "add_user.py"), name, role],
        env=environment(settings),
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
