"""One HTML page to a ``Page``: parse once, read the metadata, pick the body, tell the kind."""

from etl.bangla.dates import parse_dateline
from etl.extract import html_engine, html_tree, metadata, metadata_text
from etl.outlets import Outlets
from etl.schema.records import Capture, Page
from etl.schema.words import PageKind


def read_html(text: str, capture: Capture, outlets: Outlets) -> Page:
    """Read one page."""
    tree = html_tree.parse(text)
    outlet = outlets.by_id.get(capture.outlet_id or "")
    facts = metadata.read_facts(tree, capture.url, outlet)
    if outlet is None and facts.url:
        outlet = outlets.for_url(facts.url)
        facts.zone = metadata.zone_of(outlet, facts.dom.language)
    image = metadata_text.image_url(facts, None)
    dateline = parse_dateline("", capture.captured_at)
    times = metadata.read_times(
        facts, (dateline.published_at, dateline.updated_at, dateline.published_date), image
    )
    blocks = [b for raw in html_engine.body_blocks(tree) if (b := metadata_text.clean(raw))]
    return Page(
        kind=PageKind.ARTICLE if blocks else PageKind.NO_ARTICLE,
        outlet_id=outlet.id if outlet else None,
        url=facts.url,
        title=metadata_text.title(facts, outlet, None),
        section=metadata_text.section(facts, ()),
        published_at=times.published_at,
        published_at_source=times.source,
        published_date=times.published_date,
        updated_at=times.updated_at,
        paragraphs=tuple(blocks),
        image_url=image,
        keywords=metadata_text.keywords(facts, ()),
        warnings=(*facts.warnings, *times.warnings),
    )
