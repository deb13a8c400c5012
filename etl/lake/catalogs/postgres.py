"""The catalog in a Postgres database, for several machines."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import duckdb
import psycopg
from psycopg.conninfo import make_conninfo

from etl.errors import LakeConflictError, LakeError, LakeUnreachableError
from etl.lake import CATALOG
from etl.lake.catalogs.base import (
    DATA_FILES,
    LAKE_ID,
    LOCK_WAIT_SECONDS,
    Guard,
    attach_lake,
    busy_error,
)
from etl.schema.derive.ddl import literal

_Session = psycopg.Connection[tuple[object, ...]]

# One writer's lock for each database; the number only has to be no one else's.
_ADVISORY_LOCK = int.from_bytes(b"khobor", "big")
_GUARD = f"{CATALOG}.main.writer_guard"
# What of a DSN goes into DuckDB's secret, which is never shown; the rest goes with the address.
_SECRET_PARTS = {
    "host": "HOST",
    "port": "PORT",
    "dbname": "DATABASE",
    "user": "USER",
    "password": "PASSWORD",
}
# What a server says that will not let us in; any other failure to connect may pass.
_REFUSALS = ("authentication failed", "does not exist", "no pg_hba.conf entry", "no password")
# A dead machine's lock is released after a minute. Postgres itself would wait for two hours.
_SESSION = (
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
    f"SET lock_timeout = '{LOCK_WAIT_SECONDS:.0f}s'",
)


class PostgresCatalog:
    """A Postgres database, for several machines.

    The writer's lock is an advisory one, held by a session of its own. That session can end while
    DuckDB's goes on: a server restarted, a firewall that forgets idle connections. So each
    transaction also counts up a guard row, which DuckLake lets only one of two overlapping commits
    do, and then checks that the session still lives: what was read under the lock still holds.
    """

    extension = "postgres_scanner"
    copy_ending = ".dump"

    def __init__(self, parts: Mapping[str, str]) -> None:
        self._parts = parts
        host, port = self._parts.get("host", "localhost"), self._parts.get("port", "5432")
        self.place = f"postgresql://{host}:{port}/{self._parts.get('dbname', '')}"

    def exists(self) -> bool:
        """Whether the database has DuckLake's tables.

        Raises:
            LakeUnreachableError: the server can't be reached.
            LakeError: the server refuses the user, the password or the database.
        """
        with closing(self._connect()) as session:
            row = session.execute("SELECT to_regclass('ducklake_metadata')").fetchone()
        return row is not None and row[0] is not None

    def attach(self, connection: duckdb.DuckDBPyConnection, data: str, *, read_only: bool) -> None:
        """Attach by a secret, so that no error and no list of databases shows the password."""
        secret = ", ".join(
            f"{name} {literal(self._parts[key])}"
            for key, name in _SECRET_PARTS.items()
            if key in self._parts
        )
        connection.execute(f"CREATE OR REPLACE SECRET khobor_catalog (TYPE postgres, {secret})")
        rest = " ".join(
            f"{key}={_quoted(value)}"
            for key, value in self._parts.items()
            if key not in _SECRET_PARTS
        )
        options = ["META_SECRET 'khobor_catalog'", *(["READ_ONLY"] if read_only else [])]
        attach_lake(connection, f"postgres:{rest}", data, *options)

    @contextmanager
    def lock(self) -> Iterator[Guard]:
        """Hold an advisory lock, for which writers wait in turn.

        Raises:
            LakeBusyError: other writers held it for ten minutes.
        """
        with closing(self._connect()) as session:
            try:
                session.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
            except psycopg.errors.LockNotAvailable:
                raise busy_error(self.place) from None
            except psycopg.OperationalError as error:
                raise LakeUnreachableError(f"the catalog at {self.place}: {error}") from None
            yield partial(self._guard, session)

    def lake_id(self) -> str | None:
        """The id of its lake; None where it can't be read."""
        with closing(self._connect()) as session:
            try:
                row = session.execute(LAKE_ID).fetchone()
            except psycopg.errors.UndefinedTable:
                return None
        return str(row[0]) if row else None

    def copy_to(self, target: Path) -> None:
        """Copy DuckLake's tables by ``pg_dump``, in one transaction."""
        self._run("pg_dump", "--format=custom", "--table=ducklake_*", f"--file={target}")

    def copy_from(self, source: Path) -> None:
        """Restore them by ``pg_restore`` into a database that has none."""
        self._run("pg_restore", "--single-transaction", "--no-owner", str(source))

    def data_files(self) -> list[str]:
        """Paths of all files that its snapshots need, relative to the data."""
        with closing(self._connect()) as session:
            return [str(path) for (path,) in session.execute(DATA_FILES.encode()).fetchall()]

    def _run(self, program: str, *options: str) -> None:
        """Run a program of Postgres on the database; the password is in its environment alone."""
        found = shutil.which(program)
        if found is None:
            raise LakeError(
                f"{program} is not installed: install PostgreSQL's client programs of the server's "
                "version or newer"
            )
        parts = {key: value for key, value in self._parts.items() if key != "password"}
        environment = {**os.environ, "PGPASSWORD": self._parts.get("password", "")}
        done = subprocess.run(
            [found, f"--dbname={make_conninfo(**parts)}", *options],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            reason = done.stderr.strip().splitlines()[:1] or [f"exit code {done.returncode}"]
            raise LakeError(f"the catalog at {self.place}: {program}: {reason[0]}")

    def compact(self) -> None:
        """Write DuckLake's tables again without dead rows."""
        with closing(self._connect()) as session:
            names = session.execute(
                "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
                "WHERE tablename LIKE 'ducklake\\_%%' ORDER BY 1"
            ).fetchall()
            for (name,) in names:
                session.execute(f"VACUUM (FULL) {name}".encode())

    def create_guard(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create the guard row; by its inlining limit it is kept in the catalog, not in Parquet."""
        connection.execute(f"CREATE TABLE IF NOT EXISTS {_GUARD} (commit_count BIGINT)")
        connection.execute(
            f"CALL {CATALOG}.set_option('data_inlining_row_limit', 10, "
            "schema => 'main', table_name => 'writer_guard')"
        )
        if connection.execute(f"SELECT 1 FROM {_GUARD}").fetchone() is None:
            connection.execute(f"INSERT INTO {_GUARD} VALUES (0)")

    def _guard(self, session: _Session, connection: duckdb.DuckDBPyConnection) -> None:
        """Count up the guard row, then check that the lock's session still lives.

        In this order: what the transaction sees is fixed before the lock is checked.

        Raises:
            LakeConflictError: the lock was lost; another writer may have committed.
        """
        connection.execute(f"UPDATE {_GUARD} SET commit_count = commit_count + 1")
        try:
            session.execute("SELECT 1")
        except psycopg.OperationalError:
            raise LakeConflictError(f"the writer's lock on {self.place} was lost") from None

    def _connect(self) -> _Session:
        try:
            session = psycopg.connect(make_conninfo(**self._parts), autocommit=True)
            for statement in _SESSION:
                session.execute(statement)
        except psycopg.OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            message = f"the catalog at {self.place}: {reason}"
            if any(words in reason for words in _REFUSALS):
                raise LakeError(f"{message}: see KHOBOR_CATALOG") from None
            raise LakeUnreachableError(message) from None
        return session


def _quoted(value: str) -> str:
    """A value of a libpq connection string."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
