"""``khobor metrics``: metrics for Prometheus."""

from typing import TYPE_CHECKING

import click

from etl.cli.options import command

if TYPE_CHECKING:
    from etl.settings import Settings


@click.command("metrics")
@click.option(
    "--listen",
    "port",
    type=click.IntRange(1, 65535),
    help="Serve metrics on this port of 127.0.0.1 until Ctrl-C, instead of printing them.",
)
@command
def metrics_command(settings: "Settings", port: int | None) -> None:
    """Print the lake's state in the Prometheus text format.

    \b
    khobor metrics > /var/lib/node_exporter/khobor.prom
    khobor metrics --listen 9410
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.workflows import metrics

    if port is None:
        click.echo(metrics.metrics_text(settings), nl=False)
        return
    click.echo(f"metrics: http://127.0.0.1:{port}/metrics until Ctrl-C")
    metrics.serve_metrics(settings, port)
