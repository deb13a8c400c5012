"""What one check found."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"  # works, but should be seen to
    FAIL = "fail"


class Repair(StrEnum):
    """What ``--repair`` can do about a finding, in the order in which it is done."""

    CATALOG = "catalog"  # from its last good copy and the captures' files
    FACTS = "facts"  # built again from the captures
    STAGING = "staging"  # what dead processes left is removed
    BUILD = "build"  # published again


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination; ``remedy`` says what to do where something is to be done."""

    check: str
    level: Level
    text: str
    remedy: str | None = None
    repair: Repair | None = None


def fine(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, text)
