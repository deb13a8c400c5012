"""Dimensions: rows for every key that a batch's facts use."""

from collections.abc import Mapping
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from etl.bangla.calendar import GREGORIAN_MONTHS, to_bangla_date, weekday_name
from etl.load.lake import CATALOG
from etl.outlets import Outlets
from etl.schema import dimensions
from etl.schema.arrow import arrow_schema
from etl.schema.model import Table

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


def load_dimensions(connection: duckdb.DuckDBPyConnection, outlets: Outlets) -> None:
    """Add what the batch's loaded rows name and the lake does not have yet.

    Runs inside the batch's transaction, after ``load_rows`` has registered its tables.
    """
    _add_dates(connection)
    _put_outlets(connection, outlets)
    _add(
        connection,
        dimensions.DIM_SECTION,
        "SELECT DISTINCT outlet_id || ':' || section AS section_id, outlet_id, section, "
        "split_part(section, ' > ', 1) AS top_section FROM fresh WHERE section IS NOT NULL",
    )
    _add(
        connection,
        dimensions.DIM_BYLINE,
        "SELECT DISTINCT outlet_id || ':' || byline AS byline_id, outlet_id, byline, byline_kind "
        "FROM fresh WHERE byline IS NOT NULL",
    )
    _add(
        connection,
        dimensions.DIM_ENTITY,
        "SELECT entity_id, min(entity_kind) AS entity_kind, min(name_bn) AS name_bn, "
        "min(name_en) AS name_en, min(iso_code) AS iso_code, min(place_kind) AS place_kind, "
        "min(country_code) AS country_code, min(district_entity_id) AS district_entity_id, "
        "min(latitude) AS latitude, min(longitude) AS longitude "
        "FROM stg_entity_mention SEMI JOIN fresh USING (capture_id) GROUP BY entity_id",
    )
    _add(
        connection,
        dimensions.DIM_SOURCE,
        "SELECT source_id, min(name_bn) AS name_bn, min(name_en) AS name_en, "
        "min(source_kind) AS source_kind "
        "FROM stg_source_citation SEMI JOIN fresh USING (capture_id) GROUP BY source_id",
    )


def _add(connection: duckdb.DuckDBPyConnection, table: Table, query: str) -> None:
    name = f"{CATALOG}.{table.qualified_name}"
    key = table.key[0]
    columns = ", ".join(table.column_names)
    connection.execute(
        f"INSERT INTO {name} BY NAME SELECT {columns} FROM ({query}) "
        f"WHERE {key} NOT IN (SELECT {key} FROM {name}) ORDER BY {key}"
    )


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
    connection.execute(
        f"DELETE FROM {name} WHERE outlet_id IN (SELECT outlet_id FROM outlet_changed)"
    )
    connection.execute(
        f"INSERT INTO {name} BY NAME SELECT * FROM outlet_changed ORDER BY outlet_id"
    )


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
