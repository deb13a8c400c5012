"""Dimensions: rows for every key that a batch's facts use."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from etl.bangla.calendar import GREGORIAN_MONTHS, to_bangla_date, weekday_name
from etl.lake.transaction import CATALOG
from etl.load.staged_tables import Tables
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


_SECTIONS = (
    "SELECT outlet_id || ':' || section AS section_id, *, "
    "split_part(section, ' > ', 1) AS top_section FROM fresh WHERE section IS NOT NULL"
)
_BYLINES = "SELECT outlet_id || ':' || byline AS byline_id, * FROM fresh WHERE byline IS NOT NULL"
# What a batch's loaded rows say of the dimensions' rows that they name.
_NAMED: tuple[tuple[Table, str], ...] = (
    (dimensions.DIM_SECTION, _SECTIONS),
    (dimensions.DIM_BYLINE, _BYLINES),
    (dimensions.DIM_ENTITY, "FROM stg_entity_mention SEMI JOIN fresh USING (capture_id)"),
    (dimensions.DIM_SOURCE, "FROM stg_source_citation SEMI JOIN fresh USING (capture_id)"),
)
_USES: Mapping[Table, str] = {
    dimensions.DIM_SECTION: "SELECT section_id FROM lake.core.fact_article",
    dimensions.DIM_BYLINE: "SELECT byline_id FROM lake.core.fact_article",
    dimensions.DIM_ENTITY: "SELECT entity_id FROM lake.core.fact_entity_mention",
    dimensions.DIM_SOURCE: "SELECT source_id FROM lake.core.fact_source_citation",
    dimensions.DIM_OUTLET: "SELECT outlet_id FROM lake.core.fact_capture "
    "UNION ALL SELECT outlet_id FROM lake.core.fact_declared",
}


def load_dimensions(connection: duckdb.DuckDBPyConnection, outlets: Outlets) -> None:
    """Add what the batch's loaded rows name and the lake does not have yet.

    Where two batches describe one key in different words, the words that sort first stay,
    whatever the order of the batches. Runs inside the batch's transaction, after ``load_rows``
    has registered its tables.
    """
    _add_dates(connection)
    _put_outlets(connection, outlets)
    for table, query in _NAMED:
        columns, key = ", ".join(table.column_names), table.key[0]
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE dimension_named AS "
            f"SELECT DISTINCT {columns} FROM ({query})"
        )
        if not _has_rows(connection, "dimension_named"):
            continue
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE dimension_known AS "
            f"SELECT {columns} FROM {CATALOG}.{table.qualified_name} "
            f"WHERE {key} IN (SELECT {key} FROM dimension_named)"
        )
        both = "FROM dimension_named UNION ALL FROM dimension_known"
        _put(connection, table, both, "FROM dimension_known")


def collect_dimensions(
    connection: duckdb.DuckDBPyConnection, tables: Tables, kept_out: Iterable[str]
) -> None:
    """Remember what staged rows name, but for captures kept out, for ``replace_dimensions``."""
    for name, table in tables.items():
        connection.register(f"stg_{name}", table)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE fresh AS SELECT * FROM stg_article "
        "WHERE NOT list_contains(?::VARCHAR[], capture_id)",
        [list(kept_out)],
    )
    for table, query in _NAMED:
        rows = f"SELECT {', '.join(table.column_names)} FROM ({query})"
        connection.execute(
            f"CREATE TEMP TABLE IF NOT EXISTS named_{table.name} AS {rows} WITH NO DATA"
        )
        connection.execute(f"INSERT INTO named_{table.name} {rows}")


def replace_dimensions(connection: duckdb.DuckDBPyConnection) -> None:
    """Describe the collected keys as their rows do now, and remove keys that nothing names."""
    for table, _ in _NAMED:
        columns = ", ".join(table.column_names)
        known = f"SELECT {columns} FROM {CATALOG}.{table.qualified_name}"
        _put(connection, table, f"FROM named_{table.name}", known)
    for table, uses in _USES.items():
        key = table.key[0]
        if table is not dimensions.DIM_OUTLET:
            uses = f"{uses} UNION ALL SELECT {key} FROM named_{table.name}"
        connection.execute(
            f"DELETE FROM {CATALOG}.{table.qualified_name} "
            f"WHERE {key} NOT IN (SELECT u.{key} FROM ({uses}) AS u WHERE u.{key} IS NOT NULL)"
        )


def _put(connection: duckdb.DuckDBPyConnection, table: Table, query: str, known: str) -> None:
    """Make the rows of the query's keys what the query says, one row a key.

    :param known: a query for the rows that the lake has of these keys.
    """
    name = f"{CATALOG}.{table.qualified_name}"
    key = table.key[0]
    described = ", ".join(f"min({column}) AS {column}" for column in table.column_names[1:])
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE dimension_changed AS "
        f"SELECT {key}, {described} FROM ({query}) GROUP BY {key} "
        f"EXCEPT {known}"
    )
    if not _has_rows(connection, "dimension_changed"):
        return
    connection.execute(f"DELETE FROM {name} WHERE {key} IN (SELECT {key} FROM dimension_changed)")
    connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM dimension_changed ORDER BY {key}")


def _add_dates(connection: duckdb.DuckDBPyConnection) -> None:
    name = f"{CATALOG}.{dimensions.DIM_DATE.qualified_name}"
    if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is None:
        connection.register("all_dates", date_rows())
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM all_dates")


def _put_outlets(connection: duckdb.DuckDBPyConnection, outlets: Outlets) -> None:
    """The batch's outlets, as the profiles describe them now."""
    keys = connection.execute("SELECT DISTINCT outlet_id FROM stg_capture").fetchall()
    keys += connection.execute("SELECT DISTINCT outlet_id FROM stg_declared").fetchall()
    rows = [_outlet_row(key, outlets) for key in sorted({key for (key,) in keys})]
    connection.register(
        "outlet_now", pa.Table.from_pylist(rows, schema=arrow_schema(dimensions.DIM_OUTLET))
    )
    name = f"{CATALOG}.{dimensions.DIM_OUTLET.qualified_name}"
    columns = ", ".join(dimensions.DIM_OUTLET.column_names)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE outlet_changed AS "
        f"SELECT {columns} FROM outlet_now EXCEPT SELECT {columns} FROM {name}"
    )
    if not _has_rows(connection, "outlet_changed"):
        return
    connection.execute(
        f"DELETE FROM {name} WHERE outlet_id IN (SELECT outlet_id FROM outlet_changed)"
    )
    connection.execute(
        f"INSERT INTO {name} BY NAME SELECT * FROM outlet_changed ORDER BY outlet_id"
    )


def _has_rows(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is not None


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
