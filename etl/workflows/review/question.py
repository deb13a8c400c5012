"""The question to a person about batches with many rejects, and the decision carried out."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from etl.errors import UsageError
from etl.lake.connection import open_lake
from etl.load.rejects import pending
from etl.settings import Settings
from etl.workflows.review import quarantine

REPLAY, RELEASE, DISCARD, LEAVE = "Replay", "Release", "Discard", "Leave open"
OPTIONS = (LEAVE, REPLAY, RELEASE, DISCARD)
_SAMPLES_A_RULE = 3
_MOST_SAMPLES = 12
_SAMPLE_CHARACTERS, _BODY_CHARACTERS = 120, 500
_ID_CHARACTERS = 12
CAPTURES = "captures"  # the field of the form
# All that Markdown or HTML could interpret.
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@/=\"'])")


@dataclass(frozen=True, slots=True)
class Question:
    """Batches to decide on, with a text in Markdown; texts of pages are escaped in it.

    Attributes:
        batch_ids: the batches.
        subject: one line.
        body: counts by rule, samples and what each decision does.
        snapshot_id: the lake's snapshot that the question was read from.
    """

    batch_ids: tuple[str, ...]
    subject: str
    body: str
    snapshot_id: int


def find_question(settings: Settings, after: int | None) -> Question | None:
    """Write the question about batches over ``review_reject_share``; None if there are none.

    Args:
        settings: the catalog and the share.
        after: only batches built after this snapshot of the lake; None for all. A snapshot that
            the lake doesn't have yet is of a lake that was restored since: all, then.
    """
    with open_lake(settings, read_only=True) as lake:
        snapshot = lake.snapshot()
        if after is not None and after > snapshot:
            after = None
        batches = pending.batches_over(lake.connection, settings.review_reject_share, after)
        if not batches:
            return None
        ids = [batch.batch_id for batch in batches]
        counts = pending.rule_counts(lake.connection, ids)
        samples = pending.samples(lake.connection, ids, _SAMPLES_A_RULE)[:_MOST_SAMPLES]
    count = sum(batch.open for batch in batches)
    captures = sum(batch.captures for batch in batches)
    lines = [
        f"{count} of {captures} captures in {len(batches)} batches broke rules.",
        "",
        "| rule | captures |",
        "|---|---:|",
        *(f"| {markdown_cell(rule)} | {number} |" for rule, number in counts),
        "",
        *(line for item in samples for line in _shown(item)),
        f"Without ids under *{CAPTURES}* a decision is about all {count}.",
        "With ids or beginnings of them it is about those alone; then the form comes again.",
        "",
        f"- {REPLAY}: read them again and load what passes the current rules.",
        f"- {RELEASE}: load them although they break rules, with your name and reason.",
        f"- {DISCARD}: close them without loading, with your name and reason.",
        f"- {LEAVE}: decide later with `khobor quarantine`.",
    ]
    subject = f"{count} captures are in quarantine"
    return Question(tuple(ids), subject, "\n".join(lines), snapshot)


def _shown(item: pending.RejectSample) -> list[str]:
    """One article with its text, as lines of Markdown."""
    times = [
        f"{name} {at:%Y-%m-%d %H:%M}"
        for name, at in (("published", item.published_at), ("captured", item.captured_at))
        if at is not None
    ]
    about = [markdown_cell(item.outlet_id), *times, markdown_cell(item.url)]
    return [
        f"**{markdown_cell(item.title) or '(no headline)'}**",
        "",
        f"`{item.capture_id[:_ID_CHARACTERS]}` · {' · '.join(part for part in about if part)}",
        "",
        f"broke {markdown_cell(', '.join(item.rules))}; times are Dhaka's",
        "",
        f"> {markdown_cell(item.body, _BODY_CHARACTERS) or '(no text)'}",
        "",
    ]


def carry_out(
    settings: Settings,
    batch_ids: Sequence[str],
    decision: str,
    reviewer: str,
    reason: str,
    run_id: str,
    only: Sequence[str] = (),
) -> dict[str, int]:
    """Carry out a decision on the open captures of these batches, or on some of them.

    Args:
        settings: the catalog and the limits.
        batch_ids: the batches.
        decision: one of ``OPTIONS``.
        reviewer: who decided.
        reason: why.
        run_id: the run that writes.
        only: ids of captures or beginnings of them; empty for all.

    Returns:
        The number of captures by outcome.

    Raises:
        UsageError: the decision is none of ``OPTIONS``, name or reason are empty, or an id is of
            none of the open captures, or of several.
    """
    if decision not in OPTIONS:
        raise UsageError(f"no decision {decision!r}: one of {', '.join(OPTIONS)}")
    with open_lake(settings, read_only=True) as lake:
        captures = pending.open_captures(lake.connection, batch_ids)
    if only:
        captures = _chosen(captures, only)
    outcomes: dict[str, int] = {}
    for number, ids in enumerate(captures.values(), start=1):
        part = f"{run_id}-{number}"
        if decision == REPLAY:
            found = dict(quarantine.replay(settings, ids, part).outcomes)
        elif decision == RELEASE:
            found = dict(quarantine.release_all(settings, ids, reviewer, reason, part).outcomes)
        elif decision == DISCARD:
            found = {"discarded": quarantine.discard_all(settings, ids, reviewer, reason, part)}
        else:
            found = {}
        for outcome, count in found.items():
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    return outcomes


def _chosen(captures: Mapping[str, list[str]], only: Sequence[str]) -> dict[str, list[str]]:
    """The captures whose ids begin like those given, by batch."""
    ids = [capture_id for of_batch in captures.values() for capture_id in of_batch]
    wanted = set()
    for beginning in only:
        found = [capture_id for capture_id in ids if capture_id.startswith(beginning)]
        if len(found) != 1:
            raise UsageError(
                f"{len(found)} open captures begin with {beginning!r}: copy an id from the form"
            )
        wanted.add(found[0])
    chosen = {
        batch_id: [capture_id for capture_id in of_batch if capture_id in wanted]
        for batch_id, of_batch in captures.items()
    }
    return {batch_id: of_batch for batch_id, of_batch in chosen.items() if of_batch}


def markdown_cell(text: str | None, limit: int = _SAMPLE_CHARACTERS) -> str:
    """Text from a page escaped for one line of Markdown, without control characters."""
    if text is None:
        return ""
    shown = "".join(
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in text
        if unicodedata.category(sign) != "Cf" or sign in "\u200c\u200d"  # joiners that Bangla uses
    )
    words = " ".join(shown.split())
    cut = words[:limit] + ("…" if len(words) > limit else "")
    return _MARKS.sub(r"\\\1", cut)
