"""Data Docs: the pages that Great Expectations renders of validation results.

Results are its own JSON under ``<docs>/results``; the site is next to them, ``<docs>/index.html``.
Both hold rules and counts: no value of a row, so no text of an article. Scripts and styles lie next
to the pages, which load nothing from elsewhere.
"""

import itertools
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from etl.errors import ValidationBrokenError
from etl.validate.gx import SuiteResult, render_pages, store_report
from etl.validate.offline.pages import make_self_contained

# A page costs 50 ms (measured: 21 pages in 1.0 s), a batch has up to seven. The history is in
# `core.fact_validation`; the pages are for a look at the latest batches.
KEPT_BATCHES = 3

RESULTS = "results"
_CLOCK = re.compile(r"\?d=\d{8}T[\d.]+Z")
_RANDOM_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def keep_result(docs: Path, batch_id: str, run_id: str, result: SuiteResult) -> None:
    """Store one suite's result on one batch for the next build of the pages."""
    store_report(docs / RESULTS, result.report, run_id, batch_id)


def build_docs(docs: Path) -> Path:
    """Render the results of the latest batches; older results and their pages are removed.

    Returns:
        The first page of the site.

    Raises:
        ValidationBrokenError: A result has no page. Great Expectations only logs why.
    """
    results = _latest_results(docs / RESULTS)
    shutil.rmtree(docs / "validations", ignore_errors=True)
    render_pages(docs, docs / RESULTS)
    pages = list((docs / "validations").rglob("*.html"))
    for page in (docs / "index.html", *pages):
        _make_reproducible(page)
    make_self_contained(docs, [docs / "index.html", *pages])
    if len(pages) < len(results):  # more, if another process validated a batch meanwhile
        raise ValidationBrokenError(
            f"{len(pages)} pages were rendered of {len(results)} results: remove {docs / RESULTS}"
        )
    return docs / "index.html"


def latest_batches(names: Iterable[str]) -> set[str]:
    """The results, ``suite/run/time/batch.json``, that belong to the latest batches."""
    batches: dict[tuple[str, str], list[str]] = {}
    for name in names:
        parts = name.split("/")
        batches.setdefault((parts[1], parts[-1]), []).append(name)
    ordered = [batches[batch] for batch in sorted(batches)]  # run ids begin with their time
    return set(itertools.chain(*ordered[-KEPT_BATCHES:]))


def _make_reproducible(page: Path) -> None:
    """Number the random ids of a page's elements; drop the time in its logo's address."""
    text = _CLOCK.sub("", page.read_text(encoding="utf-8"))
    numbers: dict[str, str] = {}
    text = _RANDOM_ID.sub(lambda found: numbers.setdefault(found[0], f"{len(numbers)}"), text)
    page.write_text(text, encoding="utf-8")


def _latest_results(folder: Path) -> list[Path]:
    """Results of the latest batches; older ones are removed, and those that a kill truncated."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.json")}
    for name in [name for name, path in paths.items() if not _is_complete(path)]:
        paths.pop(name).unlink()
    latest = latest_batches(paths)
    for name in paths.keys() - latest:
        paths[name].unlink(missing_ok=True)
    return [paths[name] for name in sorted(latest)]


def _is_complete(result: Path) -> bool:
    try:
        json.loads(result.read_bytes())
    except ValueError:
        return False
    return True
