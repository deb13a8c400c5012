"""What story linking writes: the members of stories."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load.write import insert_table
from etl.schema.derive.arrow import arrow_schema
from etl.schema.records import StoryMember
from etl.schema.tables.facts import BRIDGE_STORY

_BRIDGE = f"{CATALOG}.{BRIDGE_STORY.qualified_name}"


def replace_members(
    connection: duckdb.DuckDBPyConnection,
    before: Iterable[StoryMember],
    after: Iterable[StoryMember],
) -> int:
    """Write what changed in ``core.bridge_story``; the caller holds a transaction.

    Args:
        connection: has the lake attached.
        before: rows as they are there.
        after: as they have to be.

    Returns:
        The number of articles whose row changed.
    """
    was, now = set(before), set(after)
    old, new = was - now, now - was
    if old:
        ids = pa.table({"article_id": [member.article_id for member in old]})
        first, last = (pick(member.linked_on for member in old) for pick in (min, max))
        with Relations(connection) as relations:
            relations.register("old_member", ids)
            connection.execute(
                f"DELETE FROM {_BRIDGE} WHERE linked_on BETWEEN DATE '{first}' AND DATE '{last}' "
                "AND article_id IN (SELECT article_id FROM old_member)"
            )
    if new:
        insert_table(connection, BRIDGE_STORY, _rows(new))
    return len({member.article_id for member in old | new})


def clear_unknown_days(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete rows of releases that did not keep the day; the caller holds a transaction."""
    connection.execute(f"DELETE FROM {_BRIDGE} WHERE linked_on IS NULL")


def _rows(members: Iterable[StoryMember]) -> pa.Table:
    ordered = sorted(members, key=lambda member: (member.story_id, member.article_id))
    return pa.Table.from_pylist(
        [{name: getattr(member, name) for name in BRIDGE_STORY.column_names} for member in ordered],
        schema=arrow_schema(BRIDGE_STORY),
    )
