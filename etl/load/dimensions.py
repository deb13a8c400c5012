"""Dimensions: rows for every key that a batch's facts use."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from etl.bangla.calendar import GREGORIAN_MONTHS, to_bangla_date, weekday_name
from etl.lake import CATALOG
from etl.lake.relations import Relations
from etl.load.facts import BatchLoad
from etl.load.write import insert_table
from etl.outlets.profiles import Outlets
from etl.schema.derive.arrow import arrow_schema
from etl.schema.model import Table
from etl.schema.tables import dimensions

# From the year before the first date taken for one (1995) to beyond this program's life.
_FIRST_DAY, _LAST_DAY = date(1994, 1, 1), date(2050, 12, 31)
# Bangladesh's public holidays of fixed date: Ministry of Public Administration's yearly list.
# Holidays by the moon are announced year by year and are not in here.
_HOLIDAYS_BN: Mapping[tuple[int, int], str] = {
    (2, 21): "শহীদ দিবস ও আন্তর্জাতিক মাতৃভাষা দিবস",
    (3, 26): "স্বাধীনতা ও জাতীয় দিবস",
    (4, 14): "বাংলা নববর্ষ",
    (5, 1): "মে দিবস",
    (12, 16): "বিজয় দিবস",
    (12, 25): "যিশু খ্রিষ্টের জন্মদিন (বড়দিন)",
}
_WEEKEND = (5, 6)  # ISO weekdays of Friday and Saturday


def date_rows() -> pa.Table:
    """All rows of ``dim_date``."""
    days = ((_LAST_DAY - _FIRST_DAY).days) + 1
    return pa.Table.from_pylist(
        [_date_row(_FIRST_DAY + timedelta(days=number)) for number in range(days)],
        schema=arrow_schema(dimensions.DIM_DATE),
    )


def _date_row(day: date) -> dict[str, object]:
    bangla = to_bangla_date(day)
    holiday = _HOLIDAYS_BN.get((day.month, day.day))
    return {
        "date": day,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "month_name_bn": GREGORIAN_MONTHS[day.month - 1],
        "iso_weekday": day.isoweekday(),
        "weekday_name_bn": weekday_name(day),
        "bangla_year": bangla.year,
        "bangla_month": bangla.month,
        "bangla_day": bangla.day,
        "bangla_month_name": bangla.month_name,
        "bangla_season_name": bangla.season,
        "is_weekend": day.isoweekday() in _WEEKEND,
        "is_holiday": holiday is not None,
        "holiday_name_bn": holiday,
    }


# Dimensions whose rows a batch's accepted articles name.
_NAMED = (
    dimensions.DIM_SECTION,
    dimensions.DIM_BYLINE,
    dimensions.DIM_ENTITY,
    dimensions.DIM_SOURCE,
)
_USES: Mapping[Table, str] = {
    dimensions.DIM_SECTION: "SELECT section_id FROM lake.core.fact_article",
    dimensions.DIM_BYLINE: "SELECT byline_id FROM lake.core.fact_article",
    dimensions.DIM_ENTITY: "SELECT entity_id FROM lake.core.fact_entity_mention",
    dimensions.DIM_SOURCE: "SELECT source_id FROM lake.core.fact_source_citation",
    dimensions.DIM_OUTLET: "SELECT outlet_id FROM lake.core.fact_capture "
    "UNION ALL SELECT outlet_id FROM lake.core.fact_declared",
}


def load_dimensions(
    connection: duckdb.DuckDBPyConnection, load: BatchLoad, outlets: Outlets
) -> None:
    """Add what the batch's accepted rows name and the lake does not have yet.

    Where two batches describe one key in different words, the words that sort first stay,
    whatever the order of the batches. The caller holds a transaction.

    Args:
        connection: has the lake attached.
        load: the batch.
        outlets: the profiles, which describe the outlets now.
    """
    _add_dates(connection)
    _put_outlets(connection, load.outlet_ids, outlets)
    for table in _NAMED:
        named = load.dimension_rows(table)
        if not named.num_rows:
            continue
        columns, key = ", ".join(table.column_names), table.key[0]
        with Relations(connection) as relations:
            relations.register("dimension_named", named)
            relations.create(
                "dimension_known",
                f"SELECT {columns} FROM {CATALOG}.{table.qualified_name} "
                f"WHERE {key} IN (SELECT {key} FROM dimension_named)",
            )
            both = "FROM dimension_named UNION ALL FROM dimension_known"
            _put(connection, table, both, "FROM dimension_known")


class DimensionUpdate:
    """Dimensions described again by all batches of a re-extraction together."""

    def __init__(self, relations: Relations) -> None:
        self._connection = relations.connection
        for table in _NAMED:
            known = _rows_of(table)
            relations.create(f"named_{table.name}", f"{known} WITH NO DATA")

    def add(self, load: BatchLoad) -> None:
        """Take in what a batch's accepted rows name."""
        for table in _NAMED:
            with Relations(self._connection) as relations:
                relations.register("dimension_named", load.dimension_rows(table))
                self._connection.execute(f"INSERT INTO named_{table.name} FROM dimension_named")

    def write(self) -> None:
        """Describe the keys as those rows do, and remove keys that nothing names.

        The caller holds a transaction.
        """
        for table in _NAMED:
            _put(self._connection, table, f"FROM named_{table.name}", _rows_of(table))
        for table, uses in _USES.items():
            if table is not dimensions.DIM_OUTLET:
                uses = f"{uses} UNION ALL SELECT {table.key[0]} FROM named_{table.name}"
            _remove_unused(self._connection, table, uses)


