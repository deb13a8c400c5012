"""A short form of ``make fuzz``, the same inputs each time."""

import pytest

from tests.reliability.fuzz import TARGETS, fuzz


@pytest.mark.parametrize("name", list(TARGETS))
def test_any_input_gives_an_answer_or_the_declared_error(name: str) -> None:
    fuzz(name, 40)
