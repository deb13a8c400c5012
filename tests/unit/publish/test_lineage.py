"""The stored lineage of the marts is that of their SQL."""

from etl.publish import lineage
from etl.schema.marts.lineage import LINEAGE_FILE, mart_lineage
from etl.schema.marts.warehouse import MARTS


def test_the_stored_lineage_is_that_of_the_sql() -> None:
    stored = LINEAGE_FILE.read_text(encoding="utf-8")
    assert stored == lineage.as_json(), "run `python -m etl.publish.lineage`"


def test_every_mart_column_has_an_origin_or_is_a_count_or_of_the_build() -> None:
    bare = {
        f"{mart}.{column}"
        for mart, found in mart_lineage().items()
        for column, origins in found["columns"].items()
        if not origins and not column.endswith(("_count", "_share"))
    }
    build = [
        "build_id",
        "built_at",
        "built_at_utc",
        "lake_id",
        "lake_snapshot_id",
        "khobor_version",
        "definition_hash",
    ]
    assert bare == {f"mart.build_info.{column}" for column in build}
    assert set(mart_lineage()) == {table.qualified_name for table in MARTS}
