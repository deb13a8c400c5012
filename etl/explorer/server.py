"""Serve the explorer on this machine."""

from pathlib import Path

import uvicorn

from etl.explorer.app import create_app

# Requests at once; more are answered with 503, so that a busy server stays within its memory.
_MOST_REQUESTS = 64


def serve(current_build: Path, host: str, port: int) -> None:
    """Serve until the process is stopped.

    Args:
        current_build: the link to the published build.
        host: address to listen on.
        port: port to listen on.
    """
    uvicorn.run(
        create_app(current_build),
        host=host,
        port=port,
        limit_concurrency=_MOST_REQUESTS,
        log_level="warning",
        server_header=False,
    )
