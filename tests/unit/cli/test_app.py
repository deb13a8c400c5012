"""The command line: exit codes, plain errors, what it starts with."""

import subprocess
import sys
from pathlib import Path

import pytest

from etl.cli.app import main


def _khobor(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "etl", *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words",
    [
        ["frobnicate"],
        ["sql", ""],
        ["sql", "select 1", "--format", "xml"],
        ["run"],
        ["run", "--nonsense"],
    ],
)
def test_wrong_usage_is_one_plain_line_and_exit_2(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path)] if words[0] in ("sql", "run") else []
    assert main([*words, *home]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("khobor: ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("KHOBOR_WORKERS", "none"), ("KHOBOR_CATALOG", "oracle"), ("KHOBOR_BATCH_ROWS", "0")],
)
def test_a_wrong_setting_is_named(
    name: str,
    value: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["status", "--home", str(tmp_path)]) == 2
    assert f"{name}={value!r}" in capsys.readouterr().err


def test_a_command_that_cannot_do_its_work_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["status", "--home", str(tmp_path)]) == 1
    assert "khobor run" in capsys.readouterr().err
    assert main(["sql", "select 1", "--home", str(tmp_path)]) == 1
    assert "khobor publish" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    help_text = _khobor("--help").stdout
    for command in ("run", "extract", "ingest", "build", "publish", "sql", "status", "maintain"):
        assert f"\n  {command} " in help_text
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, etl.cli.app; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"duckdb", "pandas", "pyarrow", "trafilatura", "great_expectations"} & set(loaded)


@pytest.mark.parametrize(
    "words", [["run"], ["ingest", "files"], ["ingest", "archive"], ["ingest", "urls"], ["extract"]]
)
def test_a_path_that_is_not_there_ends_with_2_and_makes_nothing(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    assert main([*words, str(tmp_path / "nope"), "--home", str(home)]) == 2
    assert "nope" in capsys.readouterr().err
    assert not home.exists()


@pytest.mark.parametrize(
    "words",
    [
        ["build"],
        ["publish"],
        ["maintain"],
        ["status"],
        ["report"],
        ["doctor"],
        ["doctor", "--repair"],
        ["metrics"],
        ["rebuild"],
        ["sql", "select 1"],
        ["quarantine", "list"],
        ["export", "warc", "x.warc"],
    ],
)
def test_a_home_that_is_not_there_ends_with_2_and_makes_nothing(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "misspelt"
    assert main([*words, "--home", str(home)]) == 2
    assert f"no home at {home}" in capsys.readouterr().err
    assert not home.exists()
