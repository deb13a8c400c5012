"""The lines of a page dump and their roles."""

import re
from dataclasses import dataclass
from enum import StrEnum

from etl.bangla.dateline.parse import find_dateline, parse_day
from etl.bangla.text import count_words, mend_danda, normal_form, to_latin_digits
from etl.extract.shared import lexicon
from etl.extract.shared.patterns import line_pattern
from etl.extract.shared.sentences import BANGLA_LINE_END, LATIN_LINE_END
from etl.outlets.profiles import Outlets
from etl.schema.vocabulary import ListKind


class Role(StrEnum):
    """What a line is for; profiles name them in ``layouts``.

    The first group is read off a line alone, the second is given once the article is found.
    """

    CLOSE = "close"  # signs that close or open something, menus on one line
    NUMBER = "number"
    DAY = "day"
    CALENDAR = "calendar"
    BREADCRUMB = "breadcrumb"
    DATELINE = "dateline"
    LABELLED_DATELINE = "labelled_dateline"
    RELATIVE_TIME = "relative_time"
    EDITION = "edition"
    BYLINE = "byline"
    CAPTION = "caption"
    PROMO = "promo"
    COMMENT = "comment"
    HEADING = "heading"
    OTHER_HEADING = "other_heading"
    READ_MORE = "read_more"
    SHARE = "share"
    TAGS = "tags"
    FOOTER = "footer"
    SIGNOFF = "signoff"
    SECTION = "section"
    SENTENCE = "sentence"
    TEXT = "text"

    TITLE = "title"
    KICKER = "kicker"
    BODY = "body"
    ITEM = "item"


DATELINES = (Role.DATELINE, Role.LABELLED_DATELINE)


@dataclass(slots=True)
class Line:
    """A line in its normal form, bullet dropped."""

    text: str
    role: Role
    word_count: int
    starts_block: bool
    has_bullet: bool = False
    list_kind: ListKind | None = None
    danda_count: int = 0


@dataclass(frozen=True, slots=True)
class Furniture:
    """The outlets' own lines, as patterns over all profiles."""

    promo: re.Pattern[str] | None
    headings: dict[ListKind, re.Pattern[str]]


_BULLET = re.compile(r"[•●▪■◆►▶❖✔➤*]\s*|[–—-]\s+")
_LONGEST_LABEL = 80
_RULE = re.compile(r"[=_*~#.\-–—•·|\s]{3,}")
_EDGE = " :：»>›…-–—|#"
_DOUBTFUL = frozenset((Role.HEADING, Role.OTHER_HEADING, Role.SIGNOFF, Role.FOOTER, Role.TAGS))
_FULL_SENTENCE = 8
# No headline counted in the five dumps or in the 248 of the labelled set has more words.
LONGEST_HEADLINE = 22


def furniture(outlets: Outlets) -> Furniture:
    """Compile the promo lines and headings of all profiles."""
    promos = [f"(?:{promo})" for outlet in outlets.all for promo in outlet.text.promos]
    headings = {
        kind: [h for outlet in outlets.all for h in outlet.text.headings.get(kind, ())]
        for kind in ListKind
    }
    return Furniture(
        line_pattern("|".join(promos)) if promos else None,
        {kind: line_pattern("|".join(own)) for kind, own in headings.items() if own},
    )


def split_lines(text: str, known: Furniture) -> list[Line]:
    """Split a dump into the lines that hold something.

    Args:
        text: the dump, a block a line.
        known: the outlets' own lines.

    Returns:
        The lines in order, each with the role that it has by itself.
    """
    blocks = [normal_form(raw) for raw in text.splitlines()]
    lines: list[Line] = []
    is_after_blank = True
    pending = ""
    for number, block in enumerate(blocks):
        if not block or _RULE.fullmatch(block):
            is_after_blank = True
            continue
        line, pending = f"{pending} {block}".strip(), ""
        following = next((later for later in blocks[number + 1 : number + 4] if later), "")
        if _goes_on(line, following):
            pending = line
            continue
        lines.extend(_classified(line, is_after_blank, known))
        is_after_blank = False
    return _with_breadcrumbs(_between_sentences(lines))


def _between_sentences(lines: list[Line]) -> list[Line]:
    """Take furniture with full sentences right below it for subheadings or text.

    A word that heads a list elsewhere, or a telephone number, stands inside an article then: lists
    don't hold two sentences in a row. A pair of words with a slash is no sign-off before one.
    """
    for number in range(len(lines) - 2):
        line, below = lines[number], lines[number + 1 : number + 3]
        if line.role not in _DOUBTFUL or line.text.startswith("/"):
            continue
        sentences = [e.role is Role.SENTENCE and e.word_count >= _FULL_SENTENCE for e in below]
        if all(sentences) or (line.role is Role.SIGNOFF and sentences[0]):
            line.role = _prose(line.text, line.word_count)
    return lines


