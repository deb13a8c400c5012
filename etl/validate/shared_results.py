"""Exchange of validation results between the machines that share a catalog.

They lie in a folder next to the data of the lake: each worker uploads the results of its batches,
and the machine that renders the Data Docs downloads the latest.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pyarrow import fs

from etl.settings import Settings
from etl.storage.files import opened_folder
from etl.validate.data_docs import RESULTS, latest_batches


@contextmanager
def results_folder(settings: Settings) -> Iterator[Path]:
    """Open the folder for a batch's results; where machines share them, upload them at the end.

    They are uploaded where the block raises too: the results of a rejected batch say why.
    """
    if settings.shared_results is None:
        yield settings.data_docs
        return
    with TemporaryDirectory(prefix="khobor-results-") as folder:
        try:
            yield Path(folder)
        finally:
            _upload(Path(folder) / RESULTS, settings, settings.shared_results)


def _upload(results: Path, settings: Settings, target: str) -> None:
    with opened_folder(settings, target) as shared:
        for path in sorted(results.rglob("*.json")):
            name = path.relative_to(results).as_posix()
            shared.create_dir(name.rpartition("/")[0], recursive=True)
            with shared.open_output_stream(name) as stream:
                stream.write(path.read_bytes())


def fetch_results(settings: Settings) -> None:
    """Download the latest batches' results of all machines; older ones are deleted."""
    if settings.shared_results is None:
        return
    own = settings.data_docs / RESULTS
    with opened_folder(settings, settings.shared_results) as shared:
        listed = shared.get_file_info(fs.FileSelector("", recursive=True, allow_not_found=True))
        names = [info.path for info in listed if info.type is fs.FileType.File]
        latest = latest_batches(names)
        for name in names:
            if name not in latest:
                shared.delete_file(name)
            elif not (own / name).exists():
                (own / name).parent.mkdir(parents=True, exist_ok=True)
                with shared.open_input_stream(name) as stream:
                    (own / name).write_bytes(stream.read())
