"""The index of a build: continued by what changed, and never at the old build's expense."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl.reading.search import Search, search
from etl.reading.warehouse import Warehouse
from etl.schema.marts.mentions import ARTICLE_ENTITY
from etl.search.index import IndexReport, open_index
from etl.search.schema import Facet, Text
from tests.factories.build import BuildFactory


def found(folder: Path, text: str, **facets: str) -> set[str]:
    """The ids that a search gives."""
    wanted = Search(text, {Facet(name): (value,) for name, value in facets.items()})
    with Warehouse(folder) as warehouse:
        return {hit.article_id for hit in search(warehouse, wanted).hits}


def index_terms(folder: Path) -> set[str]:
    """All words of an index, of deleted entries too: the files hold them in a packed form."""
    searcher = open_index(folder)
    assert searcher is not None
    return {term for field in Text for term, _ in searcher.terms_with_prefix(field, "")}


def index_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "search").iterdir()}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    build = BuildFactory(tmp_path / "old")
    build.article("kalbela:1", "সীমান্তে হত্যা", "দুজন নিহত।")
    build.article("samakal:2", "বাজেট", "সংসদে বাজেট পাস।")
    build.finish()
    return build.folder


def test_only_what_changed_is_written(tmp_path: Path, old: Path) -> None:
    before = index_files(old)
    build = BuildFactory(tmp_path / "new")
    build.article("kalbela:1", "সীমান্তে হত্যা", "দুজন নিহত।")
    build.article("samakal:2", "বাজেট", "সংসদে বাজেট ফেরত।", version_no=2)
    build.version("samakal:2", 1, "বাজেট", "সংসদে বাজেট পাস।", is_current=False)
    build.article("samakal:3", "বৃষ্টি", "ঢাকায় বৃষ্টি।")
    assert build.finish(old) == IndexReport(written=2, is_from_start=False)
    assert found(build.folder, "ফেরত") == {"samakal:2"}
    assert found(build.folder, "পাস") == set()
    assert found(build.folder, "হত্যার") == {"kalbela:1"}
    assert found(build.folder, "ঢাকা") == {"samakal:3"}
    assert index_files(old) == before
    assert found(old, "পাস") == {"samakal:2"}


def test_a_changed_facet_is_a_change(tmp_path: Path, old: Path) -> None:
    build = BuildFactory(tmp_path / "new")
    build.article("kalbela:1", "সীমান্তে হত্যা", "দুজন নিহত।")
    build.article("samakal:2", "বাজেট", "সংসদে বাজেট পাস।")
    build.insert(
        ARTICLE_ENTITY, article_id="kalbela:1", entity_kind="country", iso_code="IN", entity_id="IN"
    )
    assert build.finish(old) == IndexReport(written=1, is_from_start=False)
    assert found(build.folder, "হত্যা", country="IN") == {"kalbela:1"}


def test_the_words_of_a_removed_article_leave_the_index(tmp_path: Path, old: Path) -> None:
    build = BuildFactory(tmp_path / "new")
    build.article("kalbela:1", "সীমান্তে হত্যা", "দুজন নিহত।")
    assert build.finish(old) == IndexReport(written=1, is_from_start=True)
    assert "বাজেট" in index_terms(old)
    assert "বাজেট" not in index_terms(build.folder)


def test_the_words_of_a_removed_version_leave_the_index(tmp_path: Path, old: Path) -> None:
    build = BuildFactory(tmp_path / "new")
    build.article("kalbela:1", "সীমান্তে হত্যা", "দুজন নিহত।")
    build.article("samakal:2", "সংসদ", "আগের কথা।")  # its later version was taken down
    assert build.finish(old).is_from_start
    assert "বাজেট" in index_terms(old)
    assert "বাজেট" not in index_terms(build.folder)


@pytest.mark.parametrize("damage", ["other release", "no index", "broken file", "broken list"])
def test_an_old_index_of_no_use_is_not_continued(tmp_path: Path, old: Path, damage: str) -> None:
    folder = old / "search"
    if damage == "other release":
        about = json.loads((folder / "about.json").read_text("utf-8"))
        (folder / "about.json").write_text(json.dumps({**about, "index_version": 0}), "utf-8")
    elif damage == "no index":
        (folder / "about.json").unlink()
    elif damage == "broken file":
        next(folder.glob("*.idx")).write_bytes(b"")
    else:
        (folder / "meta.json").write_text("{", "utf-8")
    build = BuildFactory(tmp_path / "new")
    build.article("kalbela:1", "সীমান্তে হত্যা", "দুজন নিহত।")
    build.article("samakal:2", "বাজেট", "সংসদে বাজেট পাস।")
    build.article("samakal:3", "বৃষ্টি", "ঢাকায় বৃষ্টি।")
    assert build.finish(old).is_from_start
    assert found(build.folder, "হত্যা") == {"kalbela:1"}


def test_a_build_without_articles_can_be_searched(tmp_path: Path) -> None:
    build = BuildFactory(tmp_path / "empty")
    build.finish()
    assert found(build.folder, "হত্যা") == set()


def test_reading_changes_nothing_and_needs_no_right_to_write(old: Path) -> None:
    before = sorted(path.name for path in (old / "search").iterdir())
    for path in (old, old / "search"):
        path.chmod(0o555)
    for path in old.parents:
        if path.stat().st_uid == os.getuid() and path.is_relative_to("/tmp"):
            path.chmod(path.stat().st_mode | 0o055)
    program = (
        "import os, sys; from pathlib import Path; import etl.search.index as index\n"
        "if os.getuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "print(index.open_index(Path(sys.argv[1])).num_docs)"
    )
    read = subprocess.run(
        [sys.executable, "-c", program, str(old)], capture_output=True, text=True, check=False
    )
    for path in (old, old / "search"):
        path.chmod(0o755)
    assert read.stdout == "2\n", read.stderr
    assert sorted(path.name for path in (old / "search").iterdir()) == before
