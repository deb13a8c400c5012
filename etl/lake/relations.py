"""Relations that last as long as one load, comparison or query of several steps."""

from collections.abc import Sequence
from contextlib import nullcontext, suppress
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa


class Relations:
    """Views of Arrow tables, and temporary tables, that are dropped at the end of a block.

    Their names are known only to the module that creates them.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._views: list[str] = []
        self._tables: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # After a failed statement a transaction executes nothing; its roll-back drops them too.
        with suppress(duckdb.Error) if error_type else nullcontext():
            for name in self._tables:
                self.connection.execute(f"DROP TABLE temp.{name}")
            for name in self._views:
                self.connection.unregister(name)

    def register(self, name: str, table: pa.Table) -> None:
        """Let SQL read an Arrow table by this name."""
        self.connection.register(name, table)
        self._views.append(name)

    def register_ids(self, name: str, capture_ids: Sequence[str]) -> None:
        """Let SQL read ids by this name, as ``capture_id``.

        A list of ten thousand parameters would take longer than what is done with it.
        """
        self.register(name, pa.table({"capture_id": pa.array(capture_ids, pa.string())}))

    def create(self, name: str, query: str, parameters: object = None) -> None:
        """Create a temporary table of the query's rows."""
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {query}", parameters)
        self._tables.append(name)
