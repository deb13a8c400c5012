"""MCP as an assistant speaks it: a process of its own, over standard input and output."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from etl.settings import PROJECT


def ask(home: Path, *calls: tuple[str, dict[str, Any]]) -> tuple[set[str], list[Any]]:
    """Return the names of the tools and the results of calls."""

    async def talk() -> tuple[set[str], list[Any]]:
        server = StdioServerParameters(
            command=sys.executable,
            args=["-m", "etl", "mcp", "--home", str(home)],
            cwd=str(PROJECT),
        )
        async with stdio_client(server) as streams, ClientSession(*streams) as session:
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            return tools, [await session.call_tool(name, given) for name, given in calls]

    return asyncio.run(talk())


def test_an_assistant_finds_reads_compares_and_queries(sample_home: Path) -> None:
    tools, results = ask(
        sample_home,
        ("search_articles", {"query": "ইরানকে", "limit": 2}),
        ("article", {"article_id": "kalbela:253604"}),
        ("article_diff", {"article_id": "kalbela:253604"}),
        ("story", {"story_id": "kalbela:256374"}),
        ("events", {"country1": "in", "country2": "cn"}),
        ("describe", {}),
        ("query", {"sql": "SELECT count(*) AS many FROM mart.article"}),
        ("query", {"sql": "SELECT range FROM range(1000)"}),
    )
    assert tools == {
        "search_articles", "article", "article_diff", "story", "events", "quotes", "describe",
        "query",
    }  # fmt: skip
    assert not any(result.is_error for result in results)
    found, article, diff, story, events, tables, count, cut = (
        result.structured_content["result"] for result in results
    )
    assert found["total"] == 3
    assert "ইরানের" in found["hits"][0]["sentence"]
    assert article["version_no"] == 3
    assert diff["before"]["version_no"] == 2
    assert len(story) == 3
    assert events[0]["event_type"] == "CONSULT"
    assert "mart.article_version" in tables
    assert count["rows"] == [[53]]
    assert (len(cut["rows"]), cut["is_cut"]) == (200, True)


def test_what_is_wrong_or_forbidden_is_an_error_with_the_reason(sample_home: Path) -> None:
    _, results = ask(
        sample_home,
        ("article", {"article_id": "kalbela:0"}),
        ("search_articles", {"query": '"ইরান'}),
        ("query", {"sql": "SELECT content FROM read_text('/etc/passwd')"}),
        ("query", {"sql": "CREATE TABLE mart.x AS SELECT 1"}),
        ("query", {"sql": "SELECT 1; SELECT 2"}),
        ("query", {"sql": "SELECT sum(a.range * b.range) FROM range(9000000) a, range(9000000) b"}),
    )
    assert all(result.is_error for result in results)
    said = [result.content[0].text for result in results]
    for text, reason in zip(
        said,
        ["khobor search", "partner", "not allowed", "allowed", "exactly one", "5 s"],
        strict=True,
    ):
        assert reason in text
