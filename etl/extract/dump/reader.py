"""Plain-text dumps of entire news pages, the form of Common Crawl's WET files, read as pages.

A dump has lost its markup: masthead, article and lists run together, a block a line. Lines are
classified by what they say (``lines``); the article is the longest run of sentences, its title the
headline above it that speaks of the same (``article``, ``head``); the lists are the headlines
around it (``lists``); the outlet is known by its furniture (``outlet``).
"""

import re
from functools import lru_cache

from etl.addresses import split_url
from etl.bangla.text import count_bangla_letters
from etl.extract.dump.article import Shape, find_shape
from etl.extract.dump.head import Head, read_head
from etl.extract.dump.lines import Furniture, Line, Role, furniture, split_lines
from etl.extract.dump.lists import read_lists
from etl.extract.dump.outlet import recognise
from etl.extract.shared import lexicon
from etl.extract.shared.patterns import one_of
from etl.extract.shared.sentences import STATEMENT_END
from etl.outlets.profiles import Outlets
from etl.schema.records import Capture, Page
from etl.schema.vocabulary import BodySource, ListKind, PageKind, TimeSource

_ASSAMESE = re.compile("[ৰৱ]")
_LATIN = re.compile("[a-z]", re.I)
_ENGLISH = re.compile(rf"\b{one_of('page_furniture', 'english')}\b", re.I)
# A page with less running text than this has no article: a short report has more.
_FEWEST_WORDS = 12
_FEWEST_HEADLINES = 8
_FEWEST_PICTURES = 3
_FEWEST_UPDATES = 3
_MOST_TAGS = 12


@lru_cache(maxsize=8)
def _furniture(outlets: Outlets) -> Furniture:
    return furniture(outlets)


def read_dump(text: str, capture: Capture, outlets: Outlets) -> Page:
    """Read the dump of one page.

    Never raises on any text. What the page doesn't say stays absent; the outlet is the capture's,
    else its URL's, else the one that the page shows to be its own, else None.

    Args:
        text: the dump, a block a line.
        capture: where and when the page was fetched.
        outlets: the profiles.
    """
    lines = split_lines(text, _furniture(outlets))
    shape = find_shape(lines)
    head = read_head(lines, shape, capture) if shape else Head()
    outlet_id = _known_outlet(capture, outlets)
    profile = outlets.by_id.get(outlet_id) if outlet_id else None
    unheaded = profile.text.unheaded_list if profile else ListKind.RELATED
    sidebar = read_lists(lines, shape, unheaded)
    outlet_id = outlet_id or recognise(lines, outlets)
    kind, reason = _kind(lines, shape, head, capture)
    paragraphs = tuple(lines[n].text for n in shape.body) if shape else ()
    if shape is None or kind is not PageKind.ARTICLE:
        return Page(
            kind=kind,
            reason=reason,
            outlet_id=outlet_id,
            url=capture.url,
            title=head.title,
            page_date=head.page_date,
            language=_language(" ".join(line.text for line in lines)),
            sidebar=sidebar,
        )
    dateline = head.dateline
    is_dated = dateline.published_at is not None or dateline.published_date is not None
    return Page(
        kind=kind,
        outlet_id=outlet_id,
        url=capture.url,
        title=head.title,
        kicker=head.kicker,
        byline=head.byline,
        edition=head.edition,
        section=head.section,
        published_at=dateline.published_at,
        published_at_source=TimeSource.DATELINE if is_dated else TimeSource.NONE,
        published_date=dateline.published_date,
        updated_at=dateline.updated_at,
        page_date=head.page_date,
        language=_language(" ".join(paragraphs)),
        paragraphs=paragraphs,
        body_source=BodySource.PROFILE if outlet_id in outlets.by_id else BodySource.WALK,
        captions=tuple(head.captions),
        photo_credit=head.photo_credit,
        keywords=_keywords(lines, shape),
        signoff=_signoff(lines, shape),
        sidebar=sidebar,
        warnings=_warnings(lines, shape, head),
    )


def _known_outlet(capture: Capture, outlets: Outlets) -> str | None:
    if capture.outlet_id:
        return capture.outlet_id
    outlet = outlets.for_url(capture.url) if capture.url else None
    return outlet.id if outlet else None


