"""What is wrong with a page or a source: a code and a detail, and their one form as text."""

import traceback
from dataclasses import dataclass
from pathlib import Path

from etl.errors import TerminalError
from etl.schema.vocabulary import ProblemCode

_SEPARATOR = ": "
_CODES = frozenset(ProblemCode) - {ProblemCode.OTHER}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one page or answer.

    Its text, ``code: detail``, is what ``raw.page_capture.read_error`` and the columns ``reason``
    of the ledgers hold.
    """

    code: ProblemCode
    detail: str

    def __str__(self) -> str:
        if self.code is ProblemCode.OTHER:
            return self.detail
        return f"{self.code}{_SEPARATOR}{self.detail}"

    @classmethod
    def internal(cls, error: BaseException) -> "Problem":
        """The problem for an error that nobody foresaw: its type, and where it was raised."""
        places = traceback.extract_tb(error.__traceback__)
        where = f" in {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
        return cls(ProblemCode.INTERNAL_ERROR, f"{type(error).__name__}{where}")

    @classmethod
    def parse(cls, text: str) -> "Problem":
        """Read a stored text; what has none of the codes becomes the detail of ``OTHER``."""
        code, separator, detail = text.partition(_SEPARATOR)
        if separator and code in _CODES:
            return cls(ProblemCode(code), detail)
        return cls(ProblemCode.OTHER, text)


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """A problem with where it is: the address of a feed or sitemap, or the name of a file."""

    address: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.address}{_SEPARATOR}{self.problem}"


class UnreadablePageError(TerminalError):
    """A page whose bytes can't be read as a page; its capture ends as ``failed``."""

    def __init__(self, code: ProblemCode, detail: str) -> None:
        self.problem = Problem(code, detail)
        super().__init__(str(self.problem))


class UnreadableSourceError(TerminalError):
    """A feed, sitemap or listing whose bytes can't be read as one."""

    def __init__(self, code: ProblemCode, detail: str) -> None:
        self.problem = Problem(code, detail)
        super().__init__(str(self.problem))
