"""The generated reference is that of the program, and the example queries answer as they say."""

import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from etl.cli import reference
from etl.cli.app import cli, main
from etl.publish.query import query
from etl.publish.releases import WAREHOUSE
from etl.settings import Settings


@pytest.mark.parametrize("path", reference.pages(), ids=lambda path: path.name)
def test_the_page_is_the_program_s(path: Path) -> None:
    assert path.read_text("utf-8") == reference.pages()[path], "run `python -m etl.cli.reference`"


def test_every_setting_says_what_it_is() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name


def test_there_are_twenty_queries_and_all_have_rows(sample_home: Path) -> None:
    paths = sorted(reference.queries_folder().glob("*.sql"))
    assert [path.name[:2] for path in paths] == [f"{number:02}" for number in range(1, 21)]
    warehouse = sample_home / "publish" / "current" / WAREHOUSE
    assert [path.name for path in paths if not query(warehouse, path.read_text("utf-8")).rows] == []


def test_the_queries_answer_as_the_page_says(sample_home: Path) -> None:
    page = reference.queries_page(sample_home / "publish" / "current" / WAREHOUSE)
    stored = (reference.queries_folder() / "index.md").read_text("utf-8")
    assert stored == page, "run `make reference`"


def test_a_query_is_read_from_a_pipe_and_may_begin_with_a_comment(sample_home: Path) -> None:
    sql = (reference.queries_folder() / "01-articles-by-outlet.sql").read_text("utf-8")
    run = CliRunner().invoke
    piped = run(cli, ["sql", "--home", str(sample_home)], input=sql, standalone_mode=False)
    given = run(cli, ["sql", "--home", str(sample_home), sql], standalone_mode=False)
    assert piped.output == given.output
    assert "কালবেলা" in given.output


def test_no_query_is_wrong_usage(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["sql", "--home", str(sample_home)]) == 2
    assert "no query" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_s_completion_names_the_program(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["completion", shell]) == 0
    assert "_KHOBOR_COMPLETE" in capsys.readouterr().out
