"""A damaged catalog replaced by its last good copy, and what came later taken from the files.

The copy is as old as the last publish. What came to `raw` since then is taken in from its files,
and the facts of later batches are then pending and are built again.
"""

from collections.abc import Iterator
from pathlib import Path

from etl.errors import LakeDataError, LakeError
from etl.lake.catalogs.sqlite import SqliteCatalog, copies_by_age
from etl.lake.connection import open_lake
from etl.lake.file_checks import sqlite_problem
from etl.lake.identity import copies_of, is_own, read_marker
from etl.settings import Settings
from etl.workflows.restore.salvage import RAW, files_of, put_back, take_in_files


def restore_catalog(settings: Settings) -> Iterator[str]:
    """Put the last good copy in the place of the catalog, and take in what it lacks.

    Raises:
        LakeDataError: the data are another lake's.
        LakeError: the catalog is no file under home, or there is nothing to restore it from.
    """
    if settings.is_catalog_on_postgres:
        raise LakeError("the catalog is in Postgres: restore it from the database's own backup")
    good = _good_copy(settings)
    yield put_back(settings, good)
    with open_lake(settings, replaces_lost=good is None) as lake, lake.lock():
        yield from take_in_files(lake, settings)


def _good_copy(settings: Settings) -> Path | None:
    """The newest intact copy of the catalog of the lake whose data these are; None without one.

    Raises:
        LakeDataError: the data are another lake's.
        LakeError: there is no copy, and no file to take rows from either.
    """
    place = SqliteCatalog(settings.lake_folder).place
    marker = read_marker(settings)
    if marker is not None and not is_own(settings, place, marker):
        raise LakeDataError(
            f"{settings.lake_data} has the data of lake {marker.lake_id}, whose catalog is at "
            f"{marker.catalog}\nset KHOBOR_DATA_PATH to this lake's own data"
        )
    copies = (
        copies_by_age(settings.catalog_backups)
        if marker is None
        else copies_of(settings, marker.lake_id)
    )
    good = next((copy for copy in copies if sqlite_problem(copy, is_copy=True) is None), None)
    if good is None and not any(files_of(settings, table) for table in RAW):
        raise LakeError(
            f"nothing to restore the catalog from: no good copy in {settings.catalog_backups}, and "
            f"no captures in {settings.lake_data}\nput them back from your own copy of the home"
        )
    return good
