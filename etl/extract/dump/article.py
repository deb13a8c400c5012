"""Where the article stands among a dump's lines: its head, its body, and where that ends."""

import re
from dataclasses import dataclass, field

from etl.extract.dump.lines import DATELINES, LONGEST_HEADLINE, Line, Role
from etl.extract.shared import lexicon

# What can't stand inside an article: after it, the body is over.
_ENDERS = frozenset((Role.COMMENT, Role.HEADING, Role.FOOTER, Role.SIGNOFF, Role.TAGS))
_META = frozenset((*DATELINES, Role.BYLINE, Role.EDITION, Role.BREADCRUMB))
_SKIPPED = frozenset((Role.CLOSE, Role.NUMBER, Role.SHARE, Role.PROMO, Role.RELATIVE_TIME))
# Lines without a full stop that may stand between two sentences of one article: subheadings,
# items of a list, questions. More of them are a list of headlines, unless they look like items.
_GAP = 4
_ITEM_GAP = 40
# As many lines without a full stop after the last sentence, and before whatever ends the article,
# are still its own; more are a list of headlines.
_TAIL_BEFORE_ENDER = 3
_TAIL_AT_END = 2
_PROSE = frozenset((Role.SENTENCE, Role.TEXT, Role.BYLINE, Role.SECTION))
_OFTEN_FURNITURE = frozenset((Role.NUMBER, Role.DAY, *DATELINES))
_TITLE_WINDOW = 40
_WORD = re.compile(r"[^\W\d_][^\s,;:।!?’‘“”\"'()|/-]*")
# Bangla inflects at the word's end: four characters hold the stem's beginning.
_STEM = 4
# A kicker's one or two words are all in the body, and prove nothing.
_FEWEST_STEMS = 5
_LONGEST_TAG = 3
# Captions without credit are a noun phrase or a short sentence.
_LONGEST_CAPTION = 14


@dataclass(slots=True)
class Shape:
    """Line numbers of the article's parts; ``end`` is the first line after the body."""

    title: int | None = None
    head: int = 0
    start: int = 0
    end: int = 0
    body: list[int] = field(default_factory=list)
    captions: list[int] = field(default_factory=list)
    times: int = 0  # lines below the title that give a time and nothing else


def find_shape(lines: list[Line]) -> Shape | None:
    """Find the article among the lines of a page.

    Returns:
        The line numbers of its parts, or None where no line is a sentence of one.
    """
    span = _body_span(lines)
    if span is None:
        return None
    start, last = span
    end = _body_end(lines, last)
    if end == last + 1 and _goes_on(lines, start, last):
        end += 1
    shape = Shape(start=start, end=end)
    shape.title = _find_title(lines, start, end)
    _cut_tags(lines, shape, last)
    _read_body(lines, shape)
    return shape


def _body_span(lines: list[Line]) -> tuple[int, int] | None:
    """First and last sentence of the run of sentences that holds most words."""
    best: tuple[int, int] | None = None
    best_words = 0
    for run in _runs(lines):
        count = sum(
            lines[n].word_count for n in range(run[0], run[1] + 1) if _is_sentence(lines[n])
        )
        if count > best_words:
            best, best_words = run, count
    return best


def _is_sentence(line: Line) -> bool:
    return line.role is Role.SENTENCE


