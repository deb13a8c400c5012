"""Articles searched, shown and compared on the command line, over the sample pages."""

import csv
import io
import json
from pathlib import Path

import pytest

from etl.cli.app import main
from etl.publish.query import query

REVISED = "kalbela:253604"


@pytest.mark.parametrize(
    "words",
    [
        ["--home", "HOME", "sql", "SELECT 1"],
        ["sql", "SELECT 1", "--home", "HOME"],
        ["--debug", "--home", "HOME", "quarantine", "list"],
        ["quarantine", "--home", "HOME", "list"],
        ["--home", "/nowhere", "quarantine", "--home", "HOME", "list"],
        ["--home", "/nowhere", "status", "--home", "HOME", "--debug"],
    ],
)
def test_common_options_stand_before_or_after_the_command(
    words: list[str], sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(sample_home) if word == "HOME" else word for word in words]) == 0
    assert capsys.readouterr().out


def test_a_wrong_home_before_the_command_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(tmp_path / "nowhere"), "search", "ইরান"]) == 2
    assert "no home at" in capsys.readouterr().err


def test_search_shows_date_outlet_headline_sentence_link_and_id(
    sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(sample_home)]
    assert main(["search", "ইরান", "(নিষেধাজ্ঞা OR জাহাজ)", *home]) == 0
    shown = capsys.readouterr().out
    assert "1. ইরানের তিন জাহাজ কোম্পানির ওপর মার্কিন নিষেধাজ্ঞা" in shown
    assert "2026-02-19 09:15 · প্রথম আলো · prothomalo:z9d11xez7y" in shown
    assert "**ইরানের** তিনটি **জাহাজ** পরিচালনাকারী কোম্পানির" in shown
    assert "https://www.prothomalo.com/world/middle-east/z9d11xez7y" in shown
    assert "\n2 articles found\n" in shown


def test_search_as_csv_and_json_with_filters(
    sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(sample_home)]
    words = ["search", "ইরান", "--country", "pk", "--since", "2026-01-01", *home, "--format"]
    assert main([*words, "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["article_id"] for row in rows] == ["kalbela:253042"]
    assert main([*words, "json"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)
    assert hit["outlet_id"] == "kalbela"
    assert "**ইরান**" in hit["sentence"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["ইরান", "--outlet", "kalbla"], "kalbela"),
        (['"ইরান'], "partner"),
        (["ইরান", "--limt", "3"], "--limt"),
        (["ইরান", "--since", "yesterday"], "yesterday"),
        ([], "QUERY"),
    ],
)
def test_a_wrong_search_says_what_to_change(
    words: list[str], named: str, sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["search", *words, "--home", str(sample_home)]) == 2
    assert named in capsys.readouterr().err


def test_an_article_is_shown_with_its_versions(
    sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["article", REVISED, "--home", str(sample_home)]) == 0
    shown = capsys.readouterr().out
    assert "সাড়ে ৫ ঘণ্টা পর পাটুরিয়ায় ফেরি চলাচল স্বাভাবিক" in shown
    assert "version 3: from 2026-01-18 08:05:00 current, 92 words" in shown
    assert main(["article", REVISED, "--home", str(sample_home), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [version["version_no"] for version in document["versions"]] == [1, 2, 3]
    assert document["published_at"].startswith("2026-01-17T")


def test_a_diff_shows_the_words_that_changed(
    sample_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(sample_home)]
    assert main(["diff", REVISED, *home]) == 0
    assert "[-তিনটি -]{+১৪টি +}" in capsys.readouterr().out.replace("মাঝনদীতে ", "")
    assert main(["diff", REVISED, "1", "3", *home]) == 0
    assert "version 1 (" in capsys.readouterr().out
    for wrong, named in (([REVISED, "7"], "1, 2, 3"), (["kalbela:0"], "khobor search")):
        assert main(["diff", *wrong, *home]) == 1
        assert named in capsys.readouterr().err
    assert main(["diff", "kalbela:253042", *home]) == 1
    assert "never seen changed" in capsys.readouterr().err


def test_every_version_has_its_text_and_every_link_of_a_story_its_score(sample_home: Path) -> None:
    warehouse = sample_home / "publish" / "current" / "warehouse.duckdb"
    versions = query(
        warehouse,
        "SELECT version_no, is_current, length(body) > 100 FROM mart.article_version "
        f"WHERE article_id = '{REVISED}' ORDER BY 1",
    )
    assert versions.rows == [(1, False, True), (2, False, True), (3, True, True)]
    same = query(
        warehouse,
        "SELECT count(*) FROM mart.article_version AS v JOIN mart.article_text AS t "
        "USING (article_id) WHERE v.is_current AND v.body = t.body",
    )
    assert same.rows == query(warehouse, "SELECT count(*) FROM mart.article").rows
    links = query(
        warehouse,
        "SELECT article_id, link_kind, score > 0.8, story_position FROM mart.story_article "
        "WHERE story_id = 'kalbela:256374' ORDER BY story_position",
    )
    assert links.rows == [
        ("kalbela:256374", "wire_copy", True, 1),
        ("ittefaq:773726", "wire_copy", True, 2),
        ("samakal:334852", "wire_copy", True, 3),
    ]


def test_macros_fold_what_is_typed_and_find_inflected_words(sample_home: Path) -> None:
    warehouse = sample_home / "publish" / "current" / "warehouse.duckdb"
    found = query(
        warehouse,
        "SELECT mart.fold(' সম\u09df\u200b  \u09a8\u09c7\u09beট '), "
        "mart.has_word('সীমান্ত হত্যাকে', 'হত্যা'), mart.has_word('হত্যাকাণ্ড', 'হত্যা')",
    )
    assert found.rows == [("সম\u09af\u09bc ন\u09cbট", True, False)]
    by_word = query(
        warehouse, "SELECT count(*) FROM mart.article_text WHERE mart.has_word(body, 'ইরান')"
    )
    assert by_word.rows == [(3,)]
