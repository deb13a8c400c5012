"""Linked articles against labelled stories: every pair of labelled articles counts."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from etl.bangla.clock import DHAKA
from etl.bangla.text import normal_form
from etl.schema.records import StoryText
from etl.stories.relink import link_stories
from evaluation.golden import sample_pages
from evaluation.labelled import GOLD, Row, read_rows
from evaluation.tally import Tally

# Undated articles of the sample were all scraped on this day; only near-copies link without one.
_SCRAPED_AT = datetime(2025, 12, 30, 6, tzinfo=UTC)


def _instant(raw: str | None, otherwise: datetime) -> datetime:
    if not raw:
        return otherwise
    try:
        instant = datetime.fromisoformat(raw)
    except ValueError:
        instant = parsedate_to_datetime(raw)
    return instant if instant.tzinfo else instant.replace(tzinfo=DHAKA)


def _outlet(host: str) -> str:
    """One name for an outlet that the sample calls by its host or its name."""
    return host.removeprefix("www.").split(".")[0].removeprefix("daily")


def measure_sample_stories() -> Tally:
    """Link the sample pages and count the pairs that share a story."""
    texts: list[StoryText] = []
    labels: dict[str, str | None] = {}
    for number, (label, page) in enumerate(sample_pages()):
        # Versions of one article are one member, as in the lake.
        article_id = label["article_id"] or f"sample:{number}"
        if article_id in labels:
            continue
        labels[article_id] = label["story"]
        captured_at = label["captured_at"]
        first_seen_at = datetime.fromisoformat(captured_at) if captured_at else _SCRAPED_AT
        texts.append(
            StoryText(
                article_id,
                page.outlet_id or "",
                page.published_at,
                page.title or "",
                normal_form(" ".join(page.paragraphs)),
                (page.published_at or first_seen_at).date(),
            )
        )
    together = {
        frozenset((one, other))
        for one, other in itertools.combinations(labels, 2)
        if labels[one] is not None and labels[one] == labels[other]
    }
    predicted = set(_linked_pairs(texts))
    return Tally(len(predicted & together), len(predicted), len(together))


def _linked_pairs(texts: list[StoryText]) -> Iterator[frozenset[str]]:
    stories: dict[str, list[str]] = {}
    for member in link_stories(texts):
        stories.setdefault(member.story_id, []).append(member.article_id)
    for members in stories.values():
        yield from map(frozenset, itertools.combinations(members, 2))


def measure_stories() -> Tally:
    """Link the real articles of one day and count pairs of labelled articles."""
    texts: dict[str, StoryText] = {}
    for row in read_rows(GOLD / "news_2025-12-30.jsonl"):
        outlet = _outlet(row["url"].split("/")[2])
        published = _instant(row["publication_date"], _SCRAPED_AT)
        texts[row["url"]] = StoryText(
            row["url"],
            outlet,
            published,
            row["headline"],
            normal_form(row["article"]),
            published.date(),
        )

    def add(member: Row) -> str:
        url: str = member["url"]
        if url not in texts:
            day = _SCRAPED_AT if member["ref"] != "tsv" else _SCRAPED_AT - timedelta(days=9)
            published = _instant(member.get("pubdate_raw"), day)
            texts[url] = StoryText(
                url, _outlet(member["outlet"]), published, member["title"], "", published.date()
            )
        return url

    together: set[frozenset[str]] = set()
    unscored: set[frozenset[str]] = set()
    in_groups: set[str] = set()
    optional: set[str] = set()
    for group in read_rows(GOLD / "stories.jsonl"):
        members = [add(member) for member in group["members"]]
        doubtful = [add(member) for member in group["members_optional"]]
        in_groups.update(members)
        optional.update(doubtful)
        together.update(frozenset(pair) for pair in itertools.combinations(members, 2))
        unscored.update(frozenset((a, b)) for a in [*members, *doubtful] for b in doubtful)
    apart = {
        frozenset((add(row["a"]), add(row["b"])))
        for row in read_rows(GOLD / "stories_hard_negatives.jsonl")
    }
    labelled = in_groups.union(*apart)
    predicted = {
        pair
        for pair in _linked_pairs(list(texts.values()))
        if pair <= labelled
        and pair not in unscored
        and not pair & (optional - in_groups)
        and (pair & in_groups or pair in apart)
    }
    return Tally(len(predicted & together), len(predicted), len(together))


def measure_second_stories() -> tuple[Tally, Tally]:
    """Link the real articles of six days of two outlets, labelled in the second set.

    Returns:
        Pairs across outlets, and pairs of one outlet; of those that are labelled as one story or
        as two. Pairs that nobody labelled don't count.
    """
    outlets, texts = {}, []
    for row in read_rows(GOLD / "news_2026-02.jsonl"):
        published = _instant(row["published_at"], _SCRAPED_AT)
        outlets[row["gid"]] = row["outlet"]
        texts.append(
            StoryText(
                row["gid"],
                row["outlet"],
                published,
                row["title"],
                normal_form(row["body"]),
                published.astimezone(DHAKA).date(),
            )
        )
    together = {
        frozenset(pair)
        for group in read_rows(GOLD / "stories2.jsonl")
        for pair in itertools.combinations([member["gid"] for member in group["members"]], 2)
    }
    apart = {frozenset(row["pair"]) for row in read_rows(GOLD / "stories2_hard_negatives.jsonl")}
    predicted = {pair for pair in _linked_pairs(texts) if pair in together or pair in apart}

    def tally(is_across: bool) -> Tally:
        def chosen(pairs: set[frozenset[str]]) -> set[frozenset[str]]:
            return {p for p in pairs if (len({outlets[gid] for gid in p}) > 1) is is_across}

        return Tally(
            len(chosen(predicted) & chosen(together)), len(chosen(predicted)), len(chosen(together))
        )

    return tally(True), tally(False)
