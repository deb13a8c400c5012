"""What a run leaves for those who watch it: structured log lines and OpenLineage events.

A log line is one JSON object in ``logs/khobor.jsonl``: time, level, event, and the ids of run,
batch, outlet and capture; never the text of an article. Lineage events go to
``logs/openlineage.jsonl``, or to the service that the settings name. Neither may stop a run.
"""

import functools
import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import structlog
from structlog.typing import Processor

from etl.errors import KhoborError
from etl.observability.openlineage import LineageRun
from etl.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

LOG_FILE = "khobor.jsonl"
_PROCESSORS: list[Processor] = [
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
]


def log_event(settings: Settings, level: str, event: str, **fields: object) -> None:
    """Append one line to the log; a log that can't be written loses the line, not the run."""
    path = settings.logs / LOG_FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One short write in append mode: lines of several processes don't mix.
        with path.open("a", encoding="utf-8") as file:
            logger = structlog.wrap_logger(structlog.WriteLogger(file), processors=_PROCESSORS)
            shown = {
                name: settings.without_secrets(value) if isinstance(value, str) else value
                for name, value in fields.items()
            }
            getattr(logger, level)(event, **shown)
    except OSError:
        return


def observed(step: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Log start and end of a step and emit its lineage.

    The function takes ``settings`` and ``run_id``, and ``batch_id`` where it works on one batch;
    the plain values of what it returns are logged.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
            given = signature.bind(*args, **kwargs).arguments
            settings: Settings = given["settings"]
            ids: dict[str, str] = {
                key: given[key] for key in ("run_id", "batch_id") if key in given
            }
            lineage = LineageRun(settings, step, ids)
            tell = functools.partial(_quietly, settings, ids)
            tell(lineage.start)
            log_event(settings, "info", f"{step}_started", **ids)
            started = time.monotonic()
            try:
                result = function(*args, **kwargs)
            except BaseException as error:
                # The message of a foreign error may quote data: only our own are logged whole.
                said = (
                    settings.without_secrets(str(error)) if isinstance(error, KhoborError) else ""
                )
                seconds = round(time.monotonic() - started, 3)
                log_event(
                    settings,
                    "error",
                    f"{step}_failed",
                    **ids,
                    seconds=seconds,
                    error=type(error).__name__,
                    message=said,
                )
                tell(functools.partial(lineage.fail, type(error).__name__, said))
                raise
            seconds = round(time.monotonic() - started, 3)
            fields: dict[str, Any] = {**_plain(result), **ids, "seconds": seconds}
            log_event(settings, "info", f"{step}_done", **fields)
            tell(lineage.complete)
            return result

        return wrapped

    return decorate


def _plain(report: object) -> Mapping[str, Any]:
    """Numbers and short words of a report; its lists as their lengths."""
    if not is_dataclass(report) or isinstance(report, type):
        return {}
    return {
        key: len(value) if isinstance(value, (tuple, list)) else value
        for key, value in asdict(report).items()
        if not isinstance(value, Path)
    }


def _quietly(settings: Settings, ids: Mapping[str, str], emit: Callable[[], None]) -> None:
    try:
        emit()
    except Exception as error:  # noqa: BLE001  (whatever a lineage service throws)
        log_event(settings, "warning", "lineage_not_emitted", **ids, error=type(error).__name__)
