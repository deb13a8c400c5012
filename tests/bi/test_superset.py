"""Superset's files are those of the declaration, and the declaration holds together."""

import json
import re
import uuid
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
import yaml

from bi.dashboards import DASHBOARDS
from bi.datasets import DATASETS
from bi.expressions import expanded
from bi.labels import bangla_labels
from bi.model import FILTER_COLUMNS, Table
from bi.superset.bundle import write_bundle
from bi.superset.charts import UNFILTERED
from bi.superset.generate import FOLDER, all_assets
from bi.superset.layout import LABEL_COLORS
from etl.resources import EXPECTATIONS
from etl.schema.model import Severity
from etl.schema.vocabulary import (
    DeclarationKind,
    EventType,
    Modality,
    Outcome,
    PageKind,
    ReviewState,
    SourceState,
    TimeSource,
    Topic,
    values,
)


@pytest.fixture(scope="module")
def derived() -> dict[str, str]:
    return all_assets()


def test_files_are_those_of_the_declaration(derived) -> None:
    found = {
        str(path.relative_to(FOLDER)): path.read_text("utf-8") for path in FOLDER.rglob("*.yaml")
    }
    assert found == derived, "run: python -m bi.superset.generate"


def test_a_bundle_names_the_warehouse_and_keeps_the_locks(tmp_path: Path) -> None:
    warehouse = Path("/srv/খবর/publish/current/warehouse.duckdb")
    write_bundle(warehouse, tmp_path)
    database = yaml.safe_load((tmp_path / "databases/khobor.yaml").read_text("utf-8"))
    uri = urlsplit(database["sqlalchemy_uri"])
    assert uri.path == f"/{warehouse}"
    options = parse_qs(uri.query)
    assert options["access_mode"] == ["read_only"]
    assert options["enable_external_access"] == ["false"]
    assert options["lock_configuration"] == ["true"]
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.yaml")}
    assert written == {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml")}


def test_charts_have_titles_of_their_own_and_rows_are_filled() -> None:
    titles = [chart.title for dashboard in DASHBOARDS for chart in dashboard.charts]
    assert len(titles) == len(set(titles))
    for dashboard in DASHBOARDS:
        for row in dashboard.rows:
            assert sum(width for _, width in row.charts) == 12


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.name)
def test_datasets_have_the_filters_columns(dataset, derived) -> None:
    text = derived[f"datasets/khobor/{dataset.name}.yaml"]
    assert all(f"- column_name: {column}\n" in text for column in (*FILTER_COLUMNS, dataset.time))
    charts = [chart for dashboard in DASHBOARDS for chart in dashboard.charts]
    used = [chart for chart in charts if chart.dataset is dataset]
    assert used
    for chart in used:
        assert all(chart.dataset.metric(name) for name in chart.metrics)
        if isinstance(chart, Table):
            assert chart.order_by in (*chart.columns, *chart.metrics)
    uuid.UUID(text.split("uuid: ")[1].split("\n")[0])


def test_links_of_datasets_are_made_safe_by_one_expression() -> None:
    expressions = set()
    for dataset in DATASETS:
        for link in re.findall(r"CASE WHEN regexp_matches\(.+?END", dataset.sql(UNFILTERED)):
            assert "^https?://" in link
            expressions.add(link)
    assert expressions
    with duckdb.connect() as connection:
        for url, text, shown in (
            ("https://x.example/1", "খবর <b> & 'x'", ">খবর &lt;b&gt; &amp; 'x'</a>"),
            ('https://x.example/"><script>', "খবর", '<a href="https://x.example/script"'),
            ("javascript:alert(1)", "<b>", "&lt;b&gt;"),
        ):
            sql = expanded(
                "SELECT link_to(url, text) FROM (SELECT ? AS url, ? AS text)", UNFILTERED
            )
            ((link,),) = connection.execute(sql, [url, text]).fetchall()
            assert shown in link
            assert link.startswith("<a href") == url.startswith("https")


def test_codes_have_words_and_a_code_without_one_stays() -> None:
    sql = expanded("SELECT label_outcome(x) FROM (VALUES ('failed'), ('new')) AS t(x)", UNFILTERED)
    assert duckdb.sql(sql).fetchall() == [("পড়া যায়নি",), ("new",)]
    for vocabulary, words in (
        ("outcome", Outcome),
        ("event_type", EventType),
        ("modality", Modality),
        ("time_source", TimeSource),
        ("review_state", ReviewState),
        ("severity", Severity),
        ("topic", Topic),
        ("source_state", SourceState),
        ("declaration_kind", DeclarationKind),
    ):
        assert set(bangla_labels(vocabulary)) == set(values(words))


def test_every_kind_of_page_and_rule_by_hand_has_a_word() -> None:
    kinds = set(values(PageKind)) - {PageKind.ARTICLE.value}
    assert kinds <= set(bangla_labels("reason"))
    rules = {
        rule["meta"]["rule"]
        for path in EXPECTATIONS.glob("*.json")
        for rule in json.loads(path.read_text("utf-8"))["expectations"]
        if not rule["meta"].get("derived")
    }
    assert rules <= set(bangla_labels("rule"))


def test_every_outcome_has_a_colour_of_its_own() -> None:
    colours = [LABEL_COLORS[bangla_labels("outcome")[outcome]] for outcome in Outcome]
    assert len(set(colours)) == len(colours)
