"""Files that are generated for a BI tool: their YAML, and the folder that holds them."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml


class _Dumper(yaml.SafeDumper):
    """Writes strings of several lines as blocks, so that SQL can be read and compared."""


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _string)


def to_yaml(content: Mapping[str, object]) -> str:
    """Return the content as YAML, keys in their order."""
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100)


def replace_files(folder: Path, files: Mapping[str, str]) -> None:
    """Replace all that a folder holds.

    Args:
        folder: is created where it is missing.
        files: text by path below the folder.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
