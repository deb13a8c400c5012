"""The explorer as a web application: pages, lists and the HTTP API over the published build."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from etl.errors import KhoborError, UsageError
from etl.explorer.api import api_routes
from etl.explorer.builds import CurrentBuild
from etl.explorer.pages import page_routes
from etl.explorer.rendering import page
from etl.publish.query import NoBuildError
from etl.reading.warehouse import NotFoundError, TooSlowError

_STATIC = Path(__file__).parent / "static"
# Nothing is loaded from elsewhere and nothing runs; text of pages could not bring a script in.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Another name in the Host header is a page of elsewhere that reaches this server by a name of its
# own (DNS rebinding).
_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_STATUS: tuple[tuple[type[KhoborError], int], ...] = (
    (NotFoundError, 404),
    (UsageError, 400),
    (TooSlowError, 503),
    (NoBuildError, 503),
)


def create_app(current_build: Path) -> FastAPI:
    """Return the application.

    Args:
        current_build: the link to the published build; it may be published later, or again.
    """
    app = FastAPI(
        title="Khobor",
        summary="Bangla news: search, articles with their versions, stories, events.",
        # Its viewers would load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    builds = CurrentBuild(current_build)
    app.include_router(api_routes(builds))
    app.include_router(page_routes(builds), include_in_schema=False)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(_HOSTS))
    app.middleware("http")(_with_headers)
    app.exception_handler(KhoborError)(_refused)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(HTTPException)(_failed)
    return app


async def _with_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.update(_HEADERS)
    return response


async def _refused(request: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    return _problem(request, status, str(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    return _problem(request, 400, f"{'.'.join(map(str, first['loc'][1:]))}: {first['msg']}")


async def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(request, error.status_code, str(error.detail))


def _problem(request: Request, status: int, message: str) -> Response:
    """Say what is wrong, as a page or, to programs, as JSON."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": message}, status)
    return page(request, "problem", {"message": message}, status)
