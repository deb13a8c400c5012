"""What a scheduled run reads, and when it fails to be retried."""

from datetime import UTC, datetime, timedelta

import pytest

from etl.errors import HostTakenError
from etl.schema.problems import Problem, SourceProblem
from etl.schema.vocabulary import ProblemCode
from etl.workflows.collect import schedule
from etl.workflows.reports import DiscoverReport

SINCE = datetime(2026, 1, 10, tzinfo=UTC)


def report(*problems: SourceProblem) -> DiscoverReport:
    return DiscoverReport("feed", 0, 0, 0, 0, 0, problems)


@pytest.mark.parametrize(
    ("days_before", "days_caught_up"),
    [((), 0), ((None,), 0), ((0,), 0), ((-1,), 0), ((2,), 2), ((1, None, 3), 3), ((30, 1), 7)],
)
def test_missed_days_are_caught_up_with_for_a_week_at_most(
    days_before: tuple[int | None, ...], days_caught_up: int
) -> None:
    read_until = [
        None if days is None else (SINCE - timedelta(days=days)).isoformat() for days in days_before
    ]
    assert schedule.catch_up_from(SINCE, read_until) == SINCE - timedelta(days=days_caught_up)


def test_a_host_of_another_process_is_an_error_that_a_retry_may_mend() -> None:
    taken = SourceProblem("https://a.example/feed", Problem(ProblemCode.HOST_TAKEN, "words"))
    broken = SourceProblem(
        "https://b.example/feed", Problem(ProblemCode.HTTP_STATUS, "not host_taken: ")
    )
    schedule.check_hosts_free(report(broken))
    with pytest.raises(HostTakenError, match=r"https://a\.example/feed$"):
        schedule.check_hosts_free(report(broken, taken))
