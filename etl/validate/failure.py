"""What a broken rule tells: how many rows broke it, and whose they are."""

from dataclasses import dataclass

KEY = "capture_id"


@dataclass(frozen=True, slots=True)
class Failure:
    """One broken rule.

    Attributes:
        unexpected_count: Rows that broke it.
        capture_ids: Captures of these rows, each once; empty where rows have none.
    """

    unexpected_count: int
    capture_ids: tuple[str, ...]
