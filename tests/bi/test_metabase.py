"""Metabase set up from code, against a stand-in that checks every request (no real instance)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bi.dashboards import DASHBOARDS
from bi.metabase import apply, instance
from bi.metabase.client import Metabase, MetabaseError, MetabaseUnavailableError
from bi.metabase.generate import all_assets
from bi.metabase.read import (
    ASSETS,
    Assets,
    Dashboard,
    Lists,
    Place,
    Question,
    read_assets,
)
from bi.model import FILTER_COLUMNS
from etl.cli.app import main
from etl.errors import UsageError
from etl.settings import Settings
from tests.bi.metabase_stub import MetabaseStub, published, serve

USER, PASSWORD = "editor@example.org", "correct-horse-7"
ARTICLES = Question(
    name="খবর · Articles",
    description="By outlet.",
    display="bar",
    sql="SELECT outlet_name_bn, count(*) AS n FROM mart.article WHERE true "
    "[[AND outlet_name_bn = {{outlet}}]] [[AND day >= {{since}}]] GROUP BY ALL",
    settings={},
    place=Place(col=0, row=0, size_x=12, size_y=7),
)
DAYS = Question(
    name="দিন · Days",
    description="All days.",
    display="table",
    sql="SELECT day FROM mart.article",
    settings={},
    place=Place(col=12, row=0, size_x=12, size_y=7),
)
BOARD = Dashboard(name="Coverage", description="What came in.", questions=(ARTICLES, DAYS))
LISTS: Lists = {"outlet": "SELECT DISTINCT outlet_name_bn AS outlet FROM mart.article"}
GIVEN = Assets((BOARD,), LISTS)


@pytest.fixture
def stub() -> MetabaseStub:
    return MetabaseStub()


@pytest.fixture
def url(stub: MetabaseStub) -> Iterator[str]:
    with serve(stub) as address:
        yield address


def signed_in(url: str) -> Metabase:
    session = Metabase(url)
    session.sign_in(USER, PASSWORD)
    return session


def test_a_new_instance_gets_its_administrator_and_all_of_the_dashboard(
    stub: MetabaseStub, url: str, tmp_path: Path
) -> None:
    current = published(tmp_path, "one")
    with signed_in(url) as session:
        report = apply.apply_assets(session, GIVEN, current)
    assert (report.questions, report.dashboards) == (2, 1)
    assert stub.user is not None
    assert stub.user.email == USER
    [database] = stub.databases.values()
    assert database["details"]["database_file"] == str(tmp_path / "builds/one/warehouse.duckdb")
    [board] = stub.dashboards.values()
    assert [parameter["slug"] for parameter in board["parameters"]] == ["since", "outlet"]
    assert stub.run_card("List · outlet") == (["outlet"], [("ক",)])
    assert [(card["col"], card["row"]) for card in board["dashcards"]] == [(0, 0), (12, 0)]
    assert stub.run_card("খবর · Articles", outlet="ক") == (
        ["outlet_name_bn", "n"],
        [("ক", 1)],
    )
    assert stub.run_card("খবর · Articles", outlet="খ")[1] == []


def test_a_second_run_changes_nothing_but_what_differs(
    stub: MetabaseStub, url: str, tmp_path: Path
) -> None:
    current = published(tmp_path, "one")
    with signed_in(url) as session:
        apply.apply_assets(session, GIVEN, current)
    first = (dict(stub.databases), dict(stub.cards), dict(stub.dashboards))
    stub.requests.clear()
    with signed_in(url) as session:
        apply.apply_assets(session, GIVEN, current)
    assert (stub.databases, stub.cards, stub.dashboards) == first
    assert {path for method, path in stub.requests if method == "POST"} == {
        "/api/session",
        f"/api/database/{next(iter(stub.databases))}/sync_schema",
    }
    with signed_in(url) as session:
        apply.apply_assets(
            session, Assets((BOARD.model_copy(update={"questions": (DAYS,)}),), LISTS), current
        )
    [board] = stub.dashboards.values()
    assert [card["card_id"] for card in board["dashcards"]] == [
        card["id"] for card in stub.cards.values() if card["name"] == DAYS.name
    ]


def test_what_others_made_is_left_alone(stub: MetabaseStub, url: str, tmp_path: Path) -> None:
    current = published(tmp_path, "one")
    with signed_in(url) as session:
        mine = session.post("/api/collection", {"name": "Mine"})["id"]
        theirs = session.post(
            "/api/dashboard", {"name": BOARD.name, "description": "", "collection_id": mine}
        )
        apply.apply_assets(session, GIVEN, current)
    assert stub.dashboards[theirs["id"]]["dashcards"] == []
    assert len(stub.dashboards) == 2


def test_after_a_publish_metabase_reads_the_new_build(
    stub: MetabaseStub, url: str, tmp_path: Path
) -> None:
    with signed_in(url) as session:
        assert apply.follow_build(session, published(tmp_path, "one")) is False
        apply.apply_assets(session, GIVEN, tmp_path / "current")
        assert apply.follow_build(session, published(tmp_path, "two")) is True
    [database] = stub.databases.values()
    assert database["details"]["database_file"] == str(tmp_path / "builds/two/warehouse.duckdb")
    assert stub.requests[-1] == ("POST", f"/api/database/{database['id']}/sync_schema")


def test_a_wrong_password_is_reported_without_the_password(stub: MetabaseStub, url: str) -> None:
    signed_in(url)
    with Metabase(url) as session, pytest.raises(MetabaseError, match="did not match") as caught:
        session.sign_in(USER, "planted-secret-1")
    assert "planted-secret-1" not in str(caught.value)


def test_a_build_that_metabase_cannot_open_is_reported(url: str, tmp_path: Path) -> None:
    current = published(tmp_path, "one")
    (tmp_path / "builds/one/warehouse.duckdb").write_bytes(b"no database")
    with signed_in(url) as session, pytest.raises(MetabaseError, match="POST /api/database"):
        apply.apply_assets(session, GIVEN, current)


def test_an_instance_that_starts_is_waited_for(stub: MetabaseStub, url: str) -> None:
    stub.starting = 2
    with signed_in(url):
        assert stub.user is not None


def test_nobody_there_says_what_to_do() -> None:
    with (
        Metabase("http://127.0.0.1:9") as session,
        pytest.raises(MetabaseUnavailableError, match="KHOBOR_METABASE_URL"),
    ):
        session.sign_in(USER, PASSWORD)


def test_a_publish_stands_although_metabase_does_not_answer(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, metabase_url="http://127.0.0.1:9")
    said = instance.follow_build(settings)
    assert said is not None
    assert said.startswith("Metabase still reads the build before")
    assert instance.follow_build(Settings(home=tmp_path)) is None


def test_the_command_names_the_setting_that_is_missing(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    monkeypatch.setenv("KHOBOR_METABASE_URL", "http://127.0.0.1:9")
    assert main(["bi", "metabase"]) == 2
    assert "KHOBOR_METABASE_USER is not set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{name: x, description: y, questions: []}", "questions"),
        ("{name: x, question: []}", "question"),
        ("name: [", "while parsing"),
    ],
)
def test_a_wrong_declaration_names_file_and_key(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "lists.yml").write_text("outlet: SELECT 1")
    (tmp_path / "one.yml").write_text(text)
    with pytest.raises(UsageError, match=named):
        read_assets(tmp_path)


def test_the_committed_files_are_those_of_the_declaration() -> None:
    stored = {path.name: path.read_text("utf-8") for path in ASSETS.glob("*.yml")}
    assert stored == all_assets(), "run `python -m bi.metabase.generate`"


def test_the_dashboards_are_superset_s_and_every_question_has_rows(
    stub: MetabaseStub, url: str, sample_home: Path
) -> None:
    settings = Settings(
        home=sample_home, metabase_url=url, metabase_user=USER, metabase_password=PASSWORD
    )
    report = instance.provision(settings)
    named = [
        f"{board.title} · {chart.full_title}" for board in DASHBOARDS for chart in board.charts
    ]
    assert report.questions == len(named)
    empty = dict.fromkeys(FILTER_COLUMNS, "no such") | {"since": "2999-01-01"}
    empty["until"] = "2999-01-02"
    for name in named:
        # Sources are read on the web alone.
        assert stub.run_card(name)[1] or name.endswith("Sources"), name
        rows = stub.run_card(name, **empty)[1]
        assert rows == [] or (len(rows) == 1 and not any(rows[0])), name
    for name in FILTER_COLUMNS:
        offered = stub.run_card(f"List · {name}")[1]
        assert offered
        assert stub.run_card("Coverage · সংবাদ · Articles", **{name: offered[0][0]})[1][0][0] > 0
