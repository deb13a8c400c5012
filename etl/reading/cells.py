"""Values of a result as JSON has them, and as a spreadsheet reads them without running them."""

import json
import math
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

# A spreadsheet reads a cell that begins so as a formula, also with the wide forms that Japanese
# and Chinese keyboards give (OWASP, CSV Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
_HIDDEN = " \u00a0\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff\0"
_NUMBERS = (int, float, Decimal)


def json_value(value: Any) -> Any:
    """Return a value as JSON has it: times in ISO 8601, what JSON can't say as text or null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (list, tuple)):
        return [json_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): json_value(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, (str, int)):
        return value
    return str(value)


def csv_value(value: Any) -> str:
    """Return a cell of CSV; text that a spreadsheet would take for a formula gets an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _NUMBERS):
        return str(value)
    if isinstance(value, str):
        return defused(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple, dict)):
        return defused(json.dumps(json_value(value), ensure_ascii=False))
    return defused(str(value))


def defused(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, with line feeds alone."""
    # The csv module leaves a lone carriage return unquoted, and readers end the row there.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Blanks and marks without a width hide the sign from people, not from all programs.
    is_formula = text.startswith(_FORMULA_STARTS) or text.lstrip(_HIDDEN).startswith(
        _FORMULA_STARTS
    )
    return "'" + text if is_formula else text


def markdown_row(row: Sequence[Any]) -> str:
    """Return one row of a Markdown table."""
    cells = map(_shown, row)
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(json_value(value))
