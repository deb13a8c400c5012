"""Which statements people may run on a build: those that only read, by an allow-list.

Reading is more than a read-only file: ``CALL`` and functions in ``FROM`` can turn on logs that hold
the queries of others, and abort a process. DuckDB's own scanner says what is a word and what is
text, so nothing can be hidden in comments, quotes or dynamic SQL.

Superset uses this module in its own environment: it needs DuckDB alone.
"""

from functools import cache
from itertools import pairwise

import duckdb

from etl.errors import TerminalError, UsageError

# Longer ones serve to exhaust the parser's stack.
MOST_CHARACTERS = 100_000
_MOST_BRACKETS = 250
_ALLOWED = "only SELECT, SHOW, DESCRIBE, SUMMARIZE and EXPLAIN are allowed"

_FIRST_WORDS = frozenset(
    (
        "select", "with", "from", "values", "table", "show", "describe", "desc", "summarize",
        "explain", "unpivot",
    )
)  # fmt: skip
# Functions in FROM that read the build, or nothing; all others are refused, also future ones.
_TABLE_FUNCTIONS = frozenset(
    (
        "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree",
        "summary", "histogram", "histogram_values", "regexp_split_to_table",
        "icu_calendar_names", "pg_timezone_names", "duckdb_columns", "duckdb_constraints",
        "duckdb_databases", "duckdb_dependencies", "duckdb_functions", "duckdb_indexes",
        "duckdb_keywords", "duckdb_memory", "duckdb_optimizers", "duckdb_schemas",
        "duckdb_sequences", "duckdb_settings", "duckdb_table_sample", "duckdb_tables",
        "duckdb_types", "duckdb_views", "pragma_table_info", "pragma_show",
        "pragma_storage_info", "pragma_version", "pragma_database_size",
    )
)  # fmt: skip
# Other names: a function that writes to the logs, one that reads the environment, the logs.
_REFUSED = ("write_log", "getenv", "duckdb_log", "duckdb_secret")


class StatementRefusedError(TerminalError):
    """A statement that may do more than read."""


def check_statement(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Check that a text is one statement that reads.

    Args:
        connection: parses it.
        sql: the text.

    Returns:
        The statement, ready to be executed.

    Raises:
        StatementRefusedError: it may do more than read.
        UsageError: it is none, or several.
        duckdb.Error: it can't be parsed.
    """
    if len(sql) > MOST_CHARACTERS:
        raise StatementRefusedError(
            f"a query of {len(sql)} characters, at most {MOST_CHARACTERS} are read"
        )
    if "\0" in sql:  # DuckDB would read up to it
        raise StatementRefusedError("a query with a zero byte")
    words = _words(sql)
    if _depth(words) > _MOST_BRACKETS:
        raise StatementRefusedError(f"more than {_MOST_BRACKETS} brackets in each other")
    first = next((word for word in words if word not in ("(", ";")), "")
    if first and first not in _FIRST_WORDS:
        raise StatementRefusedError(f"{first.upper()[:40]}: {_ALLOWED}")
    if first == "explain" and "analyze" in words[:8]:
        raise StatementRefusedError("EXPLAIN ANALYZE: only EXPLAIN is allowed")
    for word, following in pairwise([*words, ""]):
        is_call = following == "(" and word in _functions_in_from()
        if (is_call and word not in _TABLE_FUNCTIONS) or word.startswith(_REFUSED):
            raise StatementRefusedError(f"{word[:60]}: not allowed in a query")
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise UsageError(f"{len(statements)} statements: give exactly one")
    kinds = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)
    if statements[0].type not in kinds:
        raise StatementRefusedError(_ALLOWED)
    return statements[0]


def _words(sql: str) -> list[str]:
    """The words and signs of a text in lower case, without its strings, numbers and comments."""
    encoded = sql.encode()
    tokens = duckdb.tokenize(sql)
    ends = [*[offset for offset, _ in tokens], len(encoded)][1:]
    names = (duckdb.token_type.identifier, duckdb.token_type.keyword)
    words = []
    for (offset, kind), end in zip(tokens, ends, strict=True):
        text = encoded[offset:end].decode("utf-8", "replace")
        if kind in names:
            words.append(_name(text))
        elif kind == duckdb.token_type.operator:
            words.append(text[:1])
    return words


def _name(text: str) -> str:
    """A name as DuckDB compares it; what follows it up to the next token is blank or comment."""
    if text.startswith('"'):
        end = 1
        while end < len(text):
            if text[end] != '"':
                end += 1
            elif text[end + 1 : end + 2] == '"':
                end += 2
            else:
                break
        return text[1:end].replace('""', '"').lower()
    found = text.split(None, 1)[0] if text.strip() else ""
    for comment in ("--", "/*"):
        found = found.partition(comment)[0]
    return found.lower()


def _depth(words: list[str]) -> int:
    deepest = depth = 0
    for word in words:
        depth += (word in ("(", "[", "{")) - (word in (")", "]", "}"))
        deepest = max(deepest, depth)
    return deepest


@cache
def _functions_in_from() -> frozenset[str]:
    """Names of what can stand in FROM with brackets."""
    rows = (
        duckdb.connect()
        .execute(
            "SELECT DISTINCT lower(function_name) FROM duckdb_functions() "
            "WHERE function_type NOT IN ('scalar', 'aggregate', 'macro')"
        )
        .fetchall()
    )
    return frozenset(name for (name,) in rows)
