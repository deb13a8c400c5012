"""One page as the JSON object that ``khobor extract`` prints."""

from datetime import datetime

from etl.bangla.clock import in_dhaka
from etl.outlets.profiles import Outlets
from etl.schema.problems import Problem
from etl.schema.records import Article, Capture, Page
from etl.schema.vocabulary import COUNTED_CONFIDENCE, EntityKind, Modality, PageKind
from etl.transform.identity import identify


def page_as_json(
    capture: Capture, result: Article | Page | Problem, outlets: Outlets
) -> dict[str, object]:
    """Make the object of one page.

    Args:
        capture: where the page is from.
        result: what was read from it.
        outlets: the profiles.

    Returns:
        Every field, None or an empty list where unknown; ``reason`` says why a page is no article,
        or could not be read.
    """
    if isinstance(result, Problem):
        return _document(capture, Article(Page(PageKind.NO_ARTICLE)), outlets) | {
            "reason": str(result)
        }
    return _document(capture, result if isinstance(result, Article) else Article(result), outlets)


def _document(capture: Capture, article: Article, outlets: Outlets) -> dict[str, object]:
    page = article.page
    url = page.url or capture.url
    outlet_id = page.outlet_id or capture.outlet_id
    outlet = outlets.by_id.get(outlet_id or "") or (outlets.for_url(url) if url else None)
    is_article = page.kind is PageKind.ARTICLE
    mentions = sorted(article.mentions, key=lambda mention: mention.first_position)
    return {
        "source": capture.source,
        "outlet_id": outlet.id if outlet else outlet_id,
        "url": url,
        "article_id": (
            identify(outlet, url, page.title, page.paragraphs)[0] if is_article else None
        ),
        "is_article": is_article,
        "reason": None if is_article else ": ".join(filter(None, (page.kind, page.reason))),
        "title": page.title,
        "kicker": page.kicker,
        "byline": page.byline,
        "edition": page.edition,
        "section": page.section,
        "published_at": _iso(page.published_at),
        "published_at_source": page.published_at_source.value,
        "published_date": page.published_date.isoformat() if page.published_date else None,
        "updated_at": _iso(page.updated_at),
        "page_date": page.page_date.isoformat() if page.page_date else None,
        "language": page.language,
        "paragraphs": list(page.paragraphs),
        "body_source": page.body_source,
        "captions": list(page.captions),
        "photo_credit": page.photo_credit,
        "image_url": page.image_url,
        "keywords": list(page.keywords),
        "signoff": page.signoff,
        "topic": article.topic,
        "quotes": [
            {
                "speaker": quote.speaker,
                "quote": quote.words,
                "direct": quote.is_direct,
                "verb": quote.verb,
            }
            for quote in article.quotes
        ],
        "cited_sources": [citation.name_as_written for citation in article.citations],
        "countries": [
            mention.iso_code
            for mention in mentions
            if mention.kind is EntityKind.COUNTRY and mention.iso_code
        ],
        "persons": [mention.name_bn for mention in mentions if mention.kind is EntityKind.PERSON],
        "events": [
            {
                "actor1": event.actor1,
                "actor2": event.actor2,
                "type": event.type.value,
                "date": event.date.isoformat() if event.date else None,
                "evidence": event.evidence,
                "confidence": event.confidence,
            }
            for event in article.events
            if event.modality is not Modality.DENIED  # the object can't say that it is denied
            and event.confidence >= COUNTED_CONFIDENCE
        ],
        "sidebar": [
            {
                "kind": item.kind.value,
                "rank": item.rank,
                "headline": item.headline,
                "kicker": item.kicker,
            }
            for item in page.sidebar
        ],
        "warnings": list(page.warnings),
    }


def _iso(moment: datetime | None) -> str | None:
    return at.isoformat() if (at := in_dhaka(moment)) else None
