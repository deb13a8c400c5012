"""The frontier: pages to fetch, hosts, and the outbox to the lake."""
