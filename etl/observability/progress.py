"""How a step tells that it goes on: a function that is called with the number of pages done."""

from collections.abc import Callable

Advance = Callable[[int], None]


def no_progress(count: int) -> None:
    """Tell nobody that ``count`` more pages are done."""
