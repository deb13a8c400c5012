"""What people type into a search box: words, "phrases", AND, OR, NOT, brackets, prefix*.

Words next to each other must all be found. OR binds weaker than AND. A hyphen before a word
excludes it, as NOT does.
"""

import re
from dataclasses import dataclass

from etl.bangla.text import normal_form
from etl.errors import UsageError
from etl.search.words import words

_QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"'))
_PIECE = re.compile(r'"[^"]*"\*?|[()]|[^\s()"]+')
_EXCLUDED_GROUP = re.compile(r"(?<![^\s(])-(?=[\"(])")
_MOST_TERMS = 50
_SHORTEST_PREFIX = 2


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand next to each other, each given by its stems; often just one.

    ``is_prefix``: the last one is the beginning of a word.
    """

    words: tuple[tuple[str, ...], ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Every part is found."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is found."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is not found."""

    part: "Node"


Node = Term | All | AnyOf | Not


def parse(text: str) -> Node:
    """Read a query.

    Args:
        text: as typed.

    Raises:
        UsageError: no word in it, a quote or bracket without its partner, or too many words.
    """
    plain = normal_form(text).translate(_QUOTES)
    if plain.count('"') % 2:
        raise UsageError(f"query {text!r}: a quotation mark has no partner; close it or leave it")
    pieces = _PIECE.findall(_EXCLUDED_GROUP.sub("NOT ", plain))
    parser = _Parser(text, pieces)
    node = parser.alternatives()
    if parser.rest:
        raise parser.error(f"{parser.rest[0]!r} has no partner")
    if node is None:
        raise parser.error("no word to look for")
    if len(terms(node, with_excluded=True)) > _MOST_TERMS:
        raise parser.error(f"more than {_MOST_TERMS} words")
    return node


def terms(node: Node, *, with_excluded: bool = False) -> list[Term]:
    """Return the terms of a query; those to mark in a text, unless excluded ones are wanted."""
    match node:
        case Term():
            return [node]
        case Not():
            return terms(node.part, with_excluded=True) if with_excluded else []
        case _:
            return [
                term for part in node.parts for term in terms(part, with_excluded=with_excluded)
            ]


class _Parser:
    """A descent over the pieces; ``rest`` are those not read yet."""

    def __init__(self, text: str, pieces: list[str]) -> None:
        self.text = text
        self.rest = pieces

    def error(self, what: str) -> UsageError:
        return UsageError(
            f'query {self.text!r}: {what}; write words, "phrases", AND, OR, NOT, (…) or prefix*'
        )

    def alternatives(self) -> Node | None:
        found = [self.conjunction()]
        while self.rest and self.rest[0] == "OR":
            self.rest = self.rest[1:]
            found.append(self.conjunction())
            if found[-1] is None or found[0] is None:
                raise self.error("OR needs a word on both sides")
        parts = tuple(part for part in found if part is not None)
        return AnyOf(parts) if len(parts) > 1 else parts[0] if parts else None

    def conjunction(self) -> Node | None:
        parts: list[Node] = []
        is_operand_due = False
        while self.rest and self.rest[0] not in ("OR", ")"):
            if self.rest[0] == "AND":
                if not parts:
                    raise self.error("AND needs a word on both sides")
                self.rest = self.rest[1:]
                is_operand_due = True
                continue
            if (part := self.operand()) is not None:
                parts.append(part)
                is_operand_due = False
        if is_operand_due:
            raise self.error("AND needs a word on both sides")
        return All(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None

    def operand(self) -> Node | None:
        piece, self.rest = self.rest[0], self.rest[1:]
        if piece == "NOT":
            if not self.rest or self.rest[0] in ("AND", "OR", ")"):
                raise self.error("NOT needs a word behind it")
            return self.excluded()
        if piece == "(":
            node = self.alternatives()
            if not self.rest:
                raise self.error("'(' has no partner")
            self.rest = self.rest[1:]
            return node
        if piece.startswith("-") and len(piece) > 1:
            self.rest = [piece[1:], *self.rest]
            return self.excluded()
        return self.term(piece)

    def excluded(self) -> Node | None:
        part = self.operand()
        return None if part is None else Not(part)

    def term(self, piece: str) -> Term | None:
        is_prefix = piece.strip('"').endswith("*")
        found = tuple(word.stems for word in words(piece))
        if not found:
            return None
        if is_prefix and len(found[-1][0]) < _SHORTEST_PREFIX:
            raise self.error(f"{piece!r} is too short: a prefix has at least two letters")
        return Term(found, is_prefix)
