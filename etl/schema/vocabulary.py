"""Closed word lists: the values that coded columns may take."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a capture ended; every capture has exactly one."""

    LOADED = "loaded"  # first capture of an article version
    UNCHANGED = "unchanged"  # the article was seen again as it was
    DUPLICATE = "duplicate"  # the same bytes again, nothing says at another time
    QUARANTINED = "quarantined"
    NOT_ARTICLE = "not_article"
    FAILED = "failed"


# The outcomes of captures whose page is an article of the lake.
ARTICLE_OUTCOMES = (Outcome.LOADED, Outcome.UNCHANGED, Outcome.DUPLICATE)


class FetchOutcome(StrEnum):
    """How one try to fetch a declared page ended."""

    CAPTURED = "captured"  # an answer came and is a capture
    NOT_MODIFIED = "not_modified"  # a 304: the page is as it was
    GONE = "gone"  # 404 or 410
    BLOCKED = "blocked"  # robots.txt forbids it, or can't be read
    FAILED = "failed"  # no usable answer, after all retries


class DeclarationKind(StrEnum):
    """What declares URLs."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    URL_LIST = "url_list"


class PageKind(StrEnum):
    """What a page is. All but ``ARTICLE`` end as ``not_article``, with the kind as the reason."""

    ARTICLE = "article"
    LISTING = "listing"
    HOME_PAGE = "home_page"
    GALLERY = "gallery"
    VIDEO = "video"
    LIVE_BLOG = "live_blog"
    SOFT_404 = "soft_404"
    NO_ARTICLE = "no_article"


class ListKind(StrEnum):
    """Lists of headlines beside an article."""

    LATEST = "latest"
    MOST_READ = "most_read"
    RELATED = "related"


class TimeSource(StrEnum):
    """Where an article's ``published_at`` was read, most trusted first."""

    JSON_LD = "json_ld"
    META = "meta"
    TIME_TAG = "time_tag"
    DATELINE = "dateline"
    FEED = "feed"
    SITEMAP = "sitemap"
    IMAGE_PATH = "image_path"
    URL = "url"
    NONE = "none"


class CaptureTimeSource(StrEnum):
    """Where a capture's time comes from, most trusted first."""

    HTTP = "http"
    WARC = "warc"
    SIDECAR = "sidecar"
    MASTHEAD = "masthead"  # the page prints the day it was made; its last second is taken
    FILE_TIME = "file_time"  # nothing else is known


# Sources that tell when a page was fetched, to the second; the others bound it.
EXACT_CAPTURE_TIMES = (CaptureTimeSource.HTTP, CaptureTimeSource.WARC, CaptureTimeSource.SIDECAR)


class IdentitySource(StrEnum):
    """Which rung of the identity ladder gave the article's id."""

    NATIVE_ID = "native_id"
    CANONICAL_URL = "canonical_url"
    TEXT_HASH = "text_hash"


class CreditForm(StrEnum):
    """How an article credits a source."""

    SOURCE_LINE = "source_line"  # সূত্র: …
    AGENCY_LINE = "agency_line"  # খবর রয়টার্সের
    REPORT = "report"  # এক প্রতিবেদনে … জানিয়েছে
    QUOTING = "quoting"  # … এর বরাত দিয়ে


class EntityKind(StrEnum):
    """What an entity is."""

    COUNTRY = "country"
    ORGANISATION = "organisation"
    PLACE = "place"
    PERSON = "person"
    OFFICE = "office"


class PlaceKind(StrEnum):
    """What kind of place an entity is."""

    DIVISION = "division"  # of Bangladesh, or the city it is named after
    DISTRICT = "district"  # of Bangladesh, or its town
    UPAZILA = "upazila"
    AREA = "area"  # a quarter, port, island or landmark of Bangladesh
    CITY = "city"  # outside Bangladesh
    REGION = "region"  # outside Bangladesh: a state, a province


class EventType(StrEnum):
    """PLOVER's root categories of interactions between political actors."""

    AGREE = "AGREE"
    CONSULT = "CONSULT"
    SUPPORT = "SUPPORT"
    COOPERATE = "COOPERATE"
    AID = "AID"
    CONCEDE = "CONCEDE"
    REQUEST = "REQUEST"
    ACCUSE = "ACCUSE"
    REJECT = "REJECT"
    THREATEN = "THREATEN"
    PROTEST = "PROTEST"
    SANCTION = "SANCTION"
    MOBILIZE = "MOBILIZE"
    COERCE = "COERCE"
    ASSAULT = "ASSAULT"
    RETREAT = "RETREAT"


# Categories of which both actors do the same: who is named first does not matter.
MUTUAL_EVENT_TYPES = (EventType.AGREE, EventType.CONSULT, EventType.COOPERATE)
# PLOVER's quad classes of cooperation, verbal and material; the other categories are conflict.
COOPERATIVE_EVENT_TYPES = (
    EventType.AGREE,
    EventType.CONSULT,
    EventType.SUPPORT,
    EventType.COOPERATE,
    EventType.AID,
    EventType.CONCEDE,
    EventType.RETREAT,
)


class Modality(StrEnum):
    """Whether a reported act was done."""

    DONE = "done"
    PLANNED = "planned"
    DENIED = "denied"
    REPORTED = "reported"  # by one side


class StoryLink(StrEnum):
    """Why an article is in its story."""

    WIRE_COPY = "wire_copy"
    SAME_EVENT = "same_event"


class ReviewState(StrEnum):
    """What became of a rejected row."""

    OPEN = "open"
    REPLAYED = "replayed"
    RELEASED = "released"
    DISCARDED = "discarded"


def values(words: type[StrEnum]) -> tuple[str, ...]:
    """The words of a list, in order."""
    return tuple(word.value for word in words)
