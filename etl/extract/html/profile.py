"""The body: by the outlet's selectors where they match, else by the generic way."""

from dataclasses import dataclass, field

from lxml.etree import _Element

from etl.extract.dump.words import PROMO, READ_MORE
from etl.extract.html import body as html_body
from etl.extract.html import boilerplate, select
from etl.extract.html.blocks import Block, read_blocks
from etl.extract.html.names import Judge
from etl.extract.html.page_blocks import PageBlocks
from etl.extract.metadata.text import clean, key
from etl.outlets.profiles import HtmlHints

# Bodies shorter than this, or that hold less than this share of the page's good text, are looked
# at again by the slower engine, which wins where it finds much more. With 1.2 times as "much
# more", three of the benchmark pages lost by it (decision 0010).
_SHORT = 100
_SURE = 0.5
_MUCH_MORE = 1.5
# It takes minutes on the largest pages, and so many blocks without an article are a list.
_MOST_BLOCKS = 3000


@dataclass(slots=True)
class BodyText:
    """The paragraphs, the first block they come from, and what was odd about finding them."""

    paragraphs: list[str]
    first: Block | None = None
    warnings: list[str] = field(default_factory=list)


def read_body(
    tree: _Element,
    hints: HtmlHints,
    page: PageBlocks,
    title: str | None,
    captions: list[str],
) -> BodyText:
    """Read the article's text."""
    unwanted = {key(c) for c in captions}
    warnings: list[str] = []
    if hints.body:
        boxes = select.first_match(tree, hints.body)
        removed = set(select.all_matches(tree, hints.remove)) if hints.remove else set()
        found = _profiled(boxes, removed, unwanted)
        if found.paragraphs:
            return found
        warnings.append("selector_missing:body" if not boxes else "selector_empty:body")
    found = _generic(tree, page.whole(), title, unwanted)
    found.warnings[:0] = warnings
    return found


def _profiled(boxes: list[_Element], removed: set[_Element], unwanted: set[str]) -> BodyText:
    judge_names = Judge()

    def judge(element: _Element, tag: str) -> bool | None:
        verdict = judge_names(element, tag)
        return None if verdict is not False or element in removed else False

    result = BodyText([])
    outer = set(boxes)
    for box in boxes:
        if any(a in outer for a in box.iterancestors()):
            continue
        blocks = read_blocks(box, judge)
        if blocks and result.first is None:
            result.first = blocks[0]
        result.paragraphs += _texts(blocks, unwanted)
    return result


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
    tree: _Element, blocks: list[Block], title: str | None, unwanted: set[str]
) -> BodyText:
    body = html_body.find_body(tree, blocks)
    texts: list[str] = []
    if body is not None:
        kept = boilerplate.article_text(body.container, body.blocks, title)
        texts = [t for raw in kept if (t := clean(raw)) and not (unwanted and key(t) in unwanted)]
    first = body.blocks[0] if body is not None and body.blocks else None
    found = BodyText(texts, first)
    length = sum(map(len, texts))
    is_sure = length >= _SHORT and body is not None and body.confidence >= _SURE
    if is_sure or len(blocks) > _MOST_BLOCKS:
        return found
    from etl.extract.html import engine  # loads slowly, and few pages need it

    second = [t for raw in engine.body_blocks(tree) if (t := clean(raw))]
    second = [t for t in second if key(t) not in unwanted and not boilerplate.is_promo(t)]
    headline = key(title)
    second = [t for t in second if key(t) != headline]
    # Where it finds nothing it gives the whole page as one text, title and menus with it.
    is_dump = any(headline and key(t).startswith(headline) for t in second)
    if not is_dump and sum(map(len, second)) > _MUCH_MORE * length:
        return BodyText(second, first, ["body_by_engine"])
    return found
