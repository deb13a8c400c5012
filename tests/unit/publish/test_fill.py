"""A mart is a declaration and a SELECT."""

from pathlib import Path

import pytest

from etl.publish import fill
from etl.schema.marts.lineage import mart_lineage
from etl.schema.marts.warehouse import MARTS


def test_every_mart_has_one_select_and_every_select_a_mart() -> None:
    folder = Path(fill.__file__).parent / "marts"
    assert {path.stem for path in folder.iterdir()} == {mart.name for mart in MARTS}
    assert len({mart.name for mart in MARTS}) == len(MARTS)


@pytest.mark.parametrize("number", range(len(MARTS)), ids=lambda number: MARTS[number].name)
def test_a_mart_reads_only_marts_built_before_it(number: int) -> None:
    before = {mart.qualified_name for mart in MARTS[:number]}
    read = mart_lineage()[MARTS[number].qualified_name]["tables"]
    assert {name for name in read if name.startswith("mart.")} <= before


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_grain_and_caveats_stand_in_the_declaration_alone(mart) -> None:
    assert mart.grain.endswith(".")
    assert "-- Grain" not in fill.mart_sql(mart)
    assert "-- Caveats" not in fill.mart_sql(mart)
