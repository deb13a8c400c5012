"""Sites, settings and a polite fetcher for tests of the live web."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from etl.ingest.frontier.store import open_frontier
from etl.ingest.web.address_guard import PrivateRule
from etl.ingest.web.client import PoliteClient
from etl.ingest.web.http import ClientFactory, Limits
from etl.settings import Settings
from tests.web.site import ROBOTS, Route, Site, serve

LOOPBACK = "127.0.0.0/8"


@pytest.fixture
def sites() -> Iterator[Callable[..., Site]]:
    """Starts sites; each allows all but ``/private/`` unless it has a robots.txt of its own."""
    with ExitStack() as stack:

        def start(routes: dict[str, Route] | None = None, **options: Any) -> Site:
            return stack.enter_context(serve({"/robots.txt": ROBOTS, **(routes or {})}, **options))

        yield start


@pytest.fixture
def outlets_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes profiles: each keyword is an outlet's id, its value the profile's other keys."""

    def write(**profiles: dict[str, object]) -> Path:
        entries = [{"id": key, "name_en": key, **value} for key, value in profiles.items()]
        path = tmp_path / "outlets.yml"
        path.write_text(json.dumps({"outlets": entries}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def settings_for(home: Path) -> Callable[..., Settings]:
    def make(outlets: Path, **changes: object) -> Settings:
        values: dict[str, Any] = {
            "outlets": outlets,
            "contact": "desk@khobor.example",
            "fetch_delay_seconds": 0.02,
            "fetch_timeout_seconds": 5,
            "fetch_allow_private": LOOPBACK,
            "workers": 1,
            **changes,
        }
        return Settings(home=home, **values)

    return make


@pytest.fixture
def open_web(tmp_path: Path) -> Callable[..., Any]:
    """A fetcher with a frontier of its own; the same folder each time."""

    @asynccontextmanager
    async def opened(
        delay: float = 0.01, whole: float = 2.0, allow: tuple[str, ...] = (LOOPBACK,)
    ) -> AsyncIterator[PoliteClient]:
        limits = Limits(whole / 2, whole / 2, whole)
        clients = ClientFactory("Khobor/1 (+desk@khobor.example)", PrivateRule(allow), limits)
        with open_frontier(tmp_path / "frontier", "run") as frontier:
            async with PoliteClient(frontier, clients, delay, 50, whole) as web:
                yield web

    return opened
