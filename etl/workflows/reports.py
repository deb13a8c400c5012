"""What each step answers with: small, of plain values, fit for a log or an XCom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.schema.problems import Problem, SourceProblem


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Captures written, captures that were there already, files that are no pages.

    Of archives, also the records that became no captures (``left_out``) and what was odd about
    some that did (``odd``), counted by what they are.
    """

    captures_new: int
    captures_known: int
    batch_ids: tuple[str, ...]
    skipped: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    odd: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InboxReport:
    """Files taken from the inbox and their captures.

    ``bad`` has the first problem of each bad file, ``waiting`` names files that are still being
    written, and sidecars without a page.
    """

    files: int
    waiting: tuple[str, ...]
    bad: Mapping[str, SourceProblem]
    ingest: IngestReport


@dataclass(frozen=True, slots=True)
class StageReport:
    """Rows staged of one batch."""

    batch_id: str
    captures: int
    articles: int
    rejected: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How the captures of one batch ended; empty if the batch was in the lake already."""

    batch_id: str
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """How the captures that pass now ended; how many stay open, and why some couldn't be read."""

    outcomes: Mapping[str, int]
    still_open: int
    unread: Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """A reviewer's decision: the capture's outcome now; not new if it stood so already."""

    capture_id: str
    outcome: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class StoryReport:
    """Articles in stories, and rows of ``bridge_story`` that changed."""

    members: int
    changed: int


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The new build; ``warning`` if Metabase could not be told of it."""

    build_id: str
    warehouse: str
    articles: int
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class MaintainReport:
    """Data files of the lake before and after; what was removed: files, snapshots, and so on."""

    files_before: int
    files_after: int
    files_removed: int
    snapshots_removed: int
    staging_removed: int
    builds_removed: int
    logs_removed: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """The whole chain."""

    ingest: IngestReport
    outcomes: Mapping[str, int]
    publish: PublishReport | None


@dataclass(frozen=True, slots=True)
class RebuildPlan:
    """What a rebuild starts from; ``lost`` are tables whose rows can't be read, nor built again."""

    captures: int
    batches: int
    decisions: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiscoverReport:
    """Sources read, and what they declared.

    ``declared`` counts URLs of the outlets' own hosts, ``off_site`` others, which are left out;
    ``new`` are the pages that were not known. ``problems`` names each source that gave nothing.
    """

    kind: str
    sources_read: int
    sources_unchanged: int
    declared: int
    new: int
    off_site: int
    problems: tuple[SourceProblem, ...]


@dataclass(frozen=True, slots=True)
class FetchReport:
    """Pages that were due, and how each try ended; the captures' batches.

    ``left_due`` pages could not be tried: their host wants a pause or is another process's.
    """

    due: int
    captured: int
    not_modified: int
    gone: int
    blocked: int
    failed: int
    left_due: int
    requests: int
    batch_ids: tuple[str, ...]
    open_hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectReport:
    """The whole chain from the live web."""

    discovered: tuple[DiscoverReport, ...]
    fetched: FetchReport
    outcomes: Mapping[str, int]
    publish: PublishReport | None


@dataclass(frozen=True, slots=True)
class ExportReport:
    """Captures written to an archive, and its size."""

    captures: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Silence:
    """An outlet that has declared nothing for longer than is usual for it; times in hours."""

    outlet_id: str
    last_at: str
    hours: float
    usual_hours: float
