"""The pages: search, article, story, outlet, pair of countries, person or organisation."""

from dataclasses import replace
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from etl.explorer.builds import CurrentBuild
from etl.explorer.charts import Chart, Series, draw
from etl.explorer.evidence import marked_paragraphs
from etl.explorer.lists import Entry, HitRow, ListFormat, respond
from etl.explorer.rendering import Speech, page
from etl.explorer.requests import (
    MOST_ROWS,
    PAGE_ROWS,
    PageParameters,
    SearchParameters,
    Steps,
    View,
)
from etl.reading import actors, articles, outlets, stories
from etl.reading.diff import word_diff
from etl.reading.marking import plain
from etl.reading.search import (
    Count,
    Hit,
    Search,
    facet_counts,
    months,
    search,
    weeks,
)
from etl.reading.warehouse import Warehouse
from etl.search.schema import Facet

Parameters = Annotated[SearchParameters, Query()]


def page_routes(builds: CurrentBuild) -> APIRouter:
    """Return the routes of the pages and of their lists."""
    routes = APIRouter()

    @routes.get("/")
    def search_page(
        request: Request,
        parameters: Annotated[PageParameters, Query()],
    ) -> HTMLResponse:
        warehouse = builds.open()
        wanted = replace(parameters.search(), limit=PAGE_ROWS)
        found = search(warehouse, wanted)
        others = [parameters.of(parameters.compared)] if parameters.compared.strip() else []
        return page(
            request,
            "search",
            {
                "parameters": parameters,
                "names": builds.names,
                "pairs": parameters.pairs(),
                "found": found,
                "facets": facet_counts(warehouse, wanted),
                "chart": _over_time(warehouse, [wanted, *others], parameters),
                "next_offset": wanted.offset + PAGE_ROWS,
                "page_rows": PAGE_ROWS,
                "most_rows": MOST_ROWS,
                "formats": list(ListFormat),
            },
        )

    @routes.get("/search.{form}")
    def search_list(request: Request, form: ListFormat, parameters: Parameters) -> Response:
        wanted = parameters.search()
        if form is ListFormat.ATOM:
            wanted = replace(wanted, is_newest_first=True)
        rows = [_row(hit) for hit in search(builds.open(), wanted).hits]
        return respond(form, "search", HitRow, rows, _hit_entry, str(request.url))

    @routes.get("/article/{article_id:path}")
    def article_page(request: Request, article_id: str) -> HTMLResponse:
        warehouse = builds.open()
        article = articles.read_article(warehouse, article_id)
        credited = articles.credits_of(warehouse, article_id)
        events = articles.reported_events(warehouse, article_id)
        quotes = articles.quotes(warehouse, article_id)
        versions = articles.versions(warehouse, article_id)
        story = stories.story_articles(warehouse, article.story_id) if article.story_id else []
        return page(
            request,
            "article",
            {
                "article": article,
                "countries": builds.names[Facet.COUNTRY],
                "paragraphs": marked_paragraphs(article.body, events, credited, quotes),
                "versions": versions,
                "revisions": articles.revisions(warehouse, article_id),
                "differences": [
                    (
                        after,
                        word_diff(before.title or "", after.title or ""),
                        word_diff(before.body, after.body),
                    )
                    for before, after in pairwise(versions)
                ],
                "story": story,
                "events": events,
                "credits": credited,
                "quotes": quotes,
                "mentions": articles.mentions(warehouse, article_id),
                "exposures": articles.exposures(warehouse, article_id),
            },
        )

    @routes.get("/story/{story_id:path}/articles.{form}")
    def story_list(request: Request, story_id: str, form: ListFormat) -> Response:
        rows = stories.story_articles(builds.open(), story_id)
        return respond(form, "story", stories.StoryArticle, rows, _story_entry, str(request.url))

    @routes.get("/story/{story_id:path}")
    def story_page(request: Request, story_id: str) -> HTMLResponse:
        members = stories.story_articles(builds.open(), story_id)
        return page(
            request,
            "story",
            {
                "story_id": story_id,
                "members": members,
                "titles": {member.article_id: member.title for member in members},
                "formats": list(ListFormat),
            },
        )

    @routes.get("/compare")
    def compare_page(request: Request, before: str, after: str) -> HTMLResponse:
        warehouse = builds.open()
        one = articles.read_article(warehouse, before)
        other = articles.read_article(warehouse, after)
        pieces = word_diff(one.body, other.body)
        return page(request, "compare", {"one": one, "other": other, "pieces": pieces})

    @routes.get("/outlet/{outlet_id}")
    def outlet_page(request: Request, outlet_id: str) -> HTMLResponse:
        warehouse = builds.open()
        outlet = outlets.read_outlet(warehouse, outlet_id)
        name = Speech.of(request).name(outlet.outlet_name_bn, outlet.outlet_name_en)
        return page(
            request,
            "outlet",
            {
                "outlet": outlet,
                "chart": _of_months(outlets.outlet_months(warehouse, outlet_id), name),
                "edits": outlets.silent_edits(warehouse, outlet_id),
                "sources": outlets.outlet_sources(warehouse, outlet_id),
            },
        )

    @routes.get("/pair/{country1}/{country2}/events.{form}")
    def pair_list(request: Request, country1: str, country2: str, form: ListFormat) -> Response:
        rows = actors.pair_events(builds.open(), country1.upper(), country2.upper())
        return respond(form, "events", actors.PairEvent, rows, _event_entry, str(request.url))

    @routes.get("/pair/{country1}/{country2}")
    def pair_page(request: Request, country1: str, country2: str) -> HTMLResponse:
        warehouse = builds.open()
        pair = (country1.upper(), country2.upper())
        speech = Speech.of(request)
        by_month = actors.pair_months(warehouse, *pair)
        steps = [f"{month.published_month:%Y-%m}" for month in by_month]
        lines = [
            Series(speech.word("cooperation"), [month.cooperation_count for month in by_month]),
            Series(speech.word("conflict"), [month.conflict_count for month in by_month]),
        ]
        return page(
            request,
            "pair",
            {
                "pair": pair,
                "names": [builds.names[Facet.COUNTRY][code] for code in pair],
                "events": actors.pair_events(warehouse, *pair),
                "mentions": sum(month.mention_article_count for month in by_month),
                "chart": draw(steps, lines),
                "formats": list(ListFormat),
            },
        )

    @routes.get("/entity/{entity_id:path}/articles.{form}")
    def entity_list(request: Request, entity_id: str, form: ListFormat) -> Response:
        rows = actors.entity_articles(builds.open(), entity_id)
        return respond(
            form, "articles", actors.NamingArticle, rows, _naming_entry, str(request.url)
        )

    @routes.get("/entity/{entity_id:path}/quotes.{form}")
    def quote_list(request: Request, entity_id: str, form: ListFormat) -> Response:
        rows = actors.said_by(builds.open(), entity_id)
        return respond(form, "quotes", actors.Said, rows, _quote_entry, str(request.url))

    @routes.get("/entity/{entity_id:path}")
    def entity_page(request: Request, entity_id: str) -> HTMLResponse:
        warehouse = builds.open()
        entity = actors.read_entity(warehouse, entity_id)
        return page(
            request,
            "entity",
            {
                "entity": entity,
                "articles": actors.entity_articles(warehouse, entity_id),
                "said": actors.said_by(warehouse, entity_id),
                "named_with": actors.named_with(warehouse, entity_id),
                "chart": _of_months(actors.entity_months(warehouse, entity_id), entity.name_bn),
                "formats": list(ListFormat),
            },
        )

    return routes