def _runs(lines: list[Line]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    first = last = -1
    gap: list[int] = []
    seen_dateline = False
    for number, line in enumerate(lines):
        starts_article = line.role in DATELINES and not seen_dateline
        seen_dateline = seen_dateline or line.role in DATELINES
        if line.role in _ENDERS or starts_article:
            if first >= 0:
                runs.append((first, last))
            first, gap = -1, []
        elif _is_sentence(line):
            if first >= 0 and not _bridges(lines, gap):
                runs.append((first, last))
                first = -1
            first = number if first < 0 else first
            last, gap = number, []
        elif line.role in (
            Role.TEXT,
            Role.BYLINE,
            Role.SECTION,
            Role.READ_MORE,
            Role.OTHER_HEADING,
        ):
            gap.append(number)
    if first >= 0:
        runs.append((first, last))
    return runs


def _bridges(lines: list[Line], gap: list[int]) -> bool:
    """Whether the lines between two sentences belong to the text, or are links inside it."""
    if len(gap) <= _GAP:
        return True
    if any(lines[n].role is Role.READ_MORE for n in gap[:2]):
        return len(gap) <= 2 * _GAP
    items = sum(1 for n in gap if looks_like_item(lines[n]))
    return len(gap) <= _ITEM_GAP and items * 3 >= len(gap) * 2


def looks_like_item(line: Line) -> bool:
    """Tell an item of a list or a line of a dialogue from a headline."""
    return bool(
        line.has_bullet
        or lexicon.LIST_ITEM.fullmatch(line.text)
        or (lexicon.DIALOGUE.fullmatch(line.text) and line.word_count <= 6)
        or line.word_count <= 3
    )


def _body_end(lines: list[Line], last: int) -> int:
    """The first line after the body, given its last sentence."""
    tail: list[int] = []
    number = last + 1
    while number < len(lines):
        line = lines[number]
        if line.role in _ENDERS or line.role in (Role.PROMO, Role.SHARE, Role.READ_MORE):
            limit = len(tail) if line.role is Role.SIGNOFF else _TAIL_BEFORE_ENDER
            return number if _is_own_tail(lines, tail, limit) else last + 1
        if line.role is Role.TEXT:
            tail.append(number)
        elif line.role in (Role.OTHER_HEADING, Role.SECTION, Role.NUMBER, *DATELINES):
            return (tail[0] if tail else number) if len(tail) > 1 else number
        number += 1
    if len(tail) == _TAIL_AT_END and not any(_shares_words(lines, last, n) for n in tail):
        return last + 1
    return number if _is_own_tail(lines, tail, _TAIL_AT_END) else last + 1


def _goes_on(lines: list[Line], start: int, last: int) -> bool:
    """Whether the line below the last full stop is a paragraph that lost its own.

    It speaks of the same as the article and ends with a verb; a headline of a list does neither.
    """
    if last + 1 >= len(lines) or lines[last + 1].role is not Role.TEXT:
        return False
    own = stems(lines[last + 1].text)
    known = stems(" ".join(line.text for line in lines[start : last + 1]))
    is_about_it = len(own & known) * 2 >= len(own) >= _FEWEST_STEMS
    return is_about_it and bool(lexicon.VERB_END.fullmatch(lines[last + 1].text))


def _shares_words(lines: list[Line], last: int, number: int) -> bool:
    """Whether the line has a third of its words from the paragraphs right above the tail."""
    own = stems(lines[number].text)
    known = stems(" ".join(line.text for line in lines[max(0, last - 12) : last + 1]))
    return len(own & known) * 3 >= len(own) or len(own) < _FEWEST_STEMS


def _is_own_tail(lines: list[Line], tail: list[int], limit: int) -> bool:
    return len(tail) <= limit or all(looks_like_item(lines[n]) for n in tail)


def _cut_tags(lines: list[Line], shape: Shape, last: int) -> None:
    """Give up short lines below the last sentence that only repeat words of the article: tags."""
    tail = [n for n in range(last + 1, shape.end) if lines[n].role is not Role.CAPTION]
    if not tail or lines[last + 1].role is Role.CAPTION:
        return
    texts = [lines[n] for n in range(shape.start, last + 1)]
    if shape.title is not None:
        texts.append(lines[shape.title])
    known = stems(" ".join(line.text for line in texts))
    tags = [
        line
        for line in (lines[n] for n in tail)
        if line.word_count <= _LONGEST_TAG
        and not line.has_bullet
        and line.role in (Role.TEXT, Role.SECTION)
        and line.text[-1:].isalpha() | ("\u0981" <= line.text[-1:] <= "\u09cd")
        and (own := stems(line.text))
        and len(own & known) * 2 >= len(own) * (1 if len(tail) > 1 else 2)
    ]
    if len(tags) * 3 >= len(tail) * 2:
        shape.end = last + 1


def stems(text: str) -> set[str]:
    """Collect the beginnings of a text's words, which two texts about one thing share."""
    return {word[:_STEM].lower() for word in _WORD.findall(text) if len(word) > 1}


def _find_title(lines: list[Line], start: int, end: int) -> int | None:
    """The line before the body that is most like a headline of it."""
    known = stems(" ".join(line.text for line in lines[start:end]))
    best, best_score = None, 0.0
    first = max(0, start - _TITLE_WINDOW)
    for number in range(first, start):
        if not _can_be_title(lines[number]):
            continue
        score = _title_score(lines, number, start, known)
        if score > best_score:
            best, best_score = number, score
    return best


def _can_be_title(line: Line) -> bool:
    if line.role is Role.BYLINE:
        return line.word_count >= 4
    return line.role is Role.TEXT or (line.role is Role.SENTENCE and line.word_count <= 18)


def _title_score(lines: list[Line], number: int, start: int, known: set[str]) -> float:
    """Weigh the signs of a title.

    Words and stems shared with the body count for it, and the head's other parts near by; a place
    in a menu, after a heading, far from the body or among captions counts against it.
    """
    line = lines[number]
    own = stems(line.text)
    score = 2 * min(line.word_count, 6) / 6
    score += 4 * len(own & known) / max(len(own), _FEWEST_STEMS)
    between = [n for n in range(number + 1, start) if lines[n].role is Role.TEXT]
    score -= 0.25 * len(between)
    near = [n for n in range(max(0, number - 3), min(start, number + 4)) if lines[n].role in _META]
    score += 1.5 if near else 0
    if number and lines[number - 1].role is Role.BREADCRUMB:
        score += 1.5
    if line.role is Role.BYLINE:
        score -= 2.5
    if line.role is Role.SENTENCE:
        score -= 1.5
    if _is_menu(lines, number):
        score -= 3
    before = next(
        (lines[n] for n in range(number - 1, -1, -1) if lines[n].role not in _SKIPPED), None
    )
    if before is not None and before.role is Role.HEADING:
        score -= 2
    is_repeated = (number + 1 < start and lines[number + 1].text == line.text) or (
        number and lines[number - 1].text == line.text
    )
    if is_repeated:
        score -= 1.5
    if any(lines[n].role is Role.CAPTION for n in range(max(0, number - 2), number)):
        score -= 1.5
    # A caption without credit speaks of the article too, but stands below its title.
    earlier = [n for n in range(max(0, number - 6), number) if _is_headline(lines[n])]
    score -= 0.7 * min(len(earlier), 2)
    return score


def _is_headline(line: Line) -> bool:
    return line.role is Role.TEXT and 4 <= line.word_count <= LONGEST_HEADLINE


def _is_menu(lines: list[Line], number: int) -> bool:
    """Short, and among short lines."""
    if lines[number].word_count > 3:
        return False
    around = range(max(0, number - 2), min(len(lines), number + 3))
    return sum(1 for n in around if lines[n].word_count <= 3 and lines[n].role in _MENU_ROLES) >= 4


_MENU_ROLES = frozenset(
    (Role.TEXT, Role.SECTION, Role.OTHER_HEADING, Role.HEADING, Role.SHARE, Role.FOOTER, Role.CLOSE)
)


def _read_body(lines: list[Line], shape: Shape) -> None:
    """Sort the lines between title and end into paragraphs, captions and links."""
    _start_of_body(lines, shape)
    top = shape.start if shape.title is None else shape.title
    shape.times = sum(1 for line in lines[top : shape.end] if _is_time(line))
    number = shape.start
    while number < shape.end:
        line = lines[number]
        is_twin = number + 1 < shape.end and lines[number + 1].text == line.text
        if line.role is Role.READ_MORE:
            number = _after_links(lines, shape, number)
            continue
        if line.role is Role.CAPTION or (is_twin and _is_picture_text(line)):
            shape.captions.append(number)
        elif line.role in _PROSE or (
            line.role in _OFTEN_FURNITURE and _is_inside(lines, shape, number)
        ):
            shape.body.append(number)
        number += 1 + (is_twin and line.role is not Role.NUMBER)


def _is_picture_text(line: Line) -> bool:
    """A line printed twice is a picture's text and caption; a long one is a paragraph repeated."""
    return line.word_count <= _LONGEST_CAPTION


def _is_time(line: Line) -> bool:
    is_dated = line.role in DATELINES or line.role is Role.RELATIVE_TIME
    return is_dated or bool(lexicon.CLOCK.fullmatch(line.text))


def _is_inside(lines: list[Line], shape: Shape, number: int) -> bool:
    """Text goes on after this line: a subheading that is a day or a number, not furniture."""
    return number > shape.start and any(
        lines[n].role is Role.SENTENCE for n in range(number + 1, min(shape.end, number + 3))
    )


def _after_links(lines: list[Line], shape: Shape, number: int) -> int:
    """Pass over আরও পড়ুন and the headlines below it, up to the next sentence."""
    has_link = ":" in lines[number].text and not lines[number].text.endswith(":")
    number += 1
    while not has_link and number < shape.end and lines[number].role is Role.TEXT:
        number += 1
    return number


def _start_of_body(lines: list[Line], shape: Shape) -> None:
    """Questions, items and labelled lines right before the first sentence belong to the body."""
    if shape.title is None:
        return
    number = shape.start
    while number - 1 > shape.title and lines[number - 1].role is Role.TEXT:
        text = lines[number - 1].text
        is_question = text.endswith("?") and lines[number - 1].word_count >= 3
        if not (is_question or lexicon.LIST_ITEM.fullmatch(text)):
            break
        number -= 1
    shape.start = number
