"""A BI reader that polls the published build, and functions run in processes of their own."""

import json
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

_LEAST_PAUSE_SECONDS = 0.05


def in_child(function: Callable[[], Any]) -> Any:
    """The function's answer from a forked child: DuckDB never starts in this process."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            answer = {"answer": function()}
            code = 0
        except BaseException as error:  # noqa: BLE001  (told by the parent)
            answer = {"error": f"{type(error).__name__}: {error}"}
            traceback.print_exc()
        os.write(writing, json.dumps(answer).encode())
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        text = stream.read()
    os.waitpid(child, 0)
    answer = json.loads(text or b'{"error": "ended without an answer"}')
    if "error" in answer:
        raise RuntimeError(answer["error"])
    return answer["answer"]


def published(home: Path) -> list[int] | None:
    """What a BI reader sees: counts that tell one build from another; None where there is none."""
    current = home / "publish" / "current"
    if not current.is_symlink():
        return None
    with duckdb.connect(
        current / "warehouse.duckdb", read_only=True, config={"threads": 1}
    ) as build:
        row = build.execute(
            """
            SELECT capture_count, article_count,
              (SELECT count(*) FROM mart.capture_outcome), (SELECT count(*) FROM mart.article),
              (SELECT count(*) FROM mart.article_text), (SELECT count(*) FROM mart.event)
            FROM mart.build_info
            """
        ).fetchone()
    assert row is not None
    return list(row)


@contextmanager
def polling(home: Path) -> Iterator[dict[str, Any]]:
    """A reader of the published build in a process of its own; ``seen`` is filled at the end."""
    seen: dict[str, Any] = {}
    reading, writing = os.pipe()
    told, telling = os.pipe()
    reader = os.fork()
    if reader == 0:
        os.close(reading)
        os.close(telling)
        os.set_blocking(told, False)
        os.write(writing, json.dumps(_poll(home, told)).encode())
        os._exit(0)
    os.close(writing)
    os.close(told)
    try:
        yield seen
    finally:
        os.close(telling)
        with os.fdopen(reading, "rb") as stream:
            seen.update(json.loads(stream.read()))
        os.waitpid(reader, 0)


def _poll(home: Path, told: int) -> dict[str, Any]:
    states: Counter[str] = Counter()
    errors: list[str] = []
    while True:
        started = time.monotonic()
        try:
            states[json.dumps(published(home))] += 1
        except Exception as error:  # noqa: BLE001  (any error at all is what is looked for)
            errors.append(f"{type(error).__name__}: {error}"[:300])
        try:
            if os.read(told, 1) == b"":
                return {"states": dict(states), "errors": errors}
        except BlockingIOError:
            # A tenth of the time at most, or the reader would slow down what it watches: counted by
            # the clock, so that on a busy machine it takes no more than its share either.
            time.sleep(max(_LEAST_PAUSE_SECONDS, 9 * (time.monotonic() - started)))
