"""Two runs that build the same batch: one loads it, the other ends well without it."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.settings import PROJECT, Settings
from etl.workflows.build.batches import load_batch, load_batches, pending_batches, stage_batch
from etl.workflows.collect.files import ingest_files

PAGE = PROJECT / "seeds" / "pages" / "samakal" / "export-earnings-january.html"


def test_what_another_run_loads_meanwhile_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's load removes the folder in the middle of this run's staging."""
    settings = Settings(home=tmp_path, workers=1)
    ingest_files(settings, [PAGE], "ingest")
    (batch_id,) = pending_batches(settings)
    write_table, written = pq.write_table, []

    def interrupted(*arguments: object, **named: object) -> None:
        write_table(*arguments, **named)
        written.append(arguments)
        if len(written) == 3:
            monkeypatch.setattr(pq, "write_table", write_table)
            stage_batch(settings, batch_id, "other")
            assert load_batch(settings, batch_id, "other").outcomes == {"loaded": 1}

    monkeypatch.setattr(pq, "write_table", interrupted)
    assert sum(load_batches(settings, [batch_id], "this").values()) == 0
    assert list(Path(settings.staging).iterdir()) == []
