"""Results of the steps: small values that a log or an XCom can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.schema.problems import Problem, SourceProblem


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Captures written, captures that were stored before, and files that are no pages.

    ``taken_down`` counts captures that are not stored because they were taken down.
    For archives also counts by kind of the records that became no captures, and of anomalies in
    those that did.
    """

    captures_new: int
    captures_known: int
    batch_ids: tuple[str, ...]
    skipped: tuple[str, ...]
    skipped_records: Mapping[str, int] = field(default_factory=dict)
    anomalies: Mapping[str, int] = field(default_factory=dict)
    taken_down: int = 0


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
    """Outcomes of the captures that pass now; how many stay open, and why some were not read."""

    outcomes: Mapping[str, int]
    still_open: int
    unread: Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """A reviewer's decision: the capture's outcome now; not new if it was decided so before."""

    capture_id: str
    outcome: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class StoryReport:
    """Articles in stories, and rows of ``bridge_story`` that changed.

    ``cut`` counts articles that were compared with fewer others than they had words in common with.
    """

    members: int
    changed: int
    cut: int


@dataclass(frozen=True, slots=True)
class PublishReport:
    """The new build; ``warning`` if Metabase could not be notified."""

    build_id: str
    warehouse: str
    articles: int
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class MaintainReport:
    """Number of the lake's data files before and after, and what was removed."""

    files_before: int
    files_after: int
    files_removed: int
    snapshots_removed: int
    staging_removed: int
    builds_removed: int
    logs_removed: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run of all steps on files."""

    ingest: IngestReport
    outcomes: Mapping[str, int]
    publish: PublishReport | None


@dataclass(frozen=True, slots=True)
class RebuildPlan:
    """What a rebuild starts from; the rows of ``lost`` tables can neither be read nor rebuilt."""

    captures: int
    batches: int
    decisions: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DiscoverReport:
    """Sources read, and what they declared.

    ``declared`` counts URLs of the outlets' own hosts, ``off_site`` others, which are skipped;
    ``new`` counts pages that were unknown. ``problems`` has each source that could not be read.
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
    """Pages that were due by outcome, and the captures' batches.

    ``left_due`` pages were not tried: their host wants a pause or belongs to another process.
    ``open_hosts`` are those whose circuit is open after failures.
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
    """A run of all steps on the live web."""

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
class StaleOutlet:
    """An outlet that has declared nothing for longer than is usual for it."""

    outlet_id: str
    last_at: str
    hours: float
    usual_hours: float


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """Files of the lake, older builds and copies of the catalog removed, and the new build."""

    files: int
    builds: int
    copies: int
    build_id: str | None


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was taken down.

    Attributes:
        articles: ids of the articles.
        urls: their addresses.
        captures: ids of the stored captures that were removed.
        mentioned_in: ids of captures of other pages whose lists show such a headline; their bytes
            still have it.
        archives: files in the inbox from which captures came; they still have them.
        unknown: words of the request that name nothing here.
        erasure: what was erased; None where all was done before.
    """

    articles: tuple[str, ...]
    urls: tuple[str, ...]
    captures: tuple[str, ...]
    mentioned_in: tuple[str, ...]
    archives: tuple[str, ...]
    unknown: tuple[str, ...]
    erasure: ErasureReport | None


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """The number of captures removed, and what was erased."""

    captures: int
    erasure: ErasureReport


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup: its data files, those of them copied now, older files removed, and all bytes."""

    folder: str
    files: int
    copied: int
    removed: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FailingSource:
    """A source that gives nothing, since when (ISO 8601), and its last problem."""

    outlet_id: str
    source: str
    since: str
    problem: str
