"""The report: the published build as one HTML page."""
