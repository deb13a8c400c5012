"""The fetcher against made-up outlets on loopback: how busy politeness leaves it, and its memory.

``python -m benchmarks.pages.fetch [OUTLETS] [ARTICLES] [DELAY_SECONDS]`` prints one JSON object a
line. The outlets are one server process with an address each; its own log says when each host was
asked for what, and so whether politeness held.
"""

import asyncio
import json
import socket
import struct
import subprocess
import sys
import tempfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

OUTLETS, ARTICLES, DELAY = 300, 20, 1.0
CONTACT = "bench@khobor.example"
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
# A batch is held in memory, so the smaller run too must fill several.
_BATCH_ROWS = 500
# About what a news page weighs on the wire.
PAGE = ("<html><body><h1>খবর</h1>" + "<p>নদী ভাঙন, মানুষ ও মাটির কথা।</p>" * 400).encode()

# Linux's SO_TIMESTAMPNS, which Python does not name, and room for what it notes.
_TIMESTAMPS, _NOTE_BYTES = 35, 64

Report = dict[str, float]  # what the fetcher tells of its run
Log = dict[str, list[tuple[float, str]]]  # a host's requests: when, and the path


def host(number: int) -> str:
    """The loopback address of an outlet."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


async def serve(outlets: int) -> None:
    """Answer and keep a log until a line comes on stdin; then print the log as one JSON object."""
    log: Log = defaultdict(list)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n"
    page = head % len(PAGE) + PAGE
    robots = head % len(ROBOTS) + ROBOTS
    loop = asyncio.get_running_loop()

    def accept(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.setblocking(False)
        name = connection.getsockname()[0]
        loop.add_reader(connection, answer, connection, log[name])

    def answer(connection: socket.socket, requests: list[tuple[float, str]]) -> None:
        """One request, which comes in one piece; an answer fits into the socket's buffer."""
        request, notes, _, _ = connection.recvmsg(65_536, _NOTE_BYTES)
        if not request:
            loop.remove_reader(connection)
            connection.close()
            return
        ((_, _, stamp),) = notes
        seconds, nanoseconds = struct.unpack("qq", stamp)
        path = request.split(b" ", 2)[1].decode()
        requests.append((seconds + nanoseconds / 1e9, path))
        connection.sendall(robots if path == "/robots.txt" else page)

    port = 0
    listeners = []
    for number in range(outlets):
        listener = socket.create_server((host(number), port), backlog=64)
        # The kernel notes when a request came in: a server that is held up would blur the gaps.
        listener.setsockopt(socket.SOL_SOCKET, _TIMESTAMPS, 1)
        listener.setblocking(False)
        loop.add_reader(listener, accept, listener)
        port = listener.getsockname()[1]
        listeners.append(listener)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    print(json.dumps(log), flush=True)
    for listener in listeners:
        listener.close()


_FETCH = """
import json, resource, sys, time
from pathlib import Path
from etl.workflows.collect import web as collect
from etl.settings import Settings
home, outlets, delay = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
settings = Settings(home=home, outlets=outlets, contact=sys.argv[4], workers=1, refetch_hours=(),
                    fetch_delay_seconds=delay, fetch_allow_private="127.0.0.0/8",
                    batch_rows=int(sys.argv[5]))
before = time.process_time()
report = collect.fetch(settings, (), "bench")
# Of the main thread, which asks the hosts: the time it was ready to run and had no core.
waited = int(Path("/proc/self/schedstat").read_text().split()[1])
print(json.dumps({
    "captured": report.captured, "due": report.due, "left_due": report.left_due,
    "cpu_seconds": time.process_time() - before, "waited_seconds": waited / 1e9,
    "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""


def crawl(
    folder: Path, outlets: int, articles: int, delay: float, batch_rows: int = _BATCH_ROWS
) -> tuple[Report, Log]:
    """Fetch that many articles of each outlet: the fetcher's report and the server's log."""
    from etl.settings import Settings
    from etl.workflows.collect import web

    folder.mkdir()
    command = [sys.executable, "-m", "benchmarks.pages.fetch", "serve", str(outlets)]
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
        web.declare_urls(settings, [urls], None, "bench-declare")
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                _FETCH,
                home,
                folder / "outlets.yml",
                str(delay),
                CONTACT,
                str(batch_rows),
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

    Raises:
        AssertionError: which of these failed.
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
        assert shortest >= delay, f"{name}: {shortest:.3f} s between two requests"


def allowed_share(log: Log, delay: float) -> float:
    """How busy the fetcher is, as a share of what politeness allows, over all hosts.

    Politeness allows every host a request when the run's first one is sent, and one more each
    ``delay``. So the time that a host's requests need at least is set against the time from the
    run's first request to the host's last. A late start counts against the fetcher, and so does
    its own jitter; that a host has nothing left while others still have does not.
    """
    first = min(requests[0][0] for requests in log.values())
    needed = sum((len(requests) - 1) * delay for requests in log.values())
    return needed / sum(requests[-1][0] - first for requests in log.values())


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
        "baseline: a request to every host each delay, from the first on; the fetcher was "
        f"ready for {large['waited_seconds']:.1f} s without getting a core",
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
