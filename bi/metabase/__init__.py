"""The same dashboards for Metabase: questions in SQL, derived from the declaration."""
