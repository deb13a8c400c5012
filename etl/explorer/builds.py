"""The published build that requests read: opened once, and again when another one is published."""

from pathlib import Path
from threading import Lock

from etl.publish.query import NoBuildError
from etl.reading.names import Names, facet_names
from etl.reading.warehouse import Warehouse

READ_SECONDS = 5.0
"""Time that one read of a request may take."""


class CurrentBuild:
    """Gives every request the build that is published when it comes."""

    def __init__(self, link: Path) -> None:
        """Remember the link to the published build."""
        self._link = link
        self._lock = Lock()
        self._opened: Warehouse | None = None
        self._names: Names = {}

    def open(self) -> Warehouse:
        """Return the published build.

        Requests that are under way keep the one they have; the last of them closes it.

        Raises:
            NoBuildError: nothing is published yet.
        """
        if not self._link.exists():
            raise NoBuildError(f"no build at {self._link}: run `khobor publish`")
        folder = self._link.resolve()
        with self._lock:
            if self._opened is None or self._opened.folder != folder:
                self._opened = Warehouse(folder, READ_SECONDS)
                self._names = facet_names(self._opened)
            return self._opened

    @property
    def names(self) -> Names:
        """The names of outlets, countries and sources in the build that was opened last."""
        return self._names
