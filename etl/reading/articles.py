"""One article of a build with all that is known of it, and its versions."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.reading.diff import Piece, word_diff
from etl.reading.warehouse import NotFoundError, Warehouse


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was captured; times by the clock of Dhaka."""

    version_no: int
    title: str | None
    kicker: str | None
    byline: str | None
    section: str | None
    published_at: datetime | None
    updated_at: datetime | None
    seen_from_at: datetime
    seen_to_at: datetime | None
    is_current: bool
    word_count: int
    body: str
    captions: str | None


@dataclass(frozen=True, slots=True)
class Revision:
    """What one version changed of the version before; ``changed_share`` is between 0 and 1."""

    version_no: int
    revised_at: datetime
    changed_fields: str | None
    is_title_changed: bool
    is_body_changed: bool
    characters_added: int
    characters_removed: int
    changed_share: float | None
    minutes_since_publication: float | None


@dataclass(frozen=True, slots=True)
class Credit:
    """A news source that the article credits, with the sentence that does so."""

    source_id: str
    name_bn: str
    name_en: str | None
    credit_form: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """An event that the article reports, with the sentence that does so."""

    event_id: str
    actor1: str
    actor2: str
    event_type: str
    event_date: date | None
    modality: str
    evidence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Quote:
    """What the article says that somebody said, with the sentence that gives it."""

    speaker: str
    speaker_entity_id: str | None
    quote: str
    is_direct: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Someone or something that the article names."""

    entity_id: str
    entity_kind: str
    name_bn: str
    name_en: str | None
    iso_code: str | None
    mention_count: int
    is_in_title: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """Where the article's headline stood in a list of its outlet."""

    list_kind: str
    headline: str
    first_listed_at: datetime
    last_listed_at: datetime
    best_rank: int
    worst_rank: int


@dataclass(frozen=True, slots=True)
class Article:
    """The current version of an article, with how its fields were read."""

    article_id: str
    outlet_id: str
    outlet_name_bn: str | None
    outlet_name_en: str
    title: str | None
    kicker: str | None
    byline: str | None
    section: str | None
    topic: str | None
    url: str | None
    published_at: datetime | None
    published_date: date | None
    published_at_source: str
    updated_at: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    language: str | None
    word_count: int
    version_no: int
    revision_count: int
    story_id: str | None
    identity_source: str
    body_source: str | None
    warnings: str | None
    is_agency_credited: bool
    body: str
    captions: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one version to another, word by word."""

    article_id: str
    before: Version
    after: Version
    title: list[Piece]
    body: list[Piece]


def read_article(warehouse: Warehouse, article_id: str) -> Article:
    """Return one article with its text.

    Raises:
        NotFoundError: the build has no article of that id.
    """
    found = warehouse.read(
        Article,
        "SELECT article.* EXCLUDE (title), article.title, text.body, text.captions "
        "FROM mart.article AS article "
        "INNER JOIN mart.article_text AS text ON article.article_id = text.article_id "
        "WHERE article.article_id = $id AND text.article_id = $id",
        {"id": article_id},
    )
    if not found:
        raise NotFoundError(
            f"no article {article_id!r} in the build: `khobor search WORDS` shows ids"
        )
    return found[0]


def versions(warehouse: Warehouse, article_id: str) -> list[Version]:
    """Return all versions of an article, the first one first; none for an unknown article."""
    return warehouse.read(
        Version,
        "FROM mart.article_version WHERE article_id = ? ORDER BY version_no",
        [article_id],
    )


def difference(
    warehouse: Warehouse, article_id: str, before: int | None = None, after: int | None = None
) -> Difference:
    """Compare two versions of an article.

    Args:
        warehouse: the build.
        article_id: the article.
        before: number of the one version; by default the one before ``after``.
        after: number of the other; by default the current one.

    Raises:
        NotFoundError: the article, or one of the versions, is not there.
    """
    found = {version.version_no: version for version in versions(warehouse, article_id)}
    if not found:
        read_article(warehouse, article_id)
    after = max(found) if after is None else after
    before = after - 1 if before is None else before
    if len(found) == 1 and before == 0:
        raise NotFoundError(f"{article_id} has one version: it was never seen changed")
    for number in (before, after):
        if number not in found:
            raise NotFoundError(
                f"{article_id} has no version {number}: its versions are "
                f"{', '.join(map(str, found))}"
            )
    old, new = found[before], found[after]
    return Difference(
        article_id,
        old,
        new,
        word_diff(old.title or "", new.title or ""),
        word_diff(old.body, new.body),
    )


def revisions(warehouse: Warehouse, article_id: str) -> list[Revision]:
    """Return what each version changed of the one before."""
    return warehouse.read(
        Revision,
        "FROM mart.article_revision WHERE article_id = ? ORDER BY version_no",
        [article_id],
    )


def credits_of(warehouse: Warehouse, article_id: str) -> list[Credit]:
    """Return the sources that an article credits."""
    return warehouse.read(
        Credit,
        "SELECT source_id, source_name_bn AS name_bn, source_name_en AS name_en, credit_form, "
        "evidence FROM mart.article_source WHERE article_id = ? ORDER BY source_id",
        [article_id],
    )


def reported_events(warehouse: Warehouse, article_id: str) -> list[ReportedEvent]:
    """Return the events that an article reports."""
    return warehouse.read(
        ReportedEvent,
        "FROM mart.event_article WHERE article_id = ? ORDER BY event_id",
        [article_id],
    )


def quotes(warehouse: Warehouse, article_id: str) -> list[Quote]:
    """Return who says what in an article, in order."""
    return warehouse.read(
        Quote, "FROM mart.quote WHERE article_id = ? ORDER BY quote_no", [article_id]
    )


def mentions(warehouse: Warehouse, article_id: str) -> list[Mention]:
    """Return whom and what an article names, the most frequent first."""
    return warehouse.read(
        Mention,
        "SELECT *, entity_name_bn AS name_bn, entity_name_en AS name_en "
        "FROM mart.article_entity WHERE article_id = ? ORDER BY mention_count DESC, entity_id",
        [article_id],
    )


def exposures(warehouse: Warehouse, article_id: str) -> list[Exposure]:
    """Return where the article's headline stood in lists."""
    return warehouse.read(
        Exposure,
        "FROM mart.headline_exposure WHERE target_article_id = ? "
        "ORDER BY first_listed_at, list_kind, headline",
        [article_id],
    )
