"""No value from outside gets into the text of a statement: DuckDB's own log of queries is read.

Commands run in a process of their own, whose connections log what they execute. The pages and the
options carry a mark in every value that a stranger or a user chooses. Values are to be bound: where
one was put into a statement's text, the mark is in the log.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT, Settings
from tests.lake_rows import rows_of

# A quote ends a literal that was built by hand, so that it would also fail as SQL.
MARK = "zqmark'); --"
# DuckLake writes its catalog by statements of its own, with the least and greatest values of files.
OF_DUCKLAKE = '"__ducklake_metadata_lake"'
BROKEN_RULE = "1990-01-01T10:00:00+06:00"
_COMMANDS = """
import itertools, sys
import duckdb

numbers, connect, folder = itertools.count(), duckdb.connect, sys.argv[1]

def logged(*arguments, config=None, **options):
    config = config or {}
    connection = connect(*arguments, config=config, **options)
    if not config.get("enable_external_access", True):
        return connection  # of `khobor sql`, whose statements are the user's; it may write no log
    path = f"{folder}/{next(numbers)}"
    connection.execute("CALL enable_logging('QueryLog', storage='file', storage_path=?)", [path])
    return connection

duckdb.connect = logged
from etl.cli.app import main

for words in sys.stdin.read().splitlines():
    print(main(words.split("\\t")))
"""


def _page(number: int, published_at: str) -> str:
    linked = {
        "@type": "NewsArticle",
        "headline": f"ঘাটে নতুন জেটি {number} {MARK}",
        "datePublished": published_at,
        "author": {"@type": "Person", "name": f"রিনা {MARK}"},
        "articleSection": f"দেশ {MARK}",
        "keywords": [f"নদী {MARK}"],
        "image": f"https://x.example/{MARK}.jpg",
    }
    text = "নদীর ঘাটে নতুন জেটি চালু হয়েছে। সকালে প্রথম লঞ্চটি এখান থেকে ছেড়ে যায়।" * 3
    act = "ইরানের পররাষ্ট্রমন্ত্রী মোহাম্মদ হোসেইন বাকেরি পাকিস্তানকে হুঁশিয়ারি দিয়েছেন।"
    return (
        f'<!DOCTYPE html><html lang="bn"><head><meta charset="utf-8"><title>জেটি {MARK}</title>'
        f'<script type="application/ld+json">{json.dumps(linked, ensure_ascii=False)}</script>'
        f'</head><body><h1 class="details-title">ঘাটে নতুন জেটি {number} {MARK}</h1>'
        f'<div class="dtl_content_section"><p>{text} {MARK} হয়।</p><p>{act} {MARK} হয়।</p>'
        f"<p>বার্তা সংস্থা {MARK} এ তথ্য জানায়। {number}</p></div>"
        f'<div id="latest_tab"><ul><li><a href="/world/7{number}">{MARK} খবর</a></li></ul></div>'
        "</body></html>"
    )


def _write_pages(folder: Path) -> None:
    folder.mkdir()
    days = ("2026-02-20T10:00:00+06:00", "2026-02-20T12:00:00+06:00", BROKEN_RULE, BROKEN_RULE)
    for number, day in enumerate(days):
        path = folder / f"{number}-{MARK}.html"
        path.write_text(_page(number, day), "utf-8")
        sidecar = {
            "url": f"https://www.kalbela.com/world/{number + 1}?q={MARK}",
            "fetched_at": f"2026-02-20T{12 + number}:00:00+06:00",
        }
        Path(f"{path}.meta.json").write_text(json.dumps(sidecar), "utf-8")


def _run(logs: Path, home: Path, *commands: tuple[str, ...]) -> list[str]:
    """Run commands in one process; return the exit code of each."""
    lines = "\n".join("\t".join((*words, "--home", str(home))) for words in commands)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _COMMANDS, str(logs)],
        input=lines,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line in {"0", "1", "2"}]


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every statement that the commands ran."""
    folder = tmp_path_factory.mktemp("statements")
    home, logs = folder / "home", folder / "logs"
    logs.mkdir()
    _write_pages(folder / "pages")
    assert _run(logs, home, ("run", str(folder / "pages"))) == ["0"]
    ids = rows_of(
        Settings(home=home),
        "SELECT capture_id FROM lake.core.rejected_article ORDER BY capture_id",
    )
    (first,), (second,) = ids
    decision = ("--reviewer", f"R {MARK}", "--reason", f"so {MARK}")
    codes = _run(
        logs,
        home,
        ("quarantine", "list"),
        ("quarantine", "show", MARK),
        ("quarantine", "release", first, *decision),
        ("quarantine", "discard", second, *decision),
        ("quarantine", "replay", MARK),
        ("reextract", "--outlet", MARK),
        ("reextract", "--since", "2026-01-01"),
        ("export", "warc", str(folder / "out.warc.gz"), "--outlet", MARK),
        ("publish",),
    )
    assert codes == ["0", "2", "0", "0", "2", "2", "0", "2", "0"]
    csv.field_size_limit(sys.maxsize)
    found: list[str] = []
    for path in sorted(logs.rglob("duckdb_log_entries.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["message"] for row in csv.DictReader(file)]
    return [statement for statement in found if OF_DUCKLAKE not in statement]


def test_the_log_has_what_was_run(statements: list[str]) -> None:
    for words in ("INSERT INTO lake.core.", "CREATE TABLE", "DELETE FROM lake.core.", "ATTACH"):
        assert any(words in statement for statement in statements), words


def test_no_statement_holds_a_value_from_outside(statements: list[str]) -> None:
    assert [text[:300] for text in statements if MARK.partition("'")[0] in text] == []
