"""One outlet: how much it publishes, how complete it is held, what it changed, whom it credits."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.reading.warehouse import NotFoundError, Warehouse

_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet over all that is held of it."""

    outlet_id: str
    outlet_name_bn: str | None
    outlet_name_en: str
    article_count: int
    undated_article_count: int
    revised_article_count: int
    revised_share: float | None
    agency_share: float | None
    lag_minutes_median: float | None
    lag_minutes_p95: float | None
    declared_count: int
    fetched_share: float | None
    capture_count: int
    word_count_median: float | None
    first_published_date: date | None
    last_published_date: date | None


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Articles of one month, `2025-01`."""

    month: str
    articles: int


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a text that the page did not date: its own time of change stayed the same."""

    article_id: str
    version_no: int
    title_after: str | None
    revised_at: datetime
    changed_fields: str | None
    changed_share: float | None


@dataclass(frozen=True, slots=True)
class Reliance:
    """A source that the outlet credits."""

    source_id: str
    source_name_bn: str
    source_name_en: str | None
    source_kind: str
    articles: int


def read_outlet(warehouse: Warehouse, outlet_id: str) -> Outlet:
    """Return an outlet.

    Raises:
        NotFoundError: the build has no outlet of that id.
    """
    found = warehouse.read(Outlet, "FROM mart.outlet_scorecard WHERE outlet_id = ?", [outlet_id])
    if not found:
        raise NotFoundError(f"no outlet {outlet_id!r} in the build")
    return found[0]


def outlet_months(warehouse: Warehouse, outlet_id: str) -> list[MonthCount]:
    """Return an outlet's dated articles by month."""
    return warehouse.read(
        MonthCount,
        "SELECT strftime(published_date, '%Y-%m') AS month, "
        "CAST(sum(article_count) AS BIGINT) AS articles "
        "FROM mart.daily_volume WHERE outlet_id = ? GROUP BY month ORDER BY month",
        [outlet_id],
    )


def silent_edits(warehouse: Warehouse, outlet_id: str) -> list[Edit]:
    """Return the latest changes of texts that the pages did not date."""
    return warehouse.read(
        Edit,
        "SELECT * FROM mart.article_revision "
        "WHERE outlet_id = ? AND (is_body_changed OR is_title_changed) "
        "AND NOT contains(changed_fields, 'updated_at') "
        f"ORDER BY revised_at DESC LIMIT {_SHOWN}",
        [outlet_id],
    )


def outlet_sources(warehouse: Warehouse, outlet_id: str) -> list[Reliance]:
    """Return the sources that an outlet credits most."""
    return warehouse.read(
        Reliance,
        "SELECT source_id, any_value(source_name_bn) AS source_name_bn, "
        "any_value(source_name_en) AS source_name_en, any_value(source_kind) AS source_kind, "
        "CAST(sum(article_count) AS BIGINT) AS articles "
        "FROM mart.source_reliance WHERE outlet_id = ? "
        f"GROUP BY source_id ORDER BY articles DESC, source_id LIMIT {_SHOWN}",
        [outlet_id],
    )
