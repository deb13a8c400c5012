"""DAG ``quarantine_review``: a person decides on batches with many rejects."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, dag, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from dags._shared.assets import DAG_ARGS, FACTS, LAKE_POOL

DOC = """
### A person decides on what the rules rejected

Runs when facts have changed. Where more than a share of a batch's captures is in quarantine
(`KHOBOR_REVIEW_REJECT_SHARE`), it asks under *Required Actions* what to do with them, with counts
by rule and some of the articles with their text: replay them by the present rules, release them,
discard them, or leave them open; all of them, or single ones by their ids. The answer is carried
out with the name of the person who gave it.

It asks about batches built since its last answer; run by hand, about all. Without an answer in a
week they stay open.

How far it has asked, a snapshot of the lake, is kept in the state store of `khobor_facts`.
"""
_ANSWER_TIME = timedelta(days=7)
_LEAVE = "Leave open"
_ASKED_TO = "quarantine_review/asked_to"


@dag(
    schedule=[FACTS],
    tags=["khobor", "quarantine"],
    doc_md=DOC,
    dagrun_timeout=_ANSWER_TIME + timedelta(days=1),
    **DAG_ARGS,
)
def quarantine_review() -> None:
    """Declare the order: find, ask, carry out, announce."""

    @task(inlets=[FACTS])
    def find() -> dict[str, Any]:
        """Write the question; the run is skipped when there is none."""
        from etl.settings import load_settings
        from etl.workflows.review import question as review_question

        context = get_current_context()
        is_manual = context["dag_run"].run_type == "manual"
        state: Any = context["asset_state_store"][FACTS]
        asked_to = None if is_manual else state.get(_ASKED_TO)
        question = review_question.find_question(load_settings(), asked_to)
        if question is None:
            raise AirflowSkipException("no batch has that many rejects")
        return asdict(question)

    ask = HITLOperator(
        task_id="ask",
        subject="{{ ti.xcom_pull(task_ids='find')['subject'] }}",
        body="{{ ti.xcom_pull(task_ids='find')['body'] }}",
        options=[_LEAVE, "Replay", "Release", "Discard"],
        defaults=_LEAVE,
        response_timeout=_ANSWER_TIME,
        params={
            "reason": Param(
                "reviewed in Airflow",
                type="string",
                minLength=1,
                description="Why; kept with each capture that is released or discarded.",
            ),
            "captures": Param(
                "",
                type="string",
                description="Ids of single captures, or beginnings of them, with blanks between; "
                "empty for all.",
            ),
        },
    )

    @task(pool=LAKE_POOL, inlets=[FACTS])
    def carry_out(question: dict[str, Any], answer: dict[str, Any]) -> dict[str, int]:
        """Carry out the decision; return the captures' outcomes."""
        from etl.settings import load_settings
        from etl.workflows.review import question as review_question
        from etl.workflows.run_ids import new_run_id

        user = answer["responded_by_user"]
        only = answer["params_input"].get("captures", "").split()
        outcomes = review_question.carry_out(
            load_settings(),
            question["batch_ids"],
            answer["chosen_options"][0],
            user["name"] if user else "nobody",
            answer["params_input"].get("reason", ""),
            new_run_id(),
            only,
        )
        if not only:  # else the rest is asked about again
            state: Any = get_current_context()["asset_state_store"][FACTS]
            state.set(_ASKED_TO, question["snapshot_id"])
        return outcomes

    @task(outlets=[FACTS])
    def announce_facts(outcomes: dict[str, int]) -> None:
        """Emit the asset's event when something was loaded."""
        if not set(outcomes) - {"discarded"}:
            raise AirflowSkipException("nothing was loaded")

    question = find()
    question >> ask
    announce_facts(carry_out(question, ask.output))  # type: ignore[arg-type]  # what they return


quarantine_review()
