"""Quotations: who said what, direct or reported."""
