"""``make run``: the DAGs, one after the other, over the sample pages, in one process.

What Airflow and the steps print goes to a log file; the terminal gets one line a DAG, three
answers from the published build, and where everything lies.
"""

import contextlib
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from devserver import embedded
from devserver.settings import DevserverSettings
from etl.errors import KhoborError
from etl.resources import checkout
from etl.settings import Settings, read_settings

SAMPLE_PAGES = checkout() / "seeds" / "pages"


def main(arguments: list[str]) -> int:
    """Run the chain over the given paths, by default the sample pages; the exit code."""
    paths = [Path(argument).absolute() for argument in arguments] or [SAMPLE_PAGES]
    try:
        settings = read_settings(DevserverSettings)
    except KhoborError as error:
        print(error, file=sys.stderr)
        return 2
    settings.logs.mkdir(parents=True, exist_ok=True)
    log_file = settings.logs / f"make-run-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.log"
    try:
        with _output_to(log_file) as terminal:

            def say(line: str) -> None:
                print(line, file=terminal, flush=True)

            say(f"Airflow starts; its home is {_shown(settings.airflow_home)}")
            os.environ["KHOBOR_HOME"] = str(settings.home)
            embedded.apply_environment(settings.airflow_home, settings.logs / "airflow")
            embedded.prepare()
            is_done = run_chain(paths, say)
    except Exception as error:  # noqa: BLE001  # the terminal gets the reason, the log the rest
        print(f"make run stopped: {error}", file=sys.stderr)
        is_done = False
    if not is_done:
        print(f"Details: {_shown(log_file)}", file=sys.stderr)
        return 1
    print_answers(settings)
    from etl.workflows import publishing

    try:
        report = publishing.report(settings)
    except KhoborError as error:
        print(f"make run stopped: {error}", file=sys.stderr)
        return 1
    _print_places(settings, report, log_file)
    return 0


def run_chain(paths: list[Path], say: Callable[[str], None]) -> bool:
    """Each DAG when its trigger is there, as the scheduler would; whether all went well."""
    dags = embedded.load_dags()
    for dag_id in ("ingest_folder", "build_articles", "publish_warehouse", "maintain_lake"):
        dag = dags[dag_id]
        if dag.timetable.asset_condition and not embedded.take_trigger(dag_id):
            say(f"  {dag_id:<18} not triggered: nothing new was loaded")
            continue
        conf = {"paths": [str(path) for path in paths]} if dag_id == "ingest_folder" else None
        is_triggered = True
        while is_triggered:
            outcome = embedded.run_dag(dag, conf)
            if not outcome.is_success:
                say(f"  {dag_id:<18} failed")
                for failure in outcome.failures:
                    say(f"    {failure}")
                return False
            say(f"  {dag_id:<18} {outcome.seconds:5.1f} s  {_summary(dag_id, outcome.returned)}")
            is_triggered = embedded.take_trigger(dag_id)  # a build whose batches were too many
    return True


def _summary(dag_id: str, returned: dict[str, list[Any]]) -> str:
    """What the tasks' reports say, in one line."""
    match dag_id:
        case "ingest_folder":
            (report,) = returned["ingest"]
            return (
                f"{report['captures_new']} new captures, {report['captures_known']} known already, "
                f"{len(report['skipped'])} other files skipped"
            )
        case "build_articles":
            outcomes: Counter[str] = Counter()
            for report in returned["batch.load"]:
                outcomes.update(report["outcomes"])
            return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
        case "publish_warehouse":
            (report,) = returned["publish"]
            return f"{report['articles']} articles in build {report['build_id']}"
        case _:
            (report,) = returned["maintain"]
            return f"{report['files_after']} data files, {report['files_removed']} removed"


def print_answers(settings: Settings) -> None:
    """The questions of ``etl.publish.questions``, asked as any user of the build would."""
    from etl.cli.output.format import format_table
    from etl.publish.query import query
    from etl.publish.questions import QUESTIONS

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for question in QUESTIONS:
        result = query(settings.current_build / "warehouse.duckdb", question.sql)
        print(f"\n{question.caption_bn}\n{question.caption_en}")
        print(format_table(result, width), end="")


def _print_places(settings: Settings, report: Path, log_file: Path) -> None:
    places = {
        "Warehouse": settings.current_build / "warehouse.duckdb",
        "Report": report,
        "Data Docs": settings.data_docs / "index.html",
        "Log": log_file,
    }
    print()
    for name, path in places.items():
        print(f"{name:<10} {_shown(path)}")


def _shown(path: Path) -> Path:
    """Relative to the working directory where it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


@contextlib.contextmanager
def _output_to(log_file: Path) -> Iterator[TextIO]:
    """Send standard output and error of this process and its children to a file.

    At the level of file descriptors, because Airflow, Great Expectations and worker processes each
    write in their own way.

    Returns:
        the terminal, for what the user should see.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with (
        open(saved[0], "w", encoding="utf-8", closefd=False) as terminal,
        log_file.open("w") as log,
    ):
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield terminal
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, target in zip(saved, (1, 2), strict=True):
                os.dup2(descriptor, target)
                os.close(descriptor)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
