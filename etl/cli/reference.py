"""The generated reference: commands, settings, and the answers of the example queries.

``python -m etl.cli.reference`` writes ``docs/reference/*.md``; with a home whose build holds the
sample pages, ``python -m etl.cli.reference HOME`` writes ``docs/analyst/queries/index.md`` too.
Both need a checkout.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from pydantic import SecretStr

from etl.cli.app import cli
from etl.publish.query import Result, query
from etl.publish.releases import WAREHOUSE
from etl.resources import checkout
from etl.settings import Settings, load_settings

_GENERATED = "<!-- Written by `python -m etl.cli.reference`: don't edit. -->"


def commands_page() -> str:
    """Every command with its help as the terminal shows it."""
    parts = ["# Commands", _GENERATED]
    for words, command in _commands(cli, "khobor"):
        context = click.Context(command, info_name=words, max_content_width=92)
        parts += [f"## {words}", f"```text\n{command.get_help(context)}\n```"]
    return "\n\n".join(parts) + "\n"


def _commands(command: click.Command, words: str) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name, child in sorted(command.commands.items()):
            yield from _commands(child, f"{words} {name}")


def settings_page() -> str:
    """Every setting with its default and meaning."""
    how = (
        "From the environment, or from the file `.env` of the checkout that the command is of; the "
        "environment wins. A wrong value ends the command at once, naming the setting. "
        "`khobor doctor` shows what is in force. `make serve` has two more: "
        "[Superset](../operator/superset.md#on-this-machine)."
    )
    lines = ["# Settings", _GENERATED, how, "| setting | default | meaning |\n|---|---|---|"]
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory else field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, Path) and default.is_absolute():
            default = default.relative_to(checkout())
        shown = f"`{default}`" if str(default) else ""
        rows.append(f"| `KHOBOR_{name.upper()}` | {shown} | {field.description} |")
    return "\n\n".join(lines) + "\n" + "\n".join(rows) + "\n"


def queries_folder() -> Path:
    """Where the example queries and their page are."""
    return checkout() / "docs" / "analyst" / "queries"


def queries_page(warehouse: Path) -> str:
    """The example queries, each with its answer on the build of the sample pages."""
    how = (
        "Each is a file in `docs/analyst/queries/`; `khobor sql < docs/analyst/queries/NAME.sql` "
        "runs it on your build. The answers are those on the sample pages that `make run` loads."
    )
    parts = ["# Twenty queries", _GENERATED, how]
    for path in sorted(queries_folder().glob("*.sql")):
        lines = path.read_text("utf-8").splitlines()
        comments = [line.removeprefix("-- ") for line in lines if line.startswith("--")]
        sql = "\n".join(line for line in lines if not line.startswith("--")).strip()
        parts += [
            f"## {comments[0]}",
            *comments[1:],
            f"`{path.name}`",
            f"```sql\n{sql}\n```",
            _markdown(query(warehouse, sql)),
        ]
    return "\n\n".join(parts) + "\n"


def _markdown(result: Result) -> str:
    rows = [result.columns, ["---"] * len(result.columns)]
    rows += [["" if value is None else str(value) for value in row] for row in result.rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows
    )


def pages() -> dict[Path, str]:
    """The pages that need no build."""
    folder = checkout() / "docs" / "reference"
    return {folder / "commands.md": commands_page(), folder / "settings.md": settings_page()}


def main(arguments: list[str]) -> None:
    """Write the pages."""
    written = pages()
    if arguments:
        settings = load_settings(Path(arguments[0]))
        written[queries_folder() / "index.md"] = queries_page(settings.current_build / WAREHOUSE)
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
