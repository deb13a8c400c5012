"""Rotation and removal of logs."""

from datetime import datetime, timedelta
from pathlib import Path

# Of what is written in one file without end (`khobor.jsonl`, `openlineage.jsonl`): about 30,000
# lines of a run's log.
_PUT_ASIDE_BYTES = 10_000_000


def clear_logs(folder: Path, now: datetime, age: timedelta) -> int:
    """Remove logs that nobody has written to for ``age``; the number of files removed.

    Files that are always appended to are renamed at 10 MB (``khobor.20260101T000000Z.jsonl``) and
    are removed when they are old. Writers open them for every line, so they lose none.
    """
    for path in folder.glob("*.jsonl"):
        if "." not in path.stem and path.stat().st_size > _PUT_ASIDE_BYTES:
            path.rename(path.with_name(f"{path.stem}.{now:%Y%m%dT%H%M%SZ}.jsonl"))
    oldest = (now - age).timestamp()
    old = [
        path
        for path in folder.rglob("*")
        if (path.is_symlink() or path.is_file()) and path.lstat().st_mtime < oldest
    ]
    for path in old:
        path.unlink(missing_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()
    return len(old)
