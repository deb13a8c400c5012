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


class ProblemCode(StrEnum):
    """Why a page or a source could not be fetched or read."""

    # Files and archives
    MISSING = "missing"  # no such file
    UNREADABLE_FILE = "unreadable_file"
    UNKNOWN_FILE_TYPE = "unknown_file_type"
    BAD_SIDECAR = "bad_sidecar"
    BROKEN_ARCHIVE = "broken_archive"
    NO_RECORDS = "no_records"
    BROKEN_RECORD = "broken_record"
    TRUNCATED_RECORD = "truncated_record"  # shorter than it declares
    TRUNCATED = "truncated"  # by the crawler, as the archive says
    WRONG_DIGEST = "wrong_digest"
    BAD_DESCRIPTION = "bad_description"
    # Requests
    BAD_URL = "bad_url"
    ADDRESS_REFUSED = "address_refused"  # not a public one
    ROBOTS_UNREADABLE = "robots_unreadable"
    ROBOTS_DISALLOW = "robots_disallow"
    RIGHTS_RESERVED = "rights_reserved"  # by the page or its site, and KHOBOR_RIGHTS is skip
    HOST_TAKEN = "host_taken"  # by another process
    CIRCUIT_OPEN = "circuit_open"  # after failures in a row
    ASKED_TO_WAIT = "asked_to_wait"  # Retry-After, Crawl-delay
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT_CONNECT = "timeout_connect"
    TIMEOUT_READ = "timeout_read"  # no byte in time
    TIMEOUT_WHOLE = "timeout_whole"  # not complete in time
    TOO_MANY_REDIRECTS = "too_many_redirects"
    # HTTP responses
    HTTP_STATUS = "http_status"
    BROKEN_ANSWER = "broken_answer"
    BROKEN_HTTP = "broken_http"
    BROKEN_CHUNKS = "broken_chunks"
    BROKEN_COMPRESSION = "broken_compression"
    UNKNOWN_COMPRESSION = "unknown_compression"
    # Content
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    BINARY = "binary"
    BROKEN_GZIP = "broken_gzip"
    UNDECODABLE = "undecodable"
    NO_MARKUP = "no_markup"
    NOT_A_PAGE = "not_a_page"
    NOT_A_FEED = "not_a_feed"
    NOT_A_SITEMAP = "not_a_sitemap"
    NO_ENTRIES = "no_entries"  # a feed or listing that lists nothing
    TOO_MANY_SITEMAPS = "too_many_sitemaps"
    TOO_MANY_URLS = "too_many_urls"
    INDEX_TOO_DEEP = "index_too_deep"  # of sitemaps
    # Reading of one page in a worker process
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    NESTING_LIMIT = "nesting_limit"
    WORKER_DIED = "worker_died"
    INTERNAL_ERROR = "internal_error"
    # A stored text that has none of these codes
    OTHER = "other"


# Depend on the machine and its load: another run may not have them.
PASSING_PROBLEMS = frozenset(
    {ProblemCode.TIME_LIMIT, ProblemCode.MEMORY_LIMIT, ProblemCode.WORKER_DIED}
)
# Of an archive itself, not of what a server answered.
ARCHIVE_DAMAGE = frozenset(
    {
        ProblemCode.BROKEN_ARCHIVE,
        ProblemCode.BROKEN_RECORD,
        ProblemCode.MISSING,
        ProblemCode.NO_RECORDS,
        ProblemCode.TRUNCATED_RECORD,
        ProblemCode.WRONG_DIGEST,
    }
)


class DeclarationKind(StrEnum):
    """What declares URLs."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    URL_LIST = "url_list"


class SourceOutcome(StrEnum):
    """How one reading of a feed, sitemap or listing ended."""

    READ = "read"
    UNCHANGED = "unchanged"  # a 304: it is as it was
    FAILED = "failed"  # no answer, or one that is no such source
    PUT_OFF = "put_off"  # its host wants a pause, or another process asks it


class SourceState(StrEnum):
    """How a feed, sitemap or listing does, by its last readings."""

    GOOD = "good"
    EMPTY = "empty"  # it can be read, and lists nothing
    FAILING = "failing"
    PUT_OFF = "put_off"  # it was never reached


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
    """Lists of headlines next to an article."""

    LATEST = "latest"
    MOST_READ = "most_read"
    RELATED = "related"
    UNKNOWN = "unknown"  # one list under several tabs, none of which is shown to be its own


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
    HTMLDATE = "htmldate"  # searched for by htmldate where no other source gives a day
    NONE = "none"


NEEDS_RENDERING = "needs_rendering"
"""The reason of a page without an article that shows its text by scripts alone."""

LEGACY_ENCODING = "legacy_encoding:bijoy"
"""The warning that a text is Bangla in the encoding of a font."""


class BodySource(StrEnum):
    """What gave an article's body."""

    PROFILE = "profile"  # the outlet's selectors, or what is known of its text dumps
    TRAFILATURA = "trafilatura"
    WALK = "walk"  # the reading of Khobor's own that knows nothing of the outlet
    JSON_LD = "json_ld"  # the page's own `articleBody`
    STATE = "embedded_state"  # what the page's scripts are to show, such as `__NEXT_DATA__`


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


class Topic(StrEnum):
    """What an article is about: the 17 top terms of the IPTC Media Topics.

    Source: https://iptc.org/standards/media-topics
    """

    ARTS = "arts, culture, entertainment and media"
    CONFLICT = "conflict, war and peace"
    CRIME = "crime, law and justice"
    DISASTER = "disaster, accident and emergency incident"
    ECONOMY = "economy, business and finance"
    EDUCATION = "education"
    ENVIRONMENT = "environment"
    HEALTH = "health"
    HUMAN_INTEREST = "human interest"
    LABOUR = "labour"
    LIFESTYLE = "lifestyle and leisure"
    POLITICS = "politics and government"
    RELIGION = "religion"
    SCIENCE = "science and technology"
    SOCIETY = "society"
    SPORT = "sport"
    WEATHER = "weather"


class TopicSource(StrEnum):
    """What gave an article's topic."""

    SECTION = "section"  # the section that the page prints
    WORDS = "words"  # the words of headline and body


class FigureKind(StrEnum):
    """What a number counts."""

    KILLED = "killed"
    INJURED = "injured"
    ARRESTED = "arrested"
    MONEY = "money"
    PER_CENT = "per_cent"


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


# Events below this confidence stay in `core.fact_event`; marts and `khobor extract` leave them out.
# By cross-validation three of four from it up are right (`python -m evaluation.calibration`).
COUNTED_CONFIDENCE = 0.5


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


class TakedownKind(StrEnum):
    """What a tombstone keeps from coming in again."""

    ARTICLE = "article"
    URL = "url"
    CAPTURE = "capture"  # one capture, and any other of the same bytes


def values(words: type[StrEnum]) -> tuple[str, ...]:
    """The words of a list, in order."""
    return tuple(word.value for word in words)
