"""Retries of commits that conflict with another writer's."""

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from etl.errors import LakeConflictError

# A conflict means that another writer's commit came between; the transaction is rolled back.
again_on_conflict = retry(
    retry=retry_if_exception_type(LakeConflictError),
    wait=wait_random_exponential(multiplier=0.02, max=2),
    stop=stop_after_attempt(8),
    reraise=True,
)
