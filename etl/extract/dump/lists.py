"""Headline lists next to a dumped article."""

from dataclasses import dataclass, field
from itertools import islice

from etl.bangla.text import to_latin_digits
from etl.extract.dump.article import Shape
from etl.extract.dump.head import split_kicker
from etl.extract.dump.lines import LONGEST_HEADLINE, Line, Role
from etl.extract.shared import lexicon
from etl.schema.records import SidebarItem
from etl.schema.vocabulary import ListKind

# A headline has two words at least; in a list without heading more, and there are two of them.
_SHORTEST_HEADLINE = 2
_SHORTEST_UNHEADED = 3
_FEWEST_UNHEADED = 2
# A kicker glued to its headline has so many words at most.
_LONGEST_KICKER = 5
# The two printings of a headline stand near each other; a list printed twice has fewer items.
_TWINS_WITHIN = 40
_ITEM_ROLES = frozenset((Role.TEXT, Role.BYLINE, Role.SENTENCE, Role.CAPTION))


@dataclass(slots=True)
class _List:
    kind: ListKind | None
    numbers: list[int] = field(default_factory=list)


def read_lists(
    lines: list[Line], shape: Shape | None, unheaded: ListKind
) -> tuple[SidebarItem, ...]:
    """Read all lists, before and after the article; an unheaded one counts below it only.

    Links between the article's paragraphs (আরও পড়ুন) are no list next to it.

    Args:
        lines: the page; lines of lists get the role of items.
        shape: where the article stands, if there is one.
        unheaded: what a list without a heading below the article is.

    Returns:
        The items; ranks count from 1 inside a kind.
    """
    found: list[_List] = []
    if shape is None:
        found.extend(_collect(lines, 0, len(lines), None))
    else:
        found.extend(_collect(lines, 0, shape.head, None))
        found.extend(_collect(lines, shape.end, len(lines), unheaded))
    items: list[SidebarItem] = []
    for kind in ListKind:
        numbers = [n for each in found if each.kind is kind for n in each.numbers]
        items.extend(_fold(lines, numbers, kind))
    return tuple(items)


def _collect(lines: list[Line], start: int, end: int, unheaded: ListKind | None) -> list[_List]:
    """Split a stretch of lines into lists, by headings, tabs and numbering."""
    lists: list[_List] = []
    current = _List(unheaded)
    tabs: list[ListKind | None] = []  # headings that stand together: tabs over several lists
    counter = 0
    after_item = 0  # items since the last number
    is_comment = False
    for number in range(start, end):
        line = lines[number]
        if line.role is Role.READ_MORE and ":" in line.text.rstrip(" :"):
            continue  # a single link, with its label
        if line.role in (Role.HEADING, Role.OTHER_HEADING, Role.READ_MORE):
            kind = ListKind.RELATED if line.role is Role.READ_MORE else line.list_kind
            if current.numbers or not tabs:
                lists.append(current)
                tabs, counter, after_item = [kind], 0, 0
                current = _List(kind)
            else:
                tabs.append(kind)
            is_comment = False
        elif line.role is Role.COMMENT:
            lists.append(current)
            is_button = lexicon.COMMENT_BUTTON.fullmatch(line.text.strip(" :"))
            current, tabs = _List(unheaded if is_button else None), []
            is_comment = True
        elif line.role is Role.FOOTER:
            lists.append(current)
            current, tabs = _List(None), []
        elif line.role is Role.NUMBER and not is_comment:
            value = int("".join(c for c in to_latin_digits(line.text) if c.isdigit()) or 0)
            if value <= counter and current.numbers and len(tabs) > 1:
                tabs.pop(0)
                moved = current.numbers[len(current.numbers) - after_item :]
                del current.numbers[len(current.numbers) - after_item :]
                lists.append(current)
                current = _List(tabs[0], moved)
            counter, after_item = value, 0
        elif _can_be_item(lines[number], current):
            current.numbers.append(number)
            after_item += 1
    lists.append(current)
    return [each for each in lists if each.kind is not None and _is_list(lines, each, unheaded)]


def _can_be_item(line: Line, current: _List) -> bool:
    if line.role not in _ITEM_ROLES or line.word_count < _SHORTEST_HEADLINE:
        return False
    if line.word_count > LONGEST_HEADLINE or (line.role is Role.CAPTION and not current.numbers):
        return False
    is_summary = line.role is Role.SENTENCE and line.word_count > 12
    return not is_summary


def _is_list(lines: list[Line], each: _List, unheaded: ListKind | None) -> bool:
    if not each.numbers:
        return False
    first = each.numbers[0]
    has_heading = any(
        lines[n].role in (Role.HEADING, Role.READ_MORE) for n in range(max(0, first - 6), first + 1)
    )
    headlines = [n for n in each.numbers if lines[n].word_count > _SHORTEST_UNHEADED]
    return has_heading or (unheaded is not None and len(headlines) >= _FEWEST_UNHEADED)


def _fold(lines: list[Line], numbers: list[int], kind: ListKind) -> list[SidebarItem]:
    """One item a headline: repeated ones, and those repeated with their kicker glued on, fold."""
    headlines: dict[str, str | None] = {}
    texts = [lines[number].text for number in numbers]
    for number, text in zip(numbers, _without_numbers(texts), strict=True):
        kicker, headline = split_kicker(text)
        _add(headlines, headline, kicker)
        lines[number].role = Role.ITEM
    return [
        SidebarItem(kind, rank, headline, kicker)
        for rank, (headline, kicker) in enumerate(headlines.items(), 1)
    ]


def _without_numbers(texts: list[str]) -> list[str]:
    """Drop ranks printed before the headlines, where they count up; other numbers stay."""
    found = [lexicon.LEADING_NUMBER.match(to_latin_digits(text)) for text in texts]
    in_order = 0
    for match in found:
        in_order += match is not None and int(match[1]) == in_order + 1
    if in_order < max(3, len(texts) // 2):
        return texts
    rank = 0
    kept: list[str] = []
    for text, match in zip(texts, found, strict=True):
        if match is not None and int(match[1]) in (rank, rank + 1):
            rank = int(match[1])
            text = text[match.end() :]
        kept.append(text)
    return kept


def _add(headlines: dict[str, str | None], headline: str, kicker: str | None) -> None:
    if headline in headlines:
        headlines[headline] = headlines[headline] or kicker
        return
    for known in list(islice(reversed(headlines), _TWINS_WITHIN)):
        shorter, longer = sorted((known, headline), key=len)
        glued = longer.removesuffix(shorter).strip()
        is_glued = longer.endswith(shorter) and len(glued.split()) <= _LONGEST_KICKER
        if not is_glued or len(shorter.split()) < _SHORTEST_HEADLINE:
            continue
        if (
            longer == known
        ):  # the glued form came first: keep its place, with kicker and headline split
            rebuilt = {
                (shorter if text == known else text): (glued if text == known else above)
                for text, above in headlines.items()
            }
            headlines.clear()
            headlines.update(rebuilt)
        else:
            headlines[known] = headlines[known] or glued
        return
    headlines[headline] = kicker
