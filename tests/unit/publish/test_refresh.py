"""How marts say what their rows hang on."""

import pytest

from etl.publish.refresh import unfollowed_tables
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table

KEPT = [mart for mart in MARTS if mart.upkeep]
ORDER = [mart.qualified_name for mart in MARTS]


@pytest.mark.parametrize("mart", KEPT, ids=lambda mart: mart.name)
def test_a_mart_says_of_all_tables_that_it_reads_which_rows_hang_on_them(mart: Table) -> None:
    assert mart.upkeep
    assert unfollowed_tables(mart, mart.upkeep) == set()


@pytest.mark.parametrize("mart", KEPT, ids=lambda mart: mart.name)
def test_a_mart_goes_by_marts_before_it_that_are_kept(mart: Table) -> None:
    """What changed in a mart that is filled in full is not known."""
    assert mart.upkeep
    read = [source.table for source in mart.upkeep.sources]
    read += [lookup.table for lookup in mart.upkeep.lookups]
    marts = {name for name in read if name.startswith("mart.")}
    assert marts <= {other.qualified_name for other in KEPT}
    assert all(ORDER.index(name) < ORDER.index(mart.qualified_name) for name in marts)
