"""The peak memory of a build, beside that of a build over a hundredth of the pages."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measure, main, scratch
from etl.settings import Settings
from etl.workflows.collect.files import ingest_files
from etl.workflows.run_ids import new_run_id
from tests.factories.pages import write_pages

SIZE = 200_000
_FRACTION = 100
_LOOK_SECONDS = 0.2


def measures(size: int) -> Iterator[Measure]:
    """``size`` small pages; the number of pages is what counts here."""
    few = max(size // _FRACTION, 20)
    value, baseline = _peak(size), _peak(few)
    note = (
        f"of `khobor build`, its workers included, small pages; baseline: a build of {few} pages; "
        f"the main process alone {value[1]:.0f} MB to {baseline[1]:.0f} MB"
    )
    yield Measure("memory", value[0], "MB", baseline[0], size, note)


def _peak(count: int) -> tuple[float, float]:
    """The largest sum of all processes' own memory, and of the main process, in MB."""
    with scratch() as folder:
        settings = Settings(home=folder / "home")
        write_pages(folder / "pages", count, small=True)
        ingest_files(settings, [folder / "pages"], new_run_id())
        command = [sys.executable, "-m", "etl", "build", "--home", str(settings.home)]
        whole = main_alone = 0.0
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
            while running.poll() is None:
                sizes = list(_own_memory(running.pid))
                whole, main_alone = max(whole, sum(sizes)), max(main_alone, *sizes[:1], 0.0)
                time.sleep(_LOOK_SECONDS)
            assert running.stdout is not None
            printed = running.stdout.read()
        assert running.returncode == 0
        assert f"{count} loaded" in printed, printed
    return whole, main_alone


def _own_memory(pid: int) -> Iterator[float]:
    """Megabytes that a process and those below it hold; what they share counts once."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:  # it has ended
        return
    yield next(
        int(line.split()[1]) / 1_000 for line in rollup.splitlines() if line.startswith("Pss:")
    )
    for child in children:
        yield from _own_memory(int(child))


if __name__ == "__main__":
    main(measures, SIZE)
