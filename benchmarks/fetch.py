"""The fetcher against made-up outlets on loopback: how busy politeness leaves it, and its memory.

``python -m benchmarks.fetch [OUTLETS] [ARTICLES] [DELAY_SECONDS]`` prints one JSON object a line.
The outlets are one server process with an address each; its own log says when each host was asked
for what, and so whether politeness held.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import cast

OUTLETS, ARTICLES, DELAY = 300, 20, 1.0
CONTACT = "bench@khobor.example"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
# A batch is held in memory, so the smaller run too must fill several.
_BATCH_ROWS = 500
# About what a news page weighs on the wire.
_PAGE = ("<html><body><h1>খবর</h1>" + "<p>নদী ভাঙন, মানুষ ও মাটির কথা।</p>" * 400).encode()

Report = dict[str, float]  # what the fetcher tells of its run
Log = dict[str, list[tuple[float, str]]]  # a host's requests: when, and the path


def host(number: int) -> str:
    """The loopback address of an outlet."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


async def serve(outlets: int) -> None:
    """Answer and keep a log until a line comes on stdin; then print the log as one JSON object."""
    log: dict[str, list[tuple[float, str]]] = defaultdict(list)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    page = head % len(_PAGE) + _PAGE
    robots = head % len(ROBOTS) + ROBOTS

    class Outlet(asyncio.Protocol):
        """Costs as little as it can: it shares the machine with the fetcher."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.Transport, transport)
            self.log = log[transport.get_extra_info("sockname")[0]]
            self.request = b""

        def data_received(self, data: bytes) -> None:
            self.request += data
            while b"\r\n\r\n" in self.request:
                request, _, self.request = self.request.partition(b"\r\n\r\n")
                path = request.split(b" ", 2)[1].decode()
                self.log.append((time.monotonic(), path))
                self.transport.write(robots if path == "/robots.txt" else page)

    hosts = [host(number) for number in range(outlets)]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Outlet, hosts[0], 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    others = [await loop.create_server(Outlet, name, port, backlog=64) for name in hosts[1:]]
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps(log), flush=True)
    for each in (server, *others):
        each.close()


_FETCH = """
import json, resource, sys, time
from pathlib import Path
from etl import collect
from etl.settings import Settings
home, outlets, delay = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
settings = Settings(home=home, outlets=outlets, contact=sys.argv[4], workers=1, refetch_hours=(),
                    fetch_delay_seconds=delay, fetch_allow_private="127.0.0.0/8",
                    batch_rows=int(sys.argv[5]))
before = time.process_time()
report = collect.fetch(settings, (), "bench")
print(json.dumps({
    "captured": report.captured, "due": report.due, "left_due": report.left_due,
    "cpu_seconds": time.process_time() - before,
    "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""


def crawl(folder: Path, outlets: int, articles: int, delay: float) -> tuple[Report, Log]:
    """Fetch that many articles of each outlet: the fetcher's report and the server's log."""
    from etl import collect
    from etl.settings import Settings

    folder.mkdir()
    command = [sys.executable, "-m", "benchmarks.fetch", "serve", str(outlets)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        port = int(server.stdout.readline())
        profiles = [
            {"id": f"o{number}", "name_en": "O", "hosts": [f"{host(number)}:{port}"]}
            for number in range(outlets)
        ]
        (folder / "outlets.yml").write_text(json.dumps({"outlets": profiles}))
        urls = folder / "urls.txt"
        urls.write_text(
            "".join(
                f"http://{host(number)}:{port}/news/{article}\n"
                for article in range(articles)
                for number in range(outlets)
            )
        )
        home = folder / "home"
        settings = Settings(home=home, outlets=folder / "outlets.yml", contact=CONTACT, workers=1)
        collect.declare_urls(settings, [urls], None, "bench-declare")
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                _FETCH,
                home,
                folder / "outlets.yml",
                str(delay),
                CONTACT,
                str(_BATCH_ROWS),
            ],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        out, _ = server.communicate("\n")
    # DuckDB may draw a bar above, since a program given by `-c` looks interactive to it.
    return json.loads(done.stdout.splitlines()[-1]), json.loads(out)


def check(report: Report, log: Log, outlets: int, articles: int, delay: float) -> None:
    """All pages were captured, each asked for once, and no host sooner than politeness allows.

    :raises AssertionError: which of these failed.
    """
    assert report["captured"] == report["due"] == outlets * articles, report
    assert report["left_due"] == 0, report
    assert len(log) == outlets, f"{len(log)} hosts were asked"
    for name, requests in log.items():
        paths = [path for _, path in requests]
        assert paths[0] == "/robots.txt", f"{name}: first {paths[0]}"
        assert len(set(paths)) == len(paths) == articles + 1, f"{name}: {len(paths)} requests"
        times = [at for at, _ in requests]
        shortest = min(b - a for a, b in pairwise(times))
        # Both processes' clocks are read when they get to it: a few milliseconds.
        assert shortest > 0.98 * delay, f"{name}: {shortest:.3f} s between two requests"


def allowed_share(log: Log, delay: float) -> float:
    """Requests made, as a share of those that politeness allows in the same time, all hosts."""
    first = min(requests[0][0] for requests in log.values())
    last = max(requests[-1][0] for requests in log.values())
    longest = max(len(requests) for requests in log.values())
    return (longest - 1) * delay / (last - first)


def report(name: str, value: float, unit: str, baseline: float, n: int, note: str) -> None:
    """Print one measure; its ratio is value to baseline."""
    line = {"name": name, "value": round(value, 3), "unit": unit, "baseline": round(baseline, 3)}
    print(json.dumps({**line, "ratio": round(value / baseline, 3), "n": n, "note": note}))


def main(arguments: list[str]) -> None:
    """Run the measures on a folder of their own."""
    if arguments[:1] == ["serve"]:
        asyncio.run(serve(int(arguments[1])))
        return
    outlets = int(arguments[0]) if arguments else OUTLETS
    articles = int(arguments[1]) if len(arguments) > 1 else ARTICLES
    delay = float(arguments[2]) if len(arguments) > 2 else DELAY
    fewer = max(articles // 4, 2)
    with tempfile.TemporaryDirectory(prefix="khobor-bench-") as folder:
        small, log = crawl(Path(folder, "few"), outlets, fewer, delay)
        check(small, log, outlets, fewer, delay)
        large, log = crawl(Path(folder, "many"), outlets, articles, delay)
        check(large, log, outlets, articles, delay)
    pages = outlets * articles
    share = allowed_share(log, delay)
    report(
        "fetch_busy", share, "share", 1.0, pages,
        f"{outlets} outlets x {articles} articles, {delay:g} s between requests to a host; "
        "baseline: a request to every host each delay",
    )  # fmt: skip
    report(
        "fetch_cpu", 1000 * large["cpu_seconds"] / pages, "ms a page", 1000 * delay / outlets,
        pages, f"baseline: the time politeness leaves for a page at {outlets} hosts",
    )  # fmt: skip
    report(
        "fetch_memory", large["peak_bytes"] / 1e6, "MB", small["peak_bytes"] / 1e6, pages,
        f"baseline: {outlets * fewer} pages; batches of {_BATCH_ROWS}",
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