def _kind(
    lines: list[Line], shape: Shape | None, head: Head, capture: Capture
) -> tuple[PageKind, str | None]:
    """What the page is, and for all but articles why."""
    words_of_body = sum(lines[n].word_count for n in shape.body) if shape else 0
    headlines = sum(
        1 for line in lines if line.role in (Role.TEXT, Role.ITEM) and line.word_count > 3
    )
    pictures = len(head.captions)
    is_short = words_of_body < _FEWEST_WORDS
    address = split_url(capture.url)
    if capture.url and address is not None and address.path in ("", "/"):
        return PageKind.HOME_PAGE, "the address is a site's root"
    if is_short or words_of_body < 40:
        for line in lines[:30]:
            if lexicon.SOFT_404.fullmatch(line.text) and line.word_count <= 15:
                return PageKind.SOFT_404, f"the page says: {line.text}"
    if pictures >= _FEWEST_PICTURES and shape and len(shape.body) * 2 <= pictures:
        return PageKind.GALLERY, f"{pictures} captions, {len(shape.body)} paragraphs"
    is_live = head.title and lexicon.LIVE.fullmatch(head.title)
    if is_live and shape and shape.times >= _FEWEST_UPDATES:
        return PageKind.LIVE_BLOG, "its title says so, and times stand between its paragraphs"
    if head.title and lexicon.VIDEO.fullmatch(head.title) and words_of_body < 40:
        return PageKind.VIDEO, "its title says so, and there is hardly any text"
    if shape and _is_listing(lines, shape):
        return PageKind.LISTING, "headlines, each with its date or summary"
    if is_short:
        if sum(1 for line in lines if line.role is Role.CAPTION) >= _FEWEST_PICTURES:
            return PageKind.GALLERY, "captions without text"
        if headlines >= _FEWEST_HEADLINES:
            return PageKind.LISTING, f"{headlines} headlines without text"
        return PageKind.NO_ARTICLE, f"{words_of_body} words of running text"
    return PageKind.ARTICLE, None


def _is_listing(lines: list[Line], shape: Shape) -> bool:
    """Teasers: one-sentence paragraphs, each under a headline, or each with a date."""
    if shape.title is None and not shape.body:
        return False
    summaries = [n for n in shape.body if lines[n].word_count > 6 and n]
    if shape.times >= _FEWEST_UPDATES and shape.times * 2 >= len(summaries):
        return True
    teasers = 0
    for number in shape.body:
        above = lines[number - 1] if number else None
        if above and _is_teaser(lines[number], above):
            teasers += 1
    return teasers >= 4 and teasers * 10 >= len(shape.body) * 4


def _is_teaser(line: Line, above: Line) -> bool:
    is_headline = not STATEMENT_END.search(above.text) and 4 <= above.word_count <= 16
    return bool(is_headline and STATEMENT_END.search(line.text) and above.text[-1:] not in "?:")


def _language(text: str) -> str | None:
    bangla, latin = count_bangla_letters(text), len(_LATIN.findall(text))
    if bangla > latin:
        return "as" if len(_ASSAMESE.findall(text)) * 100 > bangla else "bn"
    if latin and len(_ENGLISH.findall(text)) * 12 >= len(text.split()):
        return "en"
    return None


def _keywords(lines: list[Line], shape: Shape) -> tuple[str, ...]:
    """Tags on the line that is labelled so, else on the short lines below it."""
    for number in range(shape.end, len(lines)):
        match = (
            lexicon.TAGS.fullmatch(lines[number].text) if lines[number].role is Role.TAGS else None
        )
        if match is None:
            continue
        if match["tags"]:
            found = [tag.strip() for tag in re.split(r"[,|।;#/]", match["tags"])]
        else:
            found = []
            for line in lines[number + 1 : number + 1 + _MOST_TAGS]:
                if line.role not in (Role.TEXT, Role.SECTION) or line.word_count > 3:
                    break
                found.append(line.text)
        return tuple(dict.fromkeys(tag for tag in found if tag))
    return ()


def _signoff(lines: list[Line], shape: Shape) -> str | None:
    for number in range(shape.end, min(len(lines), shape.end + 3)):
        if lines[number].role is Role.SIGNOFF:
            match = lexicon.SIGNOFF.fullmatch(lines[number].text)
            return (match["inner"] or match["bare"]) if match else None
    return None


def _warnings(lines: list[Line], shape: Shape, head: Head) -> tuple[str, ...]:
    mended = sum(lines[n].danda_count for n in shape.body)
    found = list(dict.fromkeys(head.warnings))
    if mended:
        found.append(f"danda_mended:{mended}")
    if head.title is None:
        found.append("title_missing")
    return tuple(found)
