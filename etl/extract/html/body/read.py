"""The body: by the outlet's selectors where they match, else by the generic way."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml.etree import _Element

from etl.extract.html.blocks.names import Judge
from etl.extract.html.blocks.walk import Block, read_blocks
from etl.extract.html.body import boilerplate
from etl.extract.html.body.container import find_body
from etl.extract.html.context import PageContext
from etl.extract.shared.lexicon import PROMO, READ_MORE
from etl.extract.shared.text import clean, key

# Bodies shorter than this, or that hold less than this share of the page's good text, are looked
# at again by the slower engine, which wins where it finds much more. With 1.2 times as "much
# more", three of the benchmark pages lost by it (decision 0010).
_SHORT = 100
_SURE = 0.5
_MUCH_MORE = 1.5
# It takes minutes on the largest pages, and so many blocks without an article are a list.
_MOST_BLOCKS = 3000


@dataclass(frozen=True, slots=True)
class BodyText:
    """The paragraphs of an article, and which way of finding them failed."""

    paragraphs: list[str]
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
            return BodyText(paragraphs)
        warnings = ("selector_empty:body" if boxes else "selector_missing:body",)
    found = _generic(page.tree, page.blocks.all, title, unwanted)
    return BodyText(found.paragraphs, (*warnings, *found.warnings))


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


def _generic(
    tree: _Element, blocks: Sequence[Block], title: str | None, unwanted: set[str]
) -> BodyText:
    body = find_body(tree, blocks)
    texts: list[str] = []
    if body is not None:
        kept = boilerplate.article_text(body.container, body.blocks, title)
        texts = [t for raw in kept if (t := clean(raw)) and not (unwanted and key(t) in unwanted)]
    found = BodyText(texts)
    length = sum(map(len, texts))
    is_sure = length >= _SHORT and body is not None and body.confidence >= _SURE
    if is_sure or len(blocks) > _MOST_BLOCKS:
        return found
    from etl.extract.html.body import engine  # loads slowly, and few pages need it

    second = [t for raw in engine.body_blocks(tree) if (t := clean(raw))]
    second = [t for t in second if key(t) not in unwanted and not boilerplate.is_promo(t)]
    headline = key(title)
    second = [t for t in second if key(t) != headline]
    # Where it finds nothing it gives the entire page as one text, title and menus with it.
    is_dump = any(headline and key(t).startswith(headline) for t in second)
    if not is_dump and sum(map(len, second)) > _MUCH_MORE * length:
        return BodyText(second, ("body_by_engine",))
    return found
