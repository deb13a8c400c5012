"""The process that runs one query: what a query can break is this process alone.

It reads the query, pickled, from standard input, and ends when that is closed, as it is when the
process that asked has gone. It writes to standard output, one after the other and pickled: the
columns' names and types, then lists of rows; at the end None, or the error's kind and message.
``etl.publish.query`` starts it, and ends it when its time is over.
"""

import os
import pickle
import resource
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import duckdb

from etl.errors import UsageError
from etl.publish.connection import LOCKED, plain_message
from etl.publish.statements import check_statement

_ROWS_AT_ONCE = 256
# What the process needs besides the memory that DuckDB counts: code, stacks, Python's rows.
_BESIDES_BYTES = 3_000_000_000


def run(warehouse: Path, sql: str, memory_bytes: int, out: BinaryIO) -> None:
    """Run a query and write its result.

    Args:
        warehouse: the build's file.
        sql: the query.
        memory_bytes: the most that DuckDB may use.
        out: where the pickled parts go.
    """
    limit = memory_bytes + _BESIDES_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    config = {**LOCKED, "memory_limit": f"{memory_bytes}B"}
    try:
        with duckdb.connect(str(warehouse), read_only=True, config=config) as connection:
            statement = check_statement(connection, sql)
            connection.execute("USE mart")  # `FROM article` will do
            connection.execute(statement)
            columns = connection.description or []
            pickle.dump([(str(name), str(kind)) for name, kind, *_ in columns], out)
            while columns and (rows := connection.fetchmany(_ROWS_AT_ONCE)):
                pickle.dump(rows, out)
        pickle.dump(None, out)
    except Exception as error:  # noqa: BLE001  (whatever a query raises is its answer)
        kind = "usage" if isinstance(error, UsageError) else "query"
        pickle.dump((kind, plain_message(error)), out)
    out.flush()


def _end_with(asking: BinaryIO) -> None:
    asking.read()
    os._exit(1)


if __name__ == "__main__":
    text = pickle.load(sys.stdin.buffer).decode("utf-8", "surrogatepass")
    threading.Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    run(Path(sys.argv[1]), text, int(sys.argv[2]), sys.stdout.buffer)
    os._exit(0)  # the thread waits for the end of what is read, and would keep the interpreter
