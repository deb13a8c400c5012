"""The explorer as a real server on loopback."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from etl.explorer.app import create_app
from etl.schema.marts.articles import ARTICLE_REVISION
from etl.schema.marts.events import COUNTRY_PAIR_MONTH, EVENT, EVENT_ARTICLE
from etl.schema.marts.mentions import ARTICLE_ENTITY, ARTICLE_SOURCE, ENTITY_DAILY
from etl.schema.marts.outlets import DAILY_VOLUME, HEADLINE_EXPOSURE, OUTLET_SCORECARD
from etl.schema.marts.statements import QUOTE
from etl.schema.marts.stories import STORY_ARTICLE
from tests.factories.build import BuildFactory

_START_SECONDS = 60.0
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@contextmanager
def served(link: Path) -> Iterator[httpx.Client]:
    """Serve a link to a build on a free port."""
    config = uvicorn.Config(create_app(link), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=_START_SECONDS
        ) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def explorer(sample_home: Path) -> Iterator[httpx.Client]:
    """The explorer over the sample pages."""
    with served(sample_home / "publish" / "current") as client:
        yield client


@pytest.fixture
def serve() -> Callable[..., object]:
    return served


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The explorer over a build in which every text of a page is an attack."""
    build = BuildFactory(tmp_path_factory.mktemp("hostile") / "build")
    ids = {"article_id": "kalbela:1", "outlet_id": "kalbela"}
    build.article(
        "kalbela:1", HOSTILE, f"ইরান {HOSTILE}।", kicker=HOSTILE, byline=HOSTILE,
        story_id="kalbela:1", warnings=HOSTILE, top_section=HOSTILE, language='bn" onload="x',
        outlet_name_bn=HOSTILE, version_no=2,
    )  # fmt: skip
    build.article("samakal:2", "ইরান", "ইরানের কথা।", story_id="kalbela:1")
    build.version("kalbela:1", 1, HOSTILE, f"{HOSTILE} আগের", is_current=False)
    build.insert(ARTICLE_REVISION, **ids, version_no=2, title_after=HOSTILE)
    entity = {"entity_id": "person:<b>", "entity_kind": "person", "entity_name_bn": HOSTILE}
    build.insert(ARTICLE_ENTITY, **ids, **entity)
    build.insert(ENTITY_DAILY, outlet_id="kalbela", **entity)
    build.insert(
        QUOTE, **ids, speaker=HOSTILE, speaker_entity_id="person:<b>", quote=HOSTILE, evidence="-"
    )
    build.insert(ARTICLE_SOURCE, **ids, source_id="s", source_name_bn=HOSTILE, evidence=HOSTILE)
    pair = {"actor1": "IN", "actor2": "IR", "event_id": "e", "evidence": HOSTILE}
    build.insert(EVENT_ARTICLE, **ids, **pair)
    build.insert(EVENT, **pair, place=HOSTILE, first_article_id="kalbela:1")
    build.insert(COUNTRY_PAIR_MONTH, country1="IN", country2="IR", country1_name_bn=HOSTILE)
    build.insert(OUTLET_SCORECARD, outlet_id="kalbela", outlet_name_bn=HOSTILE)
    build.insert(DAILY_VOLUME, outlet_id="kalbela")
    build.insert(HEADLINE_EXPOSURE, outlet_id="kalbela", target_article_id="kalbela:1")
    for article_id in ("kalbela:1", "samakal:2"):
        build.insert(
            STORY_ARTICLE, story_id="kalbela:1", article_id=article_id, title=HOSTILE,
            outlet_id="kalbela", byline=HOSTILE, linked_article_id="samakal:2",
        )  # fmt: skip
    build.finish()
    with served(build.folder) as client:
        yield client
