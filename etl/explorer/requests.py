"""What a request may ask for: the parameters of a search, checked and bounded."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from etl.reading.search import Search
from etl.search.schema import Facet

MOST_ROWS = 10_000
PAGE_ROWS = 20
_LONGEST_QUERY = 500
_LONGEST_VALUE = 200
_MOST_VALUES = 10

Words = Annotated[str, StringConstraints(max_length=_LONGEST_QUERY)]
Value = Annotated[str, StringConstraints(max_length=_LONGEST_VALUE)]
Values = Annotated[list[Value], Field(max_length=_MOST_VALUES)]


class Order(StrEnum):
    """The order of hits."""

    BEST = "best"
    NEWEST = "newest"


class Steps(StrEnum):
    """The steps of time of a chart."""

    MONTH = "month"
    WEEK = "week"


class View(StrEnum):
    """What a chart shows of each step."""

    COUNT = "count"
    SHARE = "share"


class SearchParameters(BaseModel):
    """The parameters of a search, as an address has them."""

    model_config = ConfigDict(frozen=True)

    q: Words = Field("", description="Words to find, as typed.")
    outlet: Values = []
    topic: Values = []
    country: Values = []
    person: Values = []
    source: Values = []
    since: date | None = Field(None, description="First day, in Dhaka.")
    until: date | None = Field(None, description="Last day, in Dhaka.")
    order: Order = Order.BEST
    limit: int = Field(PAGE_ROWS, ge=1, le=MOST_ROWS)
    offset: int = Field(0, ge=0, le=MOST_ROWS)

    @field_validator("since", "until", mode="before")
    @classmethod
    def _left_empty(cls, value: object) -> object:
        """A day that was left empty in the form."""
        return value or None

    def facets(self) -> dict[Facet, list[str]]:
        """Return the values of each facet."""
        return {
            Facet.OUTLET: list(self.outlet),
            Facet.TOPIC: list(self.topic),
            Facet.COUNTRY: [code.upper() for code in self.country],
            Facet.PERSON: list(self.person),
            Facet.SOURCE: list(self.source),
        }

    def search(self) -> Search:
        """Return what is looked for."""
        return Search(
            self.q,
            self.facets(),
            self.since,
            self.until,
            self.limit,
            self.offset,
            is_newest_first=self.order is Order.NEWEST,
        )

    def of(self, words: str) -> Search:
        """Return the same search for other words."""
        return replace(self.search(), text=words)

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that are given, for an address; without the place in the list."""
        found = [("q", self.q)] if self.q else []
        for facet, values in self.facets().items():
            found += [(facet.value, value) for value in values]
        for name, day in (("since", self.since), ("until", self.until)):
            if day is not None:
                found.append((name, day.isoformat()))
        if self.order is not Order.BEST:
            found.append(("order", self.order.value))
        return found


class PageParameters(SearchParameters):
    """The parameters of the search page: those of the search, and of its chart."""

    compared: Words = Field("", alias="with", description="Words of another search to compare.")
    by: Steps = Steps.MONTH
    view: View = View.COUNT
