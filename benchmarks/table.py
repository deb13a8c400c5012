"""The table of all benchmarks in ``docs/developer/performance.md``: aims and what was reached."""

import json
from collections.abc import Iterable
from typing import Any

from benchmarks.catalogue import REACHES
from etl.settings import PROJECT

DOCUMENT = PROJECT / "docs" / "developer" / "performance.md"
FIGURES = PROJECT / "benchmarks" / "figures.json"
_BEGIN, _END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"

Line = dict[str, Any]


def write(lines: Iterable[Line]) -> None:
    """Put measures into the table; those that are not given stay as they were."""
    known: dict[str, Line] = {}
    if FIGURES.exists():
        known = json.loads(FIGURES.read_text(encoding="utf-8"))
    known.update({line["name"]: line for line in lines})
    kept = {name: known[name] for name in REACHES if name in known}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    FIGURES.write_text(f"{text}\n", encoding="utf-8")
    document = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = document.partition(_BEGIN)
    after = rest.partition(_END)[2]
    DOCUMENT.write_text(
        f"{before}{_BEGIN}\n{markdown(kept.values())}\n{_END}{after}", encoding="utf-8"
    )


def markdown(lines: Iterable[Line]) -> str:
    """The table; what is not reached is marked red."""
    rows = ["| benchmark | n | value | baseline | ratio | aim | |", "|---|--:|--:|--:|--:|---|---|"]
    for line in lines:
        reach = REACHES[line["name"]]
        value, baseline, unit = line["value"], line["baseline"], line["unit"]
        mark = "🟢" if reach.holds(value, baseline) else "🔴"
        rows.append(
            f"| `{line['name']}` | {line['n']:,} | {value:,} {unit} | {baseline:,} | "
            f"{line['ratio']} | {reach} | {mark} |"
        )
    return "\n".join(rows)
