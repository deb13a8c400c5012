"""What an article says: entities, cited sources, events, quotations, figures and its topic.

Only the headline and the body's paragraphs are read; captions, sidebars, teasers and sign-offs
don't count. The same page and tables always give the same rows. ``docs/analyst/coding.md``
describes the rules and what they miss.
"""

from datetime import date

from etl.enrich.citations import find_citations
from etl.enrich.document import read_document
from etl.enrich.entities.mentions import entity_mentions, find_entities
from etl.enrich.events.coder import find_events
from etl.enrich.figures import find_figures
from etl.enrich.gazetteer import Reference, load_reference
from etl.enrich.persons.mentions import find_persons, find_titles, office_mentions, person_mentions
from etl.enrich.quotes.frames import find_quotes
from etl.enrich.topics import find_topic
from etl.schema.records import Article, Page

__all__ = ["Reference", "code_article", "load_reference"]


def _published_date(page: Page) -> date | None:
    """The day of publication in the page's own zone."""
    return page.published_at.date() if page.published_at is not None else page.published_date


def code_article(page: Page, reference: Reference) -> Article:
    """Code one article.

    Args:
        page: what was read from the page.
        reference: the reference tables.

    Returns:
        The page with all that it says; mentions in order of first appearance.
    """
    document = read_document(page.title, page.paragraphs, reference)
    found = find_entities(document, reference)
    titles = find_titles(document)
    persons = find_persons(document, found, titles, reference)
    mentions = [
        *entity_mentions(document, found, reference),
        *person_mentions(document, persons, reference),
        *office_mentions(document, titles),
    ]
    topic, topic_source = find_topic(page.section, document, reference.topics)
    mentions.sort(key=lambda mention: (mention.first_position, mention.entity_id))
    return Article(
        page=page,
        mentions=tuple(mentions),
        citations=find_citations(document, reference, page.outlet_id),
        events=find_events(
            document, found, titles, persons, reference, _published_date(page), page.outlet_id
        ),
        quotes=find_quotes(document, found, titles, persons, reference),
        figures=find_figures(document),
        topic=topic,
        topic_source=topic_source,
    )
