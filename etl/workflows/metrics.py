"""The lake's state as Prometheus metrics: for a textfile collector, or scraped."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from etl.lake.connection import open_lake
from etl.lake.queries.status import Gauge, lake_gauges
from etl.settings import Settings


class LakeCollector(Collector):
    """Reads the lake at each scrape."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """One family a gauge, each with a sample a row."""
        with open_lake(self._settings, read_only=True) as lake:
            gauges = lake_gauges(lake.connection)
        return [_family(gauge) for gauge in gauges]


def _family(gauge: Gauge) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"khobor_{gauge.name}", gauge.help, labels=gauge.labels)
    for labels, value in gauge.samples:
        family.add_metric(labels, value)
    return family


def _registry(settings: Settings) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(LakeCollector(settings))
    return registry


def metrics_text(settings: Settings) -> str:
    """All metrics in Prometheus' text form."""
    return generate_latest(_registry(settings)).decode()


def serve_metrics(settings: Settings, port: int) -> None:
    """Serve the metrics on loopback until interrupted."""
    server, thread = start_http_server(port, addr="127.0.0.1", registry=_registry(settings))
    try:
        thread.join()
    finally:
        server.shutdown()
        server.server_close()
