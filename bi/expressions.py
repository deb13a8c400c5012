"""Expressions that the SQL of datasets may use, and what each stands for.

``label_<vocabulary>(code)``  the code's Bangla word; a code without one stays as it is
``link_to(url, text)``        the text, as a link to a web page where the tool shows links
``period_of(time)``           its day, week or month: what the range of time has room for
"""

import re
from dataclasses import dataclass

from bi.labels import bangla_labels

_CALL = re.compile(r"\b(?:label_(?P<vocabulary>\w+)|link_to|period_of)\(")
# For a tool, or a moment, in which no range of time is chosen.
NO_TIME = "CAST(NULL AS TIMESTAMP)"
# A bar a day for two months, a bar a week for a year and more.
_DAYS_BY_DAY, _DAYS_BY_WEEK = 62, 400


@dataclass(frozen=True, slots=True)
class Tool:
    """What a BI tool does with links, and the SQL of the range of time chosen in it."""

    shows_links: bool
    since: str
    until: str


def expanded(sql: str, tool: Tool) -> str:
    """Return SQL in which every such expression is what it stands for.

    Raises:
        KeyError: no such vocabulary.
        ValueError: a call is not closed, or has too few or many arguments.
    """
    call = _CALL.search(sql)
    if call is None:
        return sql
    arguments, end = _arguments(sql, call.end())
    inner = [expanded(argument, tool) for argument in arguments]
    if call["vocabulary"]:
        (code,) = inner
        text = label(code, call["vocabulary"])
    elif call[0].startswith("link_to"):
        url, shown = inner
        text = _link(url, shown) if tool.shows_links else shown
    else:
        (at,) = inner
        text = _period(at, tool)
    return sql[: call.start()] + text + expanded(sql[end:], tool)


def label(code: str, vocabulary: str) -> str:
    """Return SQL for the Bangla word of a code.

    Raises:
        KeyError: no such vocabulary.
    """
    branches = " ".join(
        f"WHEN '{one}' THEN '{word}'" for one, word in bangla_labels(vocabulary).items()
    )
    return f"CASE {code} {branches} ELSE {code} END"


def span(minutes: str) -> str:
    """Return SQL for a span of minutes in Bangla words, in the unit that suits it."""
    return (
        f"CASE WHEN {minutes} IS NULL THEN NULL "
        f"WHEN abs({minutes}) < 120 THEN format('{{:.0f}} মিনিট', CAST({minutes} AS DOUBLE)) "
        f"WHEN abs({minutes}) < 2880 THEN format('{{:.1f}} ঘণ্টা', {minutes} / 60.0) "
        f"ELSE format('{{:.1f}} দিন', {minutes} / 1440.0) END"
    )


def _arguments(sql: str, start: int) -> tuple[list[str], int]:
    """The arguments of a call, and where it ends."""
    arguments, first, depth, is_quoted = [], start, 0, False
    for place, character in enumerate(sql[start:], start):
        if character == "'":
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character == "(":
            depth += 1
        elif character in ",)" and depth == 0:
            arguments.append(sql[first:place].strip())
            first = place + 1
            if character == ")":
                return arguments, place + 1
        elif character == ")":
            depth -= 1
    raise ValueError(f"not closed: {sql[start - 20 : start + 40]!r}")


def _link(url: str, text: str) -> str:
    shown = f"replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"
    address = f"regexp_replace({url}, '[<>\"''\\s]', '', 'g')"
    return (
        f"CASE WHEN regexp_matches({url}, '^https?://') "
        f'THEN \'<a href="\' || {address} || \'" target="_blank" rel="noopener">\' || {shown} '
        f"|| '</a>' ELSE {shown} END"
    )


def _period(at: str, tool: Tool) -> str:
    days = (
        f"date_diff('day', coalesce({tool.since}, first_published_date), "
        f"coalesce({tool.until}, last_published_date))"
    )
    return (
        f"date_trunc((SELECT CASE WHEN {days} <= {_DAYS_BY_DAY} THEN 'day' "
        f"WHEN {days} <= {_DAYS_BY_WEEK} THEN 'week' ELSE 'month' END FROM mart.build_info), "
        f"CAST({at} AS TIMESTAMP))"
    )
