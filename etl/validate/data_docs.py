"""Data Docs: the pages that Great Expectations renders of validation results.

Results lie as its own JSON under ``<docs>/results``, the site beside them, ``<docs>/index.html``.
Both hold rules and counts: no value of a row, so no text of an article. Pages load styles and
scripts of their frame from a CDN; read offline, they are plain.
"""

import itertools
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.errors import ValidationBrokenError
from etl.schema.derive.expectations import COLUMNS_RULE, Rule
from etl.validate.gx import Failure, import_gx

# A page costs 50 ms (measured: 21 pages in 1.0 s), a batch has up to seven. The history is in
# `core.fact_validation`; the pages are for a look at what came last.
KEPT_BATCHES = 3

RESULTS = "results"
_SITE = "khobor"
_CLOCK = re.compile(r"\?d=\d{8}T[\d.]+Z")
_RANDOM_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
_UNTIMED = "19700101T000000"


def keep_result(
    docs: Path,
    batch_id: str,
    run_id: str,
    table: str,
    rules: Sequence[Rule],
    broken: Mapping[str, Failure],
    rows: pa.Table,
) -> None:
    """Keep one suite's result on one batch for the next build of the pages."""
    context = _context(docs)
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    results = [_result(rule, broken.get(rule["meta"]["rule"]), rows) for rule in rules]
    good = len(rules) - len(broken)
    run = _run(run_id)
    result = ExpectationSuiteValidationResult(
        success=not broken,
        suite_name=table,
        results=results,
        statistics={
            "evaluated_expectations": len(rules),
            "successful_expectations": good,
            "unsuccessful_expectations": len(broken),
            "success_percent": 100 * good / len(rules),
        },
        meta={
            "run_id": run,
            "batch_id": batch_id,
            "active_batch_definition": {"datasource_name": "staged", "data_asset_name": table},
        },
    )
    key = ValidationResultIdentifier(ExpectationSuiteIdentifier(table), run, batch_id)
    context.validation_results_store.set(key, result)


def build_docs(docs: Path) -> Path:
    """Render the latest batches' results anew; older results and their pages go.

    :returns: the site's first page.
    :raises ValidationBrokenError: a result has no page. Great Expectations only logs why.
    """
    results = _kept(docs / RESULTS)
    shutil.rmtree(docs / "validations", ignore_errors=True)
    _context(docs).build_data_docs()
    pages = list((docs / "validations").rglob("*.html"))
    for page in (docs / "index.html", *pages):
        _make_reproducible(page)
    if len(pages) < len(results):  # more, if a batch was validated meanwhile
        raise ValidationBrokenError(
            f"{len(results)} results made {len(pages)} pages: remove {docs / RESULTS}"
        )
    return docs / "index.html"


def _make_reproducible(page: Path) -> None:
    """Number the random ids of a page's elements; drop the time in its logo's address."""
    text = _CLOCK.sub("", page.read_text(encoding="utf-8"))
    numbers: dict[str, str] = {}
    text = _RANDOM_ID.sub(lambda found: numbers.setdefault(found[0], f"{len(numbers)}"), text)
    page.write_text(text, encoding="utf-8")


def _kept(folder: Path) -> list[Path]:
    """Results of the latest batches; the others are removed, and one that a kill cut short."""
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.json")}
    for name in [name for name, path in paths.items() if not _is_whole(path)]:
        paths.pop(name).unlink()
    latest = latest_batches(paths)
    for name in paths.keys() - latest:
        paths[name].unlink(missing_ok=True)
    return [paths[name] for name in sorted(latest)]


def latest_batches(names: Iterable[str]) -> set[str]:
    """Those of the results, ``suite/run/time/batch.json``, that belong to the latest batches."""
    batches: dict[tuple[str, str], list[str]] = {}
    for name in names:
        parts = name.split("/")
        batches.setdefault((parts[1], parts[-1]), []).append(name)
    ordered = [batches[batch] for batch in sorted(batches)]  # run ids begin with their time
    return set(itertools.chain(*ordered[-KEPT_BATCHES:]))


def _is_whole(result: Path) -> bool:
    try:
        json.loads(result.read_bytes())
    except ValueError:
        return False
    return True


def _context(docs: Path) -> Any:
    """A context in memory whose results and site lie in the folder, and nothing anywhere else."""
    gx = import_gx()
    from great_expectations.data_context.types.base import DataContextConfig

    in_memory = {"class_name": "InMemoryStoreBackend"}
    stores = {
        name: {"class_name": kind, "store_backend": in_memory}
        for name, kind in (
            ("expectations_store", "ExpectationsStore"),
            ("checkpoint_store", "CheckpointStore"),
            ("validation_definition_store", "ValidationDefinitionStore"),
        )
    }
    stores["results_store"] = {
        "class_name": "ValidationResultsStore",
        "store_backend": {**_folder(docs / RESULTS), "filepath_suffix": ".json"},
    }
    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": _folder(docs),
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }
    config = DataContextConfig(
        stores=stores,
        expectations_store_name="expectations_store",
        checkpoint_store_name="checkpoint_store",
        validation_results_store_name="results_store",
        data_docs_sites={_SITE: site},
        analytics_enabled=False,
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _folder(path: Path) -> dict[str, object]:
    return {
        "class_name": "TupleFilesystemStoreBackend",
        "base_directory": str(path),
        "suppress_store_backend_id": True,  # a random id in a file, which nothing reads
    }


def _run(run_id: str) -> Any:
    """The run, with the time that its id begins with: none of this depends on the clock.

    Great Expectations tries to read a run's name as a time, and fails on one that is half of it
    (`20261122T084156-3442a18a`: an offset of 34 hours), so the name begins with a word.
    """
    from great_expectations.core import RunIdentifier

    found = re.match(r"\d{8}T\d{6}", run_id)
    time = datetime.strptime(f"{found[0] if found else _UNTIMED}Z", "%Y%m%dT%H%M%S%z")
    return RunIdentifier(run_name=f"run-{run_id}", run_time=time)


def _result(rule: Rule, failure: Failure | None, rows: pa.Table) -> Any:
    """One rule's result, made of counts alone."""
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    unexpected = failure.unexpected_count if failure else 0
    counts: dict[str, object] = {
        "element_count": rows.num_rows,
        "unexpected_count": unexpected,
        "unexpected_percent": 100 * unexpected / rows.num_rows if rows.num_rows else 0.0,
    }
    if rule["meta"]["rule"] == COLUMNS_RULE:
        counts = {"observed_value": rows.column_names}
    return ExpectationValidationResult(
        success=failure is None,
        expectation_config=ExpectationConfiguration(**rule),
        result=counts,
        exception_info={
            "raised_exception": False,
            "exception_message": None,
            "exception_traceback": None,
        },
    )
