"""Ids of runs."""

import secrets
from datetime import UTC, datetime


def new_run_id() -> str:
    """A run's id: its start in UTC and a random part; sorts by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
