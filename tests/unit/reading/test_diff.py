"""Two texts compared word by word."""

from hypothesis import given
from hypothesis import strategies as st

from etl.reading.diff import Change, Piece, word_diff

SAME, ADDED, REMOVED = Change.SAME, Change.ADDED, Change.REMOVED


def test_replaced_added_and_removed_words() -> None:
    assert word_diff("আজ তিনজন নিহত।", "আজ চারজন নিহত, দুজন আহত।") == [
        Piece(SAME, "আজ "),
        Piece(REMOVED, "তিনজন"),
        Piece(ADDED, "চারজন"),
        Piece(SAME, " নিহত"),
        Piece(ADDED, ", দুজন আহত"),
        Piece(SAME, "।"),
    ]
    assert word_diff("এক", "এক") == [Piece(SAME, "এক")]
    assert word_diff("", "") == []


@given(
    st.text(st.sampled_from("কখ া্।,\n "), max_size=40),
    st.text(st.sampled_from("কখ া্।,\n "), max_size=40),
)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.change != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.change != REMOVED) == after
