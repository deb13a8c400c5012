"""How the last sentence of a line or paragraph ends.

The rules differ on purpose. An HTML paragraph is known to be one, so any closing sign will do. A
line of a dump may be a headline, a name or a label: there only a danda proves Bangla prose (the
full stop is also written in abbreviations such as মো. and ড.), and Latin prose needs a word before
its full stop.
"""

import re

from etl.bangla.text import DANDAS

_CLOSERS = "’”\"')\\]"


def _end(marks: str, closers: str) -> re.Pattern[str]:
    return re.compile(f"[{marks}][{closers}]*$")


PARAGRAPH_END = _end("।.!?…:;。！？", _CLOSERS + "»」")
"""The end of a paragraph of HTML, in any language."""

BANGLA_LINE_END = _end(DANDAS, _CLOSERS + "…")
"""The end of a dump's line that is Bangla prose beyond doubt."""

LATIN_LINE_END = re.compile(f"[a-z0-9)%][.!?][{_CLOSERS}]*$")
"""The end of a dump's line that may be Latin prose."""

STATEMENT_END = _end(f"{DANDAS}.", _CLOSERS)
"""The end of a statement in a dump: teasers end so, headlines do not."""

ENDS_BEFORE_BREAK = tuple("।.!?…’”\"')")
"""What a text may end with for a single ``<br>`` behind it to end a paragraph, for ``endswith``.

A closing quote or bracket is enough: a break behind it already speaks for the end.
"""
