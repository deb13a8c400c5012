"""The commands on a disk that is full, and again when there is room.

    unshare --user --map-root-user --mount sh -c \\
      'mount -t tmpfs -o size=200m tmpfs DIR && python -m tests.reliability.full_disk DIR [LEFT …]'

For each command and each number of bytes left on the disk: what it says, and whether, started
again with room, it ends as if nothing had happened. Prints one JSON object a case.
"""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from etl.errors import DiskFullError
from tests.reliability import homes
from tests.reliability.kill.matrix import finish
from tests.reliability.readers.reader import in_child


def fill(folder: Path, left: int) -> Path:
    """A file that leaves so many bytes of room."""
    status = os.statvfs(folder)
    path = folder / "filler"
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, status.f_bavail * status.f_frsize - left))
    return path


def try_without_room(home: Path, pages: Path, command: int) -> str:
    """What a command says on the full disk; empty if it came through."""
    try:
        homes.CHAIN[command].run(homes.settings_of(home), pages)
    except DiskFullError as error:
        return str(error)
    except OSError as error:  # the command line tells it in the same way
        return f"{error.strerror}: {error.filename}"
    return ""


def case(folder: Path, base: str, command: int, left: int, expected: dict[str, Any]) -> list[str]:
    """What was said, and all that was wrong."""
    home, pages = folder / "home", folder / "pages"
    shutil.copytree(folder / "base" / base, home, symlinks=True)
    filler = fill(folder, left)
    said, problems = "", []
    try:
        said = in_child(lambda: try_without_room(home, pages, command))
        if said and "No space left" not in said and "no space left" not in said:
            problems.append(f"not told plainly: {said}")
    except RuntimeError as error:
        problems.append(f"not told plainly: {error}")
    filler.unlink()
    try:
        found = in_child(lambda: finish(home, pages, command, is_whole=False, has_docs=True))
    except RuntimeError as error:
        problems.append(f"with room again: {error}")
    else:
        problems += [
            f"{name}: {rows}, undisturbed {expected['tables'][name]}"
            for name, rows in found["tables"].items()
            if rows != expected["tables"][name]
        ]
        problems += [f"left behind: {path}" for path in found["leftovers"]]
    shutil.rmtree(home)
    line = {"command": base, "left": left, "said": said.splitlines()[:2], "problems": problems}
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return problems


def main(arguments: Sequence[str]) -> int:
    """All cases; 1 if anything was wrong."""
    folder = Path(arguments[0])
    pages = folder / "pages"
    homes.write_pages(pages)
    homes.warm_up(folder / "base", pages)
    wrong = []
    for base, command in [("first", 0), *((step.name, i) for i, step in enumerate(homes.CHAIN))]:
        home = folder / "undisturbed"
        shutil.copytree(folder / "base" / base, home, symlinks=True)
        expected = in_child(partial(finish, home, pages, command, is_whole=False, has_docs=False))
        shutil.rmtree(home)
        for left in map(int, arguments[1:]):
            wrong += case(folder, base, command, left, expected)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
