"""``khobor search``, ``article`` and ``diff``: reading in the published build."""

import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from etl.cli.options import FORMAT, TEXT_OR_JSON, command
from etl.cli.output.terminal import printable, printable_json

if TYPE_CHECKING:
    from etl.reading.articles import Article, Difference, Version
    from etl.reading.diff import Piece
    from etl.reading.search import Found, Hit
    from etl.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])
_HIT_COLUMNS = ["article_id", "published_at", "outlet_id", "title", "sentence", "url", "score"]


@click.command("search", context_settings={"ignore_unknown_options": True})  # -WORD excludes it
@click.argument("query", nargs=-1, required=True)
@click.option("--outlet", "outlets", multiple=True, help="Only this outlet; may be repeated.")
@click.option("--since", type=_DAY, help="Only articles of this day on.")
@click.option("--until", type=_DAY, help="Only articles up to this day.")
@click.option(
    "--country",
    "countries",
    multiple=True,
    help="Only articles that name this country, by its ISO code; may be repeated.",
)
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be repeated.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=10, show_default=True, help="Articles shown."
)
@FORMAT
@command
def search_command(
    settings: "Settings",
    query: tuple[str, ...],
    outlets: tuple[str, ...],
    since: datetime | None,
    until: datetime | None,
    countries: tuple[str, ...],
    topics: tuple[str, ...],
    limit: int,
    form: str,
) -> None:
    """Find articles by their words, the best match first.

    All words must be found, in headline or text, in any inflected form: হত্যা also finds হত্যার and
    হত্যাকে. "…" keeps words together, OR takes either side, NOT or a hyphen excludes, * stands
    for any ending. Days are in Dhaka time, both included.

    \b
    khobor search 'সীমান্ত হত্যা'
    khobor search '"পররাষ্ট্র মন্ত্রণালয়" (ইরান OR রাশিয়া) NOT তেল' --since 2026-01-01
    khobor search 'নির্বাচন*' --outlet kalbela --country IN --format csv > found.csv
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.cli.output.format import FORMATS
    from etl.publish.query import Result
    from etl.reading.marking import plain
    from etl.reading.search import Search, search
    from etl.reading.warehouse import Warehouse
    from etl.search.schema import Facet

    for word in query:
        if word.startswith("--"):
            raise click.NoSuchOption(word)
    wanted = Search(
        " ".join(query),
        {
            Facet.OUTLET: outlets,
            Facet.COUNTRY: tuple(map(str.upper, countries)),
            Facet.TOPIC: topics,
        },
        since.date() if since else None,
        until.date() if until else None,
        limit,
    )
    with Warehouse(settings.current_build) as warehouse:
        found = search(warehouse, wanted)
    if form == "table":
        _print_hits(found)
        return
    rows = [
        (
            hit.article_id,
            hit.published_at or hit.published_date,
            hit.outlet_id,
            plain(hit.title),
            plain(hit.sentence, "**", "**"),
            hit.url,
            hit.score,
        )
        for hit in found.hits
    ]
    types = ["VARCHAR", "TIMESTAMP", *["VARCHAR"] * 4, "DOUBLE"]
    click.echo(FORMATS[form](Result(_HIT_COLUMNS, types, rows)), nl=False)


def _print_hits(found: "Found") -> None:
    for number, hit in enumerate(found.hits, start=1):
        _print_hit(number, hit)
    shown = len(found.hits)
    what = "article" if found.total == 1 else "articles"
    click.echo(f"{found.total} {what} found" + (f", {shown} shown" if shown < found.total else ""))


def _print_hit(number: int, hit: "Hit") -> None:
    from etl.reading.marking import plain

    before, after = ("\x1b[1;33m", "\x1b[0m") if sys.stdout.isatty() else ("**", "**")
    when = (
        f"{hit.published_at:%Y-%m-%d %H:%M}" if hit.published_at else str(hit.published_date or "")
    )
    outlet = hit.outlet_name_bn or hit.outlet_name_en
    click.echo(f"{number}. {printable(plain(hit.title))}")
    click.echo(f"   {when} · {printable(outlet)} · {printable(hit.article_id)}")
    pieces = [
        f"{before}{printable(piece.text)}{after}" if piece.is_match else printable(piece.text)
        for piece in hit.sentence
    ]
    click.echo(f"   {''.join(pieces)}")
    if hit.url:
        click.echo(f"   {printable(hit.url)}")
    click.echo()


@click.command("article")
@click.argument("article_id")
@TEXT_OR_JSON
@command
def article_command(settings: "Settings", article_id: str, form: str) -> None:
    """Show one article: its text, its versions, its story, what it reports and credits.

    \b
    khobor article kalbela:251042
    khobor article kalbela:251042 --format json | jq .versions
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from dataclasses import asdict

    from etl.reading import articles
    from etl.reading.warehouse import Warehouse

    with Warehouse(settings.current_build) as warehouse:
        article = articles.read_article(warehouse, article_id)
        versions = articles.versions(warehouse, article_id)
        credited = articles.credits_of(warehouse, article_id)
        events = articles.reported_events(warehouse, article_id)
    if form == "json":
        document = {**asdict(article), "versions": versions, "sources": credited, "events": events}
        click.echo(printable_json(document))
        return
    _print_article(article, versions)
    for credit in credited:
        click.echo(f"source: {printable(credit.name_bn)} ({credit.credit_form})")
    for event in events:
        day = event.event_date or "no day"
        click.echo(
            f"event: {event.actor1} {event.event_type} {event.actor2}, {event.modality}, {day}: "
            f"{printable(event.evidence)}"
        )


