"""The head of a dumped article: title, kicker, byline, edition, section, times, captions."""

from dataclasses import dataclass, field
from datetime import date, datetime

from etl.bangla.clock import DHAKA, in_dhaka
from etl.bangla.dateline.parse import Dateline, find_dateline, parse_dateline, parse_day
from etl.extract.dump.article import Shape
from etl.extract.dump.lines import DATELINES, Line, Role
from etl.extract.shared import lexicon
from etl.schema.records import Capture
from etl.schema.vocabulary import CaptureTimeSource

# The head's lines stand within so many lines above the title.
_ABOVE = 8
_LONGEST_NAME = 6
_LONGEST_KICKER = 5
_TOP = 12


@dataclass(slots=True)
class Head:
    """What stands above the body."""

    title: str | None = None
    kicker: str | None = None
    byline: str | None = None
    edition: str | None = None
    section: str | None = None
    dateline: Dateline = field(default_factory=Dateline)
    page_date: date | None = None
    captions: list[str] = field(default_factory=list)
    photo_credit: str | None = None
    warnings: list[str] = field(default_factory=list)


def read_head(lines: list[Line], shape: Shape, capture: Capture) -> Head:
    """Read the head, and give its lines their final roles.

    Args:
        lines: the page.
        shape: where its article stands.
        capture: when it was fetched, which relative times count from.
    """
    head = Head()
    title = shape.title if shape.title is not None else shape.start
    for number in shape.body:
        lines[number].role = Role.BODY
    if shape.title is not None:
        lines[shape.title].role = Role.TITLE
    shape.head = _top_of_head(lines, title)
    _read_day(lines, shape, title, head)
    _read_times(lines, shape, title, head, capture)
    _read_byline(lines, shape, title, head)
    _read_captions(lines, shape, title, head)
    _read_title(lines, shape, title, head)
    for number in range(shape.head, shape.start):
        if lines[number].role is Role.EDITION and head.edition is None:
            head.edition = lines[number].text
    return head


def _top_of_head(lines: list[Line], title: int) -> int:
    """Up from the title, over the lines that can belong to it."""
    top = title
    for number in range(title - 1, max(-1, title - _ABOVE - 1), -1):
        if lines[number].role in (Role.HEADING, Role.COMMENT, Role.FOOTER, Role.SENTENCE):
            break
        top = number
    return top


def _read_day(lines: list[Line], shape: Shape, title: int, head: Head) -> None:
    """The masthead's day: with a weekday or the Bangla calendar, above the title."""
    for number in range(min(title, len(lines))):
        line = lines[number]
        if line.role is Role.DAY:
            following = lines[number + 1] if number + 1 < len(lines) else line
            has_calendar = following.role is Role.CALENDAR
            day = parse_day(f"{line.text} {following.text}" if has_calendar else line.text)
            if day is None or not (day.bangla or has_weekday(line.text)):
                continue
            head.page_date = day.value
            head.warnings.extend(day.warnings)
            return
        is_clock = line.role is Role.DATELINE and number < min(_TOP, shape.head + _ABOVE)
        if is_clock and has_weekday(line.text) and not line.text[:1].isdigit():
            dateline = parse_dateline(line.text)
            at = in_dhaka(dateline.published_at)
            if at is not None and _has_better(lines, number, shape):
                head.page_date = at.date()
                line.role = Role.DAY
                return


def _has_better(lines: list[Line], clock: int, shape: Shape) -> bool:
    return any(lines[n].role in DATELINES for n in range(clock + 1, shape.start))


def has_weekday(text: str) -> bool:
    """Tell whether a day is printed with its weekday first, as mastheads do."""
    return bool(lexicon.WEEKDAY_FIRST.match(text))


def _capture_time(capture: Capture, page_date: date | None) -> datetime | None:
    """When the page was fetched, if that is known: a file's time may be anything."""
    if capture.captured_at_source is not CaptureTimeSource.FILE_TIME:
        return capture.captured_at
    if page_date is None:
        return None
    return datetime(page_date.year, page_date.month, page_date.day, 23, 59, 59, tzinfo=DHAKA)


def _read_times(lines: list[Line], shape: Shape, title: int, head: Head, capture: Capture) -> None:
    """The labelled publish lines of the head; without one, the unlabelled nearest to the title."""
    captured_at = _capture_time(capture, head.page_date)
    places = [n for n in range(shape.head, shape.start) if lines[n].role in DATELINES]
    if not places:
        after = range(shape.end, min(len(lines), shape.end + 4))
        places = [n for n in after if lines[n].role is Role.LABELLED_DATELINE][:1]
    labelled = [n for n in places if lines[n].role is Role.LABELLED_DATELINE]
    chosen = labelled or sorted(places, key=lambda n: (n < title, abs(n - title)))[:1]
    if labelled and all(not _published(lines[n].text, captured_at) for n in labelled):
        plain = [n for n in places if lines[n].role is Role.DATELINE]
        chosen = [*sorted(plain, key=lambda n: (n < title, abs(n - title)))[:1], *labelled]
    if not chosen:
        chosen = _days_near(lines, shape, title)
    text = " | ".join(_only_dateline(lines[n].text) for n in sorted(chosen))
    if text:
        head.dateline = parse_dateline(text, captured_at)
        head.warnings.extend(head.dateline.warnings)


def _published(text: str, captured_at: datetime | None) -> bool:
    dateline = parse_dateline(text, captured_at)
    return bool(dateline.published_at or dateline.published_date)


