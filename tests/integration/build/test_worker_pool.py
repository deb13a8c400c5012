"""A page that takes too long or too much memory ends alone; the others go on."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from etl.schema.problems import Problem
from etl.schema.records import Article, Capture
from etl.schema.vocabulary import CaptureTimeSource, ProblemCode
from etl.settings import PROJECT, Settings
from etl.workflows.build import worker_pool

GOOD = (PROJECT / "seeds/pages/ittefaq/bangladesh-japan-mango.html").read_bytes()


def _capture(name: str, content: bytes) -> Capture:
    return Capture(
        capture_id=name,
        source=name,
        url=None,
        outlet_id="ittefaq",
        captured_at=datetime(2026, 3, 20, tzinfo=UTC),
        captured_at_source=CaptureTimeSource.HTTP,
        content=content,
        content_type="text/html",
    )


def _read(
    settings: Settings, *contents: bytes, memory_bytes: int = worker_pool.WORKER_MEMORY_BYTES
) -> list[worker_pool.Result]:
    captures = [_capture(f"{number}.html", content) for number, content in enumerate(contents)]
    return [result for _, result in worker_pool.read_captures(captures, settings, memory_bytes)]


def test_results_come_in_order(tmp_path: Path) -> None:
    results = _read(Settings(home=tmp_path), GOOD, b"", GOOD)
    assert [type(result) for result in results] == [Article, Problem, Article]
    assert results[0] == results[2]


_IN_CELERY = """
import billiard, pathlib, sys
from tests.integration.build.test_worker_pool import read_one
process = billiard.Process(target=read_one, args=(pathlib.Path(sys.argv[1]),))
process.daemon = True
process.start()
process.join()
sys.exit(process.exitcode)
"""


def read_one(home: Path) -> None:
    assert isinstance(_read(Settings(home=home, workers=1), GOOD)[0], Article)


def test_a_process_of_celery_reads_pages_too(tmp_path: Path) -> None:
    """The standard library lets such a process, daemonic and with a key of its own, have none."""
    done = subprocess.run(
        [sys.executable, "-c", _IN_CELERY, str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_page_over_the_memory_limit_ends_alone(tmp_path: Path) -> None:
    bloated = b"<html><body>" + b"<p><b>x</b></p>" * 600_000
    good, failed, again = _read(
        Settings(home=tmp_path, workers=1), GOOD, bloated, GOOD, memory_bytes=120_000_000
    )
    assert isinstance(good, Article)
    assert isinstance(failed, Problem)
    assert failed.code is ProblemCode.MEMORY_LIMIT
    assert again == good


def test_workers_without_any_memory_fail_each_page_and_nothing_hangs(tmp_path: Path) -> None:
    # No memory at all beyond what the process has: even the first page can't be read.
    results = _read(Settings(home=tmp_path, workers=1), GOOD, GOOD, memory_bytes=0)
    assert all(isinstance(result, Problem) for result in results)


def test_workers_do_not_run_the_main_module_again(tmp_path: Path) -> None:
    # As in an Airflow task, whose main module may not be run in a worker.
    script = tmp_path / "program.py"
    script.write_text(
        f"""
import sys
from pathlib import Path
if __name__ != "__main__":
    raise SystemExit("a worker ran the main module")
from etl.workflows import extraction
from etl.settings import Settings
settings = Settings(home=Path({str(tmp_path / "home")!r}), workers=1)
page = Path({str(PROJECT / "seeds/pages/inqilab")!r})
print(*[item["is_article"] for item in extraction.extract(settings, [page], None, None)])
"""
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