def _print_article(article: "Article", versions: Sequence["Version"]) -> None:
    published = article.published_at or article.published_date or "undated"
    outlet = article.outlet_name_bn or article.outlet_name_en
    lines = [
        article.kicker,
        article.title,
        "",
        f"{outlet} · {published} (from {article.published_at_source})",
        " · ".join(filter(None, [article.byline, article.section])),
        article.url,
        "",
        article.body,
        "",
    ]
    click.echo("\n".join(printable(line) for line in lines if line is not None))
    if article.story_id:
        click.echo(f"story: {printable(article.story_id)}")
    if article.warnings:
        click.echo(f"doubts: {printable(article.warnings)}")
    for version in versions:
        until = f"to {version.seen_to_at}" if version.seen_to_at else "current"
        click.echo(
            f"version {version.version_no}: from {version.seen_from_at} {until}, "
            f"{version.word_count} words"
        )
    if len(versions) > 1:
        click.echo(f"next: khobor diff {printable(article.article_id)}")


@click.command("diff")
@click.argument("article_id")
@click.argument("before", metavar="[FROM", type=int, required=False)
@click.argument("after", metavar="TO]", type=int, required=False)
@TEXT_OR_JSON
@command
def diff_command(
    settings: "Settings", article_id: str, before: int | None, after: int | None, form: str
) -> None:
    """Show what changed in an article from one version to another, word by word.

    Without numbers, the last change. With one, from that version to the current one. Removed words
    stand in [-…-], added ones in {+…+}.

    \b
    khobor diff kalbela:251042
    khobor diff kalbela:251042 1 3
    """  # noqa: D301  (Click: \b keeps the lines below as they are)
    from etl.reading.articles import difference
    from etl.reading.warehouse import Warehouse

    with Warehouse(settings.current_build) as warehouse:
        found = difference(warehouse, article_id, before, after)
    if form == "json":
        click.echo(printable_json(found))
    else:
        _print_difference(found)


def _print_difference(found: "Difference") -> None:
    click.echo(
        f"{printable(found.article_id)}: version {found.before.version_no} "
        f"({found.before.seen_from_at}) to {found.after.version_no} ({found.after.seen_from_at})"
    )
    for label, pieces in (("headline", found.title), ("text", found.body)):
        if all(piece.change == "same" for piece in pieces):
            click.echo(f"\n{label}: the same")
        else:
            click.echo(f"\n{label}:\n{_shown(pieces)}")


def _shown(pieces: Sequence["Piece"]) -> str:
    signs = {"removed": ("[-", "-]"), "added": ("{+", "+}"), "same": ("", "")}
    colours = {"removed": "\x1b[31m", "added": "\x1b[32m", "same": ""}
    has_colours = sys.stdout.isatty() and shutil.get_terminal_size().columns > 0
    shown = []
    for piece in pieces:
        before, after = signs[piece.change]
        text = f"{before}{printable(piece.text)}{after}"
        colour = colours[piece.change] if has_colours else ""
        shown.append(f"{colour}{text}\x1b[0m" if colour else text)
    return "".join(shown)


COMMANDS = (search_command, article_command, diff_command)
