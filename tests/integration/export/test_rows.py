"""Parts of a build taken away as files that other programs open."""

import csv
import json
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.cli.app import main
from etl.reading.files import FileFormat, Written, write_file
from etl.reading.warehouse import Warehouse
from tests.factories.build import BuildFactory


def export(home: Path, *words: str) -> int:
    return main(["export", *words, "--home", str(home)])


def test_a_month_that_names_a_country_as_csv_for_excel(sample_home: Path, tmp_path: Path) -> None:
    output = tmp_path / "month.csv"
    condition = "article_id IN (SELECT article_id FROM mart.article_entity WHERE iso_code = 'IR')"
    days = ("--since", "2026-02-01", "--until", "2026-02-28")
    assert (
        export(
            sample_home, "articles", *days, "--where", condition, "--bom", "--output", str(output)
        )
        == 0
    )
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")
    with output.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["article_id"] for row in rows} == {
        "prothomalo:z9d11xez7y", "ajkerpatrika:ajp6zzeblli4l",
    }  # fmt: skip
    assert all("ইরান" in row["body"] for row in rows)


@pytest.mark.parametrize("kind", ["articles", "versions", "events", "stories", "mentions"])
def test_every_kind_in_every_format_has_the_same_rows(
    kind: str, sample_home: Path, tmp_path: Path
) -> None:
    for form in FileFormat:
        assert export(sample_home, kind, "--output", str(tmp_path / f"x.{form}")) == 0
    count = pq.read_table(tmp_path / "x.parquet").num_rows
    assert count > 1
    lines = (tmp_path / "x.jsonl").read_text("utf-8").splitlines()
    assert len(list(map(json.loads, lines))) == count
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == count
    assert len((tmp_path / "x.md").read_text("utf-8").splitlines()) == count + 2
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == count + 1
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    ("words", "code", "named"),
    [
        (["articles", "--format", "parquet"], 2, "--output"),
        (["articles", "--where", "nope = 1"], 1, "nope"),
        (["articles", "--where", "true); DROP TABLE mart.article; --"], 1, ""),
        (["articles", "--where", "title = (SELECT content FROM read_text('/etc/passwd'))"], 1, ""),
        (["articles", "--since", "2026-02-02", "--until", "2026-02-01"], 2, "comes after"),
        (["articles", "--output", "/nowhere/x.csv"], 2, "can't be written"),
    ],
)
def test_what_can_t_be_exported_is_said(
    words: list[str], code: int, named: str, sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export(sample_home, *words) == code
    assert named in capsys.readouterr().err


def test_text_of_pages_is_no_formula_and_nothing_is_cut_in_silence(tmp_path: Path) -> None:
    build = BuildFactory(tmp_path / "build")
    build.article("kalbela:1", "=HYPERLINK(1)", "x" * 40_000)
    build.finish()
    with Warehouse(build.folder) as warehouse:
        sql = "SELECT title, body FROM mart.article_text"
        with warehouse.stream(sql) as rows:
            written = write_file(tmp_path / "x.xlsx", FileFormat.XLSX, rows)
        assert written == Written(rows=1, cut_cells=1)
        with warehouse.stream(sql) as rows:
            write_file(tmp_path / "x.csv", FileFormat.CSV, rows)
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"=HYPERLINK(1)" in sheet
    assert "'=HYPERLINK(1)," in (tmp_path / "x.csv").read_text("utf-8")
