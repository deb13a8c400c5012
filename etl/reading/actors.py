"""Pairs of countries with their events, and entities: who is named where, and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from etl.reading.outlets import MonthCount
from etl.reading.warehouse import NotFoundError, Warehouse

_SHOWN = 50


@dataclass(frozen=True, slots=True)
class PairEvent:
    """An event between two countries, with the sentence of its first report."""

    event_id: str
    actor1: str
    actor1_name_bn: str | None
    actor1_name_en: str | None
    actor2: str
    actor2_name_bn: str | None
    actor2_name_en: str | None
    event_type: str
    event_class: str
    event_date: date | None
    first_reported_date: date | None
    place: str | None
    modality: str
    article_count: int
    outlet_count: int
    first_article_id: str
    evidence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PairMonth:
    """A pair of countries in one month of publication."""

    published_month: date
    mention_article_count: int
    cooperation_count: int
    conflict_count: int


@dataclass(frozen=True, slots=True)
class Entity:
    """Someone or something that articles name."""

    entity_id: str
    entity_kind: str
    name_bn: str
    name_en: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class NamingArticle:
    """An article that names an entity."""

    article_id: str
    outlet_id: str
    outlet_name_bn: str | None
    outlet_name_en: str
    title: str | None
    published_at: datetime | None
    published_date: date | None
    mention_count: int


@dataclass(frozen=True, slots=True)
class Said:
    """One quotation of a person or organisation."""

    article_id: str
    outlet_id: str
    published_date: date | None
    speaker: str
    quote: str
    is_direct: bool


def pair_events(warehouse: Warehouse, country1: str, country2: str) -> list[PairEvent]:
    """Return the latest events between two countries, in either direction."""
    return events(warehouse, "actor1 IN $pair AND actor2 IN $pair", [country1, country2])


def events(warehouse: Warehouse, condition: str, pair: Sequence[str]) -> list[PairEvent]:
    """Return the latest events that meet one of our own conditions on ``$pair``."""
    return warehouse.read(
        PairEvent,
        f"FROM mart.event WHERE {condition} AND actor1 <> actor2 "
        f"ORDER BY coalesce(event_date, first_reported_date) DESC NULLS LAST, event_id "
        f"LIMIT {_SHOWN}",
        {"pair": list(pair)},
    )


def pair_months(warehouse: Warehouse, country1: str, country2: str) -> list[PairMonth]:
    """Return a pair of countries by month.

    Raises:
        NotFoundError: no article names both.
    """
    found = warehouse.read(
        PairMonth,
        "FROM mart.country_pair_month WHERE country1 = $first AND country2 = $second "
        "ORDER BY published_month",
        {"first": min(country1, country2), "second": max(country1, country2)},
    )
    if not found:
        raise NotFoundError(
            f"no article names both {country1!r} and {country2!r}: give two ISO codes"
        )
    return found


def read_entity(warehouse: Warehouse, entity_id: str) -> Entity:
    """Return an entity.

    Raises:
        NotFoundError: no article names it.
    """
    found = warehouse.read(
        Entity,
        "SELECT entity_id, entity_kind, entity_name_bn AS name_bn, entity_name_en AS name_en, "
        "count(*) AS articles FROM mart.article_entity WHERE entity_id = ? GROUP BY ALL",
        [entity_id],
    )
    if not found:
        raise NotFoundError(f"no article names {entity_id!r}")
    return found[0]


def entity_articles(warehouse: Warehouse, entity_id: str) -> list[NamingArticle]:
    """Return the latest articles that name an entity."""
    return warehouse.read(
        NamingArticle,
        "SELECT article.*, naming.mention_count "
        "FROM (FROM mart.article_entity WHERE entity_id = $id "
        f"ORDER BY published_date DESC NULLS LAST, article_id LIMIT {_SHOWN}) AS naming "
        "INNER JOIN mart.article AS article ON naming.article_id = article.article_id "
        "ORDER BY article.published_date DESC NULLS LAST, article.article_id",
        {"id": entity_id},
    )


def entity_months(warehouse: Warehouse, entity_id: str) -> list[MonthCount]:
    """Return the dated articles that name an entity, by month."""
    return warehouse.read(
        MonthCount,
        "SELECT strftime(published_date, '%Y-%m') AS month, "
        "CAST(sum(article_count) AS BIGINT) AS articles "
        "FROM mart.entity_daily WHERE entity_id = ? GROUP BY month ORDER BY month",
        [entity_id],
    )


def named_with(warehouse: Warehouse, entity_id: str) -> list[Entity]:
    """Return the persons, organisations and countries that share most articles with an entity."""
    return warehouse.read(
        Entity,
        "SELECT entity_id, entity_kind, entity_name_bn AS name_bn, entity_name_en AS name_en, "
        "count(*) AS articles FROM mart.article_entity "
        "WHERE article_id IN (SELECT article_id FROM mart.article_entity WHERE entity_id = $id) "
        "AND entity_id <> $id AND entity_kind IN ('person', 'organisation', 'country') "
        f"GROUP BY ALL ORDER BY articles DESC, entity_id LIMIT {_SHOWN}",
        {"id": entity_id},
    )


def said_by(warehouse: Warehouse, entity_id: str) -> list[Said]:
    """Return the latest quotations of a person or organisation."""
    return warehouse.read(
        Said,
        "FROM mart.quote WHERE speaker_entity_id = ? "
        f"ORDER BY published_date DESC NULLS LAST, article_id, quote_no LIMIT {_SHOWN}",
        [entity_id],
    )
