"""Validation: suites of Great Expectations on the staged rows of a batch."""

from etl.validate.docs import build_docs
from etl.validate.suites import Validation, validate_batch

__all__ = ["Validation", "build_docs", "validate_batch"]
