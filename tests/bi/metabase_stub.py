"""A stand-in for Metabase that checks every request as Metabase does, and reads DuckDB for real.

Bodies are closed as in Metabase's own source, states are kept, and sessions are asked for.
Databases are opened as its DuckDB driver opens them, and questions are run with their variables
bound and unused clauses left out, as Metabase does.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import duckdb
from pydantic import BaseModel, ConfigDict, Field, ValidationError

SETUP_TOKEN = "d2c1a0b4-stub"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class User(Body):
    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
    password: str = Field(min_length=8)
    first_name: str | None = None
    last_name: str | None = None


class Preferences(Body):
    site_name: str = Field(min_length=1)
    site_locale: str | None = None
    allow_tracking: bool | str | None = None


class Setup(Body):
    token: Literal["d2c1a0b4-stub"]
    user: User
    prefs: Preferences


class SignIn(Body):
    username: str = Field(min_length=1)
    password: str = Field(min_length=1)


class Details(Body):
    database_file: str
    read_only: bool = False
    old_implicit_casting: bool = False
    memory_limit: str | None = None
    init_sql: str | None = None


class Database(Body):
    name: str = Field(min_length=1)
    engine: Literal["duckdb"]
    details: Details
    is_full_sync: bool = True
    is_on_demand: bool = False


class Collection(Body):
    name: str = Field(min_length=1)
    description: str | None = None
    parent_id: int | None = Field(None, gt=0)


class Tag(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)
    id: str = Field(min_length=1)
    name: str
    display_name: str = Field(alias="display-name")
    type: Literal["text", "date"]


class Native(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)
    query: str = Field(min_length=1)
    template_tags: dict[str, Tag] = Field({}, alias="template-tags")


class NativeQuery(Body):
    database: int
    type: Literal["native"]
    native: Native


class Card(Body):
    name: str = Field(min_length=1)
    display: Literal["bar", "row", "scalar", "table"]
    dataset_query: NativeQuery
    visualization_settings: dict[str, Any]
    description: str | None = Field(None, min_length=1)
    collection_id: int | None = Field(None, gt=0)


class ValuesSource(Body):
    card_id: int = Field(gt=0)
    value_field: list[Any]


class Parameter(Body):
    id: str = Field(min_length=1)
    type: Literal["date/single", "string/="]
    name: str = Field(min_length=1)
    slug: str = Field(min_length=1)
    isMultiSelect: bool | None = None  # noqa: N815
    values_query_type: Literal["list", "search", "none"] | None = None
    values_source_type: Literal["card", "static-list"] | None = None
    values_source_config: ValuesSource | None = None


class Mapping(Body):
    parameter_id: str = Field(min_length=1)
    card_id: int = Field(gt=0)
    target: list[Any]


class Dashcard(Body):
    id: int
    card_id: int = Field(gt=0)
    size_x: int = Field(gt=0)
    size_y: int = Field(gt=0)
    row: int = Field(ge=0)
    col: int = Field(ge=0)
    parameter_mappings: list[Mapping] = []
    visualization_settings: dict[str, Any] = {}


class Dashboard(Body):
    name: str = Field(min_length=1)
    description: str | None = None
    collection_id: int | None = Field(None, gt=0)


class DashboardUpdate(Dashboard):
    parameters: list[Parameter] = []
    dashcards: list[Dashcard] = []


class RefusedError(Exception):
    def __init__(self, status: int, body: object) -> None:
        super().__init__(status)
        self.status, self.body = status, body


class MetabaseStub:
    """One instance; ``requests`` are all it was asked, in order."""

    def __init__(self) -> None:
        self.user: User | None = None
        self.databases: dict[int, dict[str, Any]] = {}
        self.collections: dict[int, dict[str, Any]] = {}
        self.cards: dict[int, dict[str, Any]] = {}
        self.dashboards: dict[int, dict[str, Any]] = {}
        self.requests: list[tuple[str, str]] = []
        self.starting = 0  # requests still answered as by an instance that starts
        self._ids = iter(range(1, 1_000_000))

    # --- requests ------------------------------------------------------------------------------

    def answer(self, method: str, path: str, session: str | None, body: Any) -> Any:
        self.requests.append((method, path))
        if self.starting:
            self.starting -= 1
            raise RefusedError(503, {"status": "initializing", "progress": 0.4})
        free = (
            ("GET", "/api/session/properties"),
            ("POST", "/api/setup"),
            ("POST", "/api/session"),
        )
        if (method, path) not in free and session != "session-key":
            raise RefusedError(401, "Unauthenticated")
        for pattern, wanted, handler in self._routes():
            match = re.fullmatch(pattern, path)
            if match and method == wanted:
                return handler(*[int(part) for part in match.groups()], body)
        raise RefusedError(404, "API endpoint does not exist.")

    def _routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return [
            (r"/api/session/properties", "GET", self._properties),
            (r"/api/setup", "POST", self._setup),
            (r"/api/session", "POST", self._sign_in),
            (r"/api/database", "GET", lambda _: {"data": list(self.databases.values())}),
            (r"/api/database", "POST", self._add_database),
            (r"/api/database/(\d+)", "PUT", self._put_database),
            (r"/api/database/(\d+)/sync_schema", "POST", self._sync),
            (r"/api/collection", "GET", self._list_collections),
            (r"/api/collection", "POST", self._add_collection),
            (r"/api/collection/(\d+)/items\?models=card", "GET", self._items(self.cards)),
            (r"/api/collection/(\d+)/items\?models=dashboard", "GET", self._items(self.dashboards)),
            (r"/api/card", "POST", self._add_card),
            (r"/api/card/(\d+)", "PUT", self._put_card),
            (r"/api/dashboard", "POST", self._add_dashboard),
            (r"/api/dashboard/(\d+)", "GET", lambda at, _: self._known(self.dashboards, at)),
            (r"/api/dashboard/(\d+)", "PUT", self._put_dashboard),
        ]

    def _properties(self, _: Any) -> Any:
        is_new = self.user is None
        return {"has-user-setup": not is_new, "setup-token": SETUP_TOKEN if is_new else None}

    def _setup(self, body: Any) -> Any:
        if self.user is not None:
            raise RefusedError(
                403, "The /api/setup route can only be used to create the first user."
            )
        self.user = Setup.model_validate(body).user
        return {"id": "session-key"}

    def _sign_in(self, body: Any) -> Any:
        given = SignIn.model_validate(body)
        user = self.user
        if user is None or (given.username, given.password) != (user.email, user.password):
            raise RefusedError(401, {"errors": {"password": "did not match stored password"}})
        return {"id": "session-key"}

    def _add_database(self, body: Any) -> Any:
        database = Database.model_validate(body)
        self._connect(database.details).close()
        return self._store(self.databases, database)

    def _put_database(self, at: int, body: Any) -> Any:
        self._known(self.databases, at)
        database = Database.model_validate(body)
        self._connect(database.details).close()
        self.databases[at] = {"id": at, **database.model_dump()}
        return self.databases[at]

    def _sync(self, at: int, _: Any) -> Any:
        self._known(self.databases, at)
        return {"status": "ok"}

    def _list_collections(self, _: Any) -> Any:
        return [{"id": "root", "name": "Our analytics"}, *self.collections.values()]

    def _add_collection(self, body: Any) -> Any:
        return self._store(self.collections, Collection.model_validate(body))

    def _items(self, stored: dict[int, dict[str, Any]]) -> Callable[..., Any]:
        def listed(at: int, _: Any) -> Any:
            items = [item for item in stored.values() if item["collection_id"] == at]
            return {"total": len(items), "data": items}

        return listed

    def _add_card(self, body: Any) -> Any:
        return self._store(self.cards, self._checked(body))

    def _put_card(self, at: int, body: Any) -> Any:
        self._known(self.cards, at)
        self.cards[at] = {"id": at, **self._checked(body).model_dump(by_alias=True)}
        return self.cards[at]

    def _checked(self, body: Any) -> Card:
        """Tags and places in the SQL belong together."""
        card = Card.model_validate(body)
        native = card.dataset_query.native
        self._known(self.databases, card.dataset_query.database)
        if set(re.findall(r"\{\{(\w+)\}\}", native.query)) != set(native.template_tags):
            raise RefusedError(400, {"message": "template tags and query differ"})
        return card

    def _add_dashboard(self, body: Any) -> Any:
        stored = self._store(self.dashboards, Dashboard.model_validate(body))
        stored.update(parameters=[], dashcards=[])
        return stored

    def _put_dashboard(self, at: int, body: Any) -> Any:
        present = self._known(self.dashboards, at)
        update = DashboardUpdate.model_validate(body)
        ids = {parameter.id for parameter in update.parameters}
        kept = {card["id"] for card in present["dashcards"]}
        for parameter in update.parameters:
            if parameter.values_source_config is not None:
                self._known(self.cards, parameter.values_source_config.card_id)
        for card in update.dashcards:
            stored = self._known(self.cards, card.card_id)
            tags = stored["dataset_query"]["native"]["template-tags"]
            if card.id > 0 and card.id not in kept:
                raise RefusedError(404, "Not found.")
            if card.col + card.size_x > 24:
                raise RefusedError(400, {"message": "wider than the grid"})
            for mapping in card.parameter_mappings:
                kind, (tag_kind, tag) = mapping.target
                known = kind == "variable" and tag_kind == "template-tag" and tag in tags
                if mapping.parameter_id not in ids or not known:
                    raise RefusedError(400, {"message": f"no such mapping {mapping}"})
            card.id = card.id if card.id > 0 else next(self._ids)
        self.dashboards[at] = {"id": at, **update.model_dump()}
        return self.dashboards[at]

    def _store(
        self,
        stored: dict[int, dict[str, Any]],
        body: BaseModel,
    ) -> dict[str, Any]:
        at = next(self._ids)
        stored[at] = {"id": at, **body.model_dump(by_alias=True)}
        return stored[at]

    def _known(self, stored: dict[int, dict[str, Any]], at: int) -> dict[str, Any]:
        if at not in stored:
            raise RefusedError(404, "Not found.")
        return stored[at]

    # --- DuckDB --------------------------------------------------------------------------------

    def _connect(self, details: Details) -> duckdb.DuckDBPyConnection:
        """As the driver: options at the connection, then the statements, once a connection."""
        try:
            connection = duckdb.connect(
                details.database_file,
                read_only=details.read_only,
                config={
                    "temp_directory": f"{details.database_file}.tmp",
                    "old_implicit_casting": details.old_implicit_casting,
                    **({"memory_limit": details.memory_limit} if details.memory_limit else {}),
                },
            )
            second = connection.cursor()  # another connection of the pool
            for one in (connection, second):
                one.execute(details.init_sql or "SELECT 1")
        except duckdb.Error as error:
            raise RefusedError(
                400, {"message": str(error), "errors": {"database_file": "?"}}
            ) from None
        return connection

    def run_card(self, name: str, **values: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Columns and rows of a question; optional clauses without a value fall away."""
        card = next(card for card in self.cards.values() if card["name"] == name)
        native = card["dataset_query"]["native"]

        def fill(clause: re.Match[str]) -> str:
            tag = clause.group(2)
            return f"{clause.group(1)}${tag}{clause.group(3)}" if tag in values else ""

        sql = re.sub(r"\[\[(.*?)\{\{(\w+)\}\}(.*?)\]\]", fill, native["query"])
        details = self.databases[card["dataset_query"]["database"]]["details"]
        with self._connect(Details.model_validate(details)) as connection:
            answer = connection.execute(sql, values or None)
            return [column[0] for column in answer.description or []], answer.fetchall()


@contextmanager
def serve(stub: MetabaseStub) -> Iterator[str]:
    """Serve the stand-in on loopback; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            session = self.headers.get("X-Metabase-Session")
            try:
                status, answer = 200, stub.answer(self.command, self.path, session, body)
            except RefusedError as refused:
                status, answer = refused.status, refused.body
            except ValidationError as error:
                first = error.errors()[0]
                status, answer = 400, {"errors": {str(first["loc"]): first["msg"]}}
            payload = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def published(folder: Path, build_id: str) -> Path:
    """A link ``current`` to a build of that name, for tests that need no whole warehouse."""
    build = folder / "builds" / build_id
    build.mkdir(parents=True)
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        connection.execute("CREATE SCHEMA mart")
        connection.execute(
            "CREATE TABLE mart.article AS SELECT 'ক' AS outlet_name_bn, DATE '2025-01-01' AS day"
        )
    current = folder / "current"
    current.unlink(missing_ok=True)
    current.symlink_to(Path("builds") / build_id)
    return current
