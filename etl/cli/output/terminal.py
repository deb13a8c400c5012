"""Text of pages, files and errors made safe to print on a terminal."""

import json
from dataclasses import fields
from datetime import date
from typing import Any

# C0 and C1 controls but the line feed, and what turns the direction of writing around: a terminal
# would obey the first, and the second shows `exe.txt` for what is `txt.exe` (Unicode TR 36, 2.5).
_CONTROLS = (*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0))
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SHOWN = dict.fromkeys((*_CONTROLS, *_BIDI), "\ufffd")
_ESCAPED = {code: f"\\u{code:04x}" for code in (*_CONTROLS, *_BIDI)}


def printable(text: str) -> str:
    """The text with what a terminal would act on shown as �."""
    return text.translate(_SHOWN).encode("utf-8", "replace").decode("utf-8")


def printable_json(document: object, indent: int | None = None) -> str:
    """JSON in which the same characters stand as escapes, so that nothing of them is lost.

    A dataclass is an object of its fields, a time or a day is in ISO 8601.
    """
    text = json.dumps(
        document, ensure_ascii=False, allow_nan=False, indent=indent, default=_of_fields
    )
    return text.translate(_ESCAPED)


def _of_fields(instance: Any) -> dict[str, Any] | str:
    if isinstance(instance, date):
        return instance.isoformat()
    return {field.name: getattr(instance, field.name) for field in fields(instance)}
