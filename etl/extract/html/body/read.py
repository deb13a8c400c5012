"""The body: by the outlet's selectors where they match, else by the generic way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml.etree import _Element

from etl.extract.html.blocks.names import Judge
from etl.extract.html.blocks.walk import Block, read_blocks
from etl.extract.html.body import boilerplate
from etl.extract.html.body.container import find_body
from etl.extract.html.body.doubt import (
    ENOUGH,
    Reading,
    completes,
    disagreement,
    is_better,
    is_doubtful,
    missing_words,
)
from etl.extract.html.body.standfirst import standfirst
from etl.extract.html.body.state import embedded_text
from etl.extract.html.context import PageContext
from etl.extract.metadata.jsonld import texts
from etl.extract.shared.lexicon import PROMO, READ_MORE
from etl.extract.shared.sentences import PARAGRAPH_END
from etl.extract.shared.text import clean, key, own_text
from etl.markup.tree import parse
from etl.schema.vocabulary import BodySource

_SENTENCE = 80  # characters
_STORY = 300  # of captions that are the text of a picture story
_HEADINGS = frozenset(["h2", "h3", "h4", "h5", "h6"])
_TAG = re.compile(r"<(?:p|br|div)\b[^<>]*>", re.I)
# The second engine takes minutes on the largest pages, and so many blocks without an article
# are a list.
_MOST_BLOCKS = 3000


@dataclass(frozen=True, slots=True)
class BodyText:
    """The paragraphs of an article, what gave them, and what is in doubt."""

    paragraphs: list[str]
    source: BodySource
    warnings: tuple[str, ...] = ()


def read_body(page: PageContext, title: str | None, captions: list[str]) -> BodyText:
    """Read the article's text.

    Args:
        page: the page.
        title: the article's title, which is no paragraph.
        captions: texts of its pictures, which are none either.

    Returns:
        The paragraphs in page order; none where the page holds no text.
    """
    hints = page.hints
    unwanted = {key(c) for c in captions}
    warnings: tuple[str, ...] = ()
    if hints.body:
        boxes = page.index.first_match(hints.body)
        removed = frozenset(page.index.all_matches(hints.remove))
        if paragraphs := _profiled(boxes, removed, unwanted):
            return _counted(page, BodyText(paragraphs, BodySource.PROFILE))
        warnings = ("selector_empty:body" if boxes else "selector_missing:body",)
    found = _counted(page, _generic(page, title, unwanted))
    return replace(found, warnings=(*warnings, *found.warnings))


def _counted(page: PageContext, found: BodyText) -> BodyText:
    """Add a warning where the text is much shorter than JSON-LD says the article is."""
    warning = missing_words(Reading(found.paragraphs), _declared_words(page))
    return replace(found, warnings=(*found.warnings, warning)) if warning else found


def _declared_words(page: PageContext) -> int | None:
    count = str(page.facts.node("wordCount") or "")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 7 else None


def _profiled(boxes: list[_Element], removed: frozenset[_Element], unwanted: set[str]) -> list[str]:
    judge_names = Judge()

    def judge(element: _Element, tag: str) -> bool | None:
        verdict = judge_names(element, tag)
        return None if verdict is not False or element in removed else False

    paragraphs: list[str] = []
    outer = set(boxes)
    for box in boxes:
        if not any(a in outer for a in box.iterancestors()):
            paragraphs += _texts(read_blocks(box, judge), unwanted)
    return paragraphs


def _texts(blocks: list[Block], unwanted: set[str]) -> list[str]:
    dropped = boilerplate.links_away(blocks)
    texts = []
    for index, block in enumerate(blocks):
        text = clean(block.text)
        if not text or index in dropped or PROMO.fullmatch(text):
            continue
        if unwanted and key(text) in unwanted:
            continue
        more = READ_MORE.match(text)
        if (
            more
            and len(text) < 160
            and (
                block.link_share >= 0.3
                or text[more.end() :].strip()[:1] in ("", ":", "ঃ", "-", "–")
            )
        ):
            continue
        texts.append(text)
    return texts


def _generic(page: PageContext, title: str | None, unwanted: set[str]) -> BodyText:
    blocks = _prose_in_headings(page.blocks.all)
    body = find_body(page.tree, blocks)
    # The walk reads no figcaption: a paragraph that says the same is the text's own.
    stories = [t for e in page.tree.iter("figcaption") if (t := own_text(e))]
    unwanted = unwanted - {key(t) for t in stories}
    own = Reading([])
    if body is not None:
        kept = [
            *standfirst(blocks, body.blocks, title),
            *boilerplate.article_text(body.container, body.blocks, title),
        ]
        own = Reading(
            [t for raw in kept if (t := clean(raw)) and not (unwanted and key(t) in unwanted)]
        )
    boxed = body.blocks if body else []
    is_short = missing_words(own, _declared_words(page)) is not None
    if len(blocks) > _MOST_BLOCKS or not (is_short or is_doubtful(own, boxed, blocks)):
        return BodyText(own.paragraphs, BodySource.WALK)
    other = _second(page, title, unwanted)
    declared = _declared(page)
    if declared.paragraphs and completes(declared, own, other):
        return BodyText(declared.paragraphs, BodySource.JSON_LD)
    if max(own.length, other.length) < ENOUGH:
        stated = Reading(embedded_text(page.tree, title, page.base))
        if stated.paragraphs and completes(stated, own, other):
            return BodyText(stated.paragraphs, BodySource.STATE)
    warning = disagreement(own, other)
    warnings = (warning,) if warning else ()
    if not own.paragraphs and other.length < _STORY and _is_story(stories):
        return BodyText(stories, BodySource.WALK)
    if is_better(other, own, blocks):
        return BodyText(other.paragraphs, BodySource.TRAFILATURA, warnings)
    return BodyText(own.paragraphs, BodySource.WALK, warnings)


def _second(page: PageContext, title: str | None, unwanted: set[str]) -> Reading:
    from etl.extract.html.body import engine  # loads slowly, and few pages need it

    found = [t for raw in engine.body_blocks(page.tree) if (t := clean(raw))]
    found = [t for t in found if key(t) not in unwanted and not boilerplate.is_promo(t)]
    headline = key(title)
    # Where it finds nothing it gives the entire page as one text, title and menus with it.
    if any(headline and key(t).startswith(headline) and key(t) != headline for t in found):
        return Reading([])
    return Reading([t for t in found if key(t) != headline])


def _prose_in_headings(blocks: Sequence[Block]) -> Sequence[Block]:
    """Take sentences in headings for paragraphs where a page has several of them."""
    found = {
        index
        for index, block in enumerate(blocks)
        if block.tag in _HEADINGS
        and len(block.text) >= _SENTENCE
        and block.link_share < 0.3
        and PARAGRAPH_END.search(block.text)
    }
    if len(found) < 3:
        return blocks
    return [b._replace(tag="p") if i in found else b for i, b in enumerate(blocks)]


def _is_story(captions: list[str]) -> bool:
    """Tell whether captions are the text: sentences below one picture after the other."""
    sentences = [t for t in captions if len(t) >= _SENTENCE and PARAGRAPH_END.search(t)]
    return len(sentences) >= 3 and sum(map(len, sentences)) >= _STORY


def _declared(page: PageContext) -> Reading:
    """JSON-LD's text of the article, a paragraph a line."""
    text = page.facts.node("articleBody")
    if not isinstance(text, str):
        return Reading([])
    text = next(texts(text), "")
    lines = text.splitlines()
    if _TAG.search(text):
        lines = [b.text for b in read_blocks(parse(text), lambda *_: False)]
    return Reading([t for line in lines if (t := clean(line))])
