"""What reading captures again changes: staged rows against the lake's rows of them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load.staged_tables import Tables
from etl.schema.model import Table
from etl.schema.tables import staged
from etl.schema.tables.facts import (
    FACT_ARTICLE,
    FACT_ENTITY_MENTION,
    FACT_EVENT,
    FACT_FIGURE,
    FACT_HEADLINE_EXPOSURE,
    FACT_QUOTE,
    FACT_SOURCE_CITATION,
)
from etl.schema.tables.ledgers import FACT_DECLARED
from etl.schema.vocabulary import Outcome

_CORE = f"{CATALOG}.core"
_KEPT_SAMPLES = 3
_SAMPLE_CHARACTERS = 160
# Fields that the report names, in its order; the others together are `other fields`.
_FIELDS = ("title", "kicker", "byline", "section", "published_at", "updated_at", "body")
_OTHER = "other fields"
# Of what an article says: its table, the staged one, and what names a row in the report.
_CHILDREN: Mapping[str, tuple[Table, Table, str]] = {
    "mentions": (FACT_ENTITY_MENTION, staged.ENTITY_MENTION, "entity_id"),
    "citations": (FACT_SOURCE_CITATION, staged.SOURCE_CITATION, "source_id"),
    "events": (
        FACT_EVENT,
        staged.EVENT,
        "concat_ws(' ', actor1, event_type, actor2, event_date)",
    ),
    "quotes": (FACT_QUOTE, staged.QUOTE, "concat_ws(': ', speaker, quote)"),
    "figures": (FACT_FIGURE, staged.FIGURE, "concat_ws(' ', written, subject)"),
}
_BY_CAPTURE: Mapping[str, tuple[Table, Table]] = {
    "headline exposures": (FACT_HEADLINE_EXPOSURE, staged.HEADLINE_EXPOSURE),
    "declared URLs": (FACT_DECLARED, staged.DECLARED),
}
FIELDS = (*_FIELDS, *_CHILDREN, *_BY_CAPTURE, _OTHER)
OF_CAPTURES = tuple(_BY_CAPTURE)
_KEYS = ("article_id", "content_hash", "outlet_id", "published_at")
_SHOWN = (Outcome.LOADED, Outcome.UNCHANGED, Outcome.DUPLICATE)


@dataclass(frozen=True, slots=True)
class Sample:
    """One value before and after."""

    article_id: str
    before: str | None
    after: str | None


@dataclass(slots=True)
class Diff:
    """What changes, added up over groups of captures.

    Attributes:
        captures: how many were compared.
        versions: captures by the extractor version that the lake has them from.
        changed: articles by field that changes; captures, for exposures and declared URLs.
        samples: some values by field.
        outcomes: captures by outcome before and after, where the two differ.
        before: ids of the articles before.
        after: ids of the articles after.
    """

    captures: int = 0
    versions: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: set[str] = field(default_factory=set)
    after: set[str] = field(default_factory=set)

    @property
    def appeared(self) -> list[str]:
        """Ids of articles that exist only afterwards."""
        return sorted(self.after - self.before)

    @property
    def vanished(self) -> list[str]:
        """Ids of articles that exist only before."""
        return sorted(self.before - self.after)

    def note(self, name: str, samples: Iterable[Sample]) -> None:
        """Count articles whose field differs, and keep the first samples."""
        for sample in samples:
            self.changed[name] += 1
            kept = self.samples.setdefault(name, [])
            if len(kept) < _KEPT_SAMPLES:
                kept.append(sample)


def compare(
    connection: duckdb.DuckDBPyConnection,
    tables: Tables,
    kept_out: Mapping[str, tuple[str, ...]],
    diff: Diff,
) -> bool:
    """Add to ``diff`` what a group of captures, read again, changes.

    Args:
        connection: has the lake attached.
        tables: staged tables of complete articles.
        kept_out: captures that the present rules or a decision keep out, with the rules.
        diff: of the groups before.

    Returns:
        Whether anything differs.
    """
    with Relations(connection) as relations:
        for name, table in tables.items():
            relations.register(f"stg_{name}", table)
        relations.register_ids("kept_out", list(kept_out))
        _create_described(relations)
        return _compare(connection, kept_out, diff)


def _compare(
    connection: duckdb.DuckDBPyConnection, kept_out: Mapping[str, tuple[str, ...]], diff: Diff
) -> bool:
    is_changed = _compare_ledger(connection, diff) or _compare_rules(connection, kept_out)
    is_changed |= _compare_articles(connection, diff)
    for name, (fact, new, what) in _CHILDREN.items():
        is_changed |= _compare_children(connection, name, fact, new, what, diff)
    for name, (fact, new) in _BY_CAPTURE.items():
        is_changed |= _compare_by_capture(connection, name, fact, new, diff)
    return is_changed


def _compare_ledger(connection: duckdb.DuckDBPyConnection, diff: Diff) -> bool:
    columns = (
        "article_id, content_hash, url, outlet_id, captured_at, captured_at_source, reason, "
        "extractor_version"
    )
    rows = connection.execute(
        f"""
        SELECT old.outcome, old.article_id, old.extractor_version,
          CASE WHEN kept_out.capture_id IS NULL THEN new.outcome ELSE 'quarantined' END,
          new.article_id,
          {" OR ".join(f"old.{c} IS DISTINCT FROM new.{c}" for c in columns.split(", "))}
        FROM {_CORE}.fact_capture AS old
        JOIN stg_capture AS new USING (capture_id)
        LEFT JOIN kept_out USING (capture_id)
        """
    ).fetchall()
    is_changed = False
    for old_outcome, old_id, version, new_outcome, new_id, is_other in rows:
        before = Outcome.LOADED if old_outcome in _SHOWN else Outcome(old_outcome)
        after = Outcome(new_outcome)
        diff.captures += 1
        diff.versions[version] += 1
        if before is not after:
            diff.outcomes[before.value, after.value] += 1
        if before is Outcome.LOADED:
            diff.before.add(old_id)
        if after is Outcome.LOADED:
            diff.after.add(new_id)
        is_changed |= is_other or before is not after
    return is_changed


def _compare_rules(
    connection: duckdb.DuckDBPyConnection, kept_out: Mapping[str, tuple[str, ...]]
) -> bool:
    rows = connection.execute(
        f"SELECT capture_id, rules FROM {_CORE}.rejected_article SEMI JOIN stg_capture "
        "USING (capture_id) WHERE review_state IN ('open', 'discarded')"
    ).fetchall()
    return {capture_id: tuple(rules) for capture_id, rules in rows} != dict(kept_out)


def _create_described(relations: Relations) -> None:
    """Contents before, each with the capture that describes it: the earliest that showed it."""
    relations.create(
        "described_before",
        f"""
        SELECT DISTINCT ON (article_id, content_hash)
          fact.*, text.body, text.captions, fact.capture_id AS described_by,
          substr(fact.section_id, length(fact.outlet_id) + 2) AS section,
          substr(fact.byline_id, length(fact.outlet_id) + 2) AS byline
        FROM {_CORE}.fact_article AS fact
        JOIN {_CORE}.article_text AS text USING (article_id, content_hash)
        WHERE fact.article_id IN (
          SELECT article_id FROM {_CORE}.fact_capture SEMI JOIN stg_capture USING (capture_id)
        )
        ORDER BY fact.version_no
        """,
    )


def _compare_articles(connection: duckdb.DuckDBPyConnection, diff: Diff) -> bool:
    """By the captures that describe the contents before."""
    others = [
        column
        for column in (*FACT_ARTICLE.column_names, "captions")
        if column
        not in (
            *_FIELDS,
            *staged.VERSION_COLUMNS,
            *("capture_id", "section_id", "byline_id", "extractor_version", "content_hash"),
        )
    ]
    differing = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in others)
    rows = connection.execute(
        f"""
        SELECT old.article_id,
          {", ".join(f"old.{name}::VARCHAR, new.{name}::VARCHAR" for name in _FIELDS)},
          {differing}, old.extractor_version IS DISTINCT FROM new.extractor_version
        FROM described_before AS old
        JOIN stg_article AS new USING (capture_id)
        ANTI JOIN kept_out USING (capture_id)
        ORDER BY old.article_id, old.version_no
        """
    ).fetchall()
    found: dict[str, dict[str, Sample]] = {}
    is_changed = False
    for article_id, *values, is_other, is_other_version in rows:
        pairs = zip(_FIELDS, values[::2], values[1::2], strict=True)
        samples = {name: _sample(article_id, a, b) for name, a, b in pairs if a != b}
        if is_other:
            samples[_OTHER] = Sample(article_id, None, None)
        is_changed |= bool(samples) or is_other_version
        for name, sample in samples.items():
            found.setdefault(name, {}).setdefault(article_id, sample)
    for name, by_article in found.items():
        diff.note(name, by_article.values())
    return is_changed


def _compare_children(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    fact: Table,
    new: Table,
    what: str,
    diff: Diff,
) -> bool:
    columns = ", ".join(column for column in fact.column_names if column not in _KEYS)
    rows = connection.execute(
        f"""
        WITH before AS (
          SELECT capture_id, {columns} FROM {CATALOG}.{fact.qualified_name}
          JOIN (SELECT article_id, content_hash, capture_id FROM described_before) AS d
            USING (article_id, content_hash)
          ANTI JOIN kept_out USING (capture_id)
        ), after AS (
          SELECT capture_id, {columns} FROM stg_{new.name}
          SEMI JOIN described_before USING (capture_id)
          ANTI JOIN kept_out USING (capture_id)
        ), gone AS (FROM before EXCEPT ALL FROM after),
        come AS (FROM after EXCEPT ALL FROM before),
        differing AS (
          SELECT capture_id, {what} AS what, true AS is_gone FROM gone
          UNION ALL SELECT capture_id, {what}, false FROM come
        )
        SELECT article_id,
          string_agg(DISTINCT what, ', ' ORDER BY what) FILTER (is_gone),
          string_agg(DISTINCT what, ', ' ORDER BY what) FILTER (NOT is_gone)
        FROM differing JOIN described_before USING (capture_id)
        GROUP BY article_id ORDER BY article_id
        """
    ).fetchall()
    diff.note(name, [_sample(*row) for row in rows])
    return bool(rows)


def _compare_by_capture(
    connection: duckdb.DuckDBPyConnection, name: str, fact: Table, new: Table, diff: Diff
) -> bool:
    """Lists that captures show; of the captures that declare one URL, the first counts."""
    columns = ", ".join(fact.column_names)
    key = ", ".join(fact.key)
    order = "declared_at, capture_id, declared_rank" if new is staged.DECLARED else key
    rows = connection.execute(
        f"""
        WITH before AS (
          SELECT {columns} FROM {CATALOG}.{fact.qualified_name}
          SEMI JOIN stg_capture USING (capture_id)
        ), elsewhere AS (
          SELECT {key} FROM {CATALOG}.{fact.qualified_name}
          ANTI JOIN stg_capture USING (capture_id)
        ), after AS (
          SELECT {columns} FROM stg_{new.name} AS new
          ANTI JOIN kept_out USING (capture_id)
          ANTI JOIN elsewhere USING ({key})
          QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1
        ), differing AS (
          (FROM before EXCEPT ALL FROM after) UNION ALL (FROM after EXCEPT ALL FROM before)
        )
        SELECT DISTINCT capture_id FROM differing ORDER BY capture_id
        """
    ).fetchall()
    diff.note(name, [Sample(capture_id, None, None) for (capture_id,) in rows])
    return bool(rows)


def _sample(article_id: str, before: str | None, after: str | None) -> Sample:
    """Two values, cut to what a line holds: from where they begin to differ."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before or "", after or "", strict=False)) if a != b),
        min(len(before or ""), len(after or "")),
    )
    start = max(0, start - 20)
    return Sample(article_id, _cut(before, start), _cut(after, start))


def _cut(text: str | None, start: int) -> str | None:
    if text is None:
        return None
    kept = text[start : start + _SAMPLE_CHARACTERS]
    return f"{'…' if start else ''}{kept}{'…' if len(text) > start + len(kept) else ''}"
