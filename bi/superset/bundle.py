"""The assets for another Superset: ``python -m bi.superset.bundle WAREHOUSE FOLDER``.

Writes what ``superset import-directory FOLDER`` reads, with the warehouse's path as that server
sees it.
"""

import sys
from pathlib import Path

from bi.superset.prepare import asset_files


def write_bundle(warehouse: Path, folder: Path) -> None:
    """Write the assets below the folder; its other files stay."""
    for name, text in asset_files(warehouse).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m bi.superset.bundle WAREHOUSE FOLDER")
    write_bundle(Path(sys.argv[1]), Path(sys.argv[2]))