def _days_near(lines: list[Line], shape: Shape, title: int) -> list[int]:
    """A day without a clock: below the title, or above it next to the byline and no masthead's."""
    for number in range(title + 1, shape.start):
        if lines[number].role is Role.DAY:
            return [number]
    for number in range(max(shape.head, title - 3), title):
        is_near = (number and lines[number - 1].role is Role.BYLINE) or (
            lines[number + 1].role in (Role.BYLINE, Role.EDITION)
        )
        if lines[number].role is Role.DAY and is_near and not has_weekday(lines[number].text):
            return [number]
    return []


def _only_dateline(text: str) -> str:
    found = find_dateline(text)
    return found.text if found else text


def _read_byline(lines: list[Line], shape: Shape, title: int, head: Head) -> None:
    """A line that names a desk or post; else what stands on, above or below the publish line."""
    area = [n for n in range(shape.head, shape.start) if n != title]
    named = [n for n in area if lines[n].role is Role.BYLINE]
    datelines = [n for n in area if lines[n].role in DATELINES]
    if named:
        anchors = datelines or [title]
        number = min(named, key=lambda n: min(abs(n - anchor) for anchor in anchors))
        head.byline = lines[number].text
        return
    for number in datelines:
        found = find_dateline(lines[number].text)
        if found and 0 < len(found.before.split()) <= _LONGEST_NAME:
            head.byline = found.before
            return
    for number in datelines:
        above = number - 1
        if above >= shape.head and above != title and _is_name(lines[above]):
            lines[above].role = Role.BYLINE
            head.byline = lines[above].text
            return
    has_blocks = any(line.starts_block for line in lines[1:])
    for number in datelines:
        below = number + 1
        is_joined = has_blocks and below < shape.start and not lines[below].starts_block
        if is_joined and below != title and _is_name(lines[below]):
            lines[below].role = Role.BYLINE
            head.byline = lines[below].text
            return


def _is_name(line: Line) -> bool:
    return (
        line.role is Role.TEXT and line.word_count <= _LONGEST_NAME and line.text[-1:] not in "?!"
    )


def _read_captions(lines: list[Line], shape: Shape, title: int, head: Head) -> None:
    """Lines with a credit, lines printed twice, and what else stands between head and body."""
    above = [n for n in range(shape.head, title) if lines[n].role is Role.CAPTION]
    below = [
        n
        for n in range(title + 1, shape.start)
        if lines[n].role is Role.CAPTION
        or (lines[n].role is Role.TEXT and lines[n].word_count >= 2)
        or (lines[n].role is Role.SENTENCE and _is_twin(lines, n))
    ]
    texts: list[str] = []
    for number in [*above, *below, *shape.captions]:
        line = lines[number]
        is_credit = lexicon.CREDIT_ONLY.fullmatch(line.text)
        if is_credit and texts and number and lines[number - 1].text == texts[-1]:
            texts[-1] = f"{texts[-1]} {line.text}"
        else:
            texts.append(line.text)
        line.role = Role.CAPTION
    head.captions = list(dict.fromkeys(texts))
    for caption in head.captions:
        credit = lexicon.CREDIT.fullmatch(caption)
        if credit and head.photo_credit is None:
            head.photo_credit = credit["credit"].strip(" ।.)]")


def _is_twin(lines: list[Line], number: int) -> bool:
    return any(
        0 <= n < len(lines) and lines[n].text == lines[number].text
        for n in (number - 1, number + 1)
    )


def _read_title(lines: list[Line], shape: Shape, title: int, head: Head) -> None:
    """Title, the kicker on or above it, and the section."""
    for number in range(shape.head, shape.start):
        if lines[number].role is Role.BREADCRUMB and head.section is None:
            head.section = _section(lines[number].text, lines[title].text)
    if shape.title is None:
        return
    head.section = head.section or _section_above(lines, shape, title)
    head.kicker, head.title = split_kicker(lines[title].text)
    above = title - 1
    if above < 0:
        return
    line = lines[above]
    is_menu = above > 0 and lines[above - 1].role in (Role.TEXT, Role.SECTION)
    if line.role is Role.SECTION and head.section is None and not is_menu:
        head.section = line.text
        return
    is_kicker = line.role is Role.TEXT and not is_menu and line.word_count <= _LONGEST_KICKER
    if is_kicker and head.kicker is None and line.text != head.title:
        line.role = Role.KICKER
        head.kicker = line.text


def _section_above(lines: list[Line], shape: Shape, title: int) -> str | None:
    """The steps of a breadcrumb, a line each, between its root and the title."""
    for number in range(title - 1, max(shape.head, title - 4) - 1, -1):
        if lexicon.BREADCRUMB_ROOT.fullmatch(lines[number].text):
            steps = [n for n in range(number + 1, title) if lines[n].role is not Role.CLOSE]
            if steps and (len(steps) == 1 or all(lines[n].role is Role.SECTION for n in steps)):
                for step in steps:
                    lines[step].role = Role.SECTION
                return " > ".join(lines[n].text for n in steps)
            return None
    return None


def _section(breadcrumb: str, title: str) -> str | None:
    match = lexicon.BREADCRUMB.fullmatch(breadcrumb)
    steps = [step for step in lexicon.BREADCRUMB_STEP.split(match["path"]) if step] if match else []
    if steps and (
        steps[-1] == title
        or (title.startswith(steps[-1].rstrip("….")[:60]) and len(steps[-1]) > 30)
    ):
        steps.pop()
    return " > ".join(steps) or None


def split_kicker(headline: str) -> tuple[str | None, str]:
    """Split a kicker off its headline where a slash between spaces does (``অপরাধ / …``).

    Returns:
        The kicker, if there is one, and the headline.
    """
    kicker, slash, rest = headline.partition(" / ")
    if slash and rest.strip() and 0 < len(kicker.split()) <= _LONGEST_KICKER:
        return kicker.strip(), rest.strip()
    return None, headline
