"""The error tree: each error says whether a retry helps, which value is wrong and what to do."""

import errno

from etl.masking import masked

_REMEDIES = {
    errno.EACCES: "make it accessible for this user, or choose another --home",
    errno.EPERM: "make it accessible for this user, or choose another --home",
    errno.EROFS: "make the disk writable, or choose another --home",
    errno.ENOSPC: "free space, then run the same command again: what is committed is kept",
    errno.EDQUOT: "free space, then run the same command again: what is committed is kept",
    errno.EFBIG: "raise the limit of file sizes, then run the same command again",
}
# As DuckDB passes on from the system; SQLite's own.
_DISK_FULL = ("No space left on device", "Disk quota exceeded", "database or disk is full")


class KhoborError(Exception):
    """An error with a plain message for the user. Base of all errors raised on purpose.

    The message names the offending value and the remedy, in one or two lines; what looks like a
    password in it is masked.
    """

    def __str__(self) -> str:
        return masked(super().__str__())


class TerminalError(KhoborError):
    """The same call would fail again: don't retry."""


class TransientError(KhoborError):
    """The same call may succeed later: retry with back-off."""


class UsageError(TerminalError):
    """A wrong argument or setting; the command line ends with exit code 2."""


class ForbiddenAddressError(TerminalError):
    """A host without a public address; nothing was sent to it."""


class ValidationBrokenError(TerminalError):
    """Great Expectations itself raised: a defect, not bad data. The batch is not loaded."""


class BatchRejectedError(TerminalError):
    """An expectation of severity ``critical`` failed: the entire batch is not loaded."""


class LakeError(TerminalError):
    """The lake can't be opened, or a commit had no effect."""


class LakeLostError(LakeError):
    """The catalog is gone, and data, copies or builds of its lake are there."""


class LakeMissingError(LakeError):
    """There is no lake to read, and nothing of one."""


class LakeOutdatedError(LakeError):
    """An earlier release made the lake, and what only reads does not migrate it."""


class LakeDataError(LakeError):
    """The data are another lake's, are missing, or lie among other things."""


class LakeBusyError(TransientError):
    """Another writer holds the lake longer than the waiting time."""


class LakeConflictError(TransientError):
    """Another writer's commit came between; the transaction has been rolled back."""


class DiskFullError(TransientError):
    """There is no room to write; earlier commits are complete."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"no space left on the disk for {where}: make room (`khobor maintain` may), then run "
            "the same command again; nothing that was committed is lost"
        )


def is_disk_full(text: str) -> bool:
    """Whether an error message of DuckDB or SQLite means a full disk."""
    return any(words in text for words in _DISK_FULL)


class LakeUnreachableError(TransientError):
    """The catalog's server or the data's store does not answer."""


class SourcesUnreadError(TransientError):
    """No feed, sitemap or listing of a run could be read."""


# Messages of DuckDB, SQLite and Postgres when another writer's commit came between.
_CONFLICT = (
    "database is locked",
    "Transaction conflict",
    "could not serialize access",
    "deadlock detected",
)
# Messages when a server does not answer, shuts down or is overloaded.
_UNREACHABLE = (
    "Unable to connect to Postgres",
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "Could not establish connection",
    "Could not connect to server",
    "HTTP code 500",
    "HTTP code 502",
    "HTTP code 503",
    "HTTP code 504",
)


def transient_lake_error(what: str, message: str) -> TransientError | None:
    """The error for a database's message; None if a retry would not help.

    Args:
        what: the resource, with which the error's text begins.
        message: the database's message.
    """
    if any(words in message for words in _CONFLICT):
        return LakeConflictError(f"{what} is busy: {message}")
    if any(words in message for words in _UNREACHABLE):
        return LakeUnreachableError(f"{what} can't be reached: {message}")
    return DiskFullError(what) if is_disk_full(message) else None


class InboxBusyError(TransientError):
    """Another process takes files from the inbox."""


class HostTakenError(TransientError):
    """Another process holds the hosts of this run."""


class PublishError(TerminalError):
    """A build failed its checks; the published build stays as it was."""


def describe_os_error(error: OSError) -> str:
    """One line on a refused system call: the file, why, and what to do."""
    what = f"{error.filename}: {error.strerror}" if error.filename else str(error).splitlines()[0]
    return f"{what}: {_REMEDIES.get(error.errno or 0, '`khobor doctor` examines the home')}"
