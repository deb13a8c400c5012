"""``khobor serve``: the explorer in a browser."""

from typing import TYPE_CHECKING

import click

from etl.cli.options import command

if TYPE_CHECKING:
    from etl.settings import Settings


@click.command("serve")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8090, show_default=True, help="Port."
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; in a container 0.0.0.0, with the port published on loopback.",
)
@command
def serve_command(settings: "Settings", port: int, host: str) -> None:
    """Serve the explorer: search, articles, stories and an HTTP API over the published build.

    It only reads, and answers to the names localhost and 127.0.0.1. A new build is read as soon as
    it is published. /openapi.json describes the API.

    \b
    khobor serve
    khobor serve --port 9000
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.explorer.server import serve

    click.echo(f"explorer: http://127.0.0.1:{port}/ (Ctrl-C ends it)")
    serve(settings.current_build, host, port)


@click.command("mcp")
@command
def mcp_command(settings: "Settings") -> None:
    """Serve the published build to an assistant by MCP, over standard input and output.

    Search, articles, changes, stories, events and bounded SQL, all read-only. An assistant starts
    this command itself; give it in its configuration.

    \b
    khobor mcp
    khobor mcp --home /srv/khobor
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.explorer.assistant import assistant_server

    assistant_server(settings.current_build).run("stdio")


COMMANDS = (serve_command, mcp_command)
