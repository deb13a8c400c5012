"""DAG ``build_articles``: captures become facts in the lake."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.sdk import TriggerRule, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from dags._shared.assets import CAPTURES, DAG_ARGS, FACTS, HOME_QUEUE, LAKE_POOL

DOC = """
### Captures become facts

Runs when captures have arrived. Each pending batch is extracted, transformed and validated
(`stage`), then loaded in one atomic commit of the lake (`load`). A batch that fails
doesn't hold the others back: they are linked into stories and announced, and the run fails.

A run takes as many batches as Airflow maps a task over (`core.max_map_length`, 1,024), the oldest
first; when more wait, it triggers the next run (`announce_rest`).

`check_balance` stops the announcement when captures and outcomes don't add up.
"""


@dag(
    schedule=[CAPTURES],
    tags=["khobor", "build"],
    doc_md=DOC,
    dagrun_timeout=timedelta(hours=12),
    **DAG_ARGS,
)
def build_articles() -> None:
    """Declare the order: batches in parallel, then stories, balance, announcement."""

    @task
    def list_batches() -> list[str]:
        """The batches that this run builds; the run is skipped when none is pending."""
        from airflow.sdk.configuration import conf

        from etl.settings import load_settings
        from etl.workflows.build.batches import pending_batches

        batches = pending_batches(load_settings())
        if not batches:
            raise AirflowSkipException("no batch is pending")
        # A longer list is an error to Airflow: nothing would be built.
        return batches[: conf.getint("core", "max_map_length")]

    @task_group
    def batch(batch_id: str) -> None:
        """Build one batch; stage and load count as one run, so that a retried load is the same."""

        @task
        def stage(batch_id: str) -> dict[str, Any]:
            from etl.settings import load_settings
            from etl.workflows.build.batches import stage_batch
            from etl.workflows.run_ids import new_run_id

            run_id = new_run_id()
            report = stage_batch(load_settings(), batch_id, run_id)
            return {"batch_id": batch_id, "run_id": run_id, "report": asdict(report)}

        @task(pool=LAKE_POOL)
        def load(staged: dict[str, Any]) -> dict[str, Any]:
            from etl.settings import load_settings
            from etl.workflows.build.batches import load_batch

            report = load_batch(load_settings(), staged["batch_id"], staged["run_id"])
            return asdict(report)

        load(stage(batch_id))  # type: ignore[arg-type]  # stands for what stage returns

    @task(pool=LAKE_POOL, trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def link_stories() -> dict[str, Any]:
        """Find the stories that the new articles belong to."""
        from etl.settings import load_settings
        from etl.workflows.build.stories import link_stories
        from etl.workflows.run_ids import new_run_id

        return asdict(link_stories(load_settings(), new_run_id()))

    @task(queue=HOME_QUEUE, trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
    def build_docs() -> None:
        """Render the validation results as Data Docs."""
        from etl.settings import load_settings
        from etl.workflows.build.chain import build_docs

        build_docs(load_settings())

    @task
    def check_balance() -> None:
        """Captures must equal the sum of their outcomes."""
        from etl.settings import load_settings
        from etl.workflows.build.chain import check_balance

        check_balance(load_settings())

    @task(outlets=[FACTS])
    def announce_facts(taken: list[str]) -> None:
        """Emit the asset's event, with what Great Expectations found in the batches."""
        from etl.settings import load_settings
        from etl.workflows.build.checks import summarise_checks

        settings = load_settings()
        checks = summarise_checks(settings, list(taken))
        get_current_context()["outlet_events"][FACTS].extra = {
            "rules_checked": checks.rules,
            "rows_that_broke_rules": dict(checks.broken),
            "data_docs": str(settings.data_docs / "index.html"),
        }

    @task(outlets=[CAPTURES])
    def announce_rest(taken: list[str]) -> int:
        """Trigger the next run when other batches are pending."""
        from etl.settings import load_settings
        from etl.workflows.build.batches import pending_batches

        rest = set(pending_batches(load_settings())).difference(taken)
        if not rest:
            raise AirflowSkipException("no other batch is pending")
        return len(rest)

    @task
    def all_loaded() -> None:
        """Fail the run when a batch failed: Airflow judges a run by its last tasks alone."""

    listed = list_batches()
    batches = batch.expand(batch_id=listed)
    # After the balance, so that a run that could load nothing doesn't trigger another.
    rest = announce_rest(listed)  # type: ignore[arg-type]  # stands for what list_batches returns
    facts = announce_facts(listed)  # type: ignore[arg-type]
    batches >> link_stories() >> check_balance() >> [facts, rest]
    batches >> [build_docs(), all_loaded()]


build_articles()
