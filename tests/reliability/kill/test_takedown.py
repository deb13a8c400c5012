"""A takedown killed at calls that change files, and started again: nothing of it is left."""

import json
import random
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from etl.settings import PROJECT, Settings
from etl.workflows import publishing
from etl.workflows.build import chain
from etl.workflows.doctor.examine import examine
from etl.workflows.run_ids import new_run_id
from etl.workflows.takedown.forget import forget
from tests.home_search import files_with
from tests.reliability.homes import digest
from tests.reliability.kill.tracing import IS_SUPPORTED, Call, Moment, trace
from tests.reliability.readers.reader import in_child

pytestmark = [
    pytest.mark.skipif(not IS_SUPPORTED, reason="seccomp and ptrace of Linux on x86-64"),
    pytest.mark.slow,
]
PAGES = PROJECT / "seeds" / "pages" / "kalbela"
NAMES = ("fog-ferry-v1.html", "fog-ferry-v2.html", "iran-pakistan-rail-talks.html")
ARTICLE, WORD = "kalbela:253604", "ঝিকিমিকিশব্দ"
_KILLS = 12


def _settings(home: Path) -> Settings:
    return Settings(home=home, workers=1)


def _make(home: Path) -> None:
    pages = home.with_name("pages")
    pages.mkdir()
    for name in NAMES:
        text = (PAGES / name).read_text("utf-8")
        (pages / name).write_text(text.replace("ফেরি", f"ফেরি {WORD}"), "utf-8")
        shutil.copy(PAGES / f"{name}.meta.json", pages)
    chain.run(_settings(home), [pages], new_run_id())
    publishing.publish(_settings(home), new_run_id())


def _forget(home: Path) -> None:
    forget(_settings(home), [ARTICLE], "Rina", "a request", new_run_id())


def _state(home: Path) -> dict[str, object]:
    """What is there after the same command, without what names moments."""
    _forget(home)
    found = digest(_settings(home))
    for name in ("raw.takedown", "mart.takedown"):
        found[name] = found[name].partition(" rows ")[0]
    wrong = [item.text for item in examine(_settings(home)) if item.level != "ok"]
    return {"rows": found, "left": files_with(home, [WORD]), "wrong": wrong}


def test_killed_anywhere_it_is_completed_by_the_same_command(tmp_path: Path) -> None:
    base = tmp_path / "base"
    # In a new program: a fork of this one may have lost its server of worker processes.
    command = "import sys; from pathlib import Path; from %s import _make; _make(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", command % __name__, str(base)], check=True, cwd=PROJECT)
    calm = tmp_path / "calm"
    shutil.copytree(base, calm, symlinks=True)
    traced = trace(lambda: _forget(calm), calm)
    assert traced.exit_code == 0
    undisturbed = in_child(lambda: _state(calm))
    assert undisturbed["left"] == undisturbed["wrong"] == []
    chance = random.Random(20_261_130)
    calls = len(traced.calls)
    for number in range(_KILLS):
        at = calls * number // _KILLS + chance.randrange(calls // _KILLS)
        moment = chance.choice(list(Moment))
        home = tmp_path / f"home-{number}"
        shutil.copytree(base, home, symlinks=True)
        seen: list[Call] = []

        def kill_at(call: Call, seen: list[Call] = seen, at: int = at) -> bool:
            seen.append(call)
            return len(seen) == at + 1

        killed = trace(partial(_forget, home), home, kill_at, moment)
        found = in_child(partial(_state, home))
        told = json.dumps([at, moment, seen[-1:], found], default=str, ensure_ascii=False)
        assert killed.exit_code in (-signal.SIGKILL, 0), told
        assert found == undisturbed, told
        shutil.rmtree(home)
