"""What the made-up press writes with: its outlets, names and templates, read from YAML."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

_FOLDER = Path(__file__).parent
Share = Annotated[float, Field(ge=0, le=1)]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Newspaper(_Declared):
    """One outlet and its habits.

    ``share`` is its weight among the outlets; ``edited``, ``undated`` and ``wire`` are shares of
    its articles; ``lag`` is in minutes from publication to the first capture.
    """

    id: str
    name_bn: str
    name_en: str
    share: int
    edited: Share
    undated: Share
    wire: Share
    lag: int
    since: date = date.min
    until: date = date.max
    gaps: tuple[tuple[date, date], ...] = ()

    @property
    def host(self) -> str:
        """Its made-up host."""
        return f"{self.id}.example"

    def publishes_on(self, day: date) -> bool:
        """Whether it publishes on a day."""
        is_pausing = any(first <= day <= last for first, last in self.gaps)
        return self.since <= day <= self.until and not is_pausing


class Press(_Declared):
    """The outlets, and the names that templates are filled with."""

    outlets: tuple[Newspaper, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]
    elders: tuple[str, ...]
    girls: tuple[str, ...]
    foreigners: tuple[str, ...]
    parties: tuple[str, ...]
    officials: dict[str, str]
    countries: tuple[str, ...]
    agencies: dict[str, str]
    backgrounds: dict[str, tuple[str, ...]]


class Update(_Declared):
    """What a later version of an article says."""

    headline: str
    text: str


class Kind(_Declared):
    """One kind of event: templates of its headline and paragraphs, in several wordings.

    ``months`` are those in which it happens; ``choose`` has slots of its own.
    """

    name: str
    section: str
    months: tuple[int, ...] = tuple(range(1, 13))
    choose: dict[str, tuple[str, ...]] = {}
    headlines: tuple[str, ...]
    leads: tuple[str, ...]
    details: tuple[str, ...]
    update: Update


@cache
def load_press() -> Press:
    """Read ``press.yml``."""
    return Press.model_validate(_read(_FOLDER / "press.yml"))


@cache
def load_kinds() -> tuple[Kind, ...]:
    """Read all kinds of events under ``stories``."""
    paths = sorted((_FOLDER / "stories").glob("*.yml"))
    kinds = TypeAdapter(tuple[Kind, ...])
    return tuple(kind for path in paths for kind in kinds.validate_python(_read(path)))


def _read(path: Path) -> object:
    return yaml.safe_load(path.read_text("utf-8"))
