"""The HTTP API: the queries of the pages, as JSON."""

from typing import Annotated

from fastapi import APIRouter, Query

from etl.explorer.builds import CurrentBuild
from etl.explorer.requests import SearchParameters
from etl.reading import actors, articles, search, stories
from etl.search.schema import Facet

Parameters = Annotated[SearchParameters, Query()]


def api_routes(builds: CurrentBuild) -> APIRouter:
    """Return the routes under ``/api``."""
    api = APIRouter(prefix="/api", tags=["api"])

    @api.get("/search", summary="Articles by their words, the best match first")
    def find(parameters: Parameters) -> search.Found:
        return search.search(builds.open(), parameters.search())

    @api.get("/facets", summary="How many of these articles have each outlet, topic, country …")
    def facets(parameters: Parameters) -> dict[Facet, list[search.Count]]:
        return search.facet_counts(builds.open(), parameters.search())

    @api.get("/months", summary="How many of these articles were published in each month")
    def months(parameters: Parameters) -> list[search.Count]:
        return search.months(builds.open(), parameters.search())

    @api.get("/weeks", summary="The same by week, each named by its first day")
    def weeks(parameters: Parameters) -> list[search.Count]:
        return search.weeks(builds.open(), parameters.search())

    @api.get("/articles/{article_id:path}/versions", summary="All versions with their texts")
    def versions(article_id: str) -> list[articles.Version]:
        warehouse = builds.open()
        articles.read_article(warehouse, article_id)
        return articles.versions(warehouse, article_id)

    @api.get("/articles/{article_id:path}/diff", summary="What changed between two versions")
    def diff(
        article_id: str, before: int | None = None, after: int | None = None
    ) -> articles.Difference:
        return articles.difference(builds.open(), article_id, before, after)

    @api.get("/articles/{article_id:path}/events", summary="The events that an article reports")
    def events(article_id: str) -> list[articles.ReportedEvent]:
        return articles.reported_events(builds.open(), article_id)

    @api.get("/articles/{article_id:path}/quotes", summary="Who says what in an article")
    def quotes(article_id: str) -> list[articles.Quote]:
        return articles.quotes(builds.open(), article_id)

    @api.get("/quotes", summary="The latest quotations of a person or organisation")
    def said(entity_id: str) -> list[actors.Said]:
        return actors.said_by(builds.open(), entity_id)

    @api.get("/articles/{article_id:path}", summary="One article with its text")
    def article(article_id: str) -> articles.Article:
        return articles.read_article(builds.open(), article_id)

    @api.get("/stories/{story_id:path}", summary="The articles of a story in order of time")
    def story(story_id: str) -> list[stories.StoryArticle]:
        return stories.story_articles(builds.open(), story_id)

    @api.get("/events", summary="The latest events between two countries")
    def pair(country1: str, country2: str) -> list[actors.PairEvent]:
        return actors.pair_events(builds.open(), country1.upper(), country2.upper())

    return api
