"""The records that cross from one step to the next, for one page."""

from dataclasses import dataclass
from datetime import date, datetime

from etl.schema.problems import Problem
from etl.schema.vocabulary import (
    BodySource,
    CaptureTimeSource,
    CreditForm,
    EntityKind,
    EventType,
    FigureKind,
    ListKind,
    Modality,
    PageKind,
    TimeSource,
    Topic,
    TopicSource,
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One page as it came: what ingest writes and extract reads.

    ``captured_at`` is aware, UTC. ``outlet_id`` is what the origin says, before the page is read.
    """

    capture_id: str
    source: str
    url: str | None
    outlet_id: str | None
    captured_at: datetime
    captured_at_source: CaptureTimeSource
    content: bytes
    content_type: str | None = None
    content_encoding: str | None = None
    read_error: Problem | None = None  # of the origin; `content` is empty then
    declared_published_at: datetime | None = None  # as a feed or sitemap gives it
    declared_time_source: TimeSource | None = None


@dataclass(frozen=True, slots=True)
class SidebarItem:
    """One headline in a list next to the article; ``rank`` counts from 1 inside its kind."""

    kind: ListKind
    rank: int
    headline: str
    kicker: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class DeclaredLink:
    """One article link in a listing, feed, sitemap or URL list; ``rank`` counts from 1.

    ``published_at`` is aware, UTC, as the origin gives it.
    """

    rank: int
    url: str
    title: str | None = None
    published_at: datetime | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction reads on one page.

    Texts are in the normal form of ``etl.bangla.text``; instants are aware, in the zone the page
    means (Dhaka for the outlets of Bangladesh). ``published_date`` is set alone where the page
    gives a day without a time. Absent values are None or empty tuples, never empty strings.
    ``reason`` adds detail where ``kind`` is not ``ARTICLE``.
    """

    kind: PageKind
    reason: str | None = None
    outlet_id: str | None = None
    url: str | None = None
    title: str | None = None
    kicker: str | None = None
    byline: str | None = None
    edition: str | None = None
    section: str | None = None
    published_at: datetime | None = None
    published_at_source: TimeSource = TimeSource.NONE
    published_date: date | None = None
    updated_at: datetime | None = None
    page_date: date | None = None
    language: str | None = None
    paragraphs: tuple[str, ...] = ()
    body_source: BodySource | None = None
    captions: tuple[str, ...] = ()
    photo_credit: str | None = None
    image_url: str | None = None
    keywords: tuple[str, ...] = ()
    signoff: str | None = None
    sidebar: tuple[SidebarItem, ...] = ()
    links: tuple[DeclaredLink, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """Where a place lies: its country, its district in Bangladesh, degrees north and east."""

    kind: str
    country_code: str | None
    district_id: str | None
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Mention:
    """One entity in one article: count, first position (characters, title first), as written."""

    entity_id: str
    kind: EntityKind
    name_bn: str
    name_en: str | None
    iso_code: str | None
    count: int
    first_position: int
    is_in_title: bool
    evidence: str
    place: PlaceFacts | None = None
    canonical_name: str | None = None  # where the entity's own name isn't the article's form


@dataclass(frozen=True, slots=True)
class Citation:
    """One source that an article credits, by the first sentence that does.

    ``name_as_written`` is the article's own spelling, ``name_bn`` the usual one.
    """

    source_id: str
    name_bn: str
    name_en: str | None
    source_kind: str
    form: CreditForm
    evidence: str
    name_as_written: str


@dataclass(frozen=True, slots=True)
class Event:
    """One interaction; actors are ISO 3166 alpha-2 codes or ``INT``."""

    actor1: str
    actor2: str
    type: EventType
    date: date | None
    place: str | None
    modality: Modality
    evidence: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Quote:
    """What an article says that somebody said.

    ``speaker_id`` is the entity where the speaker is one of the article's; ``position`` counts
    characters, the headline first.
    """

    speaker: str
    speaker_id: str | None
    words: str
    is_direct: bool
    verb: str | None
    evidence: str
    position: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that an article gives, of what, and where.

    ``position`` counts characters, the headline first.
    """

    kind: FigureKind
    value: float
    unit: str
    written: str
    subject: str
    evidence: str
    position: int


@dataclass(frozen=True, slots=True)
class Article:
    """An article page with what its text says."""

    page: Page
    mentions: tuple[Mention, ...] = ()
    citations: tuple[Citation, ...] = ()
    events: tuple[Event, ...] = ()
    quotes: tuple[Quote, ...] = ()
    figures: tuple[Figure, ...] = ()
    topic: Topic | None = None
    topic_source: TopicSource | None = None


@dataclass(frozen=True, slots=True)
class StoryText:
    """What linking reads of one article's current version.

    ``reported_on`` is the Dhaka day of publication, or of the first capture where undated;
    ``content_hash`` is empty for a text that is in no lake.
    """

    article_id: str
    outlet_id: str
    published_at: datetime | None
    title: str
    body: str
    reported_on: date
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class StoryMember:
    """One article in one story; stories have at least two articles.

    ``linked_on`` is the day whose articles put it there.
    """

    story_id: str
    article_id: str
    outlet_id: str
    published_at: datetime | None
    link_kind: str
    linked_article_id: str
    score: float
    linked_on: date
