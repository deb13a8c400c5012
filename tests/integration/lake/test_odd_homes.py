"""Homes whose names mean something to SQLite, DuckDB, Great Expectations or a shell."""

from pathlib import Path

import pytest

from etl.cli.app import main

PAGE = "<html><body><h1>খবর</h1><p>নদীর ঘাটে নতুন জেটি চালু হয়েছে।</p></body></html>"


@pytest.mark.parametrize("name", ["a%20b#c $HOME ${HOME}", "it's; খবর {x}*[y]"])
def test_every_step_works_there(tmp_path: Path, name: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    home = ["--home", str(tmp_path / name / "home")]
    for words in (["run", str(page)], ["sql", "FROM mart.build_info"], ["maintain"], ["doctor"]):
        assert main([*words, *home]) == 0, words


@pytest.mark.parametrize("name", ["a?b", "a\\b", "a\nb"])
def test_one_that_cannot_be_opened_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE)
    assert main(["run", str(page), "--home", str(tmp_path / name / "home")]) == 2
    assert "choose another" in capsys.readouterr().err
    assert not (tmp_path / name).exists()
