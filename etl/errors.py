"""The error tree: each error says whether a retry helps, which value is wrong and what to do."""


class KhoborError(Exception):
    """An error with a plain message for the user. Base of all errors raised on purpose.

    The message names the offending value and the remedy, in one or two lines.
    """


class TerminalError(KhoborError):
    """The same call would fail again: don't retry."""


class TransientError(KhoborError):
    """The same call may succeed later: retry with back-off."""


class UsageError(TerminalError):
    """A wrong argument or setting; the command line ends with exit code 2."""


class UnreadablePageError(TerminalError):
    """A page whose bytes can't be read as a page; ends as a capture with outcome ``failed``.

    :param reason: one of the reason words of ``fact_capture.reason`` (``empty``, ``binary``, …).
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


class UnreadableSourceError(TerminalError):
    """A feed, sitemap, listing or URL list whose bytes can't be read as one."""


class ForbiddenAddressError(TerminalError):
    """A host that stands for no public address; nothing was sent to it."""


class ValidationBrokenError(TerminalError):
    """Great Expectations itself raised: our defect, not bad data. The batch is not loaded."""


class BatchRejectedError(TerminalError):
    """An expectation of severity ``critical`` failed: the batch as a whole is not loaded."""


class LakeError(TerminalError):
    """The lake can't be opened, or a commit did not do what it should."""


class LakeBusyError(TransientError):
    """Another writer holds the lake longer than the waiting time."""


class LakeConflictError(TransientError):
    """Another writer's commit came between; the whole transaction has been rolled back."""


class InboxBusyError(TransientError):
    """Another process takes files from the inbox."""


class PublishError(TerminalError):
    """A build failed its checks; the published build stays as it was."""
