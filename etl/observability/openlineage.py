"""OpenLineage events of the steps: which tables a step reads and writes, and columns from which.

Datasets are in the namespace ``khobor``, named ``raw.page_capture``, ``core.fact_article``,
``mart.article`` and so on. Form: OpenLineage 2, https://openlineage.io/spec.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.generated.column_lineage_dataset import (
    ColumnLineageDatasetFacet,
    Fields,
    InputField,
)
from openlineage.client.generated.error_message_run import ErrorMessageRunFacet
from openlineage.client.generated.external_query_run import ExternalQueryRunFacet
from openlineage.client.generated.schema_dataset import SchemaDatasetFacet, SchemaDatasetFacetFields
from openlineage.client.transport.file import FileConfig, FileTransport
from openlineage.client.transport.http import HttpConfig, HttpTransport
from openlineage.client.uuid import generate_static_uuid

from etl.schema.marts.lineage import mart_lineage
from etl.schema.marts.warehouse import MARTS
from etl.schema.model import Table
from etl.schema.tables.facts import ARTICLE_TEXT, BRIDGE_STORY, FACT_ARTICLE
from etl.schema.tables.lake import LAKE_TABLES
from etl.schema.tables.ledgers import ETL_RUN, FACT_DECLARED, FACT_FETCH
from etl.schema.tables.raw import PAGE_CAPTURE
from etl.settings import Settings

NAMESPACE = "khobor"
FILE = "openlineage.jsonl"
_PRODUCER = "https://khobor.invalid/etl"  # a name, as the form asks for; nothing is there
_ALL = {table.qualified_name: table for table in (*LAKE_TABLES, *MARTS)}
_RAW = PAGE_CAPTURE.qualified_name
_STORIES = BRIDGE_STORY.qualified_name
# Written from the pages' bytes, as far as a column is not the capture's own.
_FROM_PAGES = tuple(
    table.qualified_name
    for table in LAKE_TABLES
    if table.schema == "core" and table not in (BRIDGE_STORY, FACT_FETCH, ETL_RUN)
)


class LineageRun:
    """One run of one step."""

    def __init__(self, settings: Settings, step: str, ids: Mapping[str, str]) -> None:
        now = datetime.now(UTC)
        self._settings = settings
        self._job = Job(NAMESPACE, step)
        self._id = str(generate_static_uuid(now, "|".join((step, *ids.values())).encode()))
        self._facets = {
            "externalQuery": ExternalQueryRunFacet(ids["run_id"], NAMESPACE, producer=_PRODUCER)
        }
        self._step = step

    def start(self) -> None:
        """Tell that it began."""
        self._emit(RunState.START, {})

    def complete(self) -> None:
        """Tell that it is done, with its tables and columns."""
        self._emit(RunState.COMPLETE, {})

    def fail(self, kind: str, message: str) -> None:
        """Tell that it failed, with an error of ours."""
        error = ErrorMessageRunFacet(f"{kind}: {message}", "python", producer=_PRODUCER)
        self._emit(RunState.FAIL, {"errorMessage": error})

    def _emit(self, state: RunState, facets: Mapping[str, ErrorMessageRunFacet]) -> None:
        inputs, outputs = _datasets(self._step) if state == RunState.COMPLETE else ([], [])
        event = RunEvent(
            eventType=state,
            eventTime=datetime.now(UTC).isoformat(),
            run=Run(self._id, facets={**self._facets, **facets}),
            job=self._job,
            inputs=inputs,
            outputs=outputs,
            producer=_PRODUCER,
        )
        _client(self._settings).emit(event)


@cache
def _client(settings: Settings) -> OpenLineageClient:
    if settings.openlineage_url:
        transport = HttpTransport(HttpConfig(url=settings.openlineage_url.get_secret_value()))
        return OpenLineageClient(transport=transport)
    settings.logs.mkdir(parents=True, exist_ok=True)
    config = FileConfig(log_file_path=str(settings.logs / FILE), append=True)
    return OpenLineageClient(transport=FileTransport(config))


@cache
def _datasets(step: str) -> tuple[list[InputDataset], list[OutputDataset]]:
    """What a step reads and writes; nothing for one that only moves files."""
    origins: dict[str, dict[str, list[str]]] = {}
    read: set[str] = set()
    if step == "ingest":
        origins[_RAW] = {}
    elif step == "discover":
        origins[FACT_DECLARED.qualified_name] = {}
    elif step == "fetch":
        origins = {_RAW: {}, FACT_FETCH.qualified_name: {}}
    elif step in ("load", "review", "reextract"):
        read = {_RAW}
        origins = {name: _from_pages(_ALL[name]) for name in _FROM_PAGES}
    elif step == "stories":
        read = {FACT_ARTICLE.qualified_name, ARTICLE_TEXT.qualified_name}
        origins[_STORIES] = {
            column: [f"{ARTICLE_TEXT.qualified_name}.body"]
            if column not in FACT_ARTICLE.column_names
            else [f"{FACT_ARTICLE.qualified_name}.{column}"]
            for column in BRIDGE_STORY.column_names
        }
    elif step == "publish":
        marts_read = mart_lineage()
        origins = {name: mart["columns"] for name, mart in marts_read.items()}
        read = {table for mart in marts_read.values() for table in mart["tables"]} - origins.keys()
    return (
        [InputDataset(NAMESPACE, name) for name in sorted(read)],
        [_output(name, columns) for name, columns in origins.items()],
    )


def _from_pages(table: Table) -> dict[str, list[str]]:
    """A column that the capture has is the capture's; any other is read on the page."""
    own = PAGE_CAPTURE.column_names
    return {
        column: [f"{_RAW}.{column if column in own else 'content'}"]
        for column in table.column_names
    }


def _output(name: str, columns: Mapping[str, list[str]]) -> OutputDataset:
    fields = [
        SchemaDatasetFacetFields(name=column.name, type=column.type, description=column.description)
        for column in _ALL[name].columns
    ]
    lineage = {
        column: Fields(inputFields=[_input(origin) for origin in sources])
        for column, sources in columns.items()
        if sources
    }
    return OutputDataset(
        NAMESPACE,
        name,
        facets={
            "schema": SchemaDatasetFacet(fields=fields, producer=_PRODUCER),
            "columnLineage": ColumnLineageDatasetFacet(fields=lineage, producer=_PRODUCER),
        },
    )


def _input(origin: str) -> InputField:
    table, _, column = origin.rpartition(".")
    return InputField(NAMESPACE, table, column)
