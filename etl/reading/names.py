"""Names of the ids that facets have, in both languages."""

from dataclasses import dataclass

from etl.reading.warehouse import Warehouse
from etl.search.schema import Facet

_SQL = {
    Facet.OUTLET: "SELECT outlet_id, outlet_name_bn, outlet_name_en FROM mart.outlet_scorecard",
    Facet.COUNTRY: "SELECT country1, country1_name_bn, country1_name_en "
    "FROM mart.country_pair_month UNION "
    "SELECT country2, country2_name_bn, country2_name_en FROM mart.country_pair_month",
    Facet.SOURCE: "SELECT DISTINCT source_id, source_name_bn, source_name_en "
    "FROM mart.source_reliance",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in Bangla and in English, as far as they are known."""

    bangla: str | None
    english: str | None


Names = dict[Facet, dict[str, Name]]


def facet_names(warehouse: Warehouse) -> Names:
    """Return the names of outlets, countries and sources by their ids."""
    return {
        facet: {key: Name(bangla, english) for key, bangla, english in warehouse.rows(sql)}
        for facet, sql in _SQL.items()
    }
