"""Ends of sentences, and the differences between them that are meant."""

import pytest

from etl.extract.shared.sentences import (
    BANGLA_LINE_END,
    ENDS_BEFORE_BREAK,
    LATIN_LINE_END,
    PARAGRAPH_END,
    STATEMENT_END,
)


@pytest.mark.parametrize(
    ("text", "paragraph", "bangla", "latin", "statement", "before_break"),
    [
        ("তিনি এলেন।", True, True, False, True, True),
        ("‘তিনি এলেন।’", True, True, False, True, True),
        ("তিনি এলেন॥", False, True, False, True, False),
        ("তিনি এলেন।…", True, True, False, False, True),
        ("মো.", True, False, False, True, True),
        ("কে এলেন?", True, False, False, False, True),
        ("He came.", True, False, True, True, True),
        ("He came!”", True, False, True, False, True),
        ("He said:", True, False, False, False, False),
        ("结束。", True, False, False, False, False),
        ("Photo (Reuters)", False, False, False, False, True),
        ("শিরোনাম", False, False, False, False, False),
    ],
)
def test_ends(
    text: str, paragraph: bool, bangla: bool, latin: bool, statement: bool, before_break: bool
) -> None:
    assert bool(PARAGRAPH_END.search(text)) is paragraph
    assert bool(BANGLA_LINE_END.search(text)) is bangla
    assert bool(LATIN_LINE_END.search(text)) is latin
    assert bool(STATEMENT_END.search(text)) is statement
    assert text.endswith(ENDS_BEFORE_BREAK) is before_break
