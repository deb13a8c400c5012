"""The one text form of a problem."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl.schema.problems import Problem, SourceProblem
from etl.schema.vocabulary import ProblemCode

CODES = st.sampled_from([code for code in ProblemCode if code is not ProblemCode.OTHER])


@given(CODES, st.text())
@example(ProblemCode.BROKEN_RECORD, "at byte 7: too short: \n: ")
def test_a_problem_is_read_back_from_its_text(code: ProblemCode, detail: str) -> None:
    problem = Problem(code, detail)
    assert Problem.parse(str(problem)) == problem


@given(st.text() | st.builds("{}: {}".format, CODES, st.text()) | CODES.map(str))
@example("other: words")
@example("a code of another program: words")
@example("empty")
def test_no_stored_text_changes_by_being_read(text: str) -> None:
    assert str(Problem.parse(text)) == text


@pytest.mark.parametrize("text", ["", "empty", "no such code: words", "other: words"])
def test_what_has_no_code_is_other(text: str) -> None:
    assert Problem.parse(text) == Problem(ProblemCode.OTHER, text)


def test_a_source_problem_says_where_first() -> None:
    problem = Problem(ProblemCode.HTTP_STATUS, "500")
    assert str(SourceProblem("https://x.example/feed", problem)) == (
        "https://x.example/feed: http_status: 500"
    )