@contextmanager
def dimension_update(connection: duckdb.DuckDBPyConnection) -> Iterator[DimensionUpdate]:
    """An update whose relations are dropped at the end of the block."""
    with Relations(connection) as relations:
        yield DimensionUpdate(relations)


def remove_unused(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove keys that no fact names; the caller holds a transaction."""
    for table, uses in _USES.items():
        _remove_unused(connection, table, uses)


def _remove_unused(connection: duckdb.DuckDBPyConnection, table: Table, uses: str) -> None:
    key = table.key[0]
    connection.execute(
        f"DELETE FROM {CATALOG}.{table.qualified_name} "
        f"WHERE {key} NOT IN (SELECT u.{key} FROM ({uses}) AS u WHERE u.{key} IS NOT NULL)"
    )


def _rows_of(table: Table) -> str:
    columns = ", ".join(table.column_names)
    return f"SELECT {columns} FROM {CATALOG}.{table.qualified_name}"


def _put(connection: duckdb.DuckDBPyConnection, table: Table, query: str, known: str) -> None:
    """Make the rows of the query's keys what the query says, one row a key.

    Args:
        connection: has the lake attached.
        table: the dimension.
        query: for rows with its columns; a key may have several.
        known: a query for the rows that the lake has of these keys.
    """
    name = f"{CATALOG}.{table.qualified_name}"
    key = table.key[0]
    described = ", ".join(f"min({column}) AS {column}" for column in table.column_names[1:])
    with Relations(connection) as relations:
        relations.create(
            "dimension_changed",
            f"SELECT {key}, {described} FROM ({query}) GROUP BY {key} EXCEPT {known}",
        )
        if connection.execute("SELECT 1 FROM dimension_changed LIMIT 1").fetchone() is None:
            return
        connection.execute(
            f"DELETE FROM {name} WHERE {key} IN (SELECT {key} FROM dimension_changed)"
        )
        connection.execute(
            f"INSERT INTO {name} BY NAME SELECT * FROM dimension_changed ORDER BY {key}"
        )


def _add_dates(connection: duckdb.DuckDBPyConnection) -> None:
    name = f"{CATALOG}.{dimensions.DIM_DATE.qualified_name}"
    if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is None:
        insert_table(connection, dimensions.DIM_DATE, date_rows())


def _put_outlets(
    connection: duckdb.DuckDBPyConnection, outlet_ids: Iterable[str], outlets: Outlets
) -> None:
    """The batch's outlets, as the profiles describe them now."""
    rows = [_outlet_row(key, outlets) for key in sorted(outlet_ids)]
    with Relations(connection) as relations:
        relations.register(
            "outlet_now", pa.Table.from_pylist(rows, schema=arrow_schema(dimensions.DIM_OUTLET))
        )
        _put(connection, dimensions.DIM_OUTLET, "FROM outlet_now", _rows_of(dimensions.DIM_OUTLET))


def _outlet_row(key: str, outlets: Outlets) -> dict[str, object]:
    outlet = outlets.by_id.get(key)
    if outlet is None:
        return {
            "outlet_id": key,
            "name_bn": None,
            "name_en": key,
            "hosts": [key] if "." in key else [],
            "language": None,
            "timezone": "UTC",
        }
    return {
        "outlet_id": outlet.id,
        "name_bn": outlet.name_bn,
        "name_en": outlet.name_en,
        "hosts": list(outlet.hosts),
        "language": outlet.language,
        "timezone": outlet.timezone,
    }
