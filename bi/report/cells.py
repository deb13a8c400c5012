"""How a value of a table is shown."""

import difflib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from bi.bangla import day, moment, number, share, span
from bi.report.model import Column


def cell(row: Mapping[str, Any], column: Column) -> str:
    """Return a value of a row as the table shows it; a `Markup` holds tags."""
    value = row[column.name]
    match column.form:
        case _ if value is None:
            return "–"
        case "share":
            return share(value)
        case "minutes":
            return span(float(value))
        case "number":
            return number(value)
        case "time" if isinstance(value, datetime):
            return moment(value)
        case "time" if isinstance(value, date):
            return day(value)
        case "diff" if column.before is not None:
            return difference(row[column.before], value)
        case _:
            return str(value)


def difference(before: str, after: str) -> Markup:
    """Return a text with the words that came and went since an older one."""
    old, new = before.split(), after.split()
    parts: list[Markup] = []
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        went, came = " ".join(old[old_start:old_end]), " ".join(new[new_start:new_end])
        if kind == "equal":
            parts.append(Markup("{}").format(came))
            continue
        if went:
            parts.append(Markup("<del>{}</del>").format(went))
        if came:
            parts.append(Markup("<ins>{}</ins>").format(came))
    return Markup(" ").join(parts)
