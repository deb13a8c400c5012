"""The command line as scripts and people use it: help, JSON, a prompt on a terminal, a pager."""

import fcntl
import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from etl.cli.app import cli, main
from etl.settings import PROJECT

PAGES = PROJECT / "seeds" / "pages" / "samakal"
_WAIT_SECONDS = 120.0


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands(cli))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_s_help_has_an_example(name: str) -> None:
    assert f"khobor {name}" in (COMMANDS[name].help or "")


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """What a command prints as JSON: one object, and nothing else."""
    assert main([*words, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_every_step_tells_a_script_what_it_did(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ("--home", str(tmp_path / "home"))
    ingested = printed(capsys, "ingest", "files", str(PAGES), *home)
    built = printed(capsys, "build", *home)
    assert built["loaded"]
    assert ingested["captures_new"] == sum(built.values())
    published = printed(capsys, "publish", *home)
    assert published["articles"] == built["loaded"]
    assert Path(published["warehouse"]).exists()
    again = printed(capsys, "run", str(PAGES), *home)
    assert again["publish"] is None
    assert printed(capsys, "maintain", *home)["builds_removed"] == 0
    assert printed(capsys, "status", *home)


def test_pages_are_counted_on_a_terminal_and_not_in_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "etl", "ingest", "files", str(PAGES), "--home"]
    piped = subprocess.run(
        [*command, str(tmp_path / "piped")], cwd=PROJECT, capture_output=True, check=True
    )
    assert piped.stderr == b""
    ours, theirs = pty.openpty()
    shown = subprocess.run(
        [*command, str(tmp_path / "shown")],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
        check=True,
    )
    os.close(theirs)
    drawn = os.read(ours, 65536)
    os.close(ours)
    assert shown.stdout == piped.stdout
    assert re.search(rb"[1-9]\d* pages", drawn), drawn


class Terminal:
    """``khobor sql`` on a terminal of its own."""

    def __init__(self, home: Path, pager: str) -> None:
        self._side, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "etl", "sql", "--home", str(home)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=PROJECT,
            env={**os.environ, "PAGER": pager, "TERM": "xterm", "LINES": "24", "COLUMNS": "80"},
            start_new_session=True,
            # Ctrl-C reaches only who has the terminal as its own.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(theirs)
        self._said = ""

    def type(self, keys: str) -> None:
        os.write(self._side, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read on until the text has come; what came before it is forgotten."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while text not in self._said:
            assert time.monotonic() < deadline, self._said
            ready, _, _ = select.select([self._side], [], [], 1)
            if ready:
                data = os.read(self._side, 65536).decode("utf-8", "replace")
                # A terminal answers where its cursor is: prompts ask before they draw.
                self._said += data
                if "\x1b[6n" in data:
                    self.type("\x1b[1;1R")
        self._said = self._said.partition(text)[2]

    def end(self) -> int:
        self.type("\x04")
        return self.process.wait(_WAIT_SECONDS)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._side)


def test_the_prompt_keeps_a_history_and_pages_long_answers(
    tmp_path: Path, sample_home: Path
) -> None:
    home, paged = tmp_path / "home", tmp_path / "paged"
    home.mkdir()
    (home / "publish").symlink_to(sample_home / "publish")
    with Terminal(home, f"tee {paged}") as first:
        first.wait_for("khobor>")
        first.type("SELECT 6 * 7 AS answer;\r")
        first.wait_for("42")
        first.wait_for("khobor>")
        first.type("SELECT nothing;\r")
        first.wait_for("khobor: ")
        first.wait_for("khobor>")
        assert first.end() == 0
    assert "+SELECT 6 * 7 AS answer;" in (home / "sql_history").read_text("utf-8")
    assert not paged.exists()

    with Terminal(home, f"tee {paged}") as second:
        second.wait_for("khobor>")
        second.type("\x1b[A\x1b[A\r")  # twice up: the query before the last, of another session
        second.wait_for("42")
        second.wait_for("khobor>")
        second.type("SELECT range AS number FROM range(100);\r")
        second.wait_for("(100 rows)")
        second.wait_for("khobor>")
        assert second.end() == 0
    assert len(paged.read_text("utf-8").splitlines()) > 100


def test_the_prompt_has_commands_of_its_own(tmp_path: Path, sample_home: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "publish").symlink_to(sample_home / "publish")
    with Terminal(home, "cat") as terminal:
        terminal.wait_for("khobor>")
        terminal.type("help\r")
        terminal.wait_for("completes tables and columns")
        terminal.wait_for("khobor>")
        terminal.type("\\d article_source\r")
        terminal.wait_for("credit_form")
        terminal.wait_for("khobor>")
        terminal.type("\\x\r")
        terminal.wait_for("one column a line")
        terminal.wait_for("khobor>")
        terminal.type("SELECT count(*) AS many FROM article;\r")
        terminal.wait_for("many = 53")
        terminal.wait_for("khobor>")
        # Ctrl-C ends the query and keeps the prompt.
        terminal.type("SELECT sum(a.range * b.range) FROM range(9000000) a, range(9000000) b;\r")
        time.sleep(2)
        terminal.type("\x03")
        terminal.wait_for("the query was ended")
        terminal.wait_for("khobor>")
        terminal.type("exit\r")
        assert terminal.process.wait(_WAIT_SECONDS) == 0
