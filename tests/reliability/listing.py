"""What is in a folder: to see that nothing was touched."""

import hashlib
from pathlib import Path


def listing(folder: Path) -> dict[str, str]:
    """Every file below with a hash of its bytes, links with their targets, folders."""
    return {
        path.relative_to(folder).as_posix(): (
            f"-> {path.readlink()}"
            if path.is_symlink()
            else "folder"
            if path.is_dir()
            else hashlib.sha256(path.read_bytes()).hexdigest()
        )
        for path in folder.rglob("*")
    }
