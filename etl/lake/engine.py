"""DuckDB with the lake's extensions, kept for one opening of a lake after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import duckdb

from etl.errors import LakeError
from etl.lake import CATALOG
from etl.schema.derive.ddl import literal

# DuckLake keeps what it has read of each snapshot, 18 MB after a hundred commits, and memory gets
# fragmented.
# Source: https://github.com/duckdb/ducklake/issues/1018
_CONNECTIONS_OF_ONE_ENGINE = 40


class Engine:
    """One instance of DuckDB, with the signed extensions that came with the packages."""

    def __init__(self, extensions: tuple[str, ...]) -> None:
        self._instance = _start(extensions)
        self._connections = 0

    @property
    def is_used_up(self) -> bool:
        """Whether it has served as many connections as one engine should."""
        return self._connections >= _CONNECTIONS_OF_ONE_ENGINE

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for one lake, which is detached again at the end."""
        connection = self._instance.cursor()
        try:
            yield connection
        finally:
            connection.close()
            self._instance.execute(f"DETACH DATABASE IF EXISTS {CATALOG}")
            self._connections += 1

    def close(self) -> None:
        """Give back its memory."""
        self._instance.close()


class EnginePool:
    """A process's engines, by their extensions.

    An engine serves many connections, one at a time, because checking the extensions' signatures
    takes 0.7 s of CPU; and not too many, because DuckLake's memory grows with them.
    """

    def __init__(self) -> None:
        self._engines: dict[tuple[str, ...], Engine] = {}

    @contextmanager
    def connect(self, extensions: tuple[str, ...]) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of an engine with these extensions.

        Raises:
            LakeError: an extension is not installed.
        """
        engine = self._engines.get(extensions)
        if engine is None:
            engine = self._engines[extensions] = Engine(extensions)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            if engine.is_used_up:
                del self._engines[extensions]
                engine.close()


def _start(extensions: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
    instance = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            # The system caches local files; a second cache would grow with the lake.
            "enable_external_file_cache": "httpfs" in extensions,
            # Memory that a statement has used goes back to the system; by default 128 MB stay.
            "allocator_flush_threshold": "4MB",
            # For the newest few rows DuckDB would list and open a table's files twice.
            "late_materialization_max_rows": 0,
        }
    )
    for name in extensions:
        spec = find_spec(f"duckdb_extension_{name}")
        if spec is None or not spec.submodule_search_locations:
            raise LakeError(f"DuckDB's extension {name} is not installed: run `make setup`")
        folder = Path(spec.submodule_search_locations[0])
        path = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        instance.execute(f"LOAD {literal(str(path))}")
    return instance
