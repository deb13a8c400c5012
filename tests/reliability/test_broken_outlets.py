"""Outlets that are broken in as many ways don't hold up the others; short form of 60 among 300."""

from pathlib import Path

from tests.reliability import broken_outlets


def test_all_articles_of_the_good_outlets_are_loaded(tmp_path: Path) -> None:
    said: list[str] = []
    assert len(broken_outlets.WAYS) == 60
    outcomes = broken_outlets.collect(tmp_path, 20, 60, said.append)
    assert outcomes["loaded"] >= 20
