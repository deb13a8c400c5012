"""What README and docs say is true: commands run, SQL and Python answer, links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl import errors
from etl.publish.query import query
from etl.publish.releases import WAREHOUSE
from etl.schema import problems
from etl.schema.derive import diagram
from etl.settings import PROJECT, Settings
from etl.workflows.metrics import metrics_text

DOCS = PROJECT / "docs"
RUNBOOK = "docs/operator/runbook.md"
PAGES = {
    path.relative_to(PROJECT).as_posix(): path.read_text("utf-8")
    for path in [PROJECT / "README.md", *sorted(DOCS.rglob("*.md"))]
}
# `sh` is run here. `console` shows what needs more than a shell: a server, Docker, a set-up.
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN_ELSEWHERE = {
    "docs/developer/add-an-outlet.md": "tests/integration/build/test_add_outlet.py",
    "docs/analyst/queries/index.md": "tests/integration/cli/test_reference.py",
}
KNOWN = {"", "console", "html", "ini", "json", "mermaid", "python", "sh", "sql", "text", "yaml"}


def blocks(page: str, language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(PAGES[page]) if name == language]


def pages_with(language: str) -> list[str]:
    return [page for page in PAGES if page not in RUN_ELSEWHERE and blocks(page, language)]


@pytest.fixture
def folder(tmp_path: Path, sample_home: Path) -> Path:
    """A folder as a reader has it: the project's files, its program, and what `make run` made."""
    for name in ("seeds", "docs", "etl"):
        (tmp_path / name).symlink_to(PROJECT / name)
    shutil.copytree(sample_home, tmp_path / "var", symlinks=True)
    (tmp_path / "path" / "to").mkdir(parents=True)
    (tmp_path / "path" / "to" / "pages").symlink_to(PROJECT / "seeds" / "pages" / "samakal")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    khobor = programs / "khobor"
    khobor.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m etl "$@"\n')
    khobor.chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KHOBOR_")},
        "PATH": f"{folder / '.venv/bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
    }
    return subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("page", pages_with("sh"))
def test_the_commands_run(page: str, folder: Path) -> None:
    script = "\n".join(blocks(page, "sh"))
    done = run(folder, "bash", "-euo", "pipefail", "-c", script)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", pages_with("python"))
def test_the_python_runs(page: str, folder: Path) -> None:
    for code in blocks(page, "python"):
        done = run(folder, sys.executable, "-c", code)
        assert done.returncode == 0, f"{code}\n{done.stderr}"
        # A DAG's file says nothing when it is read.
        assert done.stdout.strip() or "airflow.sdk" in code, code


@pytest.mark.parametrize("page", pages_with("sql"))
def test_the_sql_answers(page: str, sample_home: Path) -> None:
    for sql in blocks(page, "sql"):
        assert query(sample_home / "publish" / "current" / WAREHOUSE, sql).rows, sql


@pytest.mark.parametrize("page", PAGES)
def test_every_block_says_its_language(page: str) -> None:
    assert {name for name, _ in BLOCK.findall(PAGES[page])} <= KNOWN


def test_the_site_builds_with_every_link_and_asks_nobody_for_anything(tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)]
    done = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    foreign = re.compile(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//[^"]+"')
    for page in site.rglob("*.html"):
        # A canonical address is told to search engines, not fetched.
        loads = [tag for tag in foreign.findall(page.read_text("utf-8")) if "canonical" not in tag]
        assert loads == [], page.name


def test_every_page_is_in_the_site_s_navigation() -> None:
    config = (PROJECT / "mkdocs.yml").read_text("utf-8")
    missing = [
        page
        for page in PAGES
        if page.startswith("docs/")
        and not page.startswith("docs/decisions/")
        and page.removeprefix("docs/") not in config
    ]
    assert missing == []


def test_links_of_the_readme_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", PAGES["README.md"])
    assert [
        link for link in links if not link.startswith("http") and not (PROJECT / link).exists()
    ] == []


def test_the_runbook_watches_metrics_that_there_are(sample_home: Path) -> None:
    named = set(re.findall(r"`(khobor_\w+)[`{]", PAGES[RUNBOOK])) - {"khobor_stale_outlets"}
    assert named
    told = metrics_text(Settings(home=sample_home))
    assert [name for name in named if f"# TYPE {name} gauge" not in told] == []


def test_the_runbook_has_every_kind_of_error() -> None:
    kinds = {
        name: kind
        for name, kind in (vars(errors) | vars(problems)).items()
        if isinstance(kind, type) and issubclass(kind, errors.KhoborError)
    }
    for general in ("KhoborError", "TerminalError", "TransientError"):
        del kinds[general]
    rows = re.findall(r"^\| `(\w+Error)` \| (yes|no) \|", PAGES[RUNBOOK], re.MULTILINE)
    assert {name for name, _ in rows} == set(kinds)
    for name, is_transient in rows:
        assert issubclass(kinds[name], errors.TransientError) == (is_transient == "yes")


@pytest.mark.parametrize("page", PAGES)
def test_tests_that_a_page_names_are_there(page: str) -> None:
    for path, name in re.findall(r"`(tests/[\w/]+\.py)`(?:, `(test_\w+)`)?", PAGES[page]):
        text = (PROJECT / path).read_text("utf-8")
        assert not name or f"def {name}(" in text, f"{page}: {path} has no {name}"


def test_the_diagram_is_that_of_the_declared_tables() -> None:
    stored = (DOCS / "reference" / "data-model.dot").read_text("utf-8")
    assert stored == diagram.dot(), "run `make reference`"
    picture = (DOCS / "reference" / "data-model.svg").read_text("utf-8")
    for name in re.findall(r'^  "(\S+)" \[', stored, re.MULTILINE):
        assert f">{name}<" in picture, "run `make reference`, with Graphviz installed"
