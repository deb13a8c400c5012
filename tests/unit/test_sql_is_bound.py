"""SQL of ours: values are bound, and what is put into a statement's text is ours too.

Every statement in the source is read. Into its text may go constants of the module, what the
schema declares, what ``literal`` has quoted, numbers, and identifiers or SQL held under one of the
names below. Anything else (a row's field, a setting, an argument) has to be bound.
"""

import ast
import re
from pathlib import Path

import pytest

from etl.settings import PROJECT

_STATEMENT = re.compile(
    r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE|CALL|CREATE|DROP|ATTACH|COPY|FROM|LOAD|SET|ALTER"
    r"|COMMENT ON|WHERE|JOIN|ORDER BY|GROUP BY)\b"
)
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
# What the schema's declarations, and SQL made from them, are asked for.
_DECLARED = {"column_names", "condition", "name", "partition_by", "qualified_name", "sql"}
# Names under which modules hold identifiers, or SQL without values.
_HELD = {
    "Outcome", "articles", "c", "call", "captures", "column", "columns", "condition", "described",
    "differing", "key", "known", "name", "named", "names", "of_content", "of_data", "options",
    "order", "outdated", "query", "rows", "rules", "schema", "secret", "sql", "uses", "what",
}  # fmt: skip
_QUOTING = {"_among", "_compressed", "literal", "literals", "sql_type"}
_NUMBERS = {"settings.workers", "86400 * settings.orphan_days", "age.total_seconds()"}


def _is_ours(value: ast.expr) -> bool:
    if ast.unparse(value) in _NUMBERS:
        return True
    match value:
        case ast.Constant():
            return True
        case ast.Name(name):
            return name in _HELD or _CONSTANT.fullmatch(name) is not None
        case ast.Attribute(_, name):
            return name in _DECLARED
        case ast.Call(ast.Name(name)):
            return name in _QUOTING
        case ast.Call(ast.Attribute(text, "join" | "replace" | "split"), arguments):
            return all(map(_is_ours, (text, *arguments)))
        case ast.Tuple(items):
            return all(map(_is_ours, items))
        case ast.Starred(item):
            return _is_ours(item)
        case ast.GeneratorExp(ast.JoinedStr(), [ast.comprehension(iter=source)]):
            return _is_ours(source)
    return False


def _parts(node: ast.AST) -> list[ast.expr]:
    """What is put into the text of a string: by an f-string, ``+``, ``%`` or ``format``."""
    match node:
        case ast.JoinedStr(values):
            return [part.value for part in values if isinstance(part, ast.FormattedValue)]
        case ast.BinOp(left, ast.Add() | ast.Mod(), right):
            return [left, right]
        case ast.Call(ast.Attribute(ast.Constant(), "format"), arguments):
            return list(arguments)
    return []


def foreign_parts(source: str) -> list[str]:
    """What goes into the text of statements and is not known to be ours."""
    found = []
    for node in ast.walk(ast.parse(source)):
        parts = _parts(node)
        written = [part for part in ast.walk(node) if isinstance(part, ast.Constant)]
        if parts and _STATEMENT.search(" ".join(str(part.value) for part in written)):
            found += [ast.unparse(part) for part in parts if not _is_ours(part)]
    return found


@pytest.mark.parametrize(
    "source",
    [
        "execute(f\"FROM t WHERE title = '{title}'\")",
        "execute(f\"FROM t WHERE id = '{row['id']}'\")",
        "execute(f\"FROM t WHERE outlet = '{settings.outlet}'\")",
        'execute("FROM t WHERE title = \'" + title + "\'")',
        "execute(\"FROM t WHERE title = '%s'\" % title)",
        "execute(\"FROM t WHERE title = '{}'\".format(title))",
    ],
)
def test_a_value_in_the_text_is_found(source: str) -> None:
    assert foreign_parts(source)


def test_values_are_bound_and_identifiers_come_from_the_schema() -> None:
    modules = sorted(Path(PROJECT, "etl").rglob("*.py"))
    found = {
        str(path.relative_to(PROJECT)): parts
        for path in modules
        if (parts := foreign_parts(path.read_text("utf-8")))
    }
    assert found == {}
