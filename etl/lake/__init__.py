"""The DuckLake: connection, transactions, catalogs, schema version, maintenance."""
