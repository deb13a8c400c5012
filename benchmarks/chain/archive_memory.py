"""Memory of ``khobor ingest archive``: a gigabyte must need no more than a tenth of it does.

The archives are written here, by seed, with pages that hardly compress; each is read by a process
of its own, whose peak is taken from the system.
"""

import gzip
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from etl.settings import PROJECT

_SEED = 20260101
_PAGE_BYTES = (20_000, 180_000)  # news pages; 100 KB on average
_SIZES = (100_000_000, 1_000_000_000)


def write_archive(path: Path, size: int, seed: int = _SEED) -> int:
    """Write a `.warc.gz` of about ``size`` bytes; the number of pages in it."""
    source = random.Random(seed)
    pages = 0
    with path.open("wb") as file:
        while file.tell() < size:
            pages += 1
            text = source.randbytes(source.randint(*_PAGE_BYTES) // 2).hex()
            body = f"<html><body><h1>{pages}</h1><p>{text}</p></body></html>"
            answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}"
            head = (
                "WARC/1.0\r\nWARC-Type: response\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{pages:012d}>\r\n"
                "WARC-Date: 2026-01-01T00:00:00Z\r\n"
                f"WARC-Target-URI: https://soak.example/{pages}\r\n"
                "Content-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n"
            )
            file.write(gzip.compress(f"{head}{answer}\r\n\r\n".encode(), 1))
    return pages


def peak_bytes(archive: Path, home: Path, **settings: str) -> int:
    """Largest resident memory of a process that takes the archive in."""
    program = (
        "import resource, sys; from etl.cli.app import main; code = main(sys.argv[1:]); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "ingest", "archive", str(archive), "--home", str(home)],
        env={**os.environ, **settings},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.splitlines()[-1]) * 1024


def main() -> None:
    """Print one line a size; the baseline is the smallest."""
    baseline = None
    for size in _SIZES:
        with tempfile.TemporaryDirectory(prefix="khobor-soak-") as name:
            archive = Path(name) / "soak.warc.gz"
            pages = write_archive(archive, size)
            started = time.monotonic()
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            peak = peak_bytes(archive, Path(name) / "home")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            baseline = baseline or peak
            line = {
                "name": f"archive_memory_{size // 1_000_000}_mb",
                "value": round(peak / 1e6, 1),
                "unit": "MB",
                "baseline": round(baseline / 1e6, 1),
                "ratio": round(peak / baseline, 2),
                "n": pages,
                "note": f"peak of one process; {cpu:.0f} s of CPU, "
                f"{time.monotonic() - started:.0f} s by the clock; baseline: the smallest archive",
            }
            print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