def _with_breadcrumbs(lines: list[Line]) -> list[Line]:
    """Put breadcrumbs together that stand a step a line: the root, then one section or two.

    More of them are a menu, and what follows a breadcrumb is set off or as long as a headline.
    """
    joined: list[Line] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        steps = 0
        if lexicon.BREADCRUMB_ROOT.fullmatch(line.text):
            while steps < 4 and number + 1 + steps < len(lines):
                step = lines[number + 1 + steps]
                if step.role is not Role.SECTION or step.starts_block:
                    break
                steps += 1
        after = lines[number + 1 + steps] if number + 1 + steps < len(lines) else None
        if 1 <= steps <= 2 and after and (after.starts_block or after.word_count > 3):
            path = [each.text for each in lines[number : number + 1 + steps]]
            joined.append(Line(" > ".join(path), Role.BREADCRUMB, steps + 1, line.starts_block))
            number += 1 + steps
        else:
            joined.append(line)
            number += 1
    return joined


def _goes_on(line: str, following: str) -> bool:
    """Whether the next line completes this one: a label its date, a breadcrumb its step."""
    if not following or len(line) > _LONGEST_LABEL:
        return False
    if lexicon.BREADCRUMB_ROOT.fullmatch(line) or lexicon.BREADCRUMB_OPEN.fullmatch(line):
        return bool(lexicon.BREADCRUMB.fullmatch(f"{line} {following}"))
    return (
        bool(lexicon.TIME_LABEL.fullmatch(line))
        and find_dateline(f"{line} {following}") is not None
    )


def _classified(text: str, starts_block: bool, known: Furniture) -> list[Line]:
    bullet = _BULLET.match(text)
    if bullet and bullet.end() < len(text):
        text = text[bullet.end() :]
    glued = lexicon.GLUED_SIGNOFF.search(text)
    if glued:
        return [
            *_classified(text[: glued.start()], starts_block, known),
            Line(text[glued.start() :].strip(), Role.SIGNOFF, 1, False),
        ]
    word_count = count_words(text)
    role, kind = _role(text, word_count, known)
    line = Line(text, role, word_count, starts_block, bool(bullet), kind)
    if role in (Role.SENTENCE, Role.TEXT):
        line.text, line.danda_count = mend_danda(text)
        if line.danda_count:
            line.role = _prose(line.text, word_count)
    return [line]


def _role(text: str, word_count: int, known: Furniture) -> tuple[Role, ListKind | None]:
    if lexicon.CLOSE.fullmatch(text):
        return Role.CLOSE, None
    if lexicon.NUMBER.fullmatch(to_latin_digits(text)):
        return Role.NUMBER, None
    if lexicon.SOURCE_LINE.fullmatch(text):
        return Role.SENTENCE, None
    if word_count > 40:
        return (Role.FOOTER if lexicon.FOOTER.fullmatch(text) else Role.SENTENCE), None
    day = _day_role(text)
    if day:
        return day, None
    bare = text.strip(_EDGE)
    for kind, common in lexicon.HEADINGS.items():
        own = known.headings.get(kind)
        if common.fullmatch(bare) or (own and own.fullmatch(bare)):
            return Role.HEADING, kind
    for role, pattern in _BARE_ROLES:
        if pattern.fullmatch(bare):
            return role, None
    if known.promo and known.promo.fullmatch(text):
        return Role.PROMO, None
    for role, pattern in _LINE_ROLES:
        if pattern.fullmatch(text) and not (role is Role.CAPTION and _is_about_picture(text)):
            return role, None
    head, colon, rest = text.partition(":")
    if colon and rest.strip() and lexicon.READ_MORE.fullmatch(head.strip()):
        return Role.READ_MORE, None
    return _prose(text, word_count), None


_BARE_ROLES = (
    (Role.READ_MORE, lexicon.READ_MORE),
    (Role.COMMENT, lexicon.COMMENTS),
    (Role.SECTION, lexicon.SECTIONS),
    (Role.OTHER_HEADING, lexicon.OTHER_LISTS),
    (Role.EDITION, lexicon.EDITION),
    (Role.SHARE, lexicon.SHARE),
)
_LINE_ROLES = (
    (Role.BREADCRUMB, lexicon.BREADCRUMB),
    (Role.TAGS, lexicon.TAGS),
    (Role.CLOSE, lexicon.MENU),
    (Role.CAPTION, lexicon.CREDIT),
    (Role.CAPTION, lexicon.BARE_CREDIT),
    (Role.PROMO, lexicon.PROMO),
    (Role.FOOTER, lexicon.FOOTER),
    (Role.SIGNOFF, lexicon.SIGNOFF),
    (Role.BYLINE, lexicon.BYLINE),
)


def _is_about_picture(text: str) -> bool:
    credit = lexicon.CREDIT.fullmatch(text)
    return bool(credit and lexicon.NO_CREDIT.fullmatch(credit["credit"]))


def _day_role(text: str) -> Role | None:
    if lexicon.TIME_AGO.fullmatch(text):
        return Role.RELATIVE_TIME
    found = find_dateline(text)
    if found is not None and lexicon.TIME_LABEL_START.match(found.text):
        return Role.LABELLED_DATELINE
    day = parse_day(text)
    if day is not None:
        return Role.DAY if day.value else Role.CALENDAR
    return Role.DATELINE if found is not None else None


def _prose(text: str, word_count: int) -> Role:
    """A sentence, by its end, by a danda inside or by its length; else it may be a headline."""
    if BANGLA_LINE_END.search(text) or word_count > LONGEST_HEADLINE:
        return Role.SENTENCE
    if ("। " in text and word_count >= 10) or (word_count >= 6 and LATIN_LINE_END.search(text)):
        return Role.SENTENCE
    return Role.TEXT
