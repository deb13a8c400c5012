"""Extraction's word lists: all in use, and read only when a page is."""

import subprocess
import sys
from pathlib import Path

import pytest

from etl.bangla.lexicon import read_lexicon
from etl.extract.shared.patterns import line_pattern, one_of
from etl.settings import PROJECT

FILES = (
    "addresses",
    "article_boilerplate",
    "class_names",
    "metadata_keys",
    "page_bylines",
    "page_furniture",
)
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in [PROJECT / "etl/addresses.py", *sorted((PROJECT / "etl/extract").rglob("*.py"))]
)


@pytest.mark.parametrize("file", FILES)
def test_each_list_is_used(file: str) -> None:
    for name in read_lexicon(file):
        # Lists of words with free text behind them are named after how long that may be.
        stem = name.rstrip("0123456789").rstrip("_")
        assert f'"{name}"' in CODE or f"'{name}'" in CODE or f"'{stem}'" in CODE, name


def test_entries_are_matched_as_they_are_written() -> None:
    mark = line_pattern(one_of("page_furniture", "video_mark"))
    assert mark.fullmatch("(ভিডিও)")
    assert mark.fullmatch("(VIDEO)")
    assert not mark.fullmatch("ভিডিও")
    both = line_pattern(one_of("page_furniture", "live", "video"))
    assert both.fullmatch("লাইভ")
    assert both.fullmatch("video")


def test_help_reads_no_word_list(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from etl.bangla.lexicon import read_lexicon\n"
        "from etl.cli.app import main\n"
        "sys.argv = ['khobor', '--help']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('read', read_lexicon.cache_info().currsize)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=PROJECT,
        env={"PATH": "", "KHOBOR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "Usage" in run.stdout
    assert run.stdout.splitlines()[-1] == "read 0"
