"""A client of Metabase's HTTP API: session, errors, retries.

Paths and bodies follow Metabase's own source (``src/metabase/*_rest/api``, versions 0.56 to 0.63):
bodies are closed there, an unknown key is refused.
"""

from types import TracebackType
from typing import Any, Self

import httpx
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from etl.errors import TerminalError, TransientError

_TIMEOUT_SECONDS = 60.0  # connecting a database opens its file and lists its tables
_TRIES = 5


class MetabaseError(TerminalError):
    """Metabase refused a request; the message names it and Metabase's reason."""


class MetabaseUnavailableError(TransientError):
    """Metabase can't be reached, or is starting."""


_again = retry(
    retry=retry_if_exception_type(MetabaseUnavailableError),
    wait=wait_random_exponential(multiplier=0.2, max=5),
    stop=stop_after_attempt(_TRIES),
    reraise=True,
)


class Metabase:
    """A signed-in session with one instance; use it as a context."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def sign_in(self, user: str, password: str) -> None:
        """Sign in; an instance that was never set up gets this user as its administrator.

        Raises:
            MetabaseError: wrong user or password, or one that Metabase does not take.
            MetabaseUnavailableError: no answer from the address.
        """
        properties = self.get("/api/session/properties")
        if not properties["has-user-setup"]:
            body = {
                "token": properties["setup-token"],
                "user": {"email": user, "password": password, "first_name": "Khobor"},
                "prefs": {"site_name": "Khobor · খবর", "allow_tracking": False},
            }
            session = self.post("/api/setup", body)
        else:
            session = self.post("/api/session", {"username": user, "password": password})
        self._http.headers["X-Metabase-Session"] = session["id"]

    def get(self, path: str) -> Any:
        """Return the JSON answer to a GET."""
        return self._request("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return the JSON answer to a POST."""
        return self._request("POST", path, body)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Return the JSON answer to a PUT."""
        return self._request("PUT", path, body)

    @_again
    def _request(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.InvalidURL as error:
            raise MetabaseError(f"KHOBOR_METABASE_URL={self._url!r}: {error}") from error
        except httpx.TransportError as error:
            raise MetabaseUnavailableError(
                f"no answer from Metabase at {self._url} ({error}): start it, or correct "
                "KHOBOR_METABASE_URL"
            ) from error
        if answer.status_code in (502, 503, 504):
            raise MetabaseUnavailableError(
                f"Metabase at {self._url} is not ready ({answer.status_code}): wait and try again"
            )
        if answer.is_error:
            # The body of the request may hold a password: only Metabase's answer is shown.
            raise MetabaseError(
                f"Metabase refused {method} {path} ({answer.status_code}): {_reason(answer)}"
            )
        return answer.json() if answer.content else None


def _reason(answer: httpx.Response) -> str:
    """Return what Metabase says is wrong: a text, or a message for each field."""
    try:
        said = answer.json()
    except ValueError:
        return answer.text.strip()[:300] or "no reason given"
    if isinstance(said, dict):
        parts = [said.get("message"), said.get("errors"), said.get("specific-errors")]
        return "; ".join(str(part) for part in parts if part)[:500] or str(said)[:300]
    return str(said)[:300]
