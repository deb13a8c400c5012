"""How long the command line takes to start, beside Python alone."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measure, Spent, clocked, main, median, scratch
from etl.settings import Settings
from etl.workflows import publishing
from etl.workflows.run_ids import new_run_id

SIZE = 15


def measures(size: int) -> Iterator[Measure]:
    """The median of ``size`` starts each, in turn."""
    with scratch() as folder:
        settings = Settings(home=folder)
        publishing.publish(settings, new_run_id())
        khobor = [str(Path(sys.executable).with_name("khobor"))]
        if not Path(khobor[0]).exists():
            khobor = [sys.executable, "-m", "etl"]
        commands = {
            "python": [sys.executable, "-c", "pass"],
            "start": [*khobor, "--help"],
            "start_sql": [*khobor, "sql", "select 1 as one", "--home", str(settings.home)],
        }
        times: dict[str, list[Spent]] = {name: [] for name in commands}
        for _ in range(size + 1):
            for name, command in commands.items():
                with clocked() as spent:
                    done = subprocess.run(command, capture_output=True, text=True, check=True)
                times[name].append(spent)
                assert name != "start" or "quarantine" in done.stdout
                assert name != "start_sql" or "one" in done.stdout
    middle = {name: median(found[1:]) for name, found in times.items()}
    for name, what in (("start", "khobor --help"), ("start_sql", "khobor sql 'select 1'")):
        more = middle[name].wall - middle["python"].wall
        cpu = middle[name].cpu - middle["python"].cpu
        note = f"{what}; {more:.2f} s more than `python -c pass`, {cpu:.2f} s more CPU"
        yield Measure(name, middle[name], "s", middle["python"], size, note)


if __name__ == "__main__":
    main(measures, SIZE)
