"""A person asked about a batch with many rejects, and the answer carried out, on real Airflow."""

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airflow.providers.standard.operators.hitl import HITLOperator

from devserver import embedded
from etl.errors import UsageError
from etl.settings import PROJECT, Settings
from etl.workflows.build import chain
from etl.workflows.collect.files import ingest_files
from etl.workflows.review import question
from etl.workflows.run_ids import new_run_id
from tests.lake_rows import rows_of

if TYPE_CHECKING:
    from airflow.sdk import DAG

PAGES = PROJECT / "seeds" / "pages"
HOSTILE = "<script>alert(1)</script> [x](javascript:1) |a| `b`\u202e {{ 7*7 }}"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a batch of two captures, both in quarantine, one with a hostile title."""
    folder = tmp_path_factory.mktemp("loaded")
    pages = folder / "pages"
    pages.mkdir()
    for name in ("kalbela/untitled-river-port.html", "ittefaq/old-ghat-restored-1990.html"):
        for suffix in ("", ".meta.json"):
            shutil.copy(f"{PAGES / name}{suffix}", pages)
    settings = Settings(home=folder / "home", workers=1)
    ingest_files(settings, [pages], new_run_id())
    chain.build(settings, new_run_id())
    return settings.home


@pytest.fixture
def settings(loaded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    shutil.copytree(loaded, tmp_path / "home")
    monkeypatch.setenv("KHOBOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("KHOBOR_WORKERS", "1")
    return Settings()


def _states(settings: Settings) -> list[tuple[Any, ...]]:
    return rows_of(
        settings,
        "SELECT review_state, reviewer, review_reason, count(*) FROM lake.core.rejected_article "
        "GROUP BY ALL ORDER BY ALL",
    )


@contextmanager
def _answering(decision: str, reason: str, captures: str = "") -> Iterator[list[str]]:
    """Answer the first question that is asked, by the API's own function; what was asked."""
    from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
    from airflow.api_fastapi.core_api.datamodels.hitl import UpdateHITLDetailPayload
    from airflow.api_fastapi.core_api.routes.public.hitl import update_hitl_detail
    from airflow.models.hitl import HITLDetail
    from airflow.utils.session import create_session
    from sqlalchemy import select

    asked: list[str] = []
    is_over = threading.Event()

    def answer() -> None:
        while not is_over.wait(0.2):
            with create_session() as session:
                detail = session.scalar(select(HITLDetail).where(HITLDetail.responded_at.is_(None)))
                if detail is None or detail.task_instance.state != "awaiting_input":
                    continue
                asked.extend([detail.subject, detail.body])
                update_hitl_detail(
                    dag_id="quarantine_review",
                    dag_run_id=detail.task_instance.run_id,
                    task_id="ask",
                    update_hitl_detail_payload=UpdateHITLDetailPayload(
                        chosen_options=[decision],
                        params_input={"reason": reason, "captures": captures},
                    ),
                    user=SimpleAuthManagerUser(username="rina", role="admin"),
                    session=session,
                )
            return

    person = threading.Thread(target=answer)
    person.start()
    try:
        yield asked
    finally:
        is_over.set()
        person.join()


@pytest.mark.usefixtures("empty_queue")
def test_a_person_releases_a_batch(dags: "dict[str, DAG]", settings: Settings) -> None:
    with _answering("Release", "the outlet prints no headline") as asked:
        outcome = embedded.run_dag(dags["quarantine_review"])
    assert outcome.is_success, outcome.failures
    subject, body = asked
    assert subject == "2 captures are in quarantine"
    assert "2 of 2 captures in 1 batches broke rules." in body
    assert r"| article\.title\.not\_null | 1 |" in body
    assert outcome.returned["carry_out"] == [{"loaded": 2}]
    assert _states(settings) == [("released", "rina", "the outlet prints no headline", 2)]
    assert embedded.take_trigger("publish_warehouse")
    # Nothing is left to ask: the run ends by itself.
    again = embedded.run_dag(dags["quarantine_review"])
    assert again.is_success
    assert "ask" not in again.returned


@pytest.mark.usefixtures("empty_queue")
def test_a_person_discards_a_batch(dags: "dict[str, DAG]", settings: Settings) -> None:
    with _answering("Discard", "scans"):
        outcome = embedded.run_dag(dags["quarantine_review"])
    assert outcome.is_success, outcome.failures
    assert _states(settings) == [("discarded", "rina", "scans", 2)]
    assert not embedded.take_trigger("publish_warehouse")


@pytest.mark.usefixtures("empty_queue")
def test_a_person_decides_on_one_article_and_is_asked_about_the_rest(
    dags: "dict[str, DAG]", settings: Settings
) -> None:
    asked = question.find_question(settings, None)
    assert asked is not None
    one, other = re.findall(r"^`([0-9a-f]{12})`", asked.body, re.MULTILINE)
    with _answering("Discard", "a scan", captures=f" {one} "):
        outcome = embedded.run_dag(dags["quarantine_review"])
    assert outcome.is_success, outcome.failures
    assert ("discarded", "rina", "a scan", 1) in _states(settings)
    with _answering("Leave open", "later") as again:
        assert embedded.run_dag(dags["quarantine_review"]).is_success
    assert again[0] == "1 captures are in quarantine"
    assert other in again[1]
    assert one not in again[1]


def test_the_form_shows_the_article_and_times_of_dhaka(settings: Settings) -> None:
    asked = question.find_question(settings, None)
    assert asked is not None
    assert "times are Dhaka's" in asked.body
    bodies = rows_of(
        settings,
        "SELECT row_json ->> 'body', strftime((row_json ->> 'captured_at')::TIMESTAMPTZ "
        "AT TIME ZONE 'Asia/Dhaka', '%Y-%m-%d %H:%M') FROM lake.core.rejected_article",
    )
    for body, captured_at in bodies:
        assert question.markdown_cell(body, 60).rstrip("…") in asked.body
        assert f"captured {captured_at}" in asked.body


def test_an_id_that_no_open_capture_has_is_refused(settings: Settings) -> None:
    asked = question.find_question(settings, None)
    assert asked is not None
    with pytest.raises(UsageError, match="0 open captures begin with 'nothing'"):
        question.carry_out(settings, asked.batch_ids, "Discard", "rina", "scans", "r1", ["nothing"])


@pytest.mark.parametrize("decision", ["Replay", "Leave open"])
def test_what_stays_open(settings: Settings, decision: str) -> None:
    """By the same rules a replay loads nothing."""
    asked = question.find_question(settings, None)
    assert asked is not None
    found = question.carry_out(settings, asked.batch_ids, decision, "rina", "", "r1")
    assert found == {}
    assert _states(settings) == [("open", None, None, 2)]
    with pytest.raises(UsageError, match="no decision 'Burn'"):
        question.carry_out(settings, asked.batch_ids, "Burn", "rina", "", "r1")


def test_few_rejects_are_no_question(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOBOR_REVIEW_REJECT_SHARE", "1")
    assert question.find_question(Settings(), None) is None


def test_options_are_those_that_can_be_carried_out(dags: "dict[str, DAG]") -> None:
    ask = dags["quarantine_review"].get_task("ask")
    assert isinstance(ask, HITLOperator)
    assert tuple(ask.options) == question.OPTIONS


def test_words_of_a_page_are_only_words() -> None:
    shown = question.markdown_cell(HOSTILE + "\n\x00" + "অ" * 300)
    assert "\u202e" not in shown
    assert "\n" not in shown
    assert "\\<script\\>" in shown
    assert r"\[x\]\(javascript\:1\)" in shown
    assert r"\|a\|" in shown
    assert shown.endswith("…")
