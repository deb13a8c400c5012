"""Results of the steps: small values that a log or an XCom can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from etl.schema.problems import Problem, SourceProblem


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Captures written, captures that were stored before, and files that are no pages.

    For archives also counts by kind of the records that became no captures, and of anomalies in
    those that did. ``taken_down`` were left out because they were taken down before.
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
    """Articles in stories, and rows of ``bridge_story`` that changed."""

    members: int
    changed: int


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
class ForgetReport:
    """What a takedown removed, and what it could not.

    Attributes:
        takedown_id: names it in ``mart.takedown``.
        articles: articles removed.
        captures: captures removed.
        keys: keys by which it is kept out from now on.
        named_in: captures of other pages that list it; they stay.
        files: other files of the home that were removed or rewritten.
        remaining: files of the home in which it is still found.
    """

    takedown_id: str
    articles: int
    captures: int
    keys: int
    named_in: tuple[str, ...]
    files: int
    remaining: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What retention removed."""

    captures: int
    articles: int


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup: its snapshot, its files, how many of them were new, and their bytes together."""

    snapshot: int
    files: int
    files_copied: int
    bytes: int


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """A lake put back: the backup's snapshot and time, files written, and the new build."""

    snapshot: int
    made_at: str
    files_written: int
    build_id: str


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """The changes that a lake needs, or has got; the catalog's copy from before, if it has."""

    to_version: int
    changes: tuple[str, ...]
    copy: str | None
