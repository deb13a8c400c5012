"""Documents made to take for ever: each ends in its time, and others are read meanwhile."""

import asyncio
import time
from zoneinfo import ZoneInfo

import pytest

from etl.ingest.archives.filter import PageFilter
from etl.ingest.content_coding import decoded
from etl.ingest.sources.feeds import read_feed
from etl.ingest.sources.reader_process import SourceReader
from etl.schema.problems import UnreadablePageError, UnreadableSourceError

DHAKA = ZoneInfo("Asia/Dhaka")
DEEP = b"<rss version='2.0'><channel><item><description>" + b"<a>" * 3_000_000
GOOD = b"<rss version='2.0'><channel><item><link>https://x.example/1</link></item></channel></rss>"


def test_a_document_without_end_is_ended_and_others_are_read_meanwhile() -> None:
    async def run() -> int:
        reader = SourceReader(seconds=3)
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0.05)
                turns += 1

        task = asyncio.create_task(others())
        try:
            with pytest.raises(UnreadableSourceError, match="time_limit: parsing it took more"):
                await reader.read(read_feed, DEEP, "text/xml", "https://x.example/", DHAKA)
            large = GOOD + b" " * 200_000
            links = await reader.read(read_feed, large, "text/xml", "https://x.example/", DHAKA)
            assert [link.url for link in links] == ["https://x.example/1"]
            empty = b"<rss version='2.0'><channel></channel></rss>" + b" " * 200_000
            with pytest.raises(UnreadableSourceError, match="no_entries"):
                await reader.read(read_feed, empty, "text/xml", "https://x.example/", DHAKA)
        finally:
            task.cancel()
            reader.close()
        return turns

    assert asyncio.run(run()) > 20


def test_stacked_codings_are_refused() -> None:
    with pytest.raises(UnreadablePageError, match="more than 5 codings"):
        decoded(b"\x1f\x8b" * 100, ", ".join(["gzip"] * 1_000), 10_000_000)


@pytest.mark.parametrize("part", [b"<", b"<a ", b"<script>", b"<style ", b"<!--", b"<script></"])
def test_a_language_is_looked_for_in_linear_time(part: bytes) -> None:
    started = time.process_time()
    PageFilter(languages=frozenset({"bn"})).matches_language(None, part * (200_000 // len(part)))
    assert time.process_time() - started < 5
