"""Blocks of a chosen box to paragraphs: what stands around an article's text is taken away.

Rules are about form first (a list of links, a caption, a heading without text below it) and
about wording second; the wordings are those of news sites in general, none of a single site.
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice, pairwise

from lxml.etree import _Element

from etl.extract.html.blocks.walk import Block
from etl.extract.shared.lexicon import COMMENTS, HEADINGS, PROMO, READ_MORE
from etl.extract.shared.patterns import line_pattern, one_of
from etl.extract.shared.sentences import PARAGRAPH_END
from etl.extract.shared.text import key

_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_COPY = 0.4  # least share of the text that a copy of it makes up
_PARAGRAPHS = frozenset(["p", "h2", "h3", "h4", "h5", "h6", "li", "blockquote"])
_any = partial(one_of, "article_boilerplate")


def _tails(prefix: str, joint: str, fewest: int, lengths: Iterable[int]) -> str:
    """Entries with free text behind them: the lists are named after how long that may be."""
    return "|".join(
        f"{_any(f'{prefix}_{length}')}{joint}.{{{fewest},{length}}}" for length in lengths
    )


# Headings under which other articles, comments or tags follow; entire lines, since a heading inside
# an article may begin with any of these words.
_END = line_pattern(
    f"{_any('end_quality')}(?: {_any('end_what')})*(?: from .{{2,40}})?:?|"
    f"more(?: {_any('end_more_quality')})?"
    f"(?: {_any('end_more_from')} .{{2,40}}| news.{{0,40}}| stories.{{0,30}}|"
    r" [A-Z]\w+(?: \w+)? stories|:)?|"
    r"don.t miss.{0,20}|what.s next.{0,5}|(?:\d+ )?comments?(?: \(?\d+\)?)?|"
    f"{_any('end')}|{_tails('end_tail', '', 0, (5, 20, 30, 40, 60))}|"
    f"{_tails('end_with', ' ', 2, (20, 30, 40))}"
)
_PROMO = line_pattern(
    rf"{_any('line')}|loading\W*|image \d+ of \d+|editor.s note.?|© ?.{{0,120}}|"
    f"{_tails('line_tail', '', 0, (12, 30, 40, 60))}|{_any('line_tail_any')}.*|"
    rf"{_any('line_tail_160')}\b.{{0,160}}|{_tails('line_with', ' ', 0, (30, 40, 80, 120))}|"
    rf".{{0,60}}\b{_any('request')}\b.{{0,200}}|"
    rf"{_any('follow')} .{{2,80}} {_any('follow_on')} (?:{_any('follow_network')}|x\b).{{0,120}}|"
    rf"\(?{_any('credit_work')} by .{{3,240}}|"
    rf".{{3,240}}\b{_any('credit_contributed')}.{{0,80}}|"
    f"{_any('credit_agency')} {_any('credit_post')} .{{3,240}}|"
    rf".{{0,80}}\b{_any('reserved')}\b.{{0,200}}|"
    r".{0,40}@\S+\.(?:com|net|org|co\.\w\w)\W*|https?://\S+|"
    f".{{0,80}}{_any('follow_channel')}.{{0,60}}{_any('follow_verb')}.{{0,30}}|"
    ".{0,40}কপিরাইট.{0,60}"
)
# At the beginning of lines that point to another page.
_POINTER = line_pattern(
    rf"[\[(]?(?:{_any('pointer_word')}\b|don.t miss|{_any('pointer_lead')} |{_any('pointer')})"
)
# Words that begin such lines and sentences of a report alike.
_COMMON = line_pattern(
    r"(?:published|related|recommended|copyright|filed under|posted (?:in|on)|comments?|photos?)\b"
    r"(?!\s*(?:[:©|]|\(c\)|\d{4}))|(?!.*\b(?:our|you|your|inbox|sign|subscribe)\b).*\bnewsletters?\b"
)
_SENTENCE_END = re.compile(r"\w[)%’”\"']*[.।?!][’”\"')]*$")
_DECK = re.compile(rf"\b{one_of('class_names', 'deck')}\b", re.I)


def is_promo(text: str, link_share: float = 0.0) -> bool:
    """Tell whether a line advertises, credits or links to other pages, and is no sentence.

    Args:
        text: the line in normal form.
        link_share: how much of it is links, 0 to 1.
    """
    if len(text) > 320:
        return False
    is_pointer = _POINTER.match(text) and (link_share >= 0.3 or len(text) < 120)
    if not (is_pointer or _PROMO.fullmatch(text) or (not text.isascii() and PROMO.fullmatch(text))):
        return False
    # Few lines come this far: what they begin with may begin a sentence of a report as well.
    is_sentence = link_share < 0.3 and text.count(" ") >= 6 and _SENTENCE_END.search(text)
    return not (is_sentence and _COMMON.match(text))


def article_text(container: _Element, blocks: list[Block], title: str | None) -> list[str]:
    """Keep the paragraphs, headings and items that are the article's.

    Args:
        container: the box that holds the article.
        blocks: the blocks in it.
        title: the article's title.

    Returns:
        The texts in page order.
    """
    blocks = _after_title(blocks, title)
    dropped = links_away(blocks)
    captions = {
        k for i in container.iter("img", "amp-img") if len(k := key(i.get("alt") or "")) > 9
    }
    for index, block in enumerate(blocks):
        is_caption = block.tag not in _PARAGRAPHS and captions and key(block.text) in captions
        if is_caption or is_promo(block.text, block.link_share):
            dropped.add(index)
    end = _end(blocks, dropped)
    return _once(_without_bare_headings(blocks[:end], dropped))


def _once(blocks: list[Block]) -> list[str]:
    """Leave out a second copy of the text in another box, as for small screens.

    A single line may be said again, as the questions of an interview are.
    """
    first: dict[str, int] = {}
    copies: dict[int, int] = {}
    for index, block in enumerate(blocks):
        earlier = first.setdefault(block.text, index)
        if (
            earlier != index
            and block.element.getparent() is not blocks[earlier].element.getparent()
        ):
            copies[index] = earlier
    length = sum(len(block.text) for block in blocks)
    if sum(len(blocks[index].text) for index in copies) < _COPY * length:
        copies.clear()
    kept: list[str] = []
    for index, block in enumerate(blocks):
        earlier = copies.get(index, -9)
        is_run = copies.get(index + 1) == earlier + 1 or copies.get(index - 1) == earlier - 1
        if is_run or (index and _repeats(block, blocks[index - 1])):
            continue
        kept.append(block.text)
    return kept


def _repeats(block: Block, above: Block) -> bool:
    """Tell whether a block says again, in another place of the tree, what the one above said."""
    return block.text == above.text and block.element.getparent() is not above.element.getparent()


def below_links(blocks: Sequence[Block]) -> set[str]:
    """Find the texts right below headlines that are links: teasers of other articles.

    Returns:
        Their keys.
    """
    return {
        key(block.text)
        for above, block in pairwise(blocks)
        if above.tag in _HEADINGS and above.link_share >= 0.8
    }


def _after_title(blocks: list[Block], title: str | None) -> list[Block]:
    """Drop what stands before the text: title, byline, time, tools.

    A standfirst is kept where it is long enough to be a paragraph.
    """
    start = _title_end(blocks, title)
    found = blocks[start:]
    lead: list[Block] = []
    for index, block in enumerate(found):
        is_heading = block.tag in _HEADINGS
        is_long = len(block.text) >= 100
        ended = len(block.text) >= 25 and PARAGRAPH_END.search(block.text) is not None
        if block.link_share >= 0.5:
            continue
        if (is_long or ended) and not is_heading and (is_long or not _is_deck(block)):
            return lead + found[index:]
        # Where the title is outside the box, the box holds text from its first paragraph on.
        if (start == 0 and block.tag in _PARAGRAPHS and not _is_deck(block)) or (
            is_heading and is_long and _is_deck(block)
        ):
            lead.append(block)
        else:
            lead = []
    return found


def _title_end(blocks: list[Block], title: str | None) -> int:
    wanted = key(title or "")
    reach = blocks[: max(12, len(blocks) * 2 // 3)]
    headings = [i for i, b in enumerate(reach) if b.tag in _HEADINGS and b.link_share < 0.5]
    same = [i for i in headings if wanted and key(blocks[i].text) == wanted]
    found = same[-1:] or [i for i in headings if blocks[i].tag == "h1"][:1]
    if not found:
        return 0
    before = sum(len(b.text) for b in blocks[: found[0]] if b.link_share < 0.5)
    after = sum(len(b.text) for b in blocks[found[0] :] if b.link_share < 0.5)
    return found[0] + 1 if before <= after * (3 if same else 1) else 0


def _is_deck(block: Block) -> bool:
    return bool(_DECK.search(f"{block.element.get('class') or ''} {block.element.get('id') or ''}"))


def links_away(blocks: list[Block]) -> set[int]:
    """Find the blocks that are only links; none where the article itself is a list of links.

    Returns:
        Places in ``blocks``.
    """
    found = _link_lists(blocks)
    for index, block in enumerate(blocks):
        if block.link_share < 0.8 or len(block.text) >= 300:
            continue
        if block.tag in _HEADINGS and index + 1 < len(blocks):
            following = blocks[index + 1]
            if following.link_share < 0.5 and following.tag == "p" and len(following.text) > 100:
                continue  # a linked heading over its own text
        if (
            block.tag == "p"
            and len(block.text) > 60
            and block.text[-1] in ".।"
            and not is_promo(block.text, 1.0)
            and not _is_card(blocks, index)
        ):
            continue
        found.add(index)
    lost = sum(len(blocks[i].text) for i in found if blocks[i].tag == "p")
    if lost > 0.5 * sum(len(b.text) for i, b in enumerate(blocks) if i not in found):
        return set()
    return found


def _is_card(blocks: list[Block], index: int) -> bool:
    """Tell whether a linked paragraph is a teaser: below a linked headline, or all in one link."""
    above = blocks[index - 1] if index else None
    if above is not None and above.tag in _HEADINGS and above.link_share >= 0.8:
        return True
    return any(a.tag == "a" for a in islice(blocks[index].element.iterancestors(), 3))


def _link_lists(blocks: list[Block]) -> set[int]:
    """Find lists whose items are links to elsewhere."""
    dropped: set[int] = set()
    index = 0
    while index < len(blocks):
        stop = index + 1
        if blocks[index].tag == "li":
            parent = blocks[index].element.getparent()
            while (
                stop < len(blocks)
                and blocks[stop].tag == "li"
                and blocks[stop].element.getparent() is parent
            ):
                stop += 1
            group = blocks[index:stop]
            linked = sum(1 for b in group if b.link_share >= 0.25)
            length = sum(len(b.text) for b in group)
            links = sum(b.link_length for b in group)
            if linked >= 0.8 * len(group) and links >= 0.4 * length and length < 160 * len(group):
                dropped.update(range(index, stop))
        index = stop
    return dropped


def _end(blocks: list[Block], dropped: set[int]) -> int:
    """Find where the article ends: a heading of other things, with no more of its text after it.

    What follows still belongs to it where there are paragraphs in the box, or in the kind of
    box, that most of the paragraphs before the heading are in.
    """
    lengths = [0 if i in dropped else len(b.text) for i, b in enumerate(blocks)]
    total = sum(lengths)
    passed = 0
    boxes: dict[object, int] = {}
    for index, block in enumerate(blocks):
        is_short = len(block.text) <= 70 and (
            block.tag in _HEADINGS
            or not PARAGRAPH_END.search(block.text)
            or block.text.endswith(":")
        )
        if is_short and index and _is_end(block.text):
            main = max(boxes, key=lambda b: boxes[b]) if boxes else None
            more = [
                b
                for i, b in enumerate(blocks[index + 1 :], index + 1)
                if i not in dropped and _is_prose(b) and _box(b) == main
            ]
            if not more and passed >= 0.4 * total:
                return index
            dropped.add(index)
        if index not in dropped and _is_prose(block):
            box = _box(block)
            boxes[box] = boxes.get(box, 0) + len(block.text)
        passed += lengths[index]
    return len(blocks)


def _is_end(text: str) -> bool:
    return bool(
        _END.fullmatch(text)
        or READ_MORE.fullmatch(text)
        or COMMENTS.fullmatch(text)
        or any(heading.fullmatch(text) for heading in HEADINGS.values())
    )


def _box(block: Block) -> object:
    """Tell boxes apart by their class, since some systems give every paragraph one of its own."""
    parent = block.element.getparent()
    css = parent.get("class") if parent is not None else None
    return (parent.tag, css) if parent is not None and css else parent


def _is_prose(block: Block) -> bool:
    return block.tag == "p" and block.link_share < 0.5 and len(block.text) >= 60


def _without_bare_headings(blocks: list[Block], dropped: set[int]) -> list[Block]:
    """Leave out what is dropped, and headings with nothing kept right below them."""
    kept: list[Block] = []
    below: int | None = None  # the next kept block
    for index in range(len(blocks) - 1, -1, -1):
        if index in dropped:
            continue
        block = blocks[index]
        if block.tag in _HEADINGS and (below is None or index + 1 in dropped):
            continue
        below = index
        kept.append(block)
    kept.reverse()
    return kept
