"""Numbers that an article gives: killed, injured, arrested, money, per cent.

A number is read in Bangla and Latin digits and in words, with হাজার, লাখ, কোটি and the like; what
it counts is the currency or শতাংশ behind it, or the word for a loss in its clause.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from etl.bangla.lexicon import any_of, read_table
from etl.bangla.text import BANGLA_CHARACTERS, to_latin_digits
from etl.enrich.document import Document, Sentence
from etl.resources import LEXICON
from etl.schema.records import Figure
from etl.schema.vocabulary import FigureKind

_COLUMNS = ("list", "text", "value")
_LOSSES = (FigureKind.KILLED, FigureKind.INJURED, FigureKind.ARRESTED)
_COUNTED = ("currency", "per_cent", *(kind.value for kind in _LOSSES))
_PERSONS = "persons"
_PER_CENT = "per cent"
_NEAR = 45  # characters between a number and the loss that it counts, in one clause
_SUBJECT_WORDS = 6
_BREAK = re.compile("[,;:।—–’‘“”]")
_FILLER = re.compile(" ?(?:\\([^)]*\\))? ?")


class _Words(NamedTuple):
    """The words of ``seeds/lexicon/figures.csv``, ready for reading numbers."""

    amount: re.Pattern[str]
    part: re.Pattern[str]
    numbers: dict[str, float]
    multipliers: dict[str, float]
    currencies: dict[str, str]
    currency: re.Pattern[str]
    per_cent: re.Pattern[str]
    person: re.Pattern[str]
    not_persons: re.Pattern[str]
    losses: tuple[tuple[FigureKind, re.Pattern[str]], ...]
    any_loss: re.Pattern[str]
    counted: re.Pattern[str]


@cache
def _words() -> _Words:
    lists: dict[str, dict[str, str]] = {}
    path = LEXICON / "figures.csv"
    for _, (name, text, value) in read_table(path, _COLUMNS, key=_COLUMNS[:2]):
        lists.setdefault(name, {})[text] = value
    numbers = {text: float(v) for text, v in (lists["number"] | lists["joined"]).items()}
    multipliers = {text: float(value) for text, value in lists["multiplier"].items()}
    end, start = f"(?![{BANGLA_CHARACTERS}])", f"(?<![{BANGLA_CHARACTERS}0-9.])"
    digits = "[0-9][0-9,]*(?:\\.[0-9]+)?(?: দশমিক [0-9]+)?"
    number = f"(?P<number>{digits}|(?:{any_of(numbers)}){end})"
    part = f"{number}(?: ?(?P<multiplier>{any_of(multipliers)}){end})?"
    unnamed = re.sub(r"\?P<\w+>", "?:", part)
    losses = tuple(
        (
            kind,
            re.compile(
                f"(?<![{BANGLA_CHARACTERS}])(?:{any_of(lists[kind.value])})"
                f"(?:{any_of(lists['loss_ending'])})?{end}"
            ),
        )
        for kind in _LOSSES
    )
    return _Words(
        amount=re.compile(f"{start}{unnamed}(?: {unnamed})*"),
        part=re.compile(part),
        numbers=numbers,
        multipliers=multipliers,
        currencies=lists["currency"],
        currency=re.compile(f" ?(?P<currency>{any_of(lists['currency'])}){end}"),
        per_cent=re.compile(f" ?(?:{any_of(lists['per_cent'])})"),
        person=re.compile(f" ?(?:{any_of(lists['person_unit'])}){end}"),
        not_persons=re.compile(f" ?(?:{any_of(lists['not_persons'])}){end}"),
        losses=losses,
        any_loss=re.compile("|".join(pattern.pattern for _, pattern in losses)),
        counted=re.compile(
            any_of(text for name in _COUNTED for text in lists[name])  # found in one pass
        ),
    )


def read_amount(written: str) -> float:
    """The value of a number as it is written: ১ হাজার ৩ কোটি, ৩৭ দশমিক ৫, ২ কোটি ৩০ লাখ.

    Args:
        written: digits of either script, words and multipliers.
    """
    words = _words()
    total = 0.0
    for part in words.part.finditer(to_latin_digits(written)):
        number = part.group("number")
        value = words.numbers.get(number)
        if value is None:
            value = float(number.replace(",", "").rstrip(".").replace(" দশমিক ", "."))
        multiplier = words.multipliers.get(part.group("multiplier") or "", 1.0)
        # A larger unit multiplies all before it: ১ হাজার ৩ কোটি is 1,003 crore.
        is_larger = 0 < total < multiplier
        total = (total + value) * multiplier if is_larger else total + value * multiplier
    return total


class _FigureReader:
    """Reads the figures of one sentence; digits are Latin, places those of the document."""

    def __init__(self, document: Document, sentence: Sentence) -> None:
        self._document = document
        self._sentence = sentence
        self._text = to_latin_digits(document.text[sentence.start : sentence.end])

    def read(self) -> Iterator[Figure]:
        words = _words()
        losses = words.any_loss.search(self._text) is not None
        for amount in words.amount.finditer(self._text):
            behind = amount.end()
            per_cent = words.per_cent.match(self._text, behind)
            currency = None if per_cent else words.currency.match(self._text, behind)
            if per_cent is not None:
                yield self._made(FigureKind.PER_CENT, _PER_CENT, amount, per_cent.end())
            elif currency is not None:
                code = words.currencies[currency.group("currency")]
                yield self._made(FigureKind.MONEY, code, amount, currency.end())
            elif losses:
                kind = self._loss(amount)
                if kind is not None:
                    yield self._made(kind, _PERSONS, amount, behind)

    def _loss(self, amount: re.Match[str]) -> FigureKind | None:
        """The loss that a number counts: behind it in its clause, else right before it."""
        words = _words()
        if words.not_persons.match(self._text, amount.end()):
            return None  # an age, a year, a number of cases
        before = self._text[max(0, amount.start() - _NEAR) : amount.start()]
        for kind, pattern in words.losses:
            ends = [found.end() for found in pattern.finditer(before)]
            if ends and before[ends[-1] :].strip(" :-–—") == "":
                return kind  # নিহত ১০
        is_counted = words.person.match(self._text, amount.end()) is not None or (
            amount.group().endswith("জন")
        )
        clause = self._text[amount.end() : amount.end() + _NEAR]
        stop = _BREAK.search(clause)
        clause = clause[: stop.start()] if stop else clause
        other = words.amount.search(clause)
        nearest: tuple[int, FigureKind] | None = None
        for kind, pattern in words.losses:
            found = pattern.search(clause)
            if found is not None and (nearest is None or found.start() < nearest[0]):
                nearest = found.start(), kind
        if nearest is None or (other is not None and other.start() < nearest[0]):
            return None
        between = clause[: nearest[0]].split()
        return nearest[1] if is_counted or len(between) <= _SUBJECT_WORDS // 2 else None

    def _made(self, kind: FigureKind, unit: str, amount: re.Match[str], end: int) -> Figure:
        start = self._sentence.start
        following = self._document.words_between(start + end, self._sentence.end)
        subject: list[str] = []
        position = start + end
        for begin, word_end, word in following[:_SUBJECT_WORDS]:
            if _FILLER.fullmatch(self._document.text[position:begin]) is None:
                break
            subject.append(word)
            position = word_end
        return Figure(
            kind=kind,
            value=read_amount(amount.group()),
            unit=unit,
            written=self._document.text[start + amount.start() : start + end],
            subject=" ".join(subject),
            evidence=self._sentence.text,
            position=start + amount.start(),
        )


def find_figures(document: Document) -> tuple[Figure, ...]:
    """Find the killed, injured and arrested, the sums of money and the percentages of an article.

    Args:
        document: the article.

    Returns:
        The figures by their places in the text, the headline's first.
    """
    starts = {
        document.sentence_at(found.start()).start
        for found in _words().counted.finditer(document.text)
    }
    return tuple(
        figure
        for sentence in document.sentences
        if sentence.start in starts
        for figure in _FigureReader(document, sentence).read()
    )
