"""Commands killed at the calls that change files: a sample of ``make test-kill``."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT
from tests.reliability.kill.tracing import IS_SUPPORTED, Call, Moment, trace

pytestmark = pytest.mark.skipif(not IS_SUPPORTED, reason="seccomp and ptrace of Linux on x86-64")
_POINTS = 10  # two of each command


@pytest.mark.slow
def test_after_a_kill_the_same_command_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.kill.matrix", "--once", "--points", str(_POINTS)],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, done.stderr
    *results, summary = lines
    assert [result for result in results if result["problems"]] == []
    assert done.returncode == 0, done.stderr
    assert summary["points"] == len(results) == _POINTS
    assert set(summary["by_command"]) == {"first", "ingest", "build", "publish", "maintain"}
    assert summary["polls"] > _POINTS


def _change(folder: Path) -> None:
    (folder / "a").write_bytes(b"0123456789")
    (folder / "a").rename(folder / "b")
    (folder / "b").unlink()


def test_every_call_that_changes_a_file_is_seen(tmp_path: Path) -> None:
    traced = trace(lambda: _change(tmp_path), tmp_path)
    assert traced.exit_code == 0
    assert traced.calls == [
        Call("create", "a"),
        Call("write", "a"),
        Call("rename", "b"),
        Call("unlink", "b"),
    ]


@pytest.mark.parametrize(
    ("moment", "content"),
    [(Moment.BEFORE, b""), (Moment.WITHIN, b"01234"), (Moment.AFTER, b"0123456789")],
)
def test_a_child_dies_before_within_or_after_its_write(
    tmp_path: Path, moment: Moment, content: bytes
) -> None:
    traced = trace(
        lambda: _change(tmp_path), tmp_path, lambda call: call.name == "write", moment=moment
    )
    assert traced.exit_code == -signal.SIGKILL
    assert (tmp_path / "a").read_bytes() == content
