"""Files that hold given bytes, found and cleaned."""

from collections.abc import Sequence
from pathlib import Path

_CHUNK = 1 << 20


def files_with(folder: Path, words: Sequence[bytes], skipped: Sequence[Path] = ()) -> list[Path]:
    """The files below a folder that have one of the words in them, as it is.

    Args:
        folder: the folder; links aren't followed.
        words: what is looked for.
        skipped: folders left out.

    Returns:
        Paths, sorted.
    """
    if not words:
        return []
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not any(path.is_relative_to(other) for other in skipped)
        and _has(path, words)
    ]


def without_lines(path: Path, words: Sequence[bytes]) -> bool:
    """Remove a text file's lines that have one of the words in them; whether there were any."""
    if not words or not _has(path, words):
        return False
    aside = path.with_name(f"{path.name}.part")
    with path.open("rb") as file, aside.open("wb") as kept:
        kept.writelines(line for line in file if not any(word in line for word in words))
    aside.replace(path)
    return True


def _has(path: Path, words: Sequence[bytes]) -> bool:
    longest = max(map(len, words))
    try:
        with path.open("rb") as file:
            before = b""
            while chunk := file.read(_CHUNK):
                if any(word in before + chunk for word in words):
                    return True
                before = chunk[-longest:]
    except OSError:  # removed meanwhile
        return False
    return False
