"""Datasets, charts and dashboards over the published build, declared once for every BI tool."""
