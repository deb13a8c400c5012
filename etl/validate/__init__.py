"""Validation: suites of Great Expectations on the staged rows of a batch."""

from etl.validate.batch import Validation, validate_batch
from etl.validate.data_docs import build_docs

__all__ = ["Validation", "build_docs", "validate_batch"]