def _over_time(
    warehouse: Warehouse, searches: list[Search], parameters: PageParameters
) -> Chart | None:
    """Draw one or two searches over time, as counts or as shares of all coverage."""
    is_share = parameters.view is View.SHARE
    count_steps = weeks if parameters.by is Steps.WEEK else months
    counted = [count_steps(warehouse, wanted) for wanted in searches]
    if not counted[0]:
        return None
    steps = [count.value for count in counted[0]]
    lines = [
        Series(wanted.text or "–", [_height(count, is_share) for count in counts])
        for wanted, counts in zip(searches, counted, strict=True)
    ]
    return draw(steps, lines, is_share=is_share)


def _height(count: Count, as_share: bool) -> float:
    return (
        count.articles / count.all_articles if as_share and count.all_articles else count.articles
    )


def _of_months(found: list[outlets.MonthCount], name: str) -> Chart | None:
    if not found:
        return None
    return draw(
        [month.month for month in found], [Series(name, [month.articles for month in found])]
    )


def _row(hit: Hit) -> HitRow:
    return HitRow(
        hit.article_id,
        hit.outlet_id,
        hit.outlet_name_bn,
        hit.outlet_name_en,
        hit.published_at,
        plain(hit.title),
        plain(hit.sentence),
        hit.url,
        hit.story_id,
        hit.score,
    )


def _hit_entry(row: HitRow) -> Entry:
    return Entry(f"/article/{row.article_id}", row.title, row.sentence, row.published_at)


def _story_entry(row: stories.StoryArticle) -> Entry:
    summary = row.outlet_name_bn or row.outlet_name_en
    return Entry(f"/article/{row.article_id}", row.title or "–", summary, row.published_at)


def _naming_entry(row: actors.NamingArticle) -> Entry:
    summary = row.outlet_name_bn or row.outlet_name_en
    return Entry(f"/article/{row.article_id}", row.title or "–", summary, row.published_at)


def _event_entry(row: actors.PairEvent) -> Entry:
    title = f"{row.actor1} {row.event_type} {row.actor2}"
    return Entry(f"/article/{row.first_article_id}", title, row.evidence, None)


def _quote_entry(row: actors.Said) -> Entry:
    return Entry(f"/article/{row.article_id}", row.speaker, row.quote, None)
