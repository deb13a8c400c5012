"""Which lake this is, and which data are its own.

A lake's id is in its catalog. A marker in the folder of its data binds the folder to that lake, and
each build names the lake it was made from. So no command creates a lake where another's things are,
writes into another's data, or removes its files.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from pyarrow import fs

from etl.errors import LakeDataError, LakeError, LakeLostError
from etl.lake import CATALOG
from etl.lake.catalogs.base import METADATA
from etl.lake.catalogs.sqlite import catalog_id, copies_by_age, id_of_copy
from etl.lake.lake import Lake
from etl.schema.tables.lake import LAKE_TABLES
from etl.settings import Settings
from etl.storage.files import opened_folder

MARKER = "khobor-lake.json"
"""The file in the folder of the data that names the lake they are of."""

_TABLE_FOLDERS = frozenset(table.schema for table in LAKE_TABLES)
_NAMED = 3  # foreign files named in one message


@dataclass(frozen=True, slots=True)
class Marker:
    """What the marker says.

    Attributes:
        lake_id: the lake that owns the data.
        catalog: where its catalog was when it was last written to.
        marked_at: when the lake took the folder; files before that may be another's.
    """

    lake_id: str
    catalog: str
    marked_at: datetime


class DataCheck:
    """Whether data folders are those of their lakes, remembered for a process."""

    def __init__(self) -> None:
        self._marked: set[tuple[str, str, str]] = set()

    def check(self, lake: Lake, settings: Settings) -> None:
        """Check that the data are those of an open lake.

        Raises:
            LakeDataError: they are another lake's, or this lake's are missing.
        """
        found = lake_id(lake.connection)
        if (lake.place, settings.lake_data, found) in self._marked or not _has_tables(lake):
            return  # a new one's folder is checked under the lock
        marker = read_marker(settings)
        if marker is None:
            if not _has_some_file(lake.connection, settings):
                raise LakeDataError(
                    f"the data of the lake at {lake.place} are not at {settings.lake_data}\n"
                    "put them back there, or set KHOBOR_DATA_PATH to where they are"
                )
        elif marker.lake_id != found:
            raise _of_another(lake.place, found, marker, settings)

    def mark(self, lake: Lake, settings: Settings, *, replace: bool = False) -> None:
        """Bind the data to the lake, which is open for writing, unless they are bound already.

        Args:
            lake: an open lake.
            settings: name the data.
            replace: the lake takes the place of one whose catalog is lost.

        Raises:
            LakeDataError: another lake has taken the folder.
        """
        found = lake_id(lake.connection)
        key = (lake.place, settings.lake_data, found)
        if key in self._marked:
            return
        marker = read_marker(settings)
        if marker is None:
            _write(settings, Marker(found, lake.place, datetime.now(UTC)), is_new=True)
            self.check(lake, settings)
        elif replace:
            _write(settings, Marker(found, lake.place, marker.marked_at), is_new=False)
        elif marker.lake_id != found:  # it took the folder while this one was being created
            raise _of_another(lake.place, found, marker, settings)
        elif marker.catalog != lake.place and _is_elsewhere(settings):
            if catalog_id(Path(marker.catalog)) == found:
                raise LakeDataError(
                    f"the lake at {lake.place} is a copy of the one at {marker.catalog}, which "
                    f"writes to the same data at {settings.lake_data}\ncopy the data too, and set "
                    "KHOBOR_DATA_PATH to the copy"
                )
            if not settings.is_catalog_on_postgres:  # each machine may name its server otherwise
                _write(settings, Marker(found, lake.place, marker.marked_at), is_new=False)
        self._marked.add(key)


def lake_id(connection: duckdb.DuckDBPyConnection) -> str:
    """The id of the attached lake: the random UUID that DuckLake gives each lake's first schema."""
    row = connection.execute(
        f"SELECT schema_uuid::VARCHAR FROM {METADATA}.ducklake_schema WHERE schema_id = 0"
    ).fetchone()
    if row is None:
        raise LakeError(f"the catalog attached as {CATALOG} has no schema `main`: it is damaged")
    return str(row[0])


def read_marker(settings: Settings) -> Marker | None:
    """The marker of the data; None if there is none.

    Raises:
        LakeDataError: it can't be read.
    """
    with opened_folder(settings, settings.lake_data) as folder:
        if folder.get_file_info(MARKER).type is not fs.FileType.File:
            return None
        with folder.open_input_stream(MARKER) as stream:
            content = stream.read()
    try:
        found = json.loads(content)
        marked_at = datetime.fromisoformat(found["marked_at"])
        return Marker(str(found["lake_id"]), str(found["catalog"]), marked_at.astimezone(UTC))
    except (ValueError, KeyError, TypeError):
        raise LakeDataError(
            f"{settings.lake_data}{MARKER} can't be read\nput it back from a copy, or remove it "
            "if no other lake keeps its data there; then the next command writes it again"
        ) from None


def is_own(settings: Settings, place: str, marker: Marker) -> bool:
    """Whether marked data are those of the lake whose catalog is, or was, at a place."""
    return (
        not _is_elsewhere(settings)
        or marker.catalog == place
        or bool(copies_of(settings, marker.lake_id))
    )


