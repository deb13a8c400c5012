"""The text of a tree as blocks: what a reader sees as separate paragraphs, headings and items.

One walk gives every block with what is needed to judge it: its tag, how much of it is links, and
the boxes around it whose names or style speak against it. What no page means as text (scripts,
form fields, players) is left out here; the rest is decided by the callers.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from lxml.etree import _Element

from etl.extract.shared.sentences import ENDS_BEFORE_BREAK

INLINE = frozenset(
    ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
     "font", "i", "ins", "kbd", "mark", "nobr", "q", "s", "samp", "small", "span", "strike",
     "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "br", "label", "amp-img",
     "ruby", "rb", "rt", "rp", "picture"]
)  # fmt: skip
_NEVER = frozenset(
    ["script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "svg",
     "canvas", "button", "select", "option", "input", "textarea", "video", "audio", "map", "area",
     "dialog", "menu", "head", "link", "meta", "math", "frame", "frameset", "datalist", "progress",
     "amp-ad", "amp-embed", "amp-iframe", "source", "track", "figcaption", "rt", "rp",
     "fieldset", "marquee"]
)  # fmt: skip
# Inside these, a span is part of the sentence whatever its name.
_RUNNING = frozenset(["p", "li", "td", "blockquote"])
# Of these a paragraph is made; any other element in running text is a word of it: custom elements,
# the smart tags of word processors.
_BLOCKS = frozenset(
    ["address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dir", "div",
     "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
     "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td",
     "tfoot", "th", "thead", "tr", "ul", "caption", "legend", "hgroup", "search"]
)  # fmt: skip
_BREAK = "\ufdd0"  # stands for <br>: a code point that is never a character
_HARD_BREAK = re.compile(rf"\s*{_BREAK}(?:\s*{_BREAK})+\s*")
# Segments between single breaks that are this long are paragraphs, shorter ones lines of verse
# or of an address.
_LINE = 120


class Block(NamedTuple):
    """One block of text.

    Attributes:
        element: the element whose text it is.
        tag: the element's tag.
        text: the text on one line.
        link_length: how many characters of the text are links.
        link_count: how many links are in it.
        marks: the marked boxes around it, outer before inner.
    """

    element: _Element
    tag: str
    text: str
    link_length: int
    link_count: int
    marks: tuple[_Element, ...] = ()

    @property
    def link_share(self) -> float:
        """How much of the text is links, 0 to 1."""
        return self.link_length / len(self.text) if self.text else 0.0


class _ReachedError(Exception):
    """The last block that is wanted has been read."""


class _Reader:
    def __init__(
        self,
        judge: Callable[[_Element, str], bool | None],
        is_last: Callable[[str], bool] | None,
    ) -> None:
        self._judge = judge
        self._is_last = is_last
        self._marks: tuple[_Element, ...] = ()
        self.blocks: list[Block] = []
        self._parts: list[str] = []
        self._links = 0
        self._link_count = 0
        self._open_links = 0

    def read(self, element: _Element, tag: str) -> None:
        """Read one block element: its own text runs are blocks, its block children too."""
        self._inside(element, element, tag)
        self.flush(element, tag)

    def _inside(self, element: _Element, owner: _Element, tag: str) -> None:
        """Read what an element holds into the block of ``owner``: itself, or one it is inline in.

        Most of a page is furniture, and all of it comes through here: no call more than needed.
        """
        parts = self._parts
        if text := element.text:
            parts.append(text)
        if not len(element):
            return
        judge = self._judge
        for child in element:
            name = child.tag
            if name in _NEVER:
                if name == "button" and tag == "p" and parts and parts[-1].strip():
                    parts.append("".join(map(str, child.itertext())))  # a word that can be clicked
                parts.append(" ")
            elif name == "br":
                parts.append(_BREAK)
            elif (verdict := judge(child, name)) is None:
                parts.append(" ")
            elif (name in INLINE and not (verdict and name == "span" and tag not in _RUNNING)) or (
                name not in _BLOCKS and tag in _RUNNING and not verdict
            ):
                if name == "a":
                    self._link(child, owner, tag)
                elif len(child):
                    self._inside(child, owner, tag)
                elif text := child.text:
                    parts.append(text)
            else:
                self.flush(owner, tag)
                outer = self._marks
                if verdict:
                    self._marks = (*outer, child)
                self._inside(child, child, name)
                if parts:
                    self.flush(child, name)
                else:  # what a flush does too, without the call
                    self._links = self._link_count = 0
                self._marks = outer
            if text := child.tail:
                parts.append(text)

    def _link(self, link: _Element, owner: _Element, tag: str) -> None:
        before = len(self._parts)
        self._open_links += 1
        self._inside(link, owner, tag)
        self._open_links -= 1
        # A link around entire blocks has flushed them, each as link text, by now.
        self._links += sum(map(len, self._parts[before:]))
        self._link_count += 1

    def flush(self, element: _Element, tag: str) -> None:
        """End the block that is being read."""
        links, count = self._links, self._link_count
        self._links = self._link_count = 0
        parts = self._parts
        if not parts:
            return
        text = " ".join("".join(parts).split())
        parts.clear()
        if not text:
            return
        length = len(text)
        if self._open_links:
            links, count = length, count or 1
        elif links > length:
            links = length
        is_last = self._is_last
        if _BREAK in text:
            segments = split_breaks(text)
            for segment in segments:
                self.blocks.append(
                    Block(element, tag, segment, min(links, len(segment)), count, self._marks)
                )
            if is_last is not None and any(map(is_last, segments)):
                raise _ReachedError
        else:
            self.blocks.append(Block(element, tag, text, links, count, self._marks))
            if is_last is not None and is_last(text):
                raise _ReachedError


def split_breaks(text: str) -> list[str]:
    """Split at double line breaks, and at single ones between complete paragraphs."""
    result: list[str] = []
    for piece in _HARD_BREAK.split(text):
        lines = [line.strip() for line in piece.split(_BREAK)]
        current = ""
        for line in lines:
            if (
                current
                and len(current) >= _LINE
                and len(line) >= _LINE
                and current.endswith(ENDS_BEFORE_BREAK)
            ):
                result.append(current)
                current = line
            else:
                current = f"{current} {line}".strip()
        if current:
            result.append(current)
    return result


def read_blocks(
    root: _Element,
    judge: Callable[[_Element, str], bool | None],
    is_last: Callable[[str], bool] | None = None,
) -> list[Block]:
    """Read the blocks below an element.

    Args:
        root: the element.
        judge: says of an element and its tag: None, leave it out with all it holds; True, mark
            what it holds; False, it is like any other.
        is_last: says of a block's text that no more need be read.

    Returns:
        The blocks in page order.
    """
    reader = _Reader(judge, is_last)
    with suppress(_ReachedError):
        reader.read(root, root.tag)
    return reader.blocks
