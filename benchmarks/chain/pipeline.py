"""The chain from captures in ``raw`` to committed facts.

The baseline: the extraction alone of the same captures, which is what ``khobor extract`` does,
by as many processes.
"""

from collections.abc import Iterator

from benchmarks.measure import Measure, Spent, clocked, main, scratch
from etl.schema.records import Article
from etl.settings import Settings
from etl.validate.gx import import_gx
from etl.workflows.build import chain
from etl.workflows.build.batches import load_batches
from etl.workflows.build.read_batch import captures_of
from etl.workflows.build.worker_pool import read_captures
from etl.workflows.collect.files import ingest_files
from etl.workflows.run_ids import new_run_id
from tests.factories.pages import generate_pages, write_pages

SIZE = 20_000


def measures(size: int) -> Iterator[Measure]:
    """``size`` made pages."""
    with scratch() as folder:
        settings = Settings(home=folder / "home")
        write_pages(folder / "pages", size)
        run_id = new_run_id()
        taken = ingest_files(settings, [folder / "pages"], run_id)
        assert taken.captures_new == size
        # What a process loads once is left out of both: the short form would tell of nothing else.
        import_gx()
        list(read_captures((page.capture() for page in generate_pages(8)), settings))
        baseline = Spent()
        for batch_id in taken.batch_ids:
            captures = captures_of(settings, "batch_id", [batch_id])
            with clocked() as spent:
                results = list(read_captures((row.capture for row in captures), settings))
            baseline += spent
            assert all(isinstance(result, Article) for _, result in results)
        with clocked() as value:
            outcomes = load_batches(settings, taken.batch_ids, new_run_id())
        assert outcomes["loaded"] == size, outcomes
        with clocked() as after:
            chain.build(settings, new_run_id())
    whole = (value + after).wall / baseline.wall
    note = (
        f"raw to facts, {len(taken.batch_ids)} batches; with stories and Data Docs {whole:.2f}; "
        "baseline: extraction alone of the same captures"
    )
    yield Measure("pipeline", value, "s", baseline, size, note)


if __name__ == "__main__":
    main(measures, SIZE)