def copies_of(settings: Settings, lake_id: str) -> list[Path]:
    """Copies of that lake's catalog, the newest first."""
    copies = copies_by_age(settings.catalog_backups)
    return [copy for copy in copies if id_of_copy(copy) == lake_id]


def _is_elsewhere(settings: Settings) -> bool:
    """Whether the data are not in the lake's own folder, so that another lake may use them."""
    return not Path(settings.lake_data).is_relative_to(settings.lake_folder)


def check_nothing_remains(settings: Settings, place: str) -> None:
    """Check that a new lake can be created: that nothing of another is where it would be.

    Raises:
        LakeLostError: data, copies of a catalog or builds are there.
        LakeDataError: the folder of the data has other things in it.
    """
    marker = read_marker(settings)
    if marker is not None and not is_own(settings, place, marker):
        raise LakeDataError(
            f"{settings.lake_data} has the data of lake {marker.lake_id}, whose catalog is at "
            f"{marker.catalog}\nset KHOBOR_DATA_PATH to an empty folder of this lake's own"
        )
    if remains := list(_remains(settings, marker)):
        remedy = (
            "restore the database from its own backup"
            if settings.is_catalog_on_postgres
            else "`khobor doctor --repair` restores the catalog from its last copy and takes in "
            "what the files hold"
        )
        raise LakeLostError(
            f"the catalog at {place} is missing or empty, but a lake was here: "
            f"{', '.join(remains)}\n{remedy}; for a new lake choose another --home, and another "
            "KHOBOR_DATA_PATH if it is set"
        )
    if foreign := _entries(settings):
        more = f" and {len(foreign) - _NAMED} more" if len(foreign) > _NAMED else ""
        raise LakeDataError(
            f"{settings.lake_data} has other things in it ({', '.join(foreign[:_NAMED])}{more})\n"
            "set KHOBOR_DATA_PATH to an empty folder of the lake's own"
        )


def _remains(settings: Settings, marker: Marker | None) -> Iterator[str]:
    """What is left of a lake whose catalog is lost, in words."""
    if marker is not None:
        yield f"data of lake {marker.lake_id} in {settings.lake_data}"
    elif _TABLE_FOLDERS.intersection(_entries(settings)):
        yield f"data in {settings.lake_data}"
    for folder, what in ((settings.catalog_backups, "catalog copies"), (settings.builds, "builds")):
        count = len(_children(folder))
        if count:
            yield f"{count} {what} in {folder}"


def _children(folder: Path) -> list[Path]:
    """Copies or builds in a folder, without locks and what was never finished."""
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.suffix != ".lock" and ".tmp" not in path.name]


def _entries(settings: Settings) -> list[str]:
    """Names in the folder of the data."""
    with opened_folder(settings, settings.lake_data) as folder:
        found = folder.get_file_info(fs.FileSelector("", allow_not_found=True))
    return sorted(name for info in found if (name := info.path.strip("/")))


def _has_tables(lake: Lake) -> bool:
    row = lake.execute(f"SELECT count(*) FROM {METADATA}.ducklake_table").fetchone()
    return row is not None and row[0] > 0


def _has_some_file(connection: duckdb.DuckDBPyConnection, settings: Settings) -> bool:
    """Whether one of the catalog's data files is there, or the catalog has none."""
    paths = connection.execute(
        f"""
        SELECT s.path || t.path || f.path
        FROM {METADATA}.ducklake_data_file AS f
        JOIN {METADATA}.ducklake_table AS t USING (table_id)
        JOIN {METADATA}.ducklake_schema AS s USING (schema_id)
        WHERE f.end_snapshot IS NULL AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL
        """
    ).fetchall()
    with opened_folder(settings, settings.lake_data) as folder:
        return not paths or any(
            folder.get_file_info(path).type is fs.FileType.File for (path,) in paths
        )


def _write(settings: Settings, marker: Marker, *, is_new: bool) -> None:
    """Write the marker; a new one only where none is, as another lake may take the folder too.

    On S3 the last of two that write at the same moment owns the data, and the other is refused.
    """
    content = json.dumps(
        {
            "lake_id": marker.lake_id,
            "catalog": marker.catalog,
            "marked_at": marker.marked_at.isoformat(),
        }
    ).encode()
    if settings.is_data_on_s3:
        with (
            opened_folder(settings, settings.lake_data) as folder,
            folder.open_output_stream(MARKER) as stream,
        ):
            stream.write(content)
        return
    path = Path(settings.lake_data) / MARKER
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{MARKER}.{os.getpid()}.tmp")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        # A link appears complete, and only where no marker is.
        with suppress(FileExistsError):
            path.hardlink_to(aside)
        aside.unlink()
    else:
        aside.replace(path)


def _of_another(place: str, found: str, marker: Marker, settings: Settings) -> LakeError:
    text = (
        f"the catalog at {place} is of lake {found}, but the data at {settings.lake_data} are of "
        f"lake {marker.lake_id}, whose catalog is at {marker.catalog}"
    )
    if copies_of(settings, marker.lake_id):
        return LakeLostError(f"{text}\n`khobor doctor --repair` puts that lake's last copy back")
    return LakeDataError(
        f"{text}\nset KHOBOR_DATA_PATH to this lake's own data, or --home to that lake's home"
    )
